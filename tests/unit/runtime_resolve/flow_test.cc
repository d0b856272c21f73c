//===- flow_test.cc - every edge and instruction from the probes ----------===//

#include "runtime/flow.h"
#include "tests/unit/instrument/fixtures.h"
#include "tests/unit/instrument/stages.h"

#include <gtest/gtest.h>

namespace blockcov {
namespace {

using namespace blockcov::test;

class FlowTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();

  /// The unit of the rewritten code where an original instruction stands.
  static uint32_t unitOf(const Compiled &code, uint32_t instr) {
    for (uint32_t i = 0; i < code.inserted.origins.size(); ++i)
      if (code.inserted.origins[i].instr == instr)
        return code.assembled.unitOf[i];
    ADD_FAILURE() << "instruction " << instr << " is gone";
    return 0;
  }

  FlowCounts solve(const Compiled &code, std::vector<uint64_t> counters, std::vector<Loss> losses = {}) {
    return unwrap(solveFlow(code, dialect, counters, losses));
  }
};

INSTANTIATE_TEST_SUITE_P(All, FlowTest, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

/// Two of five calls raise in the middle: what follows ran three times, what stands before five.
TEST_P(FlowTest, ARaiseIsSubtractedFromWhatFollows) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("LOAD_GLOBAL").op("LOAD_FAST").op("RETURN_VALUE");
  Compiled compiled = compileAll(code, dialect);
  ASSERT_EQ(compiled.plan.edgeOf.size(), 1u);
  FlowCounts got = solve(compiled, {5}, {{0, unitOf(compiled, 1), LossKind::Raised, 2}});
  EXPECT_EQ(got.instrs, (std::vector<uint64_t>{5, 5, 3, 3}));
  EXPECT_EQ(got.raised, (std::vector<uint64_t>{0, 2, 0, 0}));
  EXPECT_EQ(got.edges, (std::vector<uint64_t>{5, 3}));
  EXPECT_EQ(got.blocks, (std::vector<uint64_t>{5}));
  EXPECT_EQ(got.passed(1), 3u);
}

TEST_P(FlowTest, ARaiseArrivesAtItsHandler) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("try").op("LOAD_GLOBAL").label("end").op("RETURN_VALUE");
  code.label("handler").op("POP_TOP").op("LOAD_CONST").op("RETURN_VALUE").handler("try", "end", "handler");
  Compiled compiled = compileAll(code, dialect);
  ASSERT_EQ(compiled.plan.edgeOf.size(), 1u);
  FlowCounts got = solve(compiled, {5}, {{0, unitOf(compiled, 1), LossKind::Raised, 2}});
  EXPECT_EQ(got.instrs, (std::vector<uint64_t>{5, 5, 3, 2, 2, 2}));
  EXPECT_EQ(got.blocks, (std::vector<uint64_t>{5, 2}));
}

/// A frame that still runs has not left its instruction; one that ran before counting began has not entered it.
TEST_P(FlowTest, RunningAndStarted) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("CALL").op("LOAD_FAST").op("RETURN_VALUE");
  Compiled compiled = compileAll(code, dialect);
  uint32_t call = unitOf(compiled, 1);
  FlowCounts got = solve(compiled, {4}, {{0, call, LossKind::Running, 1}, {0, call, LossKind::Started, 3}});
  EXPECT_EQ(got.instrs, (std::vector<uint64_t>{4, 4, 6, 6}));
  EXPECT_EQ(got.edges, (std::vector<uint64_t>{4, 6}));
  EXPECT_EQ(got.lost[1], -2);
}

/// While a Python callee runs, the frame of 3.11 and 3.12 stands in the caches behind its CALL.
TEST_P(FlowTest, CachesBelongToTheirInstruction) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("CALL").op("LOAD_FAST").op("RETURN_VALUE");
  Compiled compiled = compileAll(code, dialect);
  uint32_t call = unitOf(compiled, 1), caches = dialect.info(dialect.call).caches;
  for (uint32_t unit = call; unit <= call + caches; ++unit)
    EXPECT_EQ(solve(compiled, {1}, {{0, unit, LossKind::Raised, 1}}).raised[1], 1u) << unit;
}

/// The compiler at run time of 3.15 says POP_ITER where FOR_ITER has raised.
TEST_P(FlowTest, RaisedByALoopAndReportedBehindIt) {
  if (!dialect.popIter)
    GTEST_SKIP() << "no POP_ITER";
  CodeBuilder code(dialect);
  code.op("RESUME").op("GET_ITER").label("top").jump("FOR_ITER", "end").op("STORE_FAST").jump("JUMP_BACKWARD", "top");
  code.label("end").op("END_FOR").op("POP_ITER").op("LOAD_CONST").op("RETURN_VALUE");
  Compiled compiled = compileAll(code, dialect);
  std::vector<uint64_t> counters(compiled.plan.probeCount(), 1);
  FlowCounts got = solve(compiled, counters, {{0, unitOf(compiled, 6), LossKind::Raised, 1}});
  EXPECT_EQ(got.raised[2], 1u);
  EXPECT_EQ(got.raised[6], 0u);
}

