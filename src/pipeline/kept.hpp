// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "linmu/io/ledger.hpp"
#include "linmu/step/step.hpp"

namespace linmu {

/// A product with the hash that it had when it was made.
struct KeptProduct {
    Product product;
    std::string hash;
};

/// What a rule step read, said and made.
struct KeptStep {
    std::string key;                          ///< of the step, its parameters and what it was told
    std::map<std::string, std::string> read;  ///< ledger table: its mark
    std::vector<Table> put;
    LedgerAnswers answers;
    std::vector<KeptProduct> products;
    std::vector<std::string> notes;
};

/// What a run leaves in the folder `kept` for the next one there, so that a changed threshold costs the rules that read it and no more:
/// the ledger and the products as they were when all facts were there, and what each rule step read and made. All of it can be made
/// again: a part that is missing, damaged or of another version counts as not there, and the folder may be deleted at any time. A run
/// with what was kept gives the same ledger and the same products as one without, byte by byte.
class Kept {
public:
    explicit Kept(const std::string& run_folder);

    /// The kept ledger's file and the products, if they are of these facts and whole.
    struct Facts {
        std::string ledger;
        std::vector<Product> products;
    };
    [[nodiscard]] std::optional<Facts> facts(const std::string& key) const;
    void keep_facts(const std::string& key, const Ledger& ledger, const std::vector<Product>& products) const;

    /// What the step made when it last ran, if that was with this key, over tables as they are now, and its files are there as they were.
    [[nodiscard]] const KeptStep* find(const std::string& step, const std::string& key, const Ledger& ledger) const;
    /// What the step's queries were answered when it last ran, whatever it was told then.
    [[nodiscard]] LedgerAnswers answers(const std::string& step) const;
    /// For `save`; a step that is not kept again is forgotten.
    void keep(const std::string& step, KeptStep made);
    void save() const;

private:
    std::string folder_, run_folder_;
    std::map<std::string, KeptStep> known_, kept_;
};

/// Hashes of files and folders, in their order. Those whose size, times and place on the disk are as they were when the last run in
/// `run_folder` hashed them are not read again; `run_folder` "": all are read.
[[nodiscard]] std::vector<std::string> hashes_with_memory(const std::vector<std::string>& paths, int threads,
                                                          const std::string& run_folder);

}  // namespace linmu
