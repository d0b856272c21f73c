//===- coverage_map_test.cc - what a counter array counts -----------------===//

#include "instrument/coverage_map.h"
#include "tests/unit/instrument/code_builder.h"
#include "tests/unit/instrument/fixtures.h"

#include <gtest/gtest.h>

#include <random>

namespace blockcov {
namespace {

using namespace blockcov::test;

/// All fixtures of one dialect as one unit.
Unit fixtureUnit(const Dialect &dialect) {
  Unit unit;
  unit.filename = "/somewhere/functions.py";
  unit.sourceHash = {0x0123456789abcdef, 0xfedcba9876543210};
  unit.mode = {Mode::Hits, Placement::Blocks};
  unit.minor = dialect.minor;
  for (const Fixture &each : fixtures(dialect)) {
    UnitCode code;
    code.view = each.view;
    code.parent = each.parent;
    code.probeCount = uint32_t(unit.codes.size() * 3);
    code.refused = unit.codes.size() % 7 ? "" : "the reason";
    unit.codes.push_back(code);
  }
  return unit;
}

std::string encode(const Unit &unit) {
  llvm::SmallVector<char, 0> bytes;
  encodeUnit(unit, bytes);
  return {bytes.begin(), bytes.end()};
}

void expectEqual(const Unit &got, const Unit &wanted) {
  EXPECT_EQ(got.filename, wanted.filename);
  EXPECT_EQ(got.sourceHash, wanted.sourceHash);
  EXPECT_EQ(got.mode, wanted.mode);
  EXPECT_EQ(got.minor, wanted.minor);
  ASSERT_EQ(got.codes.size(), wanted.codes.size());
  for (size_t i = 0; i < got.codes.size(); ++i) {
    const UnitCode &a = got.codes[i], &b = wanted.codes[i];
    EXPECT_EQ(a.parent, b.parent);
    EXPECT_EQ(a.probeCount, b.probeCount);
    EXPECT_EQ(a.refused, b.refused);
    EXPECT_EQ(a.view.name, b.view.name);
    EXPECT_EQ(a.view.qualname, b.view.qualname);
    EXPECT_TRUE(a.view.code == b.view.code);
    EXPECT_TRUE(a.view.lineTable == b.view.lineTable);
    EXPECT_TRUE(a.view.exceptionTable == b.view.exceptionTable);
    EXPECT_EQ(a.view.firstLine, b.view.firstLine);
    EXPECT_EQ(a.view.flags, b.view.flags);
    EXPECT_EQ(a.view.stackSize, b.view.stackSize);
    EXPECT_EQ(a.view.constCount, b.view.constCount);
  }
}

/// A small unit of two code objects, for damage at every byte.
struct SmallUnit {
  std::vector<uint8_t> code{151, 0, 83, 0}, table{0x80, 0};
  Unit unit;
  SmallUnit() {
    unit.filename = "a.py";
    unit.minor = 11;
    UnitCode root;
    root.view.name = root.view.qualname = "<module>";
    root.view.code = code;
    root.view.lineTable = table;
    root.view.firstLine = 1;
    root.view.stackSize = 2;
    root.view.constCount = 300;
    root.probeCount = 2;
    UnitCode nested = root;
    nested.parent = 0;
    nested.view.firstLine = -5;
    nested.refused = "why";
    unit.codes = {root, nested};
  }
};

TEST(CoverageMap, RoundTrip) {
  for (const Dialect *dialect : allDialects()) {
    Unit unit = fixtureUnit(*dialect);
    std::string bytes = encode(unit);
    EXPECT_EQ(bytes, encode(unit));
    expectEqual(unwrap(decodeUnit(bytes)), unit);
  }
  SmallUnit small;
  std::string bytes = encode(small.unit);
  expectEqual(unwrap(decodeUnit(bytes)), small.unit);
}

TEST(CoverageMap, WorkedBytes) {
  Unit unit;
  unit.filename = "f";
  unit.minor = 12;
  unit.mode = Mode::Hits;
  unit.sourceHash = {0x0102030405060708, 0x090a0b0c0d0e0f10};
  EXPECT_EQ(encode(unit), std::string("\x0c\x01\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x01"
                                      "f\x00",
                                      21));
}

TEST(CoverageMap, CounterCount) {
  SmallUnit small;
  EXPECT_EQ(small.unit.counterCount(), 4u);
  EXPECT_EQ(Unit().counterCount(), 0u);
}

TEST(CoverageMap, HashText) {
  EXPECT_EQ((Hash128{0, 0}).text(), std::string(32, '0'));
  EXPECT_EQ((Hash128{0x0123456789abcdef, 0xfedcba9876543210}).text(), "0123456789abcdeffedcba9876543210");
}

TEST(CoverageMap, EveryTruncationIsAnError) {
  SmallUnit small;
  std::string bytes = encode(small.unit);
  for (size_t size = 0; size < bytes.size(); ++size) {
    std::string cut = bytes.substr(0, size);
    std::string error = errorOf(decodeUnit(cut));
    EXPECT_NE(error.find("coverage map: "), std::string::npos) << size;
    EXPECT_NE(error.find("at byte "), std::string::npos) << size << ": " << error;
  }
  EXPECT_EQ(errorOf(decodeUnit(bytes + "x")),
            "coverage map: 1 bytes are left over after byte " + std::to_string(bytes.size()));
}

/// Every value of every byte: a unit within the bounds of its bytes, or an error.
TEST(CoverageMap, EveryCorruptionOfEveryByte) {
  SmallUnit small;
  const std::string bytes = encode(small.unit);
  for (size_t at = 0; at < bytes.size(); ++at)
    for (unsigned value = 0; value < 256; ++value) {
      std::string damaged = bytes;
      damaged[at] = char(value);
      auto unit = decodeUnit(damaged);
      if (!unit) {
        EXPECT_NE(toString(unit.takeError()), "");
        continue;
      }
      ASSERT_LE(unit->codes.size(), bytes.size());
      for (const UnitCode &code : unit->codes)
        for (llvm::ArrayRef<uint8_t> range : {code.view.code, code.view.lineTable, code.view.exceptionTable})
          ASSERT_LE(range.size(), bytes.size());
    }
}

/// Lengths and counts that promise more than there is are not believed.
TEST(CoverageMap, HugeNumbers) {
  std::string head(18, '\0');
  head[0] = 11;
  const std::string huge = "\xff\xff\xff\xff\x0f", tooHuge = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
                    endless(40, '\x80');
  EXPECT_EQ(errorOf(decodeUnit(head + huge)), "coverage map: has a length beyond its end, at byte 23 of 23");
  EXPECT_EQ(errorOf(decodeUnit(head + std::string(1, '\0') + huge)),
            "coverage map: has a malformed number, at byte 24 of 24"); // 2^32 - 1 code objects
  EXPECT_EQ(errorOf(decodeUnit(head + tooHuge)), "coverage map: has a number out of range, at byte 18 of 28");
  EXPECT_EQ(errorOf(decodeUnit(head + endless)), "coverage map: has a malformed number, at byte 18 of 58");
}

TEST(CoverageMap, Malformed) {
  SmallUnit small;
  small.unit.codes[1].parent = 1;
  EXPECT_EQ(errorOf(decodeUnit(encode(small.unit))).find("coverage map: code object 1 at byte "), 0u);
  small.unit.codes[1].parent = -1;
  EXPECT_NE(errorOf(decodeUnit(encode(small.unit))).find("has no parent before it"), std::string::npos);
  small.unit.codes[1].parent = 0;
  small.unit.codes[0].probeCount = small.unit.codes[1].probeCount = INT32_MAX;
  EXPECT_EQ(errorOf(decodeUnit(encode(small.unit))).find("coverage map: too many counters at byte "), 0u);
  std::string bytes = encode(SmallUnit().unit);
  bytes[1] = 3;
  EXPECT_EQ(errorOf(decodeUnit(bytes)), "coverage map: unknown mode 3 at byte 1");
}

TEST(CoverageMap, RandomDamageToALargeMap) {
  std::mt19937 random(10);
  const std::string bytes = encode(fixtureUnit(py312()));
  for (int round = 0; round < 3000; ++round) {
    std::string damaged = bytes;
    for (int hits = 1 + int(random() % 4); hits > 0; --hits)
      damaged[random() % damaged.size()] = char(random());
    if (random() % 3 == 0)
      damaged.resize(random() % damaged.size());
    llvm::consumeError(decodeUnit(damaged).takeError());
  }
}

} // namespace
} // namespace blockcov
