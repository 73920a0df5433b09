// SPDX-License-Identifier: MIT
#pragma once
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/temp_dir.hpp"

namespace linmu::test {

/// How a program ended and what it said.
struct Outcome {
    int exit_code = -1;  ///< -1: a signal ended it
    int signal = 0;
    std::string out, err;
    long peak_kib = 0;  ///< largest resident set
};

inline std::string text_of(const std::string& path) {
    const std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// A program started beside the test; it writes into files of `folder`.
class Started {
public:
    explicit Started(const std::vector<std::string>& command) {
        setenv("LINMU_DATA", LINMU_SOURCE_DIR "/data", 0);
        std::vector<char*> words;
        for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
        words.push_back(nullptr);
        const std::string out = said_ / "out", err = said_ / "err";
        pid_ = fork();
        if (pid_ < 0) throw std::runtime_error("no process can be started");
        if (pid_ == 0) {
            redirect(out, STDOUT_FILENO);
            redirect(err, STDERR_FILENO);
            execvp(words[0], words.data());
            _exit(127);
        }
    }
    Started(const Started&) = delete;
    Started& operator=(const Started&) = delete;
    ~Started() {
        if (pid_ > 0) {
            kill();
            (void)wait();
        }
    }

    void kill() const { ::kill(pid_, SIGKILL); }
    [[nodiscard]] bool running() {
        if (pid_ > 0 && wait4(pid_, &status_, WNOHANG, &usage_) == pid_) pid_ = 0;
        return pid_ > 0;
    }
    Outcome wait() {
        if (pid_ > 0) wait4(pid_, &status_, 0, &usage_);
        pid_ = 0;
        Outcome outcome{.out = text_of(said_ / "out"), .err = text_of(said_ / "err"), .peak_kib = usage_.ru_maxrss};
        if (WIFEXITED(status_)) outcome.exit_code = WEXITSTATUS(status_);
        else outcome.signal = WTERMSIG(status_);
        return outcome;
    }

private:
    static void redirect(const std::string& path, int to) {
        const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
        dup2(file, to);
        close(file);
    }

    TempDir said_;
    pid_t pid_ = 0;
    int status_ = 0;
    rusage usage_{};
};

inline Outcome run_program(const std::vector<std::string>& command) { return Started(command).wait(); }

inline std::vector<std::string> linmu_command(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), LINMU_BINARY);
    return arguments;
}

/// linmu as people run it.
inline Outcome run_binary(std::vector<std::string> arguments) {
    return run_program(linmu_command(std::move(arguments)));
}

}  // namespace linmu::test
