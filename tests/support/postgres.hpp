// SPDX-License-Identifier: MIT
#pragma once
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

#include "support/temp_dir.hpp"

namespace linmu::test {

/// A PostGIS server of a test's own: a fresh cluster in a temporary folder, on a free port of the loopback, gone with it.
/// PostgreSQL refuses to run as root: root starts it as user postgres.
class Postgres {
public:
    /// Why there can't be one here; nothing when there can.
    static std::optional<std::string> absent() {
        if (programs().empty()) return "no postgresql (package postgresql-15)";
        if (!std::filesystem::exists("/usr/share/postgresql")) return "no /usr/share/postgresql";
        for (const auto& entry : std::filesystem::recursive_directory_iterator("/usr/share/postgresql"))
            if (entry.path().filename() == "postgis.control") return {};
        return "no PostGIS (package postgresql-15-postgis-3)";
    }

    Postgres() : port_(free_port()) {
        if (geteuid() == 0) {
            const auto* user = getpwnam("postgres");
            if (user == nullptr || chown(dir_.path().c_str(), user->pw_uid, user->pw_gid) != 0)
                throw std::runtime_error("root can't hand a folder to user postgres");
        }
        const auto data = dir_ / "data";
        must(fmt::format("{}/initdb -D {} -A trust -E UTF8 --no-locale --no-sync -U linmu", programs(), data));
        must(fmt::format("{}/pg_ctl -D {} -w -t 60 -l {} -o \"-F -p {} -k {} -c listen_addresses=127.0.0.1\" start",
                         programs(), data, dir_ / "log", port_, dir_.path()));
        try {
            sql("CREATE EXTENSION postgis");
        } catch (...) {
            stop();
            throw;
        }
    }
    Postgres(const Postgres&) = delete;
    Postgres& operator=(const Postgres&) = delete;
    ~Postgres() { stop(); }

    [[nodiscard]] std::string connection() const {
        return fmt::format("PG:dbname=postgres host=127.0.0.1 port={} user=linmu", port_);
    }
    /// Runs SQL, gives psql's plain output.
    std::string sql(const std::string& statement) const {
        const auto out = dir_ / "out";
        must(fmt::format("psql -X -q -At -v ON_ERROR_STOP=1 -h 127.0.0.1 -p {} -U linmu -d postgres -c \"{}\"", port_,
                         statement));
        return text_of(out);
    }

private:
    /// Folder of the newest server's programs, "" for none.
    static std::string programs() {
        std::string found;
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql", ignored))
            if (std::filesystem::exists(entry.path() / "bin/initdb"))
                found = std::max(found, (entry.path() / "bin").string());
        return found;
    }

    static int free_port() {
        const int s = socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* plain = static_cast<sockaddr*>(static_cast<void*>(&address));
        const bool bound = bind(s, plain, size) == 0 && getsockname(s, plain, &size) == 0;
        close(s);
        if (!bound) throw std::runtime_error("no free port on the loopback");
        return ntohs(address.sin_port);
    }

    static std::string text_of(const std::string& path) {
        std::string text;
        if (FILE* file = std::fopen(path.c_str(), "r")) {
            for (int c = 0; (c = std::fgetc(file)) != EOF;) text += static_cast<char>(c);
            static_cast<void>(std::fclose(file));
        }
        while (!text.empty() && text.back() == '\n') text.pop_back();
        return text;
    }

    void must(const std::string& command) const {
        const auto out = dir_ / "out";
        // Quotes of the shell inside: the command stands in a file.
        const auto script = dir_ / "command.sh";
        if (FILE* file = std::fopen(script.c_str(), "w")) {
            std::fputs(("cd " + dir_.path() + "\n" + command + "\n").c_str(), file);
            static_cast<void>(std::fclose(file));
        }
        const std::string as = geteuid() == 0 ? "runuser -u postgres -- " : "";
        // The server keeps the output open: a file, not a pipe.
        const auto line = fmt::format("{}bash {} > {} 2>&1 < /dev/null", as, script, out);
        if (std::system(line.c_str()) != 0) throw std::runtime_error(command + ": " + text_of(out));
    }

    void stop() noexcept {
        try {
            must(fmt::format("{}/pg_ctl -D {} -m immediate stop", programs(), dir_ / "data"));
        } catch (...) {
            // It is gone already.
        }
    }

    TempDir dir_;
    int port_;
};

}  // namespace linmu::test

/// Skips by name where no server can be started.
#define LINMU_NEEDS_POSTGIS() \
    if (const auto why = test::Postgres::absent()) GTEST_SKIP() << *why
