// SPDX-License-Identifier: MIT
#pragma once
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "gdal_handles.hpp"
#include "tiff_blocks.hpp"

namespace linmu {

/// Where a thread decodes, whichever file it reads: fresh memory must be cleared by the system each time, and a room for each of
/// many files would hold far more than one that stays in the cache.
struct ReadRoom {
    std::vector<std::byte> cells;
    BlockRoom block;
};
[[nodiscard]] ReadRoom& read_room();

/// A dataset that one thread uses.
struct OpenRaster {
    DatasetPtr file;
    [[nodiscard]] GDALDataset& dataset() const noexcept { return *file; }
};

/// Datasets of one file, opened as threads ask for them and kept for the next. A GDAL 3.6 dataset is for one thread at a time.
class DatasetPool {
public:
    using Opener = std::function<std::unique_ptr<OpenRaster>()>;
    explicit DatasetPool(Opener open) : open_(std::move(open)) {}
    ~DatasetPool();
    DatasetPool(const DatasetPool&) = delete;
    DatasetPool& operator=(const DatasetPool&) = delete;

    /// Until it is destroyed, the dataset is the holder's alone.
    class Lease {
    public:
        Lease(DatasetPool& pool, std::unique_ptr<OpenRaster> raster) : pool_(pool), raster_(std::move(raster)) {}
        ~Lease() { pool_.give_back(std::move(raster_)); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        [[nodiscard]] OpenRaster& operator*() const noexcept { return *raster_; }
        [[nodiscard]] OpenRaster* operator->() const noexcept { return raster_.get(); }

    private:
        DatasetPool& pool_;
        std::unique_ptr<OpenRaster> raster_;
    };
    [[nodiscard]] Lease lease();

private:
    void give_back(std::unique_ptr<OpenRaster> raster) noexcept;

    Opener open_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<OpenRaster>> idle_;
};

}  // namespace linmu
