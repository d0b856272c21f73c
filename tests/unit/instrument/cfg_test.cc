//===- cfg_test.cc - basic blocks and typed edges -------------------------===//
//
// Expectations are texts with a line for each edge in order of numbers:
// "B1->B3 jump trampoline", and " head N" behind a block whose head probe does
// not stand in front of its first instruction.
//
//===----------------------------------------------------------------------===//

#include "instrument/cfg.h"
#include "instrument/decode.h"
#include "instrument/verify.h"
#include "tests/unit/instrument/code_builder.h"

#include <gtest/gtest.h>

#include <random>

namespace blockcov {
namespace {

using test::CodeBuilder;
using test::unwrap;

std::string nameOf(const Cfg &cfg, BlockId block) {
  if (!block.valid())
    return "exit";
  return (cfg.blocks[block.value].isHandler ? "H" : "B") + std::to_string(block.value);
}

std::string edgesText(const Cfg &cfg) {
  static const char *const kinds[] = {"entry", "fall", "jump", "return", "suspend", "throw", "moved"};
  static const char *const slots[] = {"none",       "head",   "before terminator", "after source", "trampoline",
                                      "after send", "arrival"};
  std::string text = "\n";
  for (const Edge &edge : cfg.edges) {
    text += nameOf(cfg, edge.from) + "->" + nameOf(cfg, edge.to) + ' ' + kinds[size_t(edge.kind)] + ' ' +
            slots[size_t(edge.slot)];
    if (edge.slot == Slot::Head || edge.slot == Slot::Arrival)
      if (const Block &to = cfg.blocks[edge.to.value]; to.head != to.first)
        text += " +" + std::to_string(to.head - to.first);
    text += '\n';
  }
  return text;
}

class CfgTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();
  bool is311() const { return dialect.minor == 11; }

  Cfg cfgOf(CodeBuilder &code) {
    Function fn = unwrap(decode(code.view(), dialect));
    Cfg cfg = buildCfg(fn, dialect);
    EXPECT_EQ(test::errorOf(verifyCfg(fn, cfg, dialect)), "");
    return cfg;
  }
  std::string edges(CodeBuilder &code) { return edgesText(cfgOf(code)); }
};

INSTANTIATE_TEST_SUITE_P(All, CfgTest, testing::ValuesIn(test::allDialects()),
                         [](const auto &info) { return test::dialectTestName(info.param); });

/// The head is behind RESUME: before it the frame is not complete.
TEST_P(CfgTest, StraightLine) {
  CodeBuilder code(dialect);
  code.op("MAKE_CELL").op("RESUME").op("LOAD_CONST").op("RETURN_VALUE");
  EXPECT_EQ(edges(code), R"(
exit->B0 entry head +2
B0->exit return before terminator
)");
}

TEST_P(CfgTest, IfElse) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("LOAD_FAST").jump("POP_JUMP_IF_FALSE", "else").op("NOP").jump("JUMP_FORWARD", "end");
  code.label("else").op("NOP").label("end").op("LOAD_CONST").op("RETURN_VALUE");
  EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->B1 fall head
B0->B2 jump head
B1->B3 jump before terminator
B2->B3 fall after source
B3->exit return before terminator
)");
}

/// The jump of an if without else is critical: its source has two ways out, its target two ways in.
TEST_P(CfgTest, CriticalJumpGetsATrampoline) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("LOAD_FAST").jump("POP_JUMP_IF_FALSE", "end").op("NOP");
  code.label("end").op("LOAD_CONST").op("RETURN_VALUE");
  EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->B1 fall head
B0->B2 jump trampoline
B1->B2 fall after source
B2->exit return before terminator
)");
}

TEST_P(CfgTest, CriticalFallThrough) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("top").op("LOAD_FAST").jump("POP_JUMP_IF_FALSE", "out");
  code.label("body").op("LOAD_FAST").jump("POP_JUMP_IF_TRUE", "body2").jump("JUMP_BACKWARD", "body");
  code.label("body2").jump("JUMP_BACKWARD", "top").label("out").op("LOAD_CONST").op("RETURN_VALUE");
  EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->B1 fall after source
