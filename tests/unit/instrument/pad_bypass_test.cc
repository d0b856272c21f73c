//===- pad_bypass_test.cc - recorded raises go past their pads ------------===//

#include "instrument/pad_bypass.h"
#include "instrument/pipeline.h"
#include "tests/unit/instrument/code_builder.h"
#include "tests/unit/instrument/fixtures.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace blockcov {
namespace {

using namespace blockcov::test;

/// Of each unit its entry, or one whose target is PadPlace::kNoHandler.
std::vector<ExceptionEntry> byUnit(llvm::ArrayRef<uint8_t> table, uint32_t unitCount) {
  std::vector<ExceptionEntry> entries(unitCount, {0, 0, PadPlace::kNoHandler, 0, false});
  for (const ExceptionEntry &entry : llvm::cantFail(decodeExceptionTable(table, unitCount)))
    for (uint32_t unit = entry.start; unit != entry.end; ++unit)
      entries[unit] = {0, 0, entry.target, entry.depth, entry.lasti};
  return entries;
}

/// Code compiled in Mode::Hits in which some sites have been put back.
class Subject {
public:
  Subject(Compiled &&compiled, const Dialect &dialect, std::mt19937 &random)
      : compiled(std::move(compiled)), dialect(dialect), bytes(this->compiled.assembled.bytes) {
    armed.resize(instrs().size());
    for (size_t site = 0; site != bytes.sites.size(); ++site) {
      const PatchSite &place = bytes.sites[site];
      if (random() % 2) {
        for (uint32_t k = 0; k != place.units; ++k)
          bytes.code[2 * (place.unit + k)] = uint8_t(place.clean[k]),
                                       bytes.code[2 * (place.unit + k) + 1] = uint8_t(place.clean[k] >> 8);
      } else if (!place.argOnly) {
        for (uint32_t i = 0; i != instrs().size(); ++i)
          armed[i] = armed[i] || (begin(i) < place.unit + place.units && end(i) > place.unit);
      }
    }
  }

  llvm::ArrayRef<Instr> instrs() const { return compiled.inserted.fn.instrs; }
  uint32_t unitCount() const { return uint32_t(bytes.code.size() / 2); }
  uint32_t op(uint32_t i) const { return compiled.assembled.unitOf[i]; }
  uint32_t begin(uint32_t i) const { return i == 0 ? 0 : end(i - 1); }
  uint32_t end(uint32_t i) const { return op(i) + 1 + dialect.info(instrs()[i].op).caches; }
  bool isPad(uint32_t target) const {
    return llvm::any_of(bytes.padPlaces, [&](PadPlace place) { return place.pad == target; });
  }
  bool mayRaise(uint32_t i) const {
    return armed[i] || dialect.info(instrs()[i].op).mayRaise || dialect.info(instrs()[i].op).jump == Jump::Backward;
  }
  /// The two instructions that make a call in 3.11 raise as one.
  bool sameCall(uint32_t i, uint32_t k) const {
    uint32_t first = std::min(i, k), second = std::max(i, k);
    return dialect.precall && second == first + 1 && instrs()[first].op == dialect.precall &&
           instrs()[second].op == dialect.call;
  }

  Compiled compiled;
  const Dialect &dialect;
  Rewritten &bytes;
  std::vector<bool> armed; ///< of each instruction: a jump to a stub stands on it
};

class PadBypassTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();
  std::mt19937 random{12};

  /// Records the instructions that pads cover in some order, and looks at every unit after each.
  void recordAll(Subject &code) {
    const llvm::SmallVector<uint8_t, 0> original = code.bytes.exceptionTable;
    const std::vector<ExceptionEntry> before = byUnit(original, code.unitCount());
    std::vector<uint32_t> order;
    for (uint32_t i = 0; i != code.instrs().size(); ++i)
      if (code.mayRaise(i) && !code.armed[i] && code.isPad(before[code.op(i)].target))
        order.push_back(i);
    std::shuffle(order.begin(), order.end(), random);

    PadBypass bypass(code.bytes.padPlaces);
    llvm::SmallVector<uint8_t, 0> table = original;
    std::vector<bool> recorded(code.instrs().size());
    for (uint32_t raiser : order) {
      uint32_t unit = code.op(raiser);
      if (!dialect.unwindsFromBefore && random() % 2)
        unit += random() % (code.end(raiser) - unit); // where a frame stands while its callee runs
      if (!bypass.isNew(unit))
        continue;
      if (auto changed = bypass.recorded(unit, code.bytes.code, table, dialect))
        table = *changed;
      EXPECT_FALSE(bypass.isNew(unit));
      EXPECT_EQ(bypass.recorded(unit, code.bytes.code, table, dialect), std::nullopt);
      for (uint32_t i = 0; i != recorded.size(); ++i)
        recorded[i] = recorded[i] || i == raiser || code.sameCall(i, raiser);
      ASSERT_NO_FATAL_FAILURE(check(code, before, byUnit(table, code.unitCount()), recorded));
    }
  }

