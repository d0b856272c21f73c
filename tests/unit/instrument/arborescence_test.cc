//===- arborescence_test.cc - which edges go without a probe --------------===//

#include "instrument/arborescence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace blockcov {
namespace {

using Edges = std::vector<ChoiceEdge>;
using Choice = llvm::SmallVector<uint32_t, 0>;

/// Following the choices leads to the root from everywhere.
bool leadsToTheRoot(uint32_t nodes, uint32_t root, const Edges &edges, const Choice &choice) {
  for (uint32_t start = 0; start < nodes; ++start) {
    uint32_t node = start;
    for (uint32_t steps = 0; node != root; ++steps) {
      if (steps > nodes || choice[node] >= edges.size() || edges[choice[node]].from != node)
        return false;
      node = edges[choice[node]].to;
    }
  }
  return true;
}

double weightOf(uint32_t nodes, uint32_t root, const Edges &edges, const Choice &choice) {
  double sum = 0;
  for (uint32_t node = 0; node < nodes; ++node)
    sum += node == root ? 0 : edges[choice[node]].weight;
  return sum;
}

/// The best of all choices, one node after the other: slow and obvious. Below any weight if there is none.
double bestOf(uint32_t nodes, uint32_t root, const Edges &edges, Choice &choice, uint32_t node) {
  if (node == nodes)
    return leadsToTheRoot(nodes, root, edges, choice) ? weightOf(nodes, root, edges, choice) : -1e9;
  if (node == root)
    return bestOf(nodes, root, edges, choice, node + 1);
  double best = -1e9;
  for (uint32_t edge = 0; edge < edges.size(); ++edge)
    if (edges[edge].from == node) {
      choice[node] = edge;
      best = std::max(best, bestOf(nodes, root, edges, choice, node + 1));
    }
  return best;
}

void checkAgainstAllChoices(uint32_t nodes, uint32_t root, const Edges &edges) {
  Choice trial(nodes, ~0u);
  double best = bestOf(nodes, root, edges, trial, 0);
  auto choice = maximumArborescence(nodes, root, edges);
  ASSERT_EQ(choice.has_value(), best > -1e9);
  if (!choice)
    return;
  ASSERT_EQ(choice->size(), nodes);
  ASSERT_TRUE(leadsToTheRoot(nodes, root, edges, *choice));
  ASSERT_DOUBLE_EQ(weightOf(nodes, root, edges, *choice), best);
}

/// Every graph of up to three nodes and five edges, loops and parallel edges included.
TEST(Arborescence, AllSmallGraphs) {
  for (uint32_t nodes = 1; nodes <= 3; ++nodes)
    for (uint32_t count = 0; count <= 5; ++count)
      for (uint32_t code = 0; code < uint32_t(std::pow(nodes * nodes, count)); ++code) {
        Edges edges;
        uint32_t rest = code;
        for (uint32_t edge = 0; edge < count; ++edge, rest /= nodes * nodes)
          edges.push_back({rest % nodes, rest / nodes % nodes, double((edge * 7 + code) % 5)});
        checkAgainstAllChoices(nodes, code % nodes, edges);
        if (HasFatalFailure())
          FAIL() << nodes << " nodes, " << count << " edges, graph " << code;
      }
}

TEST(Arborescence, RandomGraphsAgainstAllChoices) {
  std::mt19937 random(5);
  for (int round = 0; round < 3000; ++round) {
    uint32_t nodes = 2 + random() % 6, root = uint32_t(random() % nodes);
    Edges edges;
    for (uint32_t count = random() % 16; count > 0; --count)
      edges.push_back({uint32_t(random() % nodes), uint32_t(random() % nodes), double(random() % 20) - 5});
    checkAgainstAllChoices(nodes, root, edges);
    if (HasFatalFailure())
      FAIL() << "round " << round;
  }
}

/// The rank of the conservation equations: counts of the edges that were not chosen determine the chosen ones.
TEST(Arborescence, TheRestDetermines) {
  std::mt19937 random(6);
  for (int round = 0; round < 200; ++round) {
    uint32_t nodes = 2 + random() % 30, root = nodes - 1;
    Edges edges;
    for (uint32_t node = 0; node < nodes; ++node)
      for (uint32_t count = 1 + random() % 3; count > 0; --count)
        edges.push_back({node, uint32_t(random() % nodes), double(random() % 10)});
    auto choice = maximumArborescence(nodes, root, edges);
    if (!choice)
      continue;
    // In the order of their distance to the root, farthest first, each node has one unknown edge: its own choice.
    std::vector<uint32_t> chosenInto(nodes);
    for (uint32_t node = 0; node < root; ++node)
      ++chosenInto[edges[(*choice)[node]].to];
    std::vector<uint32_t> ready;
    for (uint32_t node = 0; node < root; ++node)
      if (!chosenInto[node])
        ready.push_back(node);
    uint32_t solved = 0;
    while (!ready.empty()) {
      uint32_t to = edges[(*choice)[ready.back()]].to;
      ready.pop_back();
      ++solved;
      if (--chosenInto[to] == 0 && to != root)
        ready.push_back(to);
    }
    ASSERT_EQ(solved, root) << "round " << round;
  }
}

TEST(Arborescence, TiesGoToTheLowerIndex) {
  Edges edges{{0, 2, 1}, {0, 1, 1}, {1, 2, 1}, {1, 0, 1}};
  auto choice = maximumArborescence(3, 2, edges);
  ASSERT_TRUE(choice);
  EXPECT_EQ((*choice)[0], 0u);
  EXPECT_EQ((*choice)[1], 2u);
}

/// The cycle 0 -> 1 -> 0 is left where that costs the least.
TEST(Arborescence, ACycleIsBrokenWhereItIsCheapest) {
  Edges edges{{0, 1, 10}, {1, 0, 10}, {0, 2, 3}, {1, 2, 4}};
  auto choice = maximumArborescence(3, 2, edges);
  ASSERT_TRUE(choice);
  EXPECT_EQ((*choice)[0], 0u);
  EXPECT_EQ((*choice)[1], 3u);
}

TEST(Arborescence, NoWayToTheRoot) {
  EXPECT_FALSE(maximumArborescence(2, 1, Edges{}));
  EXPECT_FALSE(maximumArborescence(2, 1, Edges{{0, 0, 1}, {1, 0, 1}}));
  EXPECT_FALSE(maximumArborescence(3, 2, Edges{{0, 1, 1}, {1, 0, 1}}));
  EXPECT_TRUE(maximumArborescence(1, 0, Edges{}));
}

TEST(Arborescence, LongChain) {
  const uint32_t nodes = 100000;
  Edges edges;
  for (uint32_t node = 0; node + 1 < nodes; ++node) {
    edges.push_back({node, node + 1, 1});
    edges.push_back({node, nodes - 1, 0});
  }
  auto choice = maximumArborescence(nodes, nodes - 1, edges);
  ASSERT_TRUE(choice);
  for (uint32_t node = 0; node + 1 < nodes; ++node)
    ASSERT_EQ((*choice)[node], 2 * node);
}

/// A loop around a chain of `elif`: every arm that is contracted into the cycle makes the next one a cycle. Neither
/// time nor memory may grow with the square of the arms.
TEST(Arborescence, ManyArmsOfOneLoop) {
  const uint32_t arms = 2000, root = 2 * arms; // tests 0 .. arms - 1, bodies behind them
  Edges edges;
  for (uint32_t arm = 0; arm < arms; ++arm) {
    edges.push_back({arm, arms + arm, 5});
    edges.push_back({arm, arm + 1 < arms ? arm + 1 : root, 5});
    edges.push_back({arms + arm, 0, 10});
    edges.push_back({arms + arm, root, -1e12});
  }
  auto choice = maximumArborescence(root + 1, root, edges);
  ASSERT_TRUE(choice);
  EXPECT_TRUE(leadsToTheRoot(root + 1, root, edges, *choice));
}

} // namespace
} // namespace blockcov