B1->B2 fall after source
B1->B5 jump head
B2->B3 fall head
B2->B4 jump head
B3->B2 jump before terminator
B4->B1 jump before terminator
B5->exit return before terminator
)");
}

/// Both ways out lead to the same block.
TEST_P(CfgTest, JumpToTheNextInstruction) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("LOAD_FAST").jump("POP_JUMP_IF_TRUE", "next").label("next").op("LOAD_CONST").op("RETURN_VALUE");
  EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->B1 fall after source
B0->B1 jump trampoline
B1->exit return before terminator
)");
}

/// 3.12 and later skip END_FOR (and POP_TOP) when the iterator is exhausted.
TEST_P(CfgTest, ForLoop) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("GET_ITER").label("top").jump("FOR_ITER", "end").op("STORE_FAST").jump("JUMP_BACKWARD", "top");
  code.label("end");
  if (!is311())
    code.op("END_FOR");
  if (dialect.forEndLength == 2)
    code.op(dialect.popIter ? "POP_ITER" : "POP_TOP");
  code.op("LOAD_CONST").op("RETURN_VALUE");
  std::string skip = is311() ? "" : " +" + std::to_string(dialect.forEndLength);
  EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->B1 fall after source
B1->B2 fall head
B1->B3 jump head)" + skip + R"(
B2->B1 jump before terminator
B3->exit return before terminator
)");
}

/// What sys.monitoring takes for the branch is what ran before NOT_TAKEN.
TEST_P(CfgTest, NotTakenStaysBehindItsBranch) {
  if (!dialect.notTaken)
    GTEST_SKIP() << "no NOT_TAKEN";
  CodeBuilder code(dialect);
  code.op("RESUME").op("LOAD_FAST").jump("POP_JUMP_IF_FALSE", "else").op("NOT_TAKEN").op("NOP");
  code.jump("POP_JUMP_IF_FALSE", "else").op("NOT_TAKEN").label("else").op("LOAD_CONST").op("RETURN_VALUE");
  EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->B1 fall head +1
B0->B3 jump trampoline
B1->B2 fall head +1
B1->B3 jump trampoline
B2->B3 fall after source
B3->exit return before terminator
)");
}

/// A generator suspends often and its delegations end once: the end is counted behind END_SEND, with what
/// CLEANUP_THROW sends there taken off. What `await` waits for often never suspends.
TEST_P(CfgTest, EndOfADelegation) {
  if (!dialect.endSend)
    GTEST_SKIP() << "throw() may move the frame there";
  constexpr uint32_t kGenerator = 0x20, kCoroutine = 0x80;
  for (auto [flags, arrival] : {std::pair(kGenerator, "arrival +1"), std::pair(kCoroutine, "none")}) {
    CodeBuilder code(dialect);
    code.flags(flags).op("RESUME").label("send").jump("SEND", "done").label("yield").op("YIELD_VALUE");
    code.label("end").op("RESUME", 2).jump("JUMP_BACKWARD_NO_INTERRUPT", "send");
    code.label("thrown").op("CLEANUP_THROW").label("done").op("END_SEND").op("RETURN_VALUE");
    code.handler("yield", "end", "thrown", 1);
    EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->B1 fall after source
B1->B2 fall after send
B1->B5 jump )" + std::string(arrival) +
                               R"(
B2->B3 fall head +1
B2->exit suspend none
B3->B1 jump before terminator
H4->B5 fall after source
H4->exit throw none
B5->exit return before terminator
)");
  }
}

/// Nobody else comes to this END_SEND, and lines begin behind it.
TEST_P(CfgTest, EndOfADelegationThatNothingIsThrownInto) {
  if (!dialect.endSend)
    GTEST_SKIP() << "throw() may move the frame there";
  CodeBuilder code(dialect);
  code.flags(0x20).op("RESUME").label("send").jump("SEND", "done").op("YIELD_VALUE");
  code.op("RESUME", 2).jump("JUMP_BACKWARD_NO_INTERRUPT", "send").label("done").op("END_SEND").op("RETURN_VALUE");
  EXPECT_EQ(cfgOf(code).edges[3].slot, Slot::Head);
  EXPECT_EQ(cfgOf(code).blocks[4].head, cfgOf(code).blocks[4].first + 1);
}

