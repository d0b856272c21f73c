//===- decode_test.cc - bytes to instructions -----------------------------===//

#include "instrument/decode.h"
#include "tests/unit/instrument/code_builder.h"

#include <gtest/gtest.h>

#include <random>

namespace blockcov {
namespace {

using test::CodeBuilder;
using test::errorOf;
using test::unwrap;

class DecodeTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();

  uint8_t op(const char *name) const { return dialect.find(name); }

  /// The error for these bytes of code.
  std::string errorFor(const std::vector<uint8_t> &code) const {
    CodeView view;
    view.code = code;
    view.stackSize = 4;
    return errorOf(decode(view, dialect));
  }
};

INSTANTIATE_TEST_SUITE_P(All, DecodeTest, testing::ValuesIn(test::allDialects()),
                         [](const auto &info) { return test::dialectTestName(info.param); });

TEST_P(DecodeTest, FoldsPrefixesAndDropsCaches) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("LOAD_CONST", 0x12).op("LOAD_CONST", 0x1234).op("LOAD_CONST", 0x123456);
  code.op("LOAD_CONST", 0x12345678).op("BINARY_OP", 3).op("LOAD_GLOBAL", 300).op("RETURN_VALUE");
  Function fn = unwrap(decode(code.view(), dialect));
  ASSERT_EQ(fn.instrs.size(), 8u);
  EXPECT_EQ(fn.instrs[1].arg, 0x12u);
  EXPECT_EQ(fn.instrs[2].arg, 0x1234u);
  EXPECT_EQ(fn.instrs[3].arg, 0x123456u);
  EXPECT_EQ(fn.instrs[4].arg, 0x12345678u);
  EXPECT_EQ(fn.instrs[6].arg, 300u);
  uint32_t binaryCaches = dialect.info(op("BINARY_OP")).caches, globalCaches = dialect.info(op("LOAD_GLOBAL")).caches;
  uint32_t resumeCaches = dialect.info(dialect.resume).caches;
  EXPECT_EQ(fn.instrs[4].unit, 10 + resumeCaches); // 0 RESUME, 1, 2-3, 4-6, 7-10
  EXPECT_EQ(fn.instrs[5].unit, 11 + resumeCaches);
  EXPECT_EQ(fn.instrs[6].unit, fn.instrs[5].unit + 1 + binaryCaches + 1); // after its own prefix
  EXPECT_EQ(fn.unitCount, fn.instrs[6].unit + 1 + globalCaches + 1);
  for (uint32_t i = 0; i < fn.instrs.size(); ++i)
    EXPECT_TRUE(fn.instrs[i].loc == (Location{1, 1, int32_t(i), int32_t(i) + 1})) << i;
}

TEST_P(DecodeTest, JumpsPointAtInstructions) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("top").op("LOAD_GLOBAL").jump("POP_JUMP_IF_FALSE", "out").op("LOAD_CONST", 1000);
  code.jump("JUMP_BACKWARD", "top").label("out").op("LOAD_CONST", 70000).op("RETURN_VALUE");
  Function fn = unwrap(decode(code.view(), dialect));
  EXPECT_EQ(fn.instrs[2].target.value, 5u); // the first prefix of LOAD_CONST
  EXPECT_EQ(fn.instrs[4].target.value, 1u);
  EXPECT_FALSE(fn.instrs[1].target.valid());
}

TEST_P(DecodeTest, FarJumps) {
  for (uint32_t distance : {10u, 300u, 70000u}) {
    CodeBuilder code(dialect);
    code.op("RESUME").label("top").jump("POP_JUMP_IF_TRUE", "out");
    for (uint32_t i = 0; i < distance; ++i)
      code.op("NOP");
    code.jump("JUMP_BACKWARD", "top").label("out").op("RETURN_VALUE");
    Function fn = unwrap(decode(code.view(), dialect));
    EXPECT_EQ(fn.instrs[1].target.value, distance + 3);
    EXPECT_EQ(fn.instrs[distance + 2].target.value, 1u);
    EXPECT_EQ(fn.instrs[1].arg, 0u);
  }
}

