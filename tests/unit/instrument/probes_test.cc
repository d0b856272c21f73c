//===- probes_test.cc - where the probes go -------------------------------===//

#include "instrument/decode.h"
#include "instrument/pipeline.h"
#include "instrument/probes.h"
#include "instrument/verify.h"
#include "tests/unit/instrument/code_builder.h"
#include "tests/unit/instrument/fixtures.h"

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
  // At the entry: a process that is killed in the middle has counted the call.
  EXPECT_EQ(cfg.edges[got.edgeOf[0].value].kind, EdgeKind::Entry);
}

/// As many as the graph, closed through the exit node, has independent cycles: edges - nodes + 1.
TEST_P(ProbesTest, FewestWithoutLoops) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("LOAD_FAST").jump("POP_JUMP_IF_FALSE", "out").op("LOAD_FAST");
  code.jump("POP_JUMP_IF_FALSE", "else").op("NOP").jump("JUMP_FORWARD", "end").label("else").op("NOP").label("end");
  code.op("NOP").label("out").op("LOAD_CONST").op("RETURN_VALUE");
  ProbePlan got = plan(code);
  EXPECT_EQ(got.edgeOf.size(), cfg.edges.size() - (cfg.blocks.size() + 1) + 1);
  EXPECT_EQ(got.edgeOf.size(), 3u);
  for (uint32_t probe = 0; probe < got.edgeOf.size(); ++probe)
    EXPECT_EQ(got.probeOf[got.edgeOf[probe].value].value, probe);
  for (uint32_t probe = 1; probe < got.edgeOf.size(); ++probe)
    EXPECT_LT(got.edgeOf[probe - 1].value, got.edgeOf[probe].value); // numbered by edge
}

/// Where a function loops, its cold edges all carry probes, so that a killed process shows where it was; in the loop,
/// the fewest that do.
TEST_P(ProbesTest, ColdEdgesCarryProbesWhereThereIsALoop) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("top").op("LOAD_FAST").jump("POP_JUMP_IF_TRUE", "out").label("back").op("NOP");
  code.jump("JUMP_BACKWARD", "top").label("out").op("LOAD_CONST").op("RETURN_VALUE");
  ProbePlan got = plan(code);
  for (uint32_t number : {0u, edge(0, EdgeKind::Fall), edge(1, EdgeKind::Jump)})
    EXPECT_TRUE(got.probeOf[number].valid()) << number;
  EXPECT_FALSE(got.probeOf[edge(3, EdgeKind::Return)].valid()); // a frame that leaves passes nothing more
  EXPECT_NE(got.probeOf[edge(1, EdgeKind::Fall)].valid(), got.probeOf[edge(2, EdgeKind::Jump)].valid());
}

/// A module runs once: every edge outside of loops that leads to another block carries a probe.
TEST_P(ProbesTest, ModuleLevel) {
  CodeBuilder code(dialect);
  code.flags(0).op("RESUME").op("LOAD_NAME").jump("POP_JUMP_IF_FALSE", "end").op("NOP").label("end").op("LOAD_CONST");
  code.op("RETURN_VALUE");
  ProbePlan got = plan(code);
  EXPECT_EQ(got.edgeOf.size(), cfg.edges.size() - 1);
  EXPECT_FALSE(got.probeOf[edge(2, EdgeKind::Return)].valid());
}

/// Counts follow from earlier events: every edge without a probe is its source's only one, and going along them never
/// leads in a circle. A process that is killed cannot have entered a block that reads zero.
TEST_P(ProbesTest, DerivedFromWhatCameBefore) {
  for (const test::Fixture &each : test::fixtures(dialect)) {
    Compiled code = unwrap(compile(each.view, dialect));
    std::vector<uint32_t> derived(code.cfg.blocks.size(), ~0u);
    for (uint32_t number = 0; number < code.cfg.edges.size(); ++number) {
      const Edge &edge = code.cfg.edges[number];
      if (code.plan.probeOf[number].valid() || edge.kind == EdgeKind::Moved)
        continue;
      ASSERT_TRUE(edge.from.valid()) << each.qualname;
      ASSERT_EQ(derived[edge.from.value], ~0u) << each.qualname << " block " << edge.from.value;
      derived[edge.from.value] = number;
    }
    for (uint32_t start = 0; start < derived.size(); ++start) {
      uint32_t block = start;
      for (uint32_t steps = 0; derived[block] != ~0u; ++steps) {
        BlockId to = code.cfg.edges[derived[block]].to;
        ASSERT_LE(steps, derived.size()) << each.qualname << " block " << start;
        if (!to.valid())
          break;
        block = to.value;
      }
    }
  }
}