/// From 3.14 on it names the END_SEND of its loop, and does not go there.
TEST_P(CfgTest, EndAsyncForThatNamesAnInstruction) {
  if (!dialect.info(dialect.endAsyncFor).isJump)
    GTEST_SKIP() << "END_ASYNC_FOR has no argument";
  CodeBuilder code(dialect);
  code.op("RESUME").label("a").op("GET_ANEXT").label("item").op("END_SEND").label("b").jump("JUMP_BACKWARD", "a");
  code.label("end").jump("END_ASYNC_FOR", "item").op("LOAD_CONST").op("RETURN_VALUE").handler("a", "b", "end", 1);
  EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->B1 fall after source
B1->B2 fall head
B2->B1 jump before terminator
H3->B4 fall head
H3->exit throw none
B4->exit return before terminator
)");
}

/// `for` at the end of a `for`: the inner END_FOR is followed by the outer's JUMP_BACKWARD.
TEST_P(CfgTest, EndForThatIsNotItsBlocksOnlyWayInHasNoTrampoline) {
  if (is311())
    GTEST_SKIP() << "no END_FOR";
  CodeBuilder code(dialect);
  code.op("RESUME").label("top").jump("FOR_ITER", "end").jump("FOR_ITER", "end").jump("JUMP_BACKWARD", "top");
  code.label("end").op("END_FOR").op("POP_TOP").op("RETURN_VALUE");
  EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->B1 fall after source
B1->B2 fall head
B1->B4 jump none
B2->B3 fall head
B2->B4 jump none
B3->B1 jump before terminator
B4->exit return before terminator
)");
}

/// An exception that a landing pad records is no edge; a raise that none looks at is one.
TEST_P(CfgTest, RaisesAndHandlers) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("try").op("LOAD_FAST").op("CALL").op("LOAD_FAST").op("RAISE_VARARGS", 1);
  code.label("except").op("PUSH_EXC_INFO").op("RERAISE", 1).label("cleanup").op("COPY", 3).op("RERAISE", 1);
  code.handler("try", "except", "except").handler("except", "cleanup", "cleanup", 1, true);
  EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->H1 throw before terminator
H1->H2 throw before terminator
H2->exit throw before terminator
)");
}

/// Exceptions enter a handler too, past whatever stands at the end of the block before.
TEST_P(CfgTest, HandlerThatIsFallenInto) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("try").op("LOAD_FAST").label("except").op("NOP").op("RETURN_VALUE");
  code.handler("try", "except", "except");
  EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->H1 fall after source
H1->exit return before terminator
)");
  Function fn = unwrap(decode(code.view(), dialect));
  EXPECT_TRUE(buildCfg(fn, dialect).isFallenInto(1));
  EXPECT_FALSE(buildCfg(fn, dialect).isFallenInto(0));
}

TEST_P(CfgTest, AsyncForEnd) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("a").op("GET_ANEXT").label("b").jump("JUMP_BACKWARD", "a");
  code.label("end").op("END_ASYNC_FOR").op("LOAD_CONST").op("RETURN_VALUE").handler("a", "b", "end", 1);
  EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->B1 fall after source
B1->B1 jump before terminator
H2->B3 fall head
H2->exit throw none
B3->exit return before terminator
)");
}

/// Nothing may come between a suspension and its RESUME.
TEST_P(CfgTest, Yield) {
  CodeBuilder code(dialect);
  code.op("RETURN_GENERATOR").op("POP_TOP").op("RESUME").label("top").op("LOAD_CONST").op("YIELD_VALUE");
  code.op("RESUME", 1).op("POP_TOP").jump("JUMP_BACKWARD", "top");
  if (is311()) // which knows of a generator once it is started
    EXPECT_EQ(edges(code), R"(
exit->B0 entry head +3
B0->B1 fall after source
B1->B2 fall head +1
B1->exit suspend none
B2->B1 jump before terminator
)");
  else
    EXPECT_EQ(edges(code), R"(
exit->B0 entry head
B0->B1 fall head +2
B0->exit suspend none
B1->B2 fall after source
B2->B3 fall head +1
B2->exit suspend none
B3->B2 jump before terminator
)");
}

