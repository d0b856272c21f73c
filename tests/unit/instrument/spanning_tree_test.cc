//===- spanning_tree_test.cc - which edges need a probe -------------------===//

#include "instrument/spanning_tree.h"

#include "llvm/ADT/SmallVector.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace blockcov {
namespace {

using Edges = std::vector<WeightedEdge>;

/// Which node each node is connected to, by flooding: slow and obvious.
std::vector<uint32_t> componentsOf(uint32_t nodes, const Edges &edges, uint32_t chosen) {
  std::vector<uint32_t> component(nodes);
  for (uint32_t node = 0; node < nodes; ++node)
    component[node] = node;
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t edge = 0; edge < edges.size(); ++edge) {
      uint32_t &a = component[edges[edge].from], &b = component[edges[edge].to];
      if ((chosen >> edge & 1) && a != b) {
        a = b = std::min(a, b);
        changed = true;
      }
    }
  }
  return component;
}

uint32_t countComponents(uint32_t nodes, const Edges &edges, uint32_t chosen) {
  std::vector<uint32_t> component = componentsOf(nodes, edges, chosen);
  uint32_t count = 0;
  for (uint32_t node = 0; node < nodes; ++node)
    count += component[node] == node;
  return count;
}

/// A forest has as many edges as it joins nodes.
bool isForest(uint32_t nodes, const Edges &edges, uint32_t chosen) {
  return nodes - countComponents(nodes, edges, chosen) == uint32_t(__builtin_popcount(chosen));
}

double weightOf(const Edges &edges, uint32_t chosen) {
  double sum = 0;
  for (uint32_t edge = 0; edge < edges.size(); ++edge)
    sum += chosen >> edge & 1 ? edges[edge].weight : 0;
  return sum;
}

/// Compares with all subsets of the edges.
void checkAgainstAllSubsets(uint32_t nodes, const Edges &edges) {
  uint32_t all = (1u << edges.size()) - 1, must = 0;
  for (uint32_t edge = 0; edge < edges.size(); ++edge)
    must |= edges[edge].mustBeInTree ? 1u << edge : 0;
  uint32_t components = countComponents(nodes, edges, all);
  double best = -1;
  for (uint32_t chosen = 0; chosen <= all; ++chosen)
    if ((chosen & must) == must && isForest(nodes, edges, chosen) &&
        countComponents(nodes, edges, chosen) == components)
      best = std::max(best, weightOf(edges, chosen));
  auto tree = maximumSpanningTree(nodes, edges);
  ASSERT_EQ(tree.has_value(), best >= 0);
  if (!tree)
    return;
  uint32_t chosen = 0;
  for (unsigned edge : tree->set_bits())
    chosen |= 1u << edge;
  ASSERT_EQ(chosen & must, must);
  ASSERT_TRUE(isForest(nodes, edges, chosen));
  ASSERT_EQ(countComponents(nodes, edges, chosen), components);
  ASSERT_DOUBLE_EQ(weightOf(edges, chosen), best);
}

/// Rank of the conservation equations over the edges left out of `known`, by Gauss: whether the known edges
/// determine the others.
bool determinesAll(uint32_t nodes, const Edges &edges, const llvm::BitVector &inTree) {
  std::vector<std::vector<double>> rows(nodes);
  std::vector<uint32_t> unknown;
  for (unsigned edge : inTree.set_bits())
    unknown.push_back(edge);
  for (uint32_t node = 0; node < nodes; ++node)
    for (uint32_t edge : unknown)
      rows[node].push_back((edges[edge].to == node) - (edges[edge].from == node));
  uint32_t rank = 0;
  for (uint32_t column = 0; column < unknown.size(); ++column) {
    uint32_t pivot = rank;
    while (pivot < nodes && rows[pivot][column] == 0)
      ++pivot;
    if (pivot == nodes)
      return false;
    std::swap(rows[rank], rows[pivot]);
    for (uint32_t row = rank + 1; row < nodes; ++row) {
      double factor = rows[row][column] / rows[rank][column];
      for (uint32_t k = 0; k < unknown.size(); ++k)
        rows[row][k] -= factor * rows[rank][k];
    }
    ++rank;
  }
  return true;
}