TEST_P(DecodeTest, HandlersAreSharedAndPointAtInstructions) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("a").op("NOP").op("NOP").label("b").op("NOP").label("c").op("NOP").label("d");
  code.op("RETURN_VALUE").label("h").op("RERAISE").label("end");
  code.handler("a", "b", "h", 2, true).handler("c", "d", "h", 2, true).handler("d", "h", "h", 1, true);
  Function fn = unwrap(decode(code.view(), dialect));
  ASSERT_EQ(fn.handlers.size(), 2u);
  EXPECT_TRUE(fn.handlers[0] == (Handler{InstrId{6}, 2, true}));
  EXPECT_TRUE(fn.handlers[1] == (Handler{InstrId{6}, 1, true}));
  uint32_t wanted[] = {kNoHandler, 0, 0, kNoHandler, 0, 1, kNoHandler};
  for (uint32_t i = 0; i < 7; ++i)
    EXPECT_EQ(fn.instrs[i].handler, wanted[i]) << i;
}

TEST_P(DecodeTest, BadSizes) {
  EXPECT_EQ(errorFor({}), "the code has 0 bytes, expected a positive even number");
  EXPECT_EQ(errorFor({op("RETURN_VALUE")}), "the code has 1 bytes, expected a positive even number");
}

TEST_P(DecodeTest, BadPrefixes) {
  uint8_t extended = op("EXTENDED_ARG"), nop = op("NOP");
  EXPECT_EQ(errorFor({nop, 0, extended, 1}), "the code ends after the EXTENDED_ARG at unit 1");
  EXPECT_EQ(errorFor({nop, 0, extended, 1, extended, 1, extended, 1, extended, 1, nop, 0}),
            "four EXTENDED_ARG in a row at unit 1");
}

TEST_P(DecodeTest, UnknownOpcodes) {
  std::string version = std::string(" (CPython ") + dialect.name + ")";
  uint8_t ret = op("RETURN_VALUE");
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    if (opcode != 0 && dialect.info(uint8_t(opcode)).name)
      continue;
    EXPECT_EQ(errorFor({op("NOP"), 0, uint8_t(opcode), 0, ret, 0}),
              "unknown opcode " + std::to_string(opcode) + " at unit 1" + version);
  }
}

TEST_P(DecodeTest, CachesBeyondTheEnd) {
  uint8_t global = op("LOAD_GLOBAL");
  unsigned caches = dialect.info(global).caches;
  EXPECT_EQ(errorFor({op("NOP"), 0, global, 0, 0, 0}),
            "LOAD_GLOBAL at unit 1 has " + std::to_string(caches) + " cache units, the code ends at unit 3");
}

TEST_P(DecodeTest, RunsOffItsEnd) {
  EXPECT_EQ(errorFor({op("NOP"), 0}), "the code runs off its end after NOP at unit 0");
  uint8_t end = op("END_ASYNC_FOR");
  EXPECT_EQ(errorFor({op("NOP"), 0, end, 0}), "the code runs off its end after END_ASYNC_FOR at unit 1");
  EXPECT_EQ(errorFor({op("NOP"), 0, op("RERAISE"), 0}), "");
}

/// What falls through to the next instruction when it is resumed must not be the last one.
TEST_P(DecodeTest, SuspendsAtItsEnd) {
  EXPECT_EQ(errorFor({op("NOP"), 0, op("YIELD_VALUE"), 0}), "the code runs off its end after YIELD_VALUE at unit 1");
  EXPECT_EQ(errorFor({op("NOP"), 0, op("RETURN_GENERATOR"), 0}),
            "the code runs off its end after RETURN_GENERATOR at unit 1");
}

TEST_P(DecodeTest, IllegalJumpTargets) {
  uint8_t forward = op("JUMP_FORWARD"), backward = op("JUMP_BACKWARD"), ret = op("RETURN_VALUE");
  uint8_t caches = dialect.info(backward).caches;
  auto jumpBack = [&](uint8_t distance) {
    std::vector<uint8_t> code{op("NOP"), 0, backward, distance};
    code.resize(code.size() + 2 * caches);
    code.insert(code.end(), {ret, 0});
    return code;
  };
  EXPECT_EQ(errorFor(jumpBack(uint8_t(2 + caches))), ""); // to unit 0
  EXPECT_EQ(errorFor(jumpBack(uint8_t(3 + caches))),
            "JUMP_BACKWARD at unit 1 jumps to unit -1, where no instruction starts");
  EXPECT_EQ(errorFor({forward, 0, ret, 0}), "");
  EXPECT_EQ(errorFor({forward, 1, ret, 0}), "JUMP_FORWARD at unit 0 jumps to unit 2, where no instruction starts");
  EXPECT_EQ(errorFor({forward, 200, ret, 0}), "JUMP_FORWARD at unit 0 jumps to unit 201, where no instruction starts");
  // Into an inline cache, and between a prefix and its instruction.
  std::vector<uint8_t> cache{forward, 1, op("BINARY_OP"), 0};
  cache.resize(cache.size() + 2 * dialect.info(op("BINARY_OP")).caches);
  cache.insert(cache.end(), {ret, 0});
  EXPECT_EQ(errorFor(cache), "JUMP_FORWARD at unit 0 jumps to unit 2, where no instruction starts");
  EXPECT_EQ(errorFor({forward, 1, op("EXTENDED_ARG"), 1, op("NOP"), 0, ret, 0}),
            "JUMP_FORWARD at unit 0 jumps to unit 2, where no instruction starts");
}

