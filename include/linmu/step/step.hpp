// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "linmu/core/block.hpp"
#include "linmu/core/layer.hpp"
#include "linmu/core/legend.hpp"
#include "linmu/core/parallel.hpp"
#include "linmu/io/ledger.hpp"
#include "linmu/step/params.hpp"

namespace linmu {

/// The three kinds of things that flow between steps; `none` is a step that only makes products or ledger rows.
enum class ArtifactKind { none, raster, layer, table };
[[nodiscard]] std::string_view to_string(ArtifactKind kind);

/// What a step will hand on, known before it runs. One of the specs is meant, by `kind`.
struct Artifact {
    ArtifactKind kind = ArtifactKind::none;
    RasterSpec raster;
    LayerSpec layer;
    TableSpec table;

    [[nodiscard]] static Artifact of(RasterSpec spec) { return {ArtifactKind::raster, std::move(spec), {}, {}}; }
    [[nodiscard]] static Artifact of(LayerSpec spec) { return {ArtifactKind::layer, {}, std::move(spec), {}}; }
    [[nodiscard]] static Artifact of(TableSpec spec) { return {ArtifactKind::table, {}, {}, std::move(spec)}; }
};

/// One place of a step's `in`.
struct Port {
    std::string name;
    ArtifactKind kind = ArtifactKind::raster;
    std::string help;
    bool many = false;  ///< takes all inputs from here on; the last port only
    bool optional = false;
    bool as_is = false;  ///< a layer with its faults: linmu do reads it so
};

/// What a step is. `revision` goes up when the same inputs and parameters would give other results.
struct StepInfo {
    std::string name;  ///< "class-area": the pipeline's `use`
    std::string name_zh;
    std::string summary;  ///< one sentence
    std::string group;    ///< "read", "prepare", "classify", "measure", "account", "write"
    std::vector<Port> inputs;
    ArtifactKind makes = ArtifactKind::none;
    int revision = 1;
    /// Reads facts and products that other steps have put. With inputs of its own it runs after the steps before it; without, it is a
    /// rule (PlannedStep::rule) and runs when all facts are there.
    bool needs_ledger = false;
};

/// What is there while a step is planned.
struct PlanContext {
    std::string id;  ///< of the step in the pipeline
    std::vector<std::string> input_ids;
    std::optional<Grid>* grid = nullptr;        ///< the master grid; a raster source sets it when there is none yet
    std::vector<std::string>* files = nullptr;  ///< files and folders that will be read: hashed into the manifest
    std::vector<std::string>* notes =
        nullptr;                   ///< told to the user with the plan: "20 m cells repeated", "3 scenes skipped: ..."
    int* natural_block = nullptr;  ///< largest natural block of the sources, cells
};

/// A file that a run made, for the project and the list at the end.
struct Product {
    std::string path;   ///< absolute
    std::string kind;   ///< "raster", "layer", "table", "project", "ledger"
    std::string title;  ///< "2025 年地类 Land cover 2025"
    std::string group;  ///< in the project's tree
    std::string table;  ///< layer in a GeoPackage
    std::string geometry;
    std::string style;               ///< id in data/styles
    std::string legend;              ///< id in data/legends
    std::string crs;                 ///< of a raster or a layer
    std::vector<std::string> bands;  ///< of a raster
};

/// What a running step may use.
struct RunContext {
    std::string id;
    std::string folder;  ///< of the run; products go to folder/products
    int threads = 1;
    std::optional<Grid> grid;  ///< the master grid, wherever in the file it was found
    Ledger* ledger = nullptr;
    std::vector<Product>* products = nullptr;
    std::function<void(const std::string&)> note;  ///< into the log, and to people when it matters
    bool facts = true;         ///< false: nobody will see the ledger, so that rows need not be put there
    bool layer_wanted = true;  ///< false: no step takes the layer that this one makes, so that it may be left empty
    ParallelFor parallel = in_turn;  ///< for a step's own loops, by `threads`; not while tiles run
    /// An absolute name stays as it is.
    [[nodiscard]] std::string product_path(const std::string& name) const {
        return (std::filesystem::path(folder) / "products" / name).string();
    }
};

/// A step: declared, planned, run. See TileStep, FoldStep, LayerStep and WholeStep for the four ways to run.
class Step {
public:
    virtual ~Step() = default;
    [[nodiscard]] virtual StepInfo info() const = 0;
    /// Binds parameters to members. No work.
    virtual void declare(Params& params) = 0;
    /// From what goes in to what will come out. Files may be opened, no cell is read. Throws DataError or UsageError.
    [[nodiscard]] virtual Artifact plan(std::span<const Artifact> inputs, PlanContext& context) = 0;
};

/// What a step has made for other steps.
struct Made {
    std::optional<Layer> layer;
    std::optional<Table> table;
};

using BlockPtr = std::shared_ptr<const Block>;

/// Whether a step can read real bands as they are stored (StoredPlane): not at all, to make values of them, or to hand them on.
enum class StoredBands { refused, taken, handed_on };

/// Rasters (and tables) to raster; no inputs: a source. `apply` is const and is called by many threads.
/// Each raster input's window is `window` grown by its halo. A table input is what a fold has fitted over all tiles of an earlier pass.
class TileStep : public Step {
public:
    /// Before the first tile of a pass. `tables`: the inputs that are tables, in order. Called once a pass.
    virtual void start(std::span<const Table* const>) {}
    [[nodiscard]] virtual int halo() const { return 0; }
    /// Of one input, counted as in `plan`, where they differ: a far view of the heights needs no far view of the scenes.
    [[nodiscard]] virtual int halo_of(std::size_t) const { return halo(); }
    /// How far the real bands of an input are looked at, when that is less: what is made of its codes then depends on codes alone. A
    /// mask grows in quality bands, so that of reflectance no cell beyond the tile has to be decoded.
    [[nodiscard]] virtual std::optional<int> halo_of_values(std::size_t) const { return {}; }
    /// Before the first tile of a pass: so many cells at the edges of each window are wanted of code bands only.
    virtual void spare_values(int) {}
    /// Planes of the window that `apply` holds beside its inputs and what it hands on, 4 bytes a cell: for the plan's memory.
    [[nodiscard]] virtual std::size_t planes_at_work() const { return 0; }
    /// Some of the bands may come so, or none, tile by tile.
    [[nodiscard]] virtual StoredBands stored_bands() const { return StoredBands::refused; }
    /// Before the first tile of a pass: can all that read this step's bands take them as they are stored?
    virtual void hand_on_stored(bool) {}
    /// Bytes of a cell that `apply` hands on; nothing: 4 a band. For the plan's memory, after `hand_on_stored`.
    [[nodiscard]] virtual std::optional<std::size_t> bytes_handed_on() const { return {}; }
    [[nodiscard]] virtual Block apply(const Window& window, std::span<const BlockPtr> inputs) const = 0;
    /// The same, when nobody else wants the first input's cells: a step that changes some of them need not copy all.
    [[nodiscard]] virtual Block rework(const Window& window, Block first, std::span<const BlockPtr> others) const;
    /// Does `rework` hand on the first input's own planes, so that they are not held twice?
    [[nodiscard]] virtual bool hands_on_its_input() const { return false; }
};

/// Rasters (and layers) to ledger tables or files, to a layer, or to a raster that the steps of a later pass read. `measure` by many threads, `absorb` by one, in tile order.
class FoldStep : public Step {
public:
    /// Before the first tile. `layers`: the inputs that are layers, in order.
    virtual void start(std::span<const Layer* const> layers, RunContext& context) = 0;
    [[nodiscard]] virtual std::shared_ptr<void> measure(const Window& window,
                                                        std::span<const BlockPtr> inputs) const = 0;
    virtual void absorb(const Window& window, std::shared_ptr<void> part) = 0;
    /// After the last tile: rows go to the ledger, files to their names, a layer to the steps that want it.
    virtual Made finish(RunContext& context) = 0;
    /// Of a fold that makes a raster, which has to see all of a map before one cell is known: after `finish`, the cells of a window,
    /// which may reach beyond the grid. By many threads.
    [[nodiscard]] virtual Block cells(const Window& window) const;
    /// What was absorbed so far, and back: a run that was stopped goes on from there.
    [[nodiscard]] virtual std::string save() = 0;
    virtual void load(std::string_view state) = 0;
};

/// A layer to a layer, feature by feature: `apply` is const and is called by many threads on chunks; results keep the order.
class LayerStep : public Step {
public:
    /// Before the first chunk.
    virtual void start(const Layer&) {}
    [[nodiscard]] virtual std::vector<Feature> apply(std::span<const Feature> features) const = 0;
    /// After the last chunk: rows for the ledger, if any.
    virtual void finish(const Layer&, RunContext&) {}
};

/// What must see all: sources of layers, tables from the ledger, projects.
struct WholeInput {
    std::vector<const Layer*> layers;
    std::vector<const Table*> tables;
};
class WholeStep : public Step {
public:
    [[nodiscard]] virtual Made run(const WholeInput& inputs, RunContext& context) = 0;
    /// Of a rule that reads nothing but ledger tables: all that its files tell it, after `plan`. The same text over the same tables
    /// gives the same rows and files, so that a run need not ask again. Nothing: it always runs.
    [[nodiscard]] virtual std::optional<std::string> told() const { return {}; }
};

}  // namespace linmu