/// Every graph of up to three nodes and four edges, loops and parallel edges included, with every choice of edges
/// that must be in the tree.
TEST(SpanningTree, AllSmallGraphs) {
  for (uint32_t nodes = 1; nodes <= 3; ++nodes)
    for (uint32_t count = 0; count <= 4; ++count) {
      uint32_t kinds = nodes * nodes * 2;
      for (uint64_t code = 0; code < uint64_t(std::pow(kinds, count)); ++code) {
        Edges edges;
        uint64_t rest = code;
        for (uint32_t edge = 0; edge < count; ++edge, rest /= kinds)
          edges.push_back({uint32_t(rest % nodes), uint32_t(rest / nodes % nodes), double(edge * 7 % 5),
                           rest % kinds >= nodes * nodes});
        checkAgainstAllSubsets(nodes, edges);
        if (testing::Test::HasFatalFailure())
          FAIL() << nodes << " nodes, " << count << " edges, graph " << code;
      }
    }
}

Edges randomEdges(std::mt19937 &random, uint32_t nodes, uint32_t count, unsigned mustOneIn) {
  Edges edges;
  for (uint32_t edge = 0; edge < count; ++edge)
    edges.push_back(
        {uint32_t(random() % nodes), uint32_t(random() % nodes), double(random() % 10), random() % mustOneIn == 0});
  return edges;
}

TEST(SpanningTree, RandomGraphsAgainstAllSubsets) {
  std::mt19937 random(5);
  for (int round = 0; round < 600; ++round) {
    uint32_t nodes = 2 + random() % 6;
    checkAgainstAllSubsets(nodes, randomEdges(random, nodes, random() % 10, 8));
    if (testing::Test::HasFatalFailure())
      FAIL() << "round " << round;
  }
}

/// Counts on the complement determine all flows, and not one probe fewer would do.
TEST(SpanningTree, ComplementDetermines) {
  std::mt19937 random(6);
  for (int round = 0; round < 300; ++round) {
    uint32_t nodes = 2 + random() % 30;
    Edges edges = randomEdges(random, nodes, random() % 60, 1000);
    auto tree = maximumSpanningTree(nodes, edges);
    if (!tree)
      continue;
    ASSERT_TRUE(determinesAll(nodes, edges, *tree)) << round;
    for (uint32_t edge = 0; edge < edges.size(); ++edge) {
      if (tree->test(edge))
        continue;
      llvm::BitVector more = *tree;
      more.set(edge);
      ASSERT_FALSE(determinesAll(nodes, edges, more)) << round;
    }
  }
}

TEST(SpanningTree, TiesGoToTheLowerIndex) {
  Edges edges{{0, 1, 1, false}, {1, 2, 1, false}, {2, 0, 1, false}, {0, 2, 1, false}};
  auto tree = maximumSpanningTree(3, edges);
  ASSERT_TRUE(tree);
  EXPECT_TRUE(tree->test(0) && tree->test(1));
  EXPECT_FALSE(tree->test(2) || tree->test(3));
}

TEST(SpanningTree, WhatMustBeInTheTreeOutweighsAll) {
  Edges edges{{0, 1, 100, false}, {0, 1, 0, true}};
  auto tree = maximumSpanningTree(2, edges);
  ASSERT_TRUE(tree);
  EXPECT_FALSE(tree->test(0));
  EXPECT_TRUE(tree->test(1));
  edges[0].mustBeInTree = true;
  EXPECT_FALSE(maximumSpanningTree(2, edges));
  EXPECT_FALSE(maximumSpanningTree(1, Edges{{0, 0, 1, true}})); // a loop is a cycle
}

/// Long chains neither recurse nor take quadratic time.
TEST(SpanningTree, LongChain) {
  const uint32_t nodes = 200000;
  Edges edges;
  for (uint32_t node = 0; node + 1 < nodes; ++node)
    edges.push_back({nodes - 1 - node, nodes - 2 - node, double(node), false});
  edges.push_back({nodes - 1, 0, -1, false});
  auto tree = maximumSpanningTree(nodes, edges);
  ASSERT_TRUE(tree);
  EXPECT_EQ(tree->count(), nodes - 1);
  EXPECT_FALSE(tree->test(nodes - 1));
}

} // namespace
} // namespace blockcov
