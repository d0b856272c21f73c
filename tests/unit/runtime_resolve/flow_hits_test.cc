//===- flow_hits_test.cc - every edge and instruction from probes that fire once ===//

#include "runtime/flow_hits.h"
#include "runtime/line_events.h"
#include "tests/unit/instrument/stages.h"
#include "tests/unit/runtime_resolve/hit_walk.h"

#include <gtest/gtest.h>

namespace blockcov {
namespace {

using namespace blockcov::test;
using Values = std::vector<uint64_t>;

class FlowHitsTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();

  Compiled compileHits(CodeBuilder &code) {
    Compiled compiled = unwrap(compilePads(code.view(), dialect));
    EXPECT_EQ(compiled.plan.mode, Mode::Hits);
    return compiled;
  }

  static uint32_t unitOf(const Compiled &code, uint32_t instr) {
    for (uint32_t i = 0; i < code.inserted.origins.size(); ++i)
      if (code.inserted.origins[i].instr == instr)
        return code.assembled.unitOf[i];
    ADD_FAILURE() << "instruction " << instr << " is gone";
    return 0;
  }

  static Loss loss(const Compiled &code, uint32_t instr, LossKind kind, uint64_t count = 1) {
    return {0, unitOf(code, instr), kind, count};
  }

  /// The probed edge that leaves the block of an instruction, -1 for the entry, in that way.
  static uint32_t probe(const Compiled &code, int64_t from, EdgeKind kind) {
    for (uint32_t number = 0; number < code.cfg.edges.size(); ++number) {
      const Edge &edge = code.cfg.edges[number];
      bool leaves = edge.from.valid() ? from >= 0 && edge.from == code.cfg.blockOf[size_t(from)] : from < 0;
      if (leaves && edge.kind == kind && code.plan.probeOf[number].valid())
        return code.plan.probeOf[number].value;
    }
    ADD_FAILURE() << "no probe behind instruction " << from;
    return 0;
  }

  static uint64_t edge(const Compiled &code, const FlowCounts &counts, uint32_t from, EdgeKind kind) {
    for (uint32_t number : code.cfg.blocks[code.cfg.blockOf[from].value].out)
      if (code.cfg.edges[number].kind == kind)
        return counts.edges[number];
    ADD_FAILURE() << "instruction " << from << " has no such way out";
    return 0;
  }

