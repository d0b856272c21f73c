//===- assemble_test.cc - instructions to bytes ---------------------------===//

#include "instrument/assemble.h"
#include "instrument/verify.h"
#include "tests/unit/instrument/stages.h"

#include <gtest/gtest.h>

#include <random>

namespace blockcov {
namespace {

using namespace blockcov::test;

class AssembleTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();

  Instr instr(const char *name, uint32_t arg = 0) const {
    Instr made;
    made.op = dialect.find(name);
    made.arg = arg;
    return made;
  }
  Instr jump(const char *name, uint32_t target) const {
    Instr made = instr(name);
    made.target = InstrId{target};
    return made;
  }
  static Inserted inserted(std::vector<Instr> instrs) {
    Inserted code;
    code.fn.stackSize = 4;
    for (const Instr &each : instrs) {
      code.origins.push_back({uint32_t(code.fn.instrs.size()), {}});
      code.fn.instrs.push_back(each);
    }
    return code;
  }
  std::vector<uint8_t> bytesOf(const Inserted &code) const {
    Assembled assembled = unwrap(assemble(code, dialect));
    EXPECT_EQ(errorOf(verifyAssembled(code, assembled, dialect)), "");
    return {assembled.bytes.code.begin(), assembled.bytes.code.end()};
  }
};

INSTANTIATE_TEST_SUITE_P(All, AssembleTest, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

TEST_P(AssembleTest, WorkedBytes) {
  uint8_t nop = dialect.nop, forward = dialect.jumpForward, load = dialect.loadConst,
          ret = dialect.find("RETURN_VALUE"), extended = dialect.extendedArg;
  EXPECT_EQ(bytesOf(inserted({jump("JUMP_FORWARD", 2), instr("NOP"), instr("LOAD_CONST", 258), instr("RETURN_VALUE")})),
            (std::vector<uint8_t>{forward, 1, nop, 0, extended, 1, load, 2, ret, 0}));
  EXPECT_EQ(bytesOf(inserted({instr("LOAD_CONST", 0x01020304), instr("RETURN_VALUE")})),
            (std::vector<uint8_t>{extended, 1, extended, 2, extended, 3, load, 4, ret, 0}));
}

/// The distance at which a jump needs a prefix: the prefix of a jump backward is itself jumped over.
TEST_P(AssembleTest, PrefixesAtTheBoundaries) {
  for (uint32_t filler : {253u, 254u, 255u, 256u, 257u, 65532u, 65533u, 65534u, 65535u, 65536u, 65537u}) {
    std::vector<Instr> forward{jump("JUMP_FORWARD", filler + 1)}, backward;
    for (uint32_t k = 0; k < filler; ++k) {
      forward.push_back(instr("NOP"));
      backward.push_back(instr("NOP"));
    }
    forward.push_back(instr("RETURN_VALUE"));
    backward.push_back(jump("JUMP_BACKWARD_NO_INTERRUPT", 0));
    EXPECT_EQ(bytesOf(inserted(forward)).size() / 2, filler + 1 + prefixedUnits(filler));
    uint32_t distance = filler + 1; // itself included
    distance += prefixedUnits(distance) - 1;
    EXPECT_EQ(bytesOf(inserted(backward)).size() / 2, filler + prefixedUnits(distance)) << filler;
  }
}

/// Jumps whose sizes depend on each other reach the least fixed point.
TEST_P(AssembleTest, InterleavedJumpsSettle) {
  std::mt19937 random(9);
  for (uint32_t count : {300u, 700u, 3000u}) {
    std::vector<Instr> instrs;
    for (uint32_t i = 0; i < count; ++i) {
      if (random() % 2)
        instrs.push_back(jump("JUMP_FORWARD", i + 1 + uint32_t(random() % (count - i))));
      else
        instrs.push_back(jump("JUMP_BACKWARD_NO_INTERRUPT", uint32_t(random() % (i + 1))));
    }
    instrs.push_back(instr("RETURN_VALUE"));
    Inserted code = inserted(instrs);
    Assembled assembled = unwrap(assemble(code, dialect));
    ASSERT_EQ(errorOf(verifyAssembled(code, assembled, dialect)), "");
    // No jump could do with fewer units by itself.
    for (uint32_t i = 0; i < count; ++i) {
      uint32_t unit = assembled.unitOf[i], arg = 0;
      uint32_t first = i == 0 ? 0 : assembled.unitOf[i - 1] + 1;
      for (uint32_t k = first; k <= unit; ++k)
        arg = arg << 8 | assembled.bytes.code[2 * k + 1];
      EXPECT_EQ(unit - first + 1, prefixedUnits(arg)) << i;
    }
  }
}

TEST_P(AssembleTest, LocationsAndCaches) {
  Instr global = instr("LOAD_GLOBAL", 300);
  global.loc = {7, 8, 1, 2};
  Inserted code = inserted({instr("NOP"), global, instr("RETURN_VALUE")});
  code.fn.firstLine = 5;
  Assembled assembled = unwrap(assemble(code, dialect));
  uint32_t caches = dialect.info(global.op).caches;
  EXPECT_EQ(assembled.bytes.code.size() / 2, 4 + caches);
  EXPECT_EQ(assembled.unitOf[1], 2u);
  for (uint32_t k = 0; k < 2 * caches; ++k)
    EXPECT_EQ(assembled.bytes.code[6 + k], 0);
  EXPECT_EQ(errorOf(verifyAssembled(code, assembled, dialect)), "");
}

TEST_P(AssembleTest, AdjacentInstructionsOfOneHandlerShareAnEntry) {
  Inserted code = inserted({instr("NOP"), instr("NOP"), instr("LOAD_GLOBAL"), instr("NOP"), instr("RERAISE")});
  code.fn.handlers = {{InstrId{4}, 0, true}, {InstrId{4}, 1, true}};
  code.fn.instrs[0].handler = code.fn.instrs[2].handler = code.fn.instrs[3].handler = 0;
  code.fn.instrs[1].handler = 1;
  Assembled assembled = unwrap(assemble(code, dialect));
  uint32_t caches = dialect.info(dialect.find("LOAD_GLOBAL")).caches, last = 4 + caches;
  auto entries = unwrap(decodeExceptionTable(assembled.bytes.exceptionTable, last + 1));
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_TRUE(entries[0] == (ExceptionEntry{0, 1, last, 0, true}));
  EXPECT_TRUE(entries[1] == (ExceptionEntry{1, 2, last, 1, true}));
  EXPECT_TRUE(entries[2] == (ExceptionEntry{2, last, last, 0, true}));
}

TEST_P(AssembleTest, WrongDirection) {
  EXPECT_EQ(errorOf(assemble(inserted({instr("NOP"), jump("JUMP_FORWARD", 0), instr("RETURN_VALUE")}), dialect)),
            "JUMP_FORWARD (instruction 1 of the rewritten code) would have to jump the other way");
  EXPECT_EQ(errorOf(assemble(inserted({jump("JUMP_BACKWARD", 1), instr("RETURN_VALUE")}), dialect)),
            "JUMP_BACKWARD (instruction 0 of the rewritten code) would have to jump the other way");
}

/// 42,000 to 220,000 units: jumps across everything need two prefixes, and the probes' constants two as well.
TEST_P(AssembleTest, VeryLargeFunctions) {
  for (uint32_t blocks : {6000u, 20000u}) {
    CodeBuilder code(dialect);
    code.constants(70000).op("RESUME").label("top").op("LOAD_FAST").jump("POP_JUMP_IF_FALSE", "end");
    for (uint32_t k = 0; k < blocks; ++k) {
      code.op("LOAD_FAST", k % 3).op("LOAD_GLOBAL", k);
      if (k % 50 == 0)
        code.jump("POP_JUMP_IF_TRUE", k % 100 || k > blocks / 2 ? "end" : "middle").op("NOP");
      if (k == blocks / 2)
        code.label("middle");
    }
    code.jump("JUMP_BACKWARD", "top").label("end").op("LOAD_CONST").op("RETURN_VALUE");
    if (blocks == 20000)
      code.handler("top", "middle", "end");
    Compiled compiled = compileAll(code, dialect);
    size_t units = compiled.assembled.bytes.code.size() / 2;
    EXPECT_GT(units, blocks == 6000 ? 42000u : 140000u);
    EXPECT_LT(units, 250000u);
    EXPECT_EQ(errorOf(verifyAssembled(compiled.inserted, compiled.assembled, dialect)), "");
    EXPECT_GT(compiled.plan.edgeOf.size(), blocks / 50);
  }
}

} // namespace
} // namespace blockcov
