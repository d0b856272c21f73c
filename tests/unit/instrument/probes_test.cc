//===- probes_test.cc - where the probes go -------------------------------===//

#include "instrument/probes.h"
#include "instrument/decode.h"
#include "instrument/verify.h"
#include "tests/unit/instrument/code_builder.h"

#include <gtest/gtest.h>

namespace blockcov {
namespace {

using test::CodeBuilder;
using test::unwrap;

class ProbesTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();
  Function fn;
  Cfg cfg;

  ProbePlan plan(CodeBuilder &code) {
    fn = unwrap(decode(code.view(), dialect));
    cfg = buildCfg(fn, dialect);
    ProbePlan plan = unwrap(planProbes(fn, cfg, dialect));
    EXPECT_EQ(test::errorOf(verifyPlan(cfg, plan)), "");
    return plan;
  }

  /// The edge between two blocks, by kind.
  uint32_t edge(uint32_t from, EdgeKind kind) const {
    for (uint32_t number : cfg.blocks[from].out)
      if (cfg.edges[number].kind == kind)
        return number;
    ADD_FAILURE() << "block " << from << " has no such edge";
    return 0;
  }
};

INSTANTIATE_TEST_SUITE_P(All, ProbesTest, testing::ValuesIn(test::allDialects()),
                         [](const auto &info) { return test::dialectTestName(info.param); });

TEST_P(ProbesTest, StraightLineNeedsOne) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("LOAD_CONST").op("RETURN_VALUE");
  ProbePlan got = plan(code);
  ASSERT_EQ(got.edgeOf.size(), 1u);
  // Entry and return cost the same; the entry, which has the lower number, is derived.
  EXPECT_EQ(cfg.edges[got.edgeOf[0].value].kind, EdgeKind::Return);
}

/// As many as the graph, closed through the exit node, has independent cycles: edges - nodes + 1.
TEST_P(ProbesTest, CountIsTheCyclomaticNumber) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("top").op("LOAD_FAST").jump("POP_JUMP_IF_FALSE", "out").op("LOAD_FAST");
  code.jump("POP_JUMP_IF_FALSE", "else").op("NOP").jump("JUMP_FORWARD", "end").label("else").op("NOP").label("end");
  code.jump("JUMP_BACKWARD", "top").label("out").op("LOAD_CONST").op("RETURN_VALUE");
  ProbePlan got = plan(code);
  EXPECT_EQ(got.edgeOf.size(), cfg.edges.size() - (cfg.blocks.size() + 1) + 1);
  EXPECT_EQ(got.edgeOf.size(), 3u);
  for (uint32_t probe = 0; probe < got.edgeOf.size(); ++probe)
    EXPECT_EQ(got.probeOf[got.edgeOf[probe].value].value, probe);
  for (uint32_t probe = 1; probe < got.edgeOf.size(); ++probe)
    EXPECT_LT(got.edgeOf[probe - 1].value, got.edgeOf[probe].value); // numbered by edge
}

/// The hot way through a loop stays free where a cold one determines it.
TEST_P(ProbesTest, LoopCountsOutsideOfTheLoopWherePossible) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("top").op("LOAD_FAST").jump("POP_JUMP_IF_TRUE", "rare").label("back");
  code.jump("JUMP_BACKWARD", "top").label("rare").op("LOAD_CONST").op("RETURN_VALUE");
  ProbePlan got = plan(code);
  EXPECT_EQ(got.edgeOf.size(), 2u);
  EXPECT_TRUE(got.probeOf[0].valid() || got.probeOf[edge(3, EdgeKind::Return)].valid() ||
              got.probeOf[edge(1, EdgeKind::Jump)].valid()); // one on the cold way in and out
  EXPECT_FALSE(got.probeOf[edge(1, EdgeKind::Fall)].valid() && got.probeOf[edge(2, EdgeKind::Jump)].valid());
}

TEST_P(ProbesTest, NothingThatCannotCarryOneIsChosen) {
  CodeBuilder code(dialect);
  code.op("RETURN_GENERATOR").op("POP_TOP").op("RESUME").label("send").jump("SEND", "done").op("YIELD_VALUE");
  code.op("RESUME", 2).jump("JUMP_BACKWARD_NO_INTERRUPT", "send").label("done").op("POP_TOP").op("RETURN_VALUE");
  ProbePlan got = plan(code);
  for (EdgeId id : got.edgeOf)
    EXPECT_NE(cfg.edges[id.value].slot, Slot::None);
}

/// Two exhausted iterators that end at the same END_FOR, and nothing else to count by: refused, not guessed.
TEST_P(ProbesTest, UncountableCodeIsRefused) {
  if (!dialect.endFor)
    GTEST_SKIP() << "no END_FOR";
  CodeBuilder code(dialect);
  code.op("RESUME").jump("FOR_ITER", "end").label("end").op("END_FOR").op("POP_TOP");
  code.op("RETURN_VALUE");
  fn = unwrap(decode(code.view(), dialect));
  cfg = buildCfg(fn, dialect);
  for (uint32_t number : cfg.blocks[0].out)
    cfg.edges[number].slot = Slot::None;
  EXPECT_EQ(test::errorOf(planProbes(fn, cfg, dialect)), "the edges that cannot carry a probe form a cycle");
}

TEST_P(ProbesTest, SameInputSamePlan) {
  CodeBuilder code(dialect);
  code.op("RESUME");
  for (int i = 0; i < 50; ++i)
    code.jump("POP_JUMP_IF_TRUE", "l" + std::to_string(i / 7)).op("NOP");
  for (int i = 0; i < 10; ++i)
    code.label("l" + std::to_string(i)).op("NOP");
  code.op("RETURN_VALUE");
  ProbePlan one = plan(code), two = plan(code);
  EXPECT_TRUE(one.edgeOf == two.edgeOf);
}

} // namespace
} // namespace blockcov