  void check(const Subject &code, llvm::ArrayRef<ExceptionEntry> before, llvm::ArrayRef<ExceptionEntry> now,
             const std::vector<bool> &recorded) {
    for (uint32_t unit = 0; unit != now.size(); ++unit) {
      if (now[unit] == before[unit])
        continue;
      const auto *place =
          llvm::find_if(code.bytes.padPlaces, [&](PadPlace each) { return each.pad == before[unit].target; });
      ASSERT_NE(place, code.bytes.padPlaces.end()) << "unit " << unit << " led to no pad";
      ASSERT_EQ(now[unit].target, place->handler) << "unit " << unit;
      if (place->handler != PadPlace::kNoHandler) {
        ASSERT_EQ(now[unit].depth, before[unit].depth);
        ASSERT_EQ(now[unit].lasti, before[unit].lasti);
      }
    }
    for (uint32_t i = 0; i != recorded.size(); ++i) {
      if (!code.mayRaise(i))
        continue;
      bool looksBefore = dialect.unwindsFromBefore && code.op(i) > 0;
      for (uint32_t unit = code.op(i) - (looksBefore ? 1 : 0); !recorded[i] && unit != code.end(i); ++unit)
        ASSERT_EQ(now[unit], before[unit]) << "instruction " << i << " has yet to be recorded, unit " << unit;
      bool shared = dialect.unwindsFromBefore && i + 1 != recorded.size() && code.mayRaise(i + 1) && !recorded[i + 1];
      for (uint32_t unit = code.op(i); recorded[i] && unit != code.end(i) - (shared ? 1 : 0); ++unit)
        ASSERT_FALSE(code.isPad(now[unit].target) && dialect.info(code.instrs()[i + 1].op).jump != Jump::Forward)
            << "instruction " << i << " is recorded, unit " << unit;
    }
  }
};

INSTANTIATE_TEST_SUITE_P(All, PadBypassTest, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

TEST_P(PadBypassTest, OnlyWhatWasRecordedPasses) {
  uint32_t withPads = 0;
  for (const Fixture &each : fixtures(dialect))
    for (int round = 0; round != 8; ++round) {
      SCOPED_TRACE(each.qualname + ", round " + std::to_string(round));
      Subject code(llvm::cantFail(compile(each.view, dialect, Mode::Hits)), dialect, random);
      withPads += !code.bytes.padPlaces.empty();
      ASSERT_NO_FATAL_FAILURE(recordAll(code));
    }
  EXPECT_GT(withPads, 300u);
}

TEST_P(PadBypassTest, CountsWantEveryRaise) {
  for (const Fixture &each : fixtures(dialect))
    EXPECT_TRUE(llvm::cantFail(compile(each.view, dialect, Mode::Counts)).assembled.bytes.padPlaces.empty());
}

/// A table that is no longer ours, or a unit that does not exist, changes nothing.
TEST_P(PadBypassTest, WhatOthersHaveChangedStays) {
  PadPlace place{4, PadPlace::kNoHandler};
  const uint8_t code[] = {dialect.resume, 0, dialect.nop, 0, dialect.nop, 0, dialect.nop, 0};
  const uint8_t damaged[] = {0x80, 0x7f};
  EXPECT_EQ(PadBypass(place).recorded(1, code, damaged, dialect), std::nullopt);
  EXPECT_EQ(PadBypass(place).recorded(9, code, {}, dialect), std::nullopt);
  EXPECT_EQ(PadBypass(place).recorded(1, code, {}, dialect), std::nullopt);
}

} // namespace
} // namespace blockcov
