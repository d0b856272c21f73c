//===- probes.cc - where the probes go ------------------------------------===//

#include "instrument/probes.h"
#include "instrument/arborescence.h"
#include "instrument/error.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace blockcov {

namespace {

/// Expected executions of an edge: its source runs ten times as often for each
/// loop around it; a loop goes on rather than ends; a handler is cold.
double expectedCount(const Function &fn, const Cfg &cfg, const Dialect &dialect, const Edge &edge) {
  const double cold = 1e-3;
  if (edge.kind == EdgeKind::Entry)
    return 1;
  const Block &from = cfg.blocks[edge.from.value];
  static constexpr double kTenTo[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};
  double weight = kTenTo[std::min(from.loopDepth, 8u)];
  if (from.isHandler)
    weight *= cold;
  if (edge.kind == EdgeKind::Throw)
    return weight * cold;
  if (from.out.size() < 2)
    return weight;
  // Leaving a loop, or being the exhausted iterator, is the rarer way.
  uint32_t toDepth = edge.to.valid() ? cfg.blocks[edge.to.value].loopDepth : 0;
  if (toDepth < from.loopDepth)
    return weight * 0.1;
  if (!from.empty() && dialect.info(fn.instrs[from.last()].op).test == Test::Exhausted)
    return weight * (edge.kind == EdgeKind::Jump ? 0.1 : 0.9);
  return weight * 0.5;
}

/// The choices that each block has.
class Choices {
public:
  Choices(const Function &fn, const Cfg &cfg, const Dialect &dialect, Placement placement)
      : fn(fn), cfg(cfg), dialect(dialect), placement(placement), exitNode(uint32_t(cfg.blocks.size())),
        hasLoop(llvm::any_of(cfg.blocks, [](const Block &block) { return block.loopDepth > 0; })),
        forced(cfg.blocks.size(), false), arrives(cfg.blocks.size(), false) {
    for (const Edge &edge : cfg.edges)
      if (edge.slot == Slot::Arrival)
        arrives[edge.to.value] = true;
  }

  llvm::Error collect() {
    for (uint32_t number = 0; number < cfg.edges.size(); ++number)
      if (cfg.edges[number].slot == Slot::None)
        if (llvm::Error error = force(number))
          return error;
    for (uint32_t number = 0; number < cfg.edges.size(); ++number) {
      const Edge &edge = cfg.edges[number];
      if (edge.from.valid() && !forced[edge.from.value] && !wantsProbe(edge))
        add(number, edge.from.value, node(edge.to), expectedCount(fn, cfg, dialect, edge));
    }
    // A block may be left with no choice: all that leave it get probes.
    for (uint32_t block = 0; block < cfg.blocks.size(); ++block)
      if (!forced[block])
        add(kNoEdge, block, exitNode, -1e12);
    return llvm::Error::success();
  }

  /// The edges that need no probe.
  llvm::Expected<llvm::BitVector> solve() const {
    auto chosen = maximumArborescence(exitNode + 1, exitNode, edges);
    if (!chosen)
      return makeError("the edges that cannot carry a probe form a cycle");
    llvm::BitVector derived(uint32_t(cfg.edges.size()));
    for (uint32_t block = 0; block < exitNode; ++block)
      if (uint32_t edge = edgeOf[(*chosen)[block]]; edge != kNoEdge)
        derived.set(edge);
    return derived;
  }

private:
  static constexpr uint32_t kNoEdge = ~0u;

  /// A frame that stood in a block when its process was killed looks as if it had
  /// gone on along the derived edges. Probes stop that where the placement says so.
  bool wantsProbe(const Edge &edge) const {
    if (!edge.to.valid())
      return false; // it would pass no more instructions
    if (edge.slot != Slot::Arrival && arrives[edge.to.value])
      return true; // what is taken off is measured
    return placement == Placement::Blocks ? !staysInBlock(edge) : isRare(edge);
  }

  /// Whether the source and the target are one basic block to a programmer: nothing else
  /// comes together or parts between them. Or the source does nothing but jump, so that
  /// who has come there is on the way to the target.
  bool staysInBlock(const Edge &edge) const {
    const Block &from = cfg.blocks[edge.from.value], &to = cfg.blocks[edge.to.value];
    if (from.out.size() != 1)
      return false;
    const bool onlyJumps =
        from.empty() || (from.first == from.last() && edge.kind == EdgeKind::Jump && !from.isHandler);
    return onlyJumps || (to.in.size() == 1 && !to.isHandler);
  }

  /// Out of a loop, and outside of the loops of a function that has any, or of a module.
  bool isRare(const Edge &edge) const {
    constexpr uint32_t kOptimized = 1; // CO_OPTIMIZED: a function
    uint32_t fromDepth = cfg.blocks[edge.from.value].loopDepth;
    if (cfg.blocks[edge.to.value].loopDepth < fromDepth)
      return true;
    return fromDepth == 0 && (hasLoop || !(fn.flags & kOptimized));
  }

  uint32_t node(BlockId block) const { return block.valid() ? block.value : exitNode; }

  void add(uint32_t number, uint32_t from, uint32_t to, double weight) {
    edges.push_back({from, to, weight});
    edgeOf.push_back(number);
  }

  /// An edge that cannot carry a probe is its source's choice; a Moved one, whose
  /// source has another such edge, its target's (which is an empty block with one
  /// way out, and that has a probe).
  llvm::Error force(uint32_t number) {
    const Edge &edge = cfg.edges[number];
    bool moved = edge.kind == EdgeKind::Moved;
    BlockId chooser = moved ? edge.to : edge.from;
    if (!chooser.valid())
      return makeError("the first instruction is where a jump or an exception leads to: calls cannot be counted");
    if (forced[chooser.value])
      return makeError("block %u has two ways that cannot carry a probe", chooser.value);
    forced[chooser.value] = true;
    add(number, chooser.value, node(moved ? edge.from : edge.to), 0);
    return llvm::Error::success();
  }

  const Function &fn;
  const Cfg &cfg;
  const Dialect &dialect;
  const Placement placement;
  const uint32_t exitNode;
  const bool hasLoop;
  llvm::SmallVector<bool, 64> forced;  ///< blocks without a choice
  llvm::SmallVector<bool, 64> arrives; ///< blocks that an edge with Slot::Arrival leads to
  llvm::SmallVector<ChoiceEdge, 64> edges;
  llvm::SmallVector<uint32_t, 64> edgeOf; ///< of each choice
};

} // namespace

llvm::Expected<ProbePlan> planProbes(const Function &fn, const Cfg &cfg, const Dialect &dialect, Placement placement) {
  Choices choices(fn, cfg, dialect, placement);
  if (llvm::Error error = choices.collect())
    return error;
  auto derived = choices.solve();
  if (!derived)
    return derived.takeError();
  ProbePlan plan;
  plan.probeOf.resize(cfg.edges.size());
  plan.edgeOf.reserve(cfg.edges.size() - derived->count());
  for (uint32_t edge = 0; edge < cfg.edges.size(); ++edge)
    if (!derived->test(edge)) {
      plan.probeOf[edge] = ProbeId{uint32_t(plan.edgeOf.size())};
      plan.edgeOf.push_back(EdgeId{edge});
    }
  return plan;
}

} // namespace blockcov