  FlowCounts solve(const Compiled &code, std::vector<uint32_t> fired, std::vector<Loss> losses = {}) {
    Values counters(code.plan.probeCount());
    for (uint32_t each : fired)
      counters[each] = 3; // threads that pass a probe at the same time both count
    return unwrap(solveHits(code, dialect, counters, losses));
  }
};

INSTANTIATE_TEST_SUITE_P(All, FlowHitsTest, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

/// RESUME; line 2: LOAD_GLOBAL; line 3: LOAD_GLOBAL; line 4: LOAD_CONST; RETURN_VALUE
CodeBuilder threeLines(const Dialect &dialect) {
  CodeBuilder code(dialect);
  code.op("RESUME").line(2).op("LOAD_GLOBAL").line(3).op("LOAD_GLOBAL").line(4).op("LOAD_CONST").op("RETURN_VALUE");
  return code;
}

TEST_P(FlowHitsTest, NothingRan) {
  CodeBuilder code = threeLines(dialect);
  Compiled compiled = compileHits(code);
  FlowCounts got = solve(compiled, {});
  EXPECT_EQ(got.edges, (Values{0, 0}));
  EXPECT_EQ(got.instrs, (Values{0, 0, 0, 0, 0}));
  EXPECT_EQ(got.lost, (std::vector<int64_t>{0, 0, 0, 0, 0}));
}

TEST_P(FlowHitsTest, AReturnSaysThatAllBeforeItRan) {
  CodeBuilder code = threeLines(dialect);
  Compiled compiled = compileHits(code);
  // Other frames raised on the way.
  FlowCounts got = solve(compiled, {probe(compiled, -1, EdgeKind::Entry), probe(compiled, 4, EdgeKind::Return)},
                         {loss(compiled, 1, LossKind::Raised, 7)});
  EXPECT_EQ(got.edges, (Values{1, 1}));
  EXPECT_EQ(got.blocks, (Values{1}));
  EXPECT_EQ(got.instrs, (Values{1, 1, 1, 1, 1}));
  EXPECT_EQ(got.raised, (Values{0, 1, 0, 0, 0}));
  EXPECT_EQ(got.passed(1), 1u);
}

TEST_P(FlowHitsTest, NothingBehindTheFurthestLoss) {
  CodeBuilder code = threeLines(dialect);
  Compiled compiled = compileHits(code);
  for (LossKind kind : {LossKind::Raised, LossKind::Running}) {
    FlowCounts got = solve(compiled, {probe(compiled, -1, EdgeKind::Entry)},
                           {loss(compiled, 1, LossKind::Raised, 7), loss(compiled, 2, kind, 2)});
    EXPECT_EQ(got.edges, (Values{1, 0}));
    EXPECT_EQ(got.instrs, (Values{1, 1, 1, 0, 0}));
    EXPECT_EQ(got.passed(1), 1u);
    EXPECT_EQ(got.passed(2), 0u);
    EXPECT_EQ(got.lost, (std::vector<int64_t>{0, 0, 1, 0, 0}));
    EXPECT_EQ(countLines(compiled, dialect, got), (std::map<int32_t, uint64_t>{{2, 1}, {3, 1}, {4, 0}}));
  }
}

/// SIGKILL leaves nothing but what had fired.
TEST_P(FlowHitsTest, AKilledProcessReadsToTheEndOfTheBlock) {
  CodeBuilder code = threeLines(dialect);
  Compiled compiled = compileHits(code);
  FlowCounts got = solve(compiled, {probe(compiled, -1, EdgeKind::Entry)});
  EXPECT_EQ(got.edges, (Values{1, 0})) << "a return that has a probe was not passed";
  EXPECT_EQ(got.instrs, (Values{1, 1, 1, 1, 1}));
}

/// What stood here before a fork is in the parent's data.
TEST_P(FlowHitsTest, StartedIsIgnored) {
  CodeBuilder code = threeLines(dialect);
  Compiled compiled = compileHits(code);
  EXPECT_EQ(solve(compiled, {}, {loss(compiled, 1, LossKind::Started)}).instrs, (Values{0, 0, 0, 0, 0}));
  EXPECT_EQ(solve(compiled, {0}, {loss(compiled, 2, LossKind::Started), loss(compiled, 1, LossKind::Raised)}).instrs,
            (Values{1, 1, 0, 0, 0}));
}

/// The entry's probe stands behind RESUME.
TEST_P(FlowHitsTest, ALossInFrontOfTheHeadProbe) {
  CodeBuilder code(dialect);
  code.op("RESUME").line(2).op("LOAD_CONST").op("RETURN_VALUE");
  Compiled compiled = compileHits(code);
  FlowCounts got = solve(compiled, {}, {loss(compiled, 0, LossKind::Raised)});
  EXPECT_EQ(got.edges, (Values{1, 0})) << "called, and not returned";
  EXPECT_EQ(got.instrs, (Values{1, 0, 0}));
  got = solve(compiled, {0}, {loss(compiled, 0, LossKind::Raised)});
  EXPECT_EQ(got.edges, (Values{1, 1}));
  EXPECT_EQ(got.instrs, (Values{1, 1, 1})) << "another one came past it";
}

TEST_P(FlowHitsTest, ARaiseArrivesAtItsHandler) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("try").op("LOAD_GLOBAL").label("end").op("RETURN_VALUE");
  code.label("handler").op("POP_TOP").op("LOAD_CONST").op("RETURN_VALUE").handler("try", "end", "handler");
  Compiled compiled = compileHits(code);
  FlowCounts got = solve(compiled, {0}, {loss(compiled, 1, LossKind::Raised, 2)});
  EXPECT_EQ(got.blocks, (Values{1, 1}));
  EXPECT_EQ(got.instrs, (Values{1, 1, 0, 1, 1, 1}));
  EXPECT_EQ(edge(compiled, got, 5, EdgeKind::Return), 1u);
  got = solve(compiled, {0}, {loss(compiled, 1, LossKind::Running, 2)});
  EXPECT_EQ(got.blocks, (Values{1, 0}));
}

/// Edges without a probe that follow from their source's having been entered.
TEST_P(FlowHitsTest, EdgesFollow) {
  CodeBuilder code(dialect);
  code.op("RESUME").line(2).op("LOAD_GLOBAL").jump("POP_JUMP_IF_FALSE", "else");
  code.line(3).op("NOP").jump("JUMP_FORWARD", "end").label("else").line(4).op("NOP");
  code.label("end").line(5).op("LOAD_CONST").op("RETURN_VALUE");
  Compiled compiled = compileHits(code);
  ASSERT_TRUE(compiled.plan.follows.any());
  uint32_t entry = probe(compiled, -1, EdgeKind::Entry), fall = probe(compiled, 2, EdgeKind::Fall),
           jump = probe(compiled, 2, EdgeKind::Jump);
  EXPECT_EQ(solve(compiled, {entry, fall}).instrs, (Values{1, 1, 1, 1, 1, 0, 1, 1}));
  EXPECT_EQ(solve(compiled, {entry, jump}).instrs, (Values{1, 1, 1, 0, 0, 1, 1, 1}));
  EXPECT_EQ(solve(compiled, {entry, jump, fall}).instrs, (Values{1, 1, 1, 1, 1, 1, 1, 1}));
  EXPECT_EQ(solve(compiled, {entry}, {loss(compiled, 1, LossKind::Raised)}).instrs, (Values{1, 1, 0, 0, 0, 0, 0, 0}));
}

/// What a generator did before it was suspended for good is known from the probe in front of its YIELD_VALUE.
TEST_P(FlowHitsTest, ACompletion) {
  CodeBuilder code(dialect);
  code.op("RETURN_GENERATOR").op("POP_TOP").op("RESUME").line(2).op("LOAD_GLOBAL").line(3).op("LOAD_CONST");
  code.op("YIELD_VALUE").op("RESUME", 1).op("RETURN_VALUE");
  Compiled compiled = compileHits(code);
  ProbeId completion = compiled.plan.completionOf[compiled.cfg.blockOf[5].value];
  ASSERT_TRUE(completion.valid());
  uint32_t entry = probe(compiled, -1, EdgeKind::Entry);
  uint32_t started = dialect.minor == 11 ? entry : probe(compiled, 0, EdgeKind::Fall);
  std::vector<Loss> losses{loss(compiled, 3, LossKind::Raised)};
  FlowCounts raised = solve(compiled, {entry, started}, losses);
  EXPECT_EQ(raised.instrs, (Values{1, 1, 1, 1, 0, 0, 0, 0}));
  EXPECT_EQ(edge(compiled, raised, 5, EdgeKind::Suspend), 0u);
  FlowCounts complete = solve(compiled, {entry, started, completion.value}, losses);
  EXPECT_EQ(complete.instrs, (Values{1, 1, 1, 1, 1, 1, 0, 0}));
  EXPECT_EQ(edge(compiled, complete, 5, EdgeKind::Suspend), 1u);
  FlowCounts resumed = solve(compiled, {entry, started, probe(compiled, 5, EdgeKind::Fall)}, losses);
  EXPECT_EQ(resumed.instrs, (Values{1, 1, 1, 1, 1, 1, 1, 1}));
  EXPECT_EQ(edge(compiled, resumed, 5, EdgeKind::Suspend), 0u);
  // Closed where it was suspended.
  losses.push_back(loss(compiled, 5, LossKind::Raised));
  EXPECT_EQ(edge(compiled, solve(compiled, {entry, started, completion.value}, losses), 5, EdgeKind::Suspend), 0u);
}

TEST_P(FlowHitsTest, AGeneratorThatIsNeverStarted) {
  if (dialect.minor == 11)
    GTEST_SKIP() << "no trace of it";
  CodeBuilder code(dialect);
  code.op("RETURN_GENERATOR").op("POP_TOP").op("RESUME").op("LOAD_CONST").op("RETURN_VALUE");
  Compiled compiled = compileHits(code);
  FlowCounts got = solve(compiled, {0});
  EXPECT_EQ(edge(compiled, got, 0, EdgeKind::Suspend), 1u);
  EXPECT_EQ(got.instrs, (Values{1, 0, 0, 0, 0}));
}

/// RESUME; LOAD_GLOBAL; SEND; YIELD_VALUE; RESUME; JUMP back; then the result in line 3.
class Delegation : public FlowHitsTest {
protected:
  void SetUp() override {
    code.op("RESUME").line(2).op("LOAD_GLOBAL").label("send").jump("SEND", "done").op("YIELD_VALUE");
    code.op("RESUME", 3).jump("JUMP_BACKWARD_NO_INTERRUPT", "send");
    code.label("done").op(dialect.minor == 11 ? "POP_TOP" : "END_SEND").line(3).op("RETURN_VALUE");
    compiled = compileHits(code);
    entered = {probe(compiled, -1, EdgeKind::Entry), probe(compiled, 1, EdgeKind::Fall)};
  }

