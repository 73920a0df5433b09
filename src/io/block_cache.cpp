// SPDX-License-Identifier: MIT
#include "block_cache.hpp"

namespace linmu {

BlockCache& BlockCache::instance() {
    static BlockCache cache;
    return cache;
}

void BlockCache::set_limit(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    limit_ = bytes;
}

std::size_t BlockCache::new_owner() {
    const std::lock_guard lock(mutex_);
    return ++owners_;
}

std::shared_ptr<const BlockCache::Bytes> BlockCache::get(const Key& key, std::size_t bytes, const Fill& fill) {
    const auto entry = entry_of(key, bytes);
    try {
        std::call_once(entry->decoded, [&] {
            entry->bytes.resize(bytes);
            fill(entry->bytes);
        });
    } catch (...) {
        const std::lock_guard lock(mutex_);
        drop(key);
        throw;
    }
    return {entry, &entry->bytes};
}

std::shared_ptr<BlockCache::Entry> BlockCache::entry_of(const Key& key, std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    if (const auto it = kept_.find(key); it != kept_.end()) {
        uses_.splice(uses_.begin(), uses_, it->second.use);
        return it->second.entry;
    }
    auto entry = std::make_shared<Entry>();
    uses_.push_front(key);
    kept_.emplace(key, Kept{entry, bytes, uses_.begin()});
    total_ += bytes;
    while (total_ > limit_ && uses_.size() > 1) drop(uses_.back());
    return entry;
}

void BlockCache::drop(Key key) noexcept {
    const auto it = kept_.find(key);
    if (it == kept_.end()) return;
    total_ -= it->second.bytes;
    uses_.erase(it->second.use);
    kept_.erase(it);
}

void BlockCache::forget(std::size_t owner) noexcept {
    const std::lock_guard lock(mutex_);
    auto it = kept_.lower_bound(Key{owner, 0, 0, 0});
    while (it != kept_.end() && it->first.owner == owner) {
        const Key key = it->first;
        ++it;
        drop(key);
    }
}

}  // namespace linmu
