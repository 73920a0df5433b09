// SPDX-License-Identifier: MIT
#pragma once
#include <compare>
#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "linmu/core/block.hpp"

namespace linmu {

/// Decoded blocks of files that windows of several tiles meet in, as those of a warped file do. One for the process, bounded; the
/// block that was asked for longest ago goes first. For any thread; a block that two ask for at once is decoded once.
class BlockCache {
public:
    struct Key {
        std::size_t owner = 0;
        std::size_t band = 0;
        int row = 0, col = 0;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    using Bytes = std::vector<std::byte, UnsetMemory<std::byte>>;
    using Fill = std::function<void(std::span<std::byte>)>;

    static BlockCache& instance();
    void set_limit(std::size_t bytes);
    [[nodiscard]] std::size_t new_owner();
    /// The block of `bytes` bytes that `fill` decodes. Exceptions of `fill` pass through, and nothing is kept.
    [[nodiscard]] std::shared_ptr<const Bytes> get(const Key& key, std::size_t bytes, const Fill& fill);
    void forget(std::size_t owner) noexcept;

private:
    struct Entry {
        std::once_flag decoded;
        Bytes bytes;
    };
    struct Kept {
        std::shared_ptr<Entry> entry;
        std::size_t bytes = 0;
        std::list<Key>::iterator use;
    };
    std::shared_ptr<Entry> entry_of(const Key& key, std::size_t bytes);
    void drop(Key key) noexcept;

    std::mutex mutex_;
    std::map<Key, Kept> kept_;
    std::list<Key> uses_;  ///< the latest first
    std::size_t limit_ = std::size_t{128} << 20U;
    std::size_t total_ = 0;
    std::size_t owners_ = 0;
};

}  // namespace linmu