TEST_P(DecodeTest, BadHandlers) {
  auto errorWith = [&](std::vector<ExceptionEntry> entries) {
    CodeBuilder code(dialect);
    code.op("NOP").op("LOAD_GLOBAL").op("RETURN_VALUE").stack(3);
    CodeView view = code.view();
    llvm::SmallVector<uint8_t, 0> table;
    encodeExceptionTable(entries, table);
    view.exceptionTable = table;
    return errorOf(decode(view, dialect));
  };
  EXPECT_EQ(errorWith({{0, 1, 1, 2, true}}), "");
  EXPECT_EQ(errorWith({{0, 1, 2, 0, false}}), "exception entry 0 is handled at unit 2, where no instruction starts");
  EXPECT_EQ(errorWith({{0, 1, 1, 0, false}, {1, 2, 1, 3, false}}), "exception entry 1 has depth 3, the stack 3");
  EXPECT_EQ(errorWith({{1, 2, 1, 0, false}, {0, 1, 1, 0, false}}),
            "exception entry 1 starts at unit 0, the one before it ends at 2");
}

TEST_P(DecodeTest, BadLocationTable) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("RETURN_VALUE");
  CodeView view = code.view();
  std::vector<uint8_t> table{0x00};
  view.lineTable = table;
  EXPECT_EQ(errorOf(decode(view, dialect)), "location table: byte 0 does not start an entry");
}

/// Any bytes: an error, or instructions whose jumps and handlers are there.
TEST_P(DecodeTest, RandomBytesNeverCrash) {
  std::mt19937 random(4);
  std::vector<uint8_t> known;
  for (unsigned opcode = 1; opcode < 256; ++opcode)
    if (dialect.info(uint8_t(opcode)).name)
      known.push_back(uint8_t(opcode));
  unsigned good = 0;
  for (int round = 0; round < 20000; ++round) {
    std::vector<uint8_t> bytes(2 * (random() % 20)), handlers(random() % 10);
    for (size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = i % 2 ? uint8_t(random() % 6) : known[random() % known.size()];
    for (uint8_t &byte : handlers)
      byte = uint8_t(random() % 20);
    CodeView view;
    view.code = bytes;
    view.exceptionTable = handlers;
    view.stackSize = 4;
    auto fn = decode(view, dialect);
    if (!fn) {
      llvm::consumeError(fn.takeError());
      continue;
    }
    ++good;
    for (const Instr &instr : fn->instrs) {
      ASSERT_EQ(dialect.info(instr.op).isJump, instr.target.valid());
      ASSERT_TRUE(!instr.target.valid() || instr.target.value < fn->instrs.size());
      ASSERT_TRUE(instr.handler == kNoHandler || instr.handler < fn->handlers.size());
    }
  }
  EXPECT_GT(good, 20u);
}

TEST(Decode, PrefixedUnits) {
  EXPECT_EQ(prefixedUnits(0), 1u);
  EXPECT_EQ(prefixedUnits(255), 1u);
  EXPECT_EQ(prefixedUnits(256), 2u);
  EXPECT_EQ(prefixedUnits(65535), 2u);
  EXPECT_EQ(prefixedUnits(65536), 3u);
  EXPECT_EQ(prefixedUnits(0xffffff), 3u);
  EXPECT_EQ(prefixedUnits(0x1000000), 4u);
  EXPECT_EQ(prefixedUnits(UINT32_MAX), 4u);
}

} // namespace
} // namespace blockcov
