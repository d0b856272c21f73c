//===- line_events_test.cc - when a transfer starts a line ----------------===//
//
// Worked examples. Random functions are compared with an interpreter of the rule
// in flow_random_test.cc.
//
//===----------------------------------------------------------------------===//

#include "runtime/line_events.h"
#include "tests/unit/instrument/stages.h"
#include "tests/unit/runtime_resolve/walk.h"

#include <gtest/gtest.h>

namespace blockcov {
namespace {

using namespace blockcov::test;
using Lines = std::map<int32_t, uint64_t>;

class LineEventsTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();

  /// Lines after one frame did these steps.
  Lines linesOf(CodeBuilder &code, std::vector<std::pair<uint32_t, Act>> steps) {
    Compiled compiled = compileAll(code, dialect);
    Walk walk;
    for (auto [instr, act] : steps)
      walk.steps.push_back({instr, act, 0});
    Recorded recorded;
    EXPECT_EQ(replay(compiled, dialect, walk, recorded), "");
    FlowCounts counts = unwrap(solveFlow(compiled, dialect, recorded.counters, recorded.lossCells()));
    return countLines(compiled, dialect, counts);
  }
};

INSTANTIATE_TEST_SUITE_P(All, LineEventsTest, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

TEST_P(LineEventsTest, EachLineOnce) {
  CodeBuilder code(dialect);
  code.op("RESUME").line(2).op("NOP").op("NOP").line(3).op("LOAD_CONST").op("RETURN_VALUE").line(9).op("RERAISE");
  EXPECT_EQ(linesOf(code, {{0, Act::Next}, {1, Act::Next}, {2, Act::Next}, {3, Act::Next}, {4, Act::Leave}}),
            (Lines{{2, 1}, {3, 1}, {9, 0}}));
}

/// A line that is left for another and comes back is two events; one without number in between as well.
TEST_P(LineEventsTest, ComingBack) {
  CodeBuilder code(dialect);
  code.op("RESUME").line(2).op("NOP").line(3).op("NOP").line(2).op("NOP").line(-1).op("NOP").line(2).op("LOAD_CONST");
  code.op("RETURN_VALUE");
  std::vector<std::pair<uint32_t, Act>> steps;
  for (uint32_t i = 0; i < 6; ++i)
    steps.push_back({i, Act::Next});
  steps.push_back({6, Act::Leave});
  EXPECT_EQ(linesOf(code, steps), (Lines{{2, 3}, {3, 1}}));
}

/// A loop on one line: every way back is an event.
TEST_P(LineEventsTest, BackwardOnTheSameLine) {
  CodeBuilder code(dialect);
  code.op("RESUME").line(2).op("NOP").label("top").jump("POP_JUMP_IF_TRUE", "out").jump("JUMP_BACKWARD", "top");
  code.label("out").line(3).op("LOAD_CONST").op("RETURN_VALUE");
  EXPECT_EQ(linesOf(code, {{0, Act::Next},
                           {1, Act::Next},
                           {2, Act::Next},
                           {3, Act::Jump},
                           {2, Act::Next},
                           {3, Act::Jump},
                           {2, Act::Jump},
                           {4, Act::Next},
                           {5, Act::Leave}}),
            (Lines{{2, 3}, {3, 1}}));
}

/// Nothing before the first RESUME is traced, nor is any RESUME.
TEST_P(LineEventsTest, Prologue) {
  CodeBuilder code(dialect);
  code.line(1).op("RETURN_GENERATOR").op("POP_TOP").op("RESUME").line(2).op("YIELD_VALUE").line(3).op("RESUME", 1);
  code.line(2).op("POP_TOP").op("RETURN_VALUE");
  Lines got = linesOf(code, {{0, Act::Next},
                             {1, Act::Next},
                             {2, Act::Next},
                             {3, Act::Next},
                             {4, Act::Next},
                             {5, Act::Next},
                             {6, Act::Leave}});
  // 3.11 compares with the line of the RESUME before; later ones ask whether the instruction starts a run of its line,
  // which RESUME does not interrupt.
  EXPECT_EQ(got, (Lines{{2, dialect.minor == 11 ? 2u : 1u}}));
}

/// The same where there is one RESUME more, before the generator is made (3.15).
TEST_P(LineEventsTest, PrologueOfAGeneratorExpression) {
  CodeBuilder code(dialect);
  code.line(-1).op("RESUME", 4).line(2).op("LOAD_FAST").op("GET_ITER").line(1).op("RETURN_GENERATOR").op("POP_TOP");
  code.op("RESUME").line(2).op("NOP").line(3).op("LOAD_CONST").op("RETURN_VALUE");
  Lines got = linesOf(code, {{0, Act::Next},
                             {1, Act::Next},
                             {2, Act::Next},
                             {3, Act::Next},
                             {4, Act::Next},
                             {5, Act::Next},
                             {6, Act::Next},
                             {7, Act::Next},
                             {8, Act::Leave}});
  EXPECT_EQ(got, (Lines{{2, 1}, {3, 1}}));
}

/// The handler's line starts if the instruction that raised was on another.
TEST_P(LineEventsTest, Handlers) {
  for (int32_t raisedOn : {2, 5}) {
    CodeBuilder code(dialect);
    code.op("RESUME").label("try").line(raisedOn).op("CALL").label("end").op("RETURN_VALUE");
    code.label("handler").line(5).op("POP_TOP").op("LOAD_CONST").op("RETURN_VALUE").handler("try", "end", "handler");
    Lines got = linesOf(code, {{0, Act::Next}, {1, Act::Raise}, {3, Act::Next}, {4, Act::Next}, {5, Act::Leave}});
    EXPECT_EQ(got, raisedOn == 2 ? (Lines{{2, 1}, {5, 1}}) : (Lines{{5, 1}}));
  }
}

/// What is thrown into a suspended frame comes from RESUME on 3.13, where the handler then always starts a line.
TEST_P(LineEventsTest, ThrownIntoASuspendedFrame) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("try").line(2).op("YIELD_VALUE").label("end").op("RESUME", 1).op("RETURN_VALUE");
  code.label("handler").op("POP_TOP").op("LOAD_CONST").op("RETURN_VALUE").handler("try", "end", "handler");
  Lines got = linesOf(code, {{0, Act::Next}, {1, Act::Raise}, {4, Act::Next}, {5, Act::Next}, {6, Act::Leave}});
  EXPECT_EQ(got, (Lines{{2, dialect.minor >= 13 ? 2u : 1u}}));
}

/// 3.14: a statement behind a loop, and its copy behind a break. The interpreter has no event for the former.
TEST_P(LineEventsTest, BehindALoopAndItsBreak) {
  if (!dialect.popIter)
    GTEST_SKIP() << "no POP_ITER";
  CodeBuilder code(dialect);
  code.op("RESUME").line(2).op("GET_ITER").label("top").jump("FOR_ITER", "end").line(3).op("STORE_FAST");
  code.jump("POP_JUMP_IF_FALSE", "break").op("NOT_TAKEN").jump("JUMP_BACKWARD", "top");
  code.label("break").line(4).op("POP_TOP").line(9).op("LOAD_CONST").op("RETURN_VALUE");
  code.label("end").line(2).op("END_FOR").op("POP_ITER").line(9).op("LOAD_CONST").op("RETURN_VALUE");
  Lines got = linesOf(code, {{0, Act::Next},
                             {1, Act::Next},
                             {2, Act::Jump},
                             {10, Act::Next},
                             {11, Act::Next},
                             {12, Act::Next},
                             {13, Act::Leave}});
  EXPECT_EQ(got, (Lines{{2, 1}, {3, 0}, {4, 0}, {9, 1}}));
}

/// 3.14: `if c: x: int` is asked for on its line when annotations are evaluated. It is a line only if it was reached.
TEST_P(LineEventsTest, AnnotationUnderACondition) {
  if (!dialect.notTaken)
    GTEST_SKIP() << "no function evaluates annotations";
  for (bool reached : {false, true}) {
    CodeBuilder code(dialect);
    Location whole{7, 7, 4, 10};
    code.op("RESUME").line(2).op("BUILD_MAP").at(whole).op("LOAD_SMALL_INT").at(whole).op("LOAD_DEREF");
    code.at(whole).op("CONTAINS_OP").at(whole).jump("POP_JUMP_IF_FALSE", "end").at(whole).op("NOT_TAKEN");
    code.line(7).op("LOAD_GLOBAL").line(2).op("STORE_SUBSCR").label("end").op("RETURN_VALUE");
    std::vector<std::pair<uint32_t, Act>> steps;
    for (uint32_t i = 0; i < 5; ++i)
      steps.push_back({i, Act::Next});
    steps.push_back({5, reached ? Act::Next : Act::Jump});
    for (uint32_t i = 6; reached && i < 9; ++i)
      steps.push_back({i, Act::Next});
    steps.push_back({9, Act::Leave});
    EXPECT_EQ(linesOf(code, steps), reached ? (Lines{{2, 2}, {7, 1}}) : (Lines{{2, 2}, {7, 0}}));
  }
}

/// A re-raise that restores lasti: what counts is where the exception came from first.
TEST_P(LineEventsTest, Rethrown) {
  for (int32_t raisedOn : {2, 7}) {
    CodeBuilder code(dialect);
    code.op("RESUME").label("try").line(raisedOn).op("CALL").label("end").op("RETURN_VALUE");
    code.label("handler").line(-1).op("POP_TOP").op("RERAISE", 1).label("outer").line(7).op("POP_TOP");
    code.op("LOAD_CONST").op("RETURN_VALUE").handler("try", "end", "handler", 1, true);
    code.handler("handler", "outer", "outer", 0, true);
    Lines got = linesOf(code, {{0, Act::Next},
                               {1, Act::Raise},
                               {3, Act::Next},
                               {4, Act::Throw},
                               {5, Act::Next},
                               {6, Act::Next},
                               {7, Act::Leave}});
    EXPECT_EQ(got, raisedOn == 2 ? (Lines{{2, 1}, {7, 1}}) : (Lines{{7, 1}}));
  }
}

} // namespace
} // namespace blockcov
