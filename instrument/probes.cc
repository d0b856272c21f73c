//===- probes.cc - where the probes go ------------------------------------===//

#include "instrument/probes.h"
#include "instrument/error.h"
#include "instrument/spanning_tree.h"

#include <algorithm>
#include <cmath>

namespace blockcov {

namespace {

/// Expected executions of an edge: its source runs ten times as often for each
/// loop around it; a loop goes on rather than ends; a handler is cold.
double expectedCount(const Function &fn, const Cfg &cfg, const Dialect &dialect, const Edge &edge) {
  const double cold = 1e-3;
  if (edge.kind == EdgeKind::Entry)
    return 1;
  const Block &from = cfg.blocks[edge.from.value];
  double weight = std::pow(10.0, std::min(from.loopDepth, 8u));
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

} // namespace

llvm::Expected<ProbePlan> planProbes(const Function &fn, const Cfg &cfg, const Dialect &dialect) {
  uint32_t exitNode = uint32_t(cfg.blocks.size());
  auto node = [&](BlockId block) { return block.valid() ? block.value : exitNode; };
  llvm::SmallVector<WeightedEdge, 0> edges;
  edges.reserve(cfg.edges.size());
  for (const Edge &edge : cfg.edges)
    edges.push_back({node(edge.from), node(edge.to), expectedCount(fn, cfg, dialect, edge),
                     edge.slot == Slot::None});
  auto inTree = maximumSpanningTree(exitNode + 1, edges);
  if (!inTree)
    return makeError("the edges that cannot carry a probe form a cycle");
  ProbePlan plan;
  plan.probeOf.resize(cfg.edges.size());
  for (uint32_t edge = 0; edge < cfg.edges.size(); ++edge)
    if (!inTree->test(edge)) {
      plan.probeOf[edge] = ProbeId{uint32_t(plan.edgeOf.size())};
      plan.edgeOf.push_back(EdgeId{edge});
    }
  return plan;
}

} // namespace blockcov