  /// With one more probe.
  FlowCounts after(uint32_t probe) { return solve(compiled, {entered[0], entered[1], probe}); }

  /// The probe that says that the delegation is over: in 3.11 it leads out of an empty block.
  uint32_t over() {
    for (uint32_t number = 0; number < compiled.cfg.edges.size(); ++number) {
      const Edge &each = compiled.cfg.edges[number];
      if (each.from.valid() && compiled.cfg.blocks[each.from.value].empty())
        return compiled.plan.probeOf[number].value;
    }
    return probe(compiled, 7, EdgeKind::Return);
  }

  CodeBuilder code{*GetParam()};
  Compiled compiled;
  std::vector<uint32_t> entered;
};

INSTANTIATE_TEST_SUITE_P(All, Delegation, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

TEST_P(Delegation, SuspendedForGood) {
  FlowCounts got = solve(compiled, entered);
  EXPECT_EQ(got.instrs, (Values{1, 1, 1, 1, 0, 0, 0, 0}));
  EXPECT_EQ(edge(compiled, got, 2, EdgeKind::Fall), 1u);
  EXPECT_EQ(edge(compiled, got, 3, EdgeKind::Suspend), 1u);
  EXPECT_EQ(edge(compiled, got, 2, EdgeKind::Jump), 0u);
}

/// No line begins behind what may raise, and yet the end shows that SEND has jumped.
TEST_P(Delegation, OverAtOnce) {
  FlowCounts got = after(over());
  EXPECT_EQ(got.instrs, (Values{1, 1, 1, 0, 0, 0, 1, 1}));
  EXPECT_EQ(edge(compiled, got, 2, EdgeKind::Jump), 1u);
  EXPECT_EQ(edge(compiled, got, 2, EdgeKind::Fall), 0u);
  if (dialect.throwMovesFrame) {
    EXPECT_EQ(edge(compiled, got, 3, EdgeKind::Moved), 0u);
  }
  EXPECT_EQ(countLines(compiled, dialect, got), (std::map<int32_t, uint64_t>{{2, 1}, {3, 1}}));
}

TEST_P(Delegation, Resumed) {
  FlowCounts got = after(probe(compiled, 3, EdgeKind::Fall));
  EXPECT_EQ(got.instrs, (Values{1, 1, 1, 1, 1, 1, 0, 0}));
  EXPECT_EQ(edge(compiled, got, 2, EdgeKind::Fall), 1u);
  EXPECT_EQ(edge(compiled, got, 3, EdgeKind::Suspend), 0u);
}

/// CLEANUP_THROW either falls, which has a probe, or re-raises.
TEST_P(FlowHitsTest, WhatReRaises) {
  if (!dialect.cleanupThrow)
    GTEST_SKIP() << "no CLEANUP_THROW";
  CodeBuilder code(dialect);
  code.op("RESUME").label("try").op("LOAD_GLOBAL").label("second").op("LOAD_GLOBAL").label("end").op("RETURN_VALUE");
  code.label("one").op("CLEANUP_THROW").op("LOAD_CONST").op("RETURN_VALUE");
  code.label("other").op("CLEANUP_THROW").label("after").line(3).op("LOAD_CONST").op("RETURN_VALUE");
  code.label("outer").line(4).op("PUSH_EXC_INFO").op("LOAD_CONST").op("RETURN_VALUE");
  code.handler("try", "second", "one").handler("second", "end", "other").handler("one", "after", "outer");
  Compiled compiled = compileHits(code);
  uint32_t entry = probe(compiled, -1, EdgeKind::Entry), outer = probe(compiled, 12, EdgeKind::Return);
  uint32_t oneFell = probe(compiled, 4, EdgeKind::Fall), otherFell = probe(compiled, 7, EdgeKind::Fall);
  Loss toOne = loss(compiled, 1, LossKind::Raised), toOther = loss(compiled, 2, LossKind::Raised);
  auto thrown = [&](std::vector<uint32_t> fired, std::vector<Loss> losses) {
    FlowCounts got = solve(compiled, fired, losses);
    return std::pair(edge(compiled, got, 4, EdgeKind::Throw), edge(compiled, got, 7, EdgeKind::Throw));
  };
  using Thrown = std::pair<uint64_t, uint64_t>;
  EXPECT_EQ(thrown({entry, oneFell}, {toOne}), Thrown(0, 0));
  EXPECT_EQ(thrown({entry, outer}, {toOne}), Thrown(1, 0));
  EXPECT_EQ(thrown({entry}, {toOther}), Thrown(0, 1));
  EXPECT_EQ(thrown({entry, oneFell, outer}, {toOne, toOther}), Thrown(0, 1)) << "the one that did not fall";
  EXPECT_EQ(thrown({entry, oneFell, otherFell, outer}, {toOne, toOther}), Thrown(1, 1)) << "either may have";
}

/// `a and b or c` as a value: what b was is the difference between counts. It is not where both are tested.
TEST_P(FlowHitsTest, WhatMixesValuesIsCounted) {
  CodeBuilder value(dialect), test(dialect);
  value.op("RESUME").op("LOAD_GLOBAL").op("COPY", 1).jump("POP_JUMP_IF_FALSE", "second").op("POP_TOP");
  value.op("LOAD_GLOBAL").label("second").op("COPY", 1).jump("POP_JUMP_IF_TRUE", "end").op("POP_TOP");
  value.op("LOAD_GLOBAL").label("end").op("RETURN_VALUE");
  EXPECT_EQ(unwrap(compilePads(value.view(), dialect)).plan.mode, Mode::Counts);
  test.op("RESUME").op("LOAD_GLOBAL").jump("POP_JUMP_IF_FALSE", "second").op("LOAD_GLOBAL").label("second");
  test.op("LOAD_GLOBAL").jump("POP_JUMP_IF_TRUE", "end").op("NOP").label("end").op("LOAD_CONST").op("RETURN_VALUE");
  EXPECT_EQ(unwrap(compilePads(test.view(), dialect)).plan.mode, Mode::Hits);
}

TEST_P(FlowHitsTest, LossesThatNameNoInstruction) {
  CodeBuilder code = threeLines(dialect);
  Compiled compiled = compileHits(code);
  std::vector<Loss> losses{{0, 5000, LossKind::Raised, 1}};
  EXPECT_EQ(errorOf(solveHits(compiled, dialect, Values(compiled.plan.probeCount()), losses)),
            "a loss cell names unit 5000, where no instruction of the rewritten code is");
}

} // namespace
} // namespace blockcov