/// A resumption that shares its target cannot be told from the others.
TEST_P(CfgTest, YieldIntoAJoin) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("YIELD_VALUE").label("top").op("RESUME", 1).jump("JUMP_BACKWARD", "top");
  EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->B1 fall none
B0->exit suspend none
B1->B1 jump before terminator
)");
}

/// Head probes of a generator with cells go right before RETURN_GENERATOR; in 3.11, behind all of that.
TEST_P(CfgTest, GeneratorWithCells) {
  CodeBuilder code(dialect);
  code.op("COPY_FREE_VARS", 1).op("RETURN_GENERATOR").op("POP_TOP").op("RESUME").op("LOAD_CONST").op("RETURN_VALUE");
  if (is311())
    EXPECT_EQ(edges(code), R"(
exit->B0 entry head +4
B0->exit return before terminator
)");
  else
    EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->B1 fall head +2
B0->exit suspend none
B1->exit return before terminator
)");
}

/// A generator expression of 3.15 takes its iterator before it makes the generator: what raises there has no frame.
TEST_P(CfgTest, GeneratorExpressionThatTakesItsIterator) {
  if (is311())
    GTEST_SKIP() << "a generator is known once it is started";
  CodeBuilder code(dialect);
  code.op("RESUME", 4).op("LOAD_FAST").op("GET_ITER").op("RETURN_GENERATOR").op("POP_TOP").op("RESUME");
  code.op("LOAD_CONST").op("RETURN_VALUE");
  EXPECT_EQ(edges(code), R"(
exit->B0 entry head +3
B0->B1 fall head +2
B0->exit suspend none
B1->exit return before terminator
)");
}

/// `yield from`: only the way from SEND to YIELD_VALUE can be counted. In 3.11 throw() may move the frame from
/// YIELD_VALUE to SEND's target, where an empty block gathers both ways in.
TEST_P(CfgTest, Delegation) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("send").jump("SEND", "done").op("YIELD_VALUE").op("RESUME", 2);
  code.jump("JUMP_BACKWARD_NO_INTERRUPT", "send").label("done");
  code.op(is311() ? "POP_TOP" : "END_SEND").op("RETURN_VALUE");
  if (is311()) {
    EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->B1 fall after source
B1->B2 fall after send
B1->B4 jump none
B2->B3 fall head +1
B2->exit suspend none
B2->B4 moved none
B3->B1 jump before terminator
B4->B5 fall head
B5->exit return before terminator
)");
    Cfg cfg = cfgOf(code);
    EXPECT_TRUE(cfg.blocks[4].empty());
    EXPECT_EQ(cfg.blocks[4].first, 5u);
    EXPECT_EQ(cfg.blockOf[5].value, 5u);
  } else {
    EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->B1 fall after source
B1->B2 fall after send
B1->B4 jump none
B2->B3 fall head +1
B2->exit suspend none
B3->B1 jump before terminator
B4->exit return before terminator
)");
  }
}

TEST_P(CfgTest, CleanupThrow) {
  if (is311())
    GTEST_SKIP() << "no CLEANUP_THROW";
  CodeBuilder code(dialect);
  code.op("RESUME").label("send").jump("SEND", "done").label("y").op("YIELD_VALUE").label("z").op("RESUME", 2);
  code.jump("JUMP_BACKWARD_NO_INTERRUPT", "send").label("throw").op("CLEANUP_THROW").label("done").op("END_SEND");
  code.op("RETURN_VALUE").handler("y", "z", "throw", 2);
  EXPECT_EQ(edges(code), R"(
exit->B0 entry head +1
B0->B1 fall after source
B1->B2 fall after send
B1->B5 jump none
B2->B3 fall head +1
B2->exit suspend none
B3->B1 jump before terminator
H4->B5 fall after source
H4->exit throw none
B5->exit return before terminator
)");
}

