// SPDX-License-Identifier: MIT
#include "linmu/exec/tiles.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "linmu/core/error.hpp"

namespace linmu {
namespace {

/// Later items are quicker, so that order is not kept by luck.
void dawdle(std::size_t i) { std::this_thread::sleep_for(std::chrono::microseconds((7 * i) % 5 * 100)); }

TEST(ForEachInOrder, AbsorbsEachItemOnceInAscendingOrder) {
    for (const int threads : {1, 2, 7}) {
        std::vector<std::size_t> order;
        for_each_in_order(
            5, 105, {threads, 2 * threads},
            [](std::size_t i) {
                dawdle(i);
                return i * i;
            },
            [&](std::size_t i, std::size_t square) {
                EXPECT_EQ(square, i * i);
                order.push_back(i);
            });
        std::vector<std::size_t> wanted(100);
        std::iota(wanted.begin(), wanted.end(), std::size_t{5});
        EXPECT_EQ(order, wanted) << threads << " threads";
    }
}

TEST(ForEachInOrder, GivesTheSameSumOfDoublesForAnyNumberOfThreads) {
    const auto sum = [](int threads, int tokens) {
        double total = 0;
        for_each_in_order(
            0, 2000, {threads, tokens},
            [](std::size_t i) {
                return std::sin(static_cast<double>(i)) * std::pow(10.0, static_cast<double>(i % 20));
            },
            [&](std::size_t, double part) { total += part; });
        return total;
    };
    const double one = sum(1, 1);
    EXPECT_EQ(sum(2, 2), one);
    EXPECT_EQ(sum(2, 8), one);
    EXPECT_EQ(sum(7, 28), one);
}

TEST(ForEachInOrder, DoesNothingForNoItems) {
    int calls = 0;
    for_each_in_order(
        3, 3, {2, 4}, [&](std::size_t) { return ++calls; }, [&](std::size_t, int) { ++calls; });
    EXPECT_EQ(calls, 0);
}

TEST(ForEachInOrder, NeverHasMoreItemsUnderWayThanTokens) {
    for (const int tokens : {1, 3, 8}) {
        std::atomic<int> under_way = 0, most = 0;
        for_each_in_order(
            0, 200, {2, tokens},
            [&](std::size_t i) {
                const int now = ++under_way;
                int seen = most;
                while (now > seen && !most.compare_exchange_weak(seen, now)) {
                }
                dawdle(i);
                return i;
            },
            [&](std::size_t, std::size_t) { --under_way; });
        EXPECT_LE(most, tokens);
        EXPECT_EQ(under_way, 0);
    }
}

TEST(ForEachInOrder, AbsorbsByOneAtATime) {
    std::atomic<int> inside = 0;
    for_each_in_order(
        0, 200, {4, 16}, [](std::size_t i) { return i; },
        [&](std::size_t, std::size_t) {
            EXPECT_EQ(++inside, 1);
            std::this_thread::sleep_for(std::chrono::microseconds(50));
            --inside;
        });
}

TEST(ForEachInOrder, RethrowsWhatWorkThrows) {
    for (const int threads : {1, 2, 7}) {
        std::size_t absorbed = 0;
        try {
            for_each_in_order(
                0, 10000, {threads, 2 * threads},
                [](std::size_t i) {
                    if (i == 50) throw DataError("tile 50 is damaged");
                    return i;
                },
                [&](std::size_t, std::size_t) { ++absorbed; });
            FAIL();
        } catch (const DataError& fault) {
            EXPECT_STREQ(fault.what(), "tile 50 is damaged");
        }
        EXPECT_LE(absorbed, 50U);
    }
}

TEST(ForEachInOrder, RethrowsWhatAbsorbThrowsAndEndsThere) {
    std::size_t last = 0;
    EXPECT_THROW(for_each_in_order(
                     0, 10000, {2, 4}, [](std::size_t i) { return i; },
                     [&](std::size_t i, std::size_t) {
                         last = i;
                         if (i == 20) throw std::runtime_error("disk full");
                     }),
                 std::runtime_error);
    EXPECT_EQ(last, 20U);
}

/// Counts how many of it live.
class Counted {
public:
    explicit Counted(std::atomic<int>& living) : living_(&living) { ++*living_; }
    Counted(Counted&& other) noexcept : living_(std::exchange(other.living_, nullptr)) {}
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    Counted& operator=(Counted&&) = delete;
    ~Counted() {
        if (living_ != nullptr) --*living_;
    }

private:
    std::atomic<int>* living_;
};

TEST(ForEachInOrder, KeepsNoResultThatWaitedWhenAbsorbThrows) {
    std::atomic<int> living = 0;
    for (int round = 0; round < 200; ++round) {
        const auto work = [&](std::size_t i) {
            if (i % 4 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
            return Counted(living);
        };
        const auto absorb = [](std::size_t i, const Counted&) {
            if (i == 8) throw std::runtime_error("disk full");
        };
        EXPECT_THROW(for_each_in_order(0, 100, {2, 8}, work, absorb), std::runtime_error);
    }
    EXPECT_EQ(living, 0);
}

TEST(ForEachInOrder, CarriesResultsThatOnlyMove) {
    std::size_t sum = 0;
    for_each_in_order(
        0, 10, {2, 4}, [](std::size_t i) { return std::make_unique<std::size_t>(i); },
        [&](std::size_t, std::unique_ptr<std::size_t> part) { sum += *part; });
    EXPECT_EQ(sum, 45U);
}

TEST(UsableThreads, AreAtMostTheHardwares) {
    EXPECT_GE(usable_threads(0), 1);
    EXPECT_EQ(usable_threads(100000), usable_threads(0));
    EXPECT_EQ(usable_threads(1), 1);
}

}  // namespace
}  // namespace linmu