TEST_P(FlowTest, LossesThatNameNoInstruction) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("LOAD_CONST").op("RETURN_VALUE");
  Compiled compiled = compileAll(code, dialect);
  auto errorFor = [&](uint32_t unit, LossKind kind) {
    std::vector<Loss> losses{{0, unit, kind, 1}};
    return errorOf(solveFlow(compiled, dialect, std::vector<uint64_t>{1}, losses));
  };
  uint32_t units = uint32_t(compiled.assembled.bytes.code.size() / 2);
  EXPECT_EQ(errorFor(units, LossKind::Raised),
            "a loss cell names unit " + std::to_string(units) + ", where no instruction of the rewritten code is");
  EXPECT_NE(errorFor(UINT32_MAX, LossKind::Running), "");
  // RESUME is first, the probe second, which raises nothing once it has begun.
  uint32_t probe = 1 + dialect.info(dialect.resume).caches;
  EXPECT_EQ(errorFor(probe, LossKind::Raised), "");
  EXPECT_EQ(errorFor(probe + 1, LossKind::Raised),
            "a loss cell names unit " + std::to_string(probe + 1) + ", which belongs to a probe");
  EXPECT_NE(errorFor(0, LossKind(99)), "");
}

/// A trace function raised where a line begins with a probe: its edge was taken, and what follows has raised.
TEST_P(FlowTest, LossesAtAProbe) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("LOAD_CONST").op("RETURN_VALUE");
  Compiled compiled = compileAll(code, dialect);
  const uint32_t probe = 1 + dialect.info(dialect.resume).caches;
  FlowCounts got = solve(compiled, std::vector<uint64_t>{5}, {{0, probe, LossKind::Raised, 2}});
  EXPECT_EQ(got.instrs[1], 7u);
  EXPECT_EQ(got.instrs[2], 5u);
}

/// A process that was killed leaves counters that contradict each other: nothing wraps around.
TEST_P(FlowTest, ContradictionsAreClamped) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("top").op("LOAD_FAST").jump("POP_JUMP_IF_FALSE", "out").op("NOP");
  code.jump("JUMP_BACKWARD", "top").label("out").op("LOAD_CONST").op("RETURN_VALUE");
  Compiled compiled = compileAll(code, dialect);
  for (uint32_t hot = 0; hot < compiled.plan.edgeOf.size(); ++hot) {
    std::vector<uint64_t> counters(compiled.plan.edgeOf.size());
    counters[hot] = 1000;
    FlowCounts got = solve(compiled, counters, {{0, unitOf(compiled, 1), LossKind::Raised, 7}});
    for (const auto &counts : {got.edges, got.blocks, got.instrs})
      for (uint64_t count : counts)
        EXPECT_LE(count, 2000u);
  }
}

TEST_P(FlowTest, LargeCounts) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("LOAD_FAST").jump("POP_JUMP_IF_FALSE", "end").op("NOP").label("end").op("RETURN_VALUE");
  Compiled compiled = compileAll(code, dialect);
  const uint64_t large = uint64_t(1) << 62;
  std::vector<uint64_t> counters(compiled.plan.edgeOf.size());
  counters[0] = large; // the entry
  FlowCounts got = solve(compiled, counters);
  EXPECT_EQ(got.instrs[0], large);
  EXPECT_EQ(got.instrs[4], large);
}

/// A signal handler that raises on a trampoline, and a clean-up handler that restores its lasti.
TEST(Flow, RethrownFromATrampoline311) {
  const Dialect &dialect = py311();
  CodeBuilder code(dialect);
  code.op("RESUME").label("try").op("NOP").label("top").op("LOAD_FAST").jump("POP_JUMP_IF_TRUE", "top").label("end");
  code.op("RETURN_VALUE").label("handler").op("POP_TOP").op("RERAISE", 1).label("cleanup").op("COPY", 3);
  code.op("RERAISE", 1).handler("try", "end", "handler").handler("handler", "cleanup", "cleanup", 1, true);
  Compiled compiled = compileAll(code, dialect);
  uint32_t onTrampoline = 0, trampolined = 0;
  for (uint32_t i = 0; i < compiled.inserted.origins.size(); ++i)
    if (compiled.inserted.origins[i].edge.value != ~0u) {
      onTrampoline = compiled.assembled.unitOf[i];
      trampolined = compiled.inserted.origins[i].edge.value;
    }
  ASSERT_NE(onTrampoline, 0u);
  std::vector<uint64_t> counters(compiled.plan.edgeOf.size());
  counters[0] = 1;
  counters[compiled.plan.probeOf[trampolined].value] = 1;
  for (uint32_t edge = 1; edge < compiled.cfg.edges.size(); ++edge)
    if (ProbeId probe = compiled.plan.probeOf[edge]; probe.valid() && edge != trampolined)
      counters[probe.value] = compiled.cfg.edges[edge].from.value == 0; // B0 was passed
  std::vector<Loss> losses{{0, onTrampoline, LossKind::Raised, 1}, {0, onTrampoline, LossKind::Rethrown, 1}};
  auto got = solveFlow(compiled, dialect, counters, losses);
  ASSERT_TRUE(bool(got)) << toString(got.takeError());
  EXPECT_EQ(got->raised[3], 1u);
  ASSERT_EQ(got->rethrows.size(), 1u);
  EXPECT_EQ(got->rethrows[0].from, 3u);
}

} // namespace
} // namespace blockcov
