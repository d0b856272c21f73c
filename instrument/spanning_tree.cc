//===- spanning_tree.cc - which edges need a probe ------------------------===//

#include "instrument/spanning_tree.h"

#include "llvm/ADT/SmallVector.h"

#include <algorithm>
#include <numeric>

namespace blockcov {

namespace {

/// Union-find with path halving.
class Components {
public:
  explicit Components(uint32_t count) : parent(count) {
    std::iota(parent.begin(), parent.end(), 0u);
  }

  uint32_t find(uint32_t node) {
    while (parent[node] != node)
      node = parent[node] = parent[parent[node]];
    return node;
  }

  /// False if they were one already.
  bool join(uint32_t a, uint32_t b) {
    a = find(a), b = find(b);
    parent[std::max(a, b)] = std::min(a, b);
    return a != b;
  }

private:
  llvm::SmallVector<uint32_t, 0> parent;
};

} // namespace

std::optional<llvm::BitVector> maximumSpanningTree(uint32_t nodeCount,
                                                   llvm::ArrayRef<WeightedEdge> edges) {
  llvm::SmallVector<uint32_t, 0> order(edges.size());
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    if (edges[a].mustBeInTree != edges[b].mustBeInTree)
      return edges[a].mustBeInTree;
    return edges[a].weight > edges[b].weight;
  });
  Components components(nodeCount);
  llvm::BitVector inTree(uint32_t(edges.size()));
  for (uint32_t edge : order) {
    if (components.join(edges[edge].from, edges[edge].to))
      inTree.set(edge);
    else if (edges[edge].mustBeInTree)
      return std::nullopt;
  }
  return inTree;
}

} // namespace blockcov