/// Calls enter at the top of a loop: they cannot be told from its iterations there.
TEST_P(CfgTest, LoopAtTheEntry) {
  CodeBuilder code(dialect);
  code.label("top").op("RESUME").jump("POP_JUMP_IF_TRUE", "out").jump("JUMP_BACKWARD", "top").label("out");
  code.op("RETURN_VALUE");
  EXPECT_EQ(edges(code), R"(
exit->B0 entry none
B0->B1 fall head
B0->B2 jump head
B1->B0 jump before terminator
B2->exit return before terminator
)");
}

/// Nor can exceptions that are handled there.
TEST_P(CfgTest, HandlerAtTheEntry) {
  CodeBuilder code(dialect);
  code.label("top").op("RESUME").op("LOAD_CONST").label("end").op("RETURN_VALUE").handler("top", "end", "top");
  EXPECT_EQ(edges(code), R"(
exit->H0 entry none
H0->exit return before terminator
)");
}

TEST_P(CfgTest, LoopDepth) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("outer").jump("POP_JUMP_IF_TRUE", "out");                                      // B0, B1
  code.label("inner").jump("POP_JUMP_IF_FALSE", "after").op("NOP");                                      // B2, B3
  code.jump("POP_JUMP_IF_TRUE", "again").jump("JUMP_BACKWARD", "inner");                                 // B4
  code.label("again").jump("JUMP_BACKWARD", "inner");                                                    // B5
  code.label("after").jump("JUMP_BACKWARD", "outer");                                                    // B6
  code.label("out").op("LOAD_CONST").op("RETURN_VALUE").label("h").op("NOP").jump("JUMP_BACKWARD", "h"); // B7, B8
  code.handler("outer", "inner", "h");
  Cfg cfg = cfgOf(code);
  std::vector<uint32_t> depths;
  for (const Block &block : cfg.blocks)
    depths.push_back(block.loopDepth);
  EXPECT_EQ(depths, (std::vector<uint32_t>{0, 1, 2, 2, 2, 2, 1, 0, 1})); // two back edges to B2 are one loop
  EXPECT_TRUE(cfg.blocks[8].isHandler);
}

/// Random jumps between random instructions: always a well-formed graph, in linear stack.
TEST_P(CfgTest, RandomJumpsVerify) {
  std::mt19937 random(7);
  for (int round = 0; round < 400; ++round) {
    CodeBuilder code(dialect);
    uint32_t count = 2 + random() % 40;
    auto label = [](uint32_t at) { return "l" + std::to_string(at); };
    for (uint32_t i = 0; i < count; ++i) {
      code.label(label(i));
      uint32_t later = i + 1 + random() % (count - i), any = uint32_t(random() % (i + 1));
      switch (random() % 5) {
      case 0:
        code.jump("POP_JUMP_IF_TRUE", label(later));
        break;
      case 1:
        code.jump("JUMP_BACKWARD", label(any));
        break;
      case 2:
        code.op("RERAISE");
        break;
      default:
        code.op("NOP");
      }
    }
    code.label(label(count)).op("RETURN_VALUE");
    if (random() % 2)
      code.handler(label(count / 4), label(count / 2), label(1 + uint32_t(random() % (count - 1))));
    cfgOf(code);
  }
}

TEST_P(CfgTest, DeeplyNestedLoops) {
  CodeBuilder code(dialect);
  const int depth = 300;
  code.op("RESUME");
  for (int i = 0; i < depth; ++i)
    code.label("l" + std::to_string(i)).op("NOP");
  for (int i = depth; i-- > 0;)
    code.jump("POP_JUMP_IF_TRUE", "n" + std::to_string(i))
        .jump("JUMP_BACKWARD", "l" + std::to_string(i))
        .label("n" + std::to_string(i));
  code.op("RETURN_VALUE");
  Cfg cfg = cfgOf(code);
  EXPECT_EQ(cfg.blocks[uint32_t(depth)].loopDepth, uint32_t(depth));
}

} // namespace
} // namespace blockcov
