//===- arborescence.cc - which edges go without a probe -------------------===//
//
// Tarjan, "Finding optimum branchings", Networks 7, 1977: each component keeps
// its edges out in a mergeable heap whose weights are adjusted lazily, so that a
// cycle is contracted without copying the graph. O(edges * log(edges)). Most
// graphs have no cycle of best edges, and need none of that.
//
//===----------------------------------------------------------------------===//

#include "instrument/arborescence.h"

#include <numeric>
#include <utility>

namespace blockcov {

namespace {

constexpr uint32_t kNone = ~0u;

/// Skew heaps of edges, the heaviest on top; `lag` is to be added to the weights
/// of all that is below.
class EdgeHeaps {
public:
  explicit EdgeHeaps(llvm::ArrayRef<ChoiceEdge> edges) {
    nodes.reserve(edges.size());
    for (const ChoiceEdge &edge : edges)
      nodes.push_back({kNone, kNone, edge.weight, 0});
  }

  double weight(uint32_t top) const { return nodes[top].weight; }

  void add(uint32_t top, double amount) {
    if (top == kNone)
      return;
    nodes[top].weight += amount;
    nodes[top].lag += amount;
  }

  uint32_t merge(uint32_t a, uint32_t b) {
    // Down the right spines, without recursion.
    llvm::SmallVector<uint32_t, 32> path;
    while (a != kNone && b != kNone) {
      if (before(b, a))
        std::swap(a, b);
      settle(a);
      path.push_back(a);
      a = nodes[a].right;
    }
    uint32_t merged = a == kNone ? b : a;
    while (!path.empty()) {
      uint32_t top = path.pop_back_val();
      nodes[top].right = nodes[top].left;
      nodes[top].left = merged;
      merged = top;
    }
    return merged;
  }

  uint32_t pop(uint32_t top) {
    settle(top);
    return merge(nodes[top].left, nodes[top].right);
  }

private:
  struct Node {
    uint32_t left, right;
    double weight, lag;
  };

  bool before(uint32_t a, uint32_t b) const {
    return nodes[a].weight != nodes[b].weight ? nodes[a].weight > nodes[b].weight : a < b;
  }

  void settle(uint32_t top) {
    double lag = std::exchange(nodes[top].lag, 0);
    add(nodes[top].left, lag);
    add(nodes[top].right, lag);
  }

  llvm::SmallVector<Node, 16> nodes; ///< by edge
};

/// Union-find with path halving.
class Components {
public:
  explicit Components(uint32_t count) : parent(count) { std::iota(parent.begin(), parent.end(), 0u); }
  uint32_t find(uint32_t node) {
    while (parent[node] != node)
      node = parent[node] = parent[parent[node]];
    return node;
  }
  void joinTo(uint32_t node, uint32_t whole) { parent[find(node)] = whole; }

private:
  llvm::SmallVector<uint32_t, 32> parent;
};

/// What each node chooses for itself: the heaviest edge, and the first of equal
/// ones. If that leads in a circle, or some node has no edge, nothing.
std::optional<llvm::SmallVector<uint32_t, 0>> greedyChoice(uint32_t nodeCount, uint32_t root,
                                                           llvm::ArrayRef<ChoiceEdge> edges) {
  llvm::SmallVector<uint32_t, 0> choice(nodeCount, kNone);
  for (uint32_t number = 0; number < edges.size(); ++number) {
    const ChoiceEdge &edge = edges[number];
    uint32_t &best = choice[edge.from];
    if (edge.from != root && edge.from != edge.to && (best == kNone || edge.weight > edges[best].weight))
      best = number;
  }
  // seenFrom: the start of the walk that came here first.
  llvm::SmallVector<uint32_t, 128> seenFrom(nodeCount, kNone);
  seenFrom[root] = root;
  for (uint32_t start = 0; start < nodeCount; ++start) {
    uint32_t node = start;
    for (; seenFrom[node] == kNone; node = edges[choice[node]].to) {
      seenFrom[node] = start;
      if (choice[node] == kNone)
        return std::nullopt;
    }
    if (seenFrom[node] == start && start != root)
      return std::nullopt; // a circle
  }
  return choice;
}

} // namespace

std::optional<llvm::SmallVector<uint32_t, 0>> maximumArborescence(uint32_t nodeCount, uint32_t root,
                                                                  llvm::ArrayRef<ChoiceEdge> edges) {
  if (auto choice = greedyChoice(nodeCount, root, edges))
    return choice;
  // Nodes from nodeCount on are contracted cycles; `outer` is the cycle that a node is part of.
  const uint32_t limit = 2 * nodeCount;
  EdgeHeaps heaps(edges);
  Components components(limit);
  llvm::SmallVector<uint32_t, 32> heap(limit, kNone), outer(limit, kNone), chosen(limit, kNone);
  for (uint32_t edge = 0; edge < edges.size(); ++edge)
    if (edges[edge].from != root)
      heap[edges[edge].from] = heaps.merge(heap[edges[edge].from], edge);

  enum : uint8_t { Unseen, Active, Done };
  llvm::SmallVector<uint8_t, 64> state(limit, Unseen);
  state[root] = Done;
  uint32_t count = nodeCount;
  llvm::SmallVector<uint32_t, 32> walk;
  for (uint32_t start = 0; start < nodeCount; ++start) {
    uint32_t node = components.find(start);
    while (state[node] != Done) {
      if (state[node] == Unseen) {
        state[node] = Active;
        walk.push_back(node);
        uint32_t &edgesOut = heap[node];
        while (edgesOut != kNone && components.find(edges[edgesOut].to) == node)
          edgesOut = heaps.pop(edgesOut);
        if (edgesOut == kNone)
          return std::nullopt;
        chosen[node] = edgesOut;
        node = components.find(edges[edgesOut].to);
        continue;
      }
      // The walk has come back to `node`: contract. Giving up a choice costs its weight.
      uint32_t cycle = count++;
      uint32_t member;
      do {
        member = walk.pop_back_val();
        outer[member] = cycle;
        heaps.add(heap[member], -heaps.weight(chosen[member]));
        heap[cycle] = heaps.merge(heap[cycle], heap[member]);
        components.joinTo(member, cycle);
      } while (member != node);
      node = cycle;
    }
    for (uint32_t done : walk)
      state[done] = Done;
    walk.clear();
  }

  // From the outermost cycle in: what a cycle chose is the choice of the node that the edge leaves from.
  llvm::SmallVector<uint32_t, 0> choice(nodeCount, kNone);
  llvm::SmallVector<bool, 64> expanded(count, false);
  for (uint32_t cycle = count; cycle-- > 0;) {
    if (expanded[cycle] || chosen[cycle] == kNone)
      continue;
    uint32_t edge = chosen[cycle];
    for (uint32_t node = edges[edge].from; node != kNone && !expanded[node]; node = outer[node]) {
      expanded[node] = true;
      if (node < nodeCount)
        choice[node] = edge;
      if (node == cycle)
        break;
    }
  }
  return choice;
}

} // namespace blockcov
