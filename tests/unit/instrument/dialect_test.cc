//===- dialect_test.cc - what the tables and the names say ----------------===//

#include "tests/unit/instrument/code_builder.h"

#include <gtest/gtest.h>

namespace blockcov {
namespace {

class DialectTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();
  const OpcodeInfo &info(const char *name) const { return dialect.info(dialect.find(name)); }
};

TEST_P(DialectTest, IsFoundByMinorAndMagic) {
  EXPECT_EQ(findDialect(dialect.minor), &dialect);
  EXPECT_EQ(findDialectByMagic(dialect.magic), &dialect);
  EXPECT_EQ(std::string(dialect.name), "3." + std::to_string(dialect.minor));
}

TEST_P(DialectTest, FindIsTheReverseOfTheTable) {
  for (unsigned op = 1; op < 256; ++op) {
    const char *name = dialect.info(uint8_t(op)).name;
    EXPECT_TRUE(!name || dialect.find(name) == op) << op;
  }
  EXPECT_EQ(dialect.find("NO_SUCH_OPCODE"), 0);
}

TEST_P(DialectTest, WhatTheCompilerEmitsExists) {
  for (uint8_t op : {dialect.extendedArg, dialect.loadConst, dialect.popTop, dialect.copy, dialect.binaryOp,
                     dialect.reraise, dialect.jumpForward, dialect.jumpBackward, dialect.jumpBackwardNoInterrupt,
                     dialect.popJumpIfFalse, dialect.resume, dialect.send, dialect.yieldValue, dialect.forIter})
    EXPECT_NE(op, 0);
  EXPECT_EQ(dialect.probeForm == ProbeForm::LoadToBool, dialect.toBool != 0);
  EXPECT_EQ(dialect.forEndLength > 0, dialect.endFor != 0);
  EXPECT_EQ(dialect.forEndSkipped > 0, dialect.endFor != 0);
  EXPECT_LE(dialect.forEndSkipped, dialect.forEndLength);
}

TEST_P(DialectTest, ControlFlow) {
  EXPECT_EQ(info("RETURN_VALUE").flow, Flow::Return);
  EXPECT_EQ(info("RAISE_VARARGS").flow, Flow::Raise);
  EXPECT_EQ(info("RERAISE").flow, Flow::Raise);
  EXPECT_EQ(info("YIELD_VALUE").flow, Flow::Yield);
  EXPECT_EQ(info("RETURN_GENERATOR").flow, dialect.minor == 11 ? Flow::Next : Flow::Generator);
  EXPECT_EQ(info("END_ASYNC_FOR").flow, Flow::Recheck);
  EXPECT_EQ(info("JUMP_FORWARD").flow, Flow::Goto);
  EXPECT_EQ(info("JUMP_BACKWARD").flow, Flow::Goto);
  EXPECT_EQ(info("FOR_ITER").test, blockcov::Test::Exhausted);
  EXPECT_EQ(info("SEND").test, blockcov::Test::Finished);
  EXPECT_EQ(info("CALL").flow, Flow::Next);
  EXPECT_FALSE(info("CALL").isJump);
}

/// A jump that neither tests nor always jumps would be misread; so would a test that does not jump.
TEST_P(DialectTest, EveryJumpTestsOrGoes) {
  for (const OpcodeInfo &each : dialect.ops) {
    if (!each.name)
      continue;
    bool names = each.flow == Flow::Recheck; // END_ASYNC_FOR's loop
    EXPECT_EQ(each.isJump && !names, each.test != blockcov::Test::None || each.flow == Flow::Goto) << each.name;
  }
}

TEST_P(DialectTest, OppositesAreMutual) {
  unsigned pairs = 0;
  for (unsigned op = 1; op < 256; ++op) {
    const OpcodeInfo &one = dialect.info(uint8_t(op));
    if (!one.name || !one.opposite)
      continue;
    const OpcodeInfo &other = dialect.info(one.opposite);
    EXPECT_EQ(other.opposite, op) << one.name;
    EXPECT_EQ(one.test, other.test) << one.name;
    EXPECT_NE(one.jump, other.jump) << one.name;
    ++pairs;
  }
  EXPECT_EQ(pairs, dialect.minor == 11 ? 8u : 0u);
}

INSTANTIATE_TEST_SUITE_P(All, DialectTest, testing::ValuesIn(test::allDialects()),
                         [](const auto &info) { return test::dialectTestName(info.param); });

TEST(Dialect, UnknownOnesAreNull) {
  EXPECT_EQ(findDialect(10), nullptr);
  EXPECT_EQ(findDialect(255), nullptr);
  EXPECT_EQ(findDialectByMagic(3413), nullptr);
}

} // namespace
} // namespace blockcov
