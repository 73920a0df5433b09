// SPDX-License-Identifier: MIT
#pragma once
#include <stdexcept>
#include <string>
#include <vector>

namespace linmu {

/// What linmu throws. A message has the value, the place and the way out.
/// Exit status of the program: `exit_code()`.
class Error : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
    [[nodiscard]] virtual int exit_code() const noexcept { return 1; }
};

/// The world is not as it should be: a file is missing, damaged, or says something that cannot be.
class DataError : public Error {
public:
    using Error::Error;
};

/// The command line asks for something that cannot be.
class UsageError : public Error {
public:
    using Error::Error;
    [[nodiscard]] int exit_code() const noexcept override { return 2; }
};

/// One thing wrong with a pipeline file. Line and column count from 1; 0 is "no place".
struct Problem {
    std::string file;
    int line = 0;
    int column = 0;
    std::string text;
};

/// Everything that is wrong with a pipeline, found before the first pixel is read; in the order of its places.
class PlanError : public Error {
public:
    explicit PlanError(std::vector<Problem> problems);
    [[nodiscard]] int exit_code() const noexcept override { return 2; }
    [[nodiscard]] const std::vector<Problem>& problems() const noexcept { return problems_; }

private:
    std::vector<Problem> problems_;
};

}  // namespace linmu
