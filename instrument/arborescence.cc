//===- arborescence.cc - which edges go without a probe -------------------===//

#include "instrument/arborescence.h"

namespace blockcov {

namespace {

constexpr uint32_t kNone = ~0u;

/// The components after the cycles of `choice` are contracted, numbered by their
/// first node; `onCycle` says whether a node was on one.
struct Contraction {
  llvm::SmallVector<uint32_t, 0> component;
  llvm::SmallVector<bool, 0> onCycle;
  uint32_t count = 0;
  bool any = false;
};

Contraction contractCycles(uint32_t nodeCount, uint32_t root, llvm::ArrayRef<ChoiceEdge> edges,
                           llvm::ArrayRef<uint32_t> choice) {
  Contraction result;
  result.component.assign(nodeCount, kNone);
  result.onCycle.assign(nodeCount, false);
  llvm::SmallVector<uint32_t, 0> walk(nodeCount, kNone); // from which start a node was first met
  walk[root] = root;
  for (uint32_t start = 0; start < nodeCount; ++start) {
    uint32_t node = start;
    while (walk[node] == kNone) {
      walk[node] = start;
      node = edges[choice[node]].to;
    }
    if (walk[node] != start || node == root || result.onCycle[node])
      continue;
    result.any = true;
    for (uint32_t member = node; !result.onCycle[member]; member = edges[choice[member]].to) {
      result.onCycle[member] = true;
      result.component[member] = node; // for now: a representative
    }
  }
  llvm::SmallVector<uint32_t, 0> number(nodeCount, kNone);
  for (uint32_t node = 0; node < nodeCount; ++node) {
    uint32_t representative = result.onCycle[node] ? result.component[node] : node;
    if (number[representative] == kNone)
      number[representative] = result.count++;
    result.component[node] = number[representative];
  }
  return result;
}

} // namespace

std::optional<llvm::SmallVector<uint32_t, 0>>
maximumArborescence(uint32_t nodeCount, uint32_t root, llvm::ArrayRef<ChoiceEdge> edges) {
  llvm::SmallVector<uint32_t, 0> choice(nodeCount, kNone);
  for (uint32_t edge = 0; edge < edges.size(); ++edge) {
    const ChoiceEdge &e = edges[edge];
    if (e.from != root && e.from != e.to &&
        (choice[e.from] == kNone || e.weight > edges[choice[e.from]].weight))
      choice[e.from] = edge;
  }
  for (uint32_t node = 0; node < nodeCount; ++node)
    if (choice[node] == kNone && node != root)
      return std::nullopt;

  Contraction contraction = contractCycles(nodeCount, root, edges, choice);
  if (!contraction.any)
    return choice;

  // A cycle is left by giving up the choice of one of its nodes: what that costs
  // is taken off the edges that leave from there.
  llvm::SmallVector<ChoiceEdge, 0> leaving;
  llvm::SmallVector<uint32_t, 0> original;
  for (uint32_t edge = 0; edge < edges.size(); ++edge) {
    const ChoiceEdge &e = edges[edge];
    uint32_t from = contraction.component[e.from], to = contraction.component[e.to];
    if (from == to || e.from == root)
      continue;
    double cost = contraction.onCycle[e.from] ? edges[choice[e.from]].weight : 0;
    leaving.push_back({from, to, e.weight - cost});
    original.push_back(edge);
  }
  auto inner = maximumArborescence(contraction.count, contraction.component[root], leaving);
  if (!inner)
    return std::nullopt;
  for (uint32_t node = 0; node < contraction.count; ++node)
    if (node != contraction.component[root]) {
      uint32_t edge = original[(*inner)[node]];
      choice[edges[edge].from] = edge;
    }
  return choice;
}

} // namespace blockcov