/// Entering the entry block again cannot be told from a call.
TEST_P(ProbesTest, LoopAtTheEntryIsRefused) {
  CodeBuilder code(dialect);
  code.label("top").op("RESUME").jump("POP_JUMP_IF_TRUE", "out").jump("JUMP_BACKWARD", "top").label("out");
  code.op("RETURN_VALUE");
  std::string error = test::errorOf(compile(code.view(), dialect));
  EXPECT_NE(error, "");
  EXPECT_EQ(error.find("4294967295"), std::string::npos) << error;
}

/// A loop around many `elif` is planned in reasonable time and memory.
TEST_P(ProbesTest, ManyArms) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("top").op("NOP");
  for (int arm = 0; arm < 2000; ++arm) {
    std::string next = "arm" + std::to_string(arm);
    code.op("LOAD_FAST").jump("POP_JUMP_IF_FALSE", next).op("NOP").jump("JUMP_BACKWARD", "top").label(next);
  }
  code.op("LOAD_CONST").op("RETURN_VALUE");
  ProbePlan got = plan(code);
  EXPECT_GE(got.edgeOf.size(), cfg.edges.size() - cfg.blocks.size());
}

TEST_P(ProbesTest, NothingThatCannotCarryOneIsChosen) {
  CodeBuilder code(dialect);
  code.op("RETURN_GENERATOR").op("POP_TOP").op("RESUME").label("send").jump("SEND", "done").op("YIELD_VALUE");
  code.op("RESUME", 2).jump("JUMP_BACKWARD_NO_INTERRUPT", "send").label("done").op("POP_TOP").op("RETURN_VALUE");
  ProbePlan got = plan(code);
  for (EdgeId id : got.edgeOf)
    EXPECT_NE(cfg.edges[id.value].slot, Slot::None);
}

/// One probe each time round, behind RESUME; of the end only what it takes to know it.
TEST_P(ProbesTest, DelegationOfAGenerator) {
  if (!dialect.endSend)
    GTEST_SKIP() << "throw() may move the frame to the end";
  CodeBuilder code(dialect);
  code.flags(0x20).op("RESUME").label("send").jump("SEND", "done").label("yield").op("YIELD_VALUE");
  code.label("end").op("RESUME", 2).jump("JUMP_BACKWARD_NO_INTERRUPT", "send");
  code.label("thrown").op("CLEANUP_THROW").label("done").op("END_SEND").op("RETURN_VALUE");
  code.handler("yield", "end", "thrown", 1);
  ProbePlan got = plan(code);
  std::vector<Slot> slots;
  for (EdgeId id : got.edgeOf)
    if (const Edge &edge = cfg.edges[id.value]; edge.from.valid() && cfg.blocks[edge.from.value].loopDepth > 0)
      slots.push_back(edge.slot);
  EXPECT_EQ(slots, (std::vector<Slot>{Slot::Arrival, Slot::Head}));
  // What is taken off is measured.
  for (uint32_t in : cfg.blocks.back().in)
    EXPECT_TRUE(got.probeOf[in].valid()) << "edge " << in;
  EXPECT_EQ(test::errorOf(verifyPlan(cfg, got)), "");
  got.probeOf[cfg.blocks.back().in.back()] = ProbeId();
  EXPECT_EQ(test::errorOf(verifyPlan(cfg, got)).find("plan: edge"), 0u);
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
  EXPECT_EQ(test::errorOf(planProbes(fn, cfg, dialect)), "block 0 has two ways that cannot carry a probe");
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
