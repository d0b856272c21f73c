//===- offset_map_test.cc - places there and back --------------------------===//

#include "instrument/offset_map.h"
#include "tests/unit/instrument/fixtures.h"
#include "tests/unit/instrument/stages.h"

namespace blockcov {
namespace {

using namespace blockcov::test;

class OffsetMapTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();

  /// The instruction whose opcode stands at a place of the original.
  std::vector<uint32_t> instrAt(const Function &fn) const {
    std::vector<uint32_t> at;
    for (uint32_t i = 0; i != fn.instrs.size(); ++i)
      at.resize(fn.instrs[i].unit + 1 + dialect.info(fn.instrs[i].op).caches, i);
    return at;
  }

  void check(const Compiled &code) {
    const OffsetMap map(code, dialect);
    const std::vector<uint32_t> old = instrAt(code.fn);
    for (uint32_t unit = 0; unit != old.size(); ++unit) {
      const uint32_t now = map.rewrittenOf(unit);
      OffsetMap::Place back = map.originalOf(now);
      ASSERT_FALSE(back.copied);
      ASSERT_EQ(old[back.unit], old[unit]) << "unit " << unit << " becomes " << now;
      if (unit >= code.fn.instrs[old[unit]].unit) // prefixes may have become fewer
        ASSERT_EQ(back.unit, unit);
    }
    for (uint32_t i = 0; i != code.inserted.fn.instrs.size(); ++i) {
      OffsetMap::Place place = map.originalOf(code.assembled.unitOf[i]);
      const Origin &origin = code.inserted.origins[i];
      ASSERT_EQ(place.inserted, origin.inserted()) << "instruction " << i;
      ASSERT_EQ(place.copied, origin.copied) << "instruction " << i;
      if (!origin.inserted()) {
        ASSERT_EQ(place.unit, code.fn.instrs[origin.instr].unit);
        ASSERT_TRUE(place.begins);
        if (origin.copied)
          ASSERT_FALSE(map.originalOf(map.copyOf(place.unit)).inserted);
      } else if (place.unit != OffsetMap::Place::kNone) {
        ASSERT_LT(place.unit, old.size());
      }
    }
    EXPECT_EQ(map.originalOf(uint32_t(code.assembled.bytes.code.size() / 2)).unit, OffsetMap::Place::kNone);
  }
};

INSTANTIATE_TEST_SUITE_P(All, OffsetMapTest, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

TEST_P(OffsetMapTest, ThereAndBack) {
  for (Mode mode : {Mode::Counts, Mode::Hits})
    for (const Fixture &each : fixtures(dialect)) {
      SCOPED_TRACE(each.qualname);
      ASSERT_NO_FATAL_FAILURE(check(llvm::cantFail(compile(each.view, dialect, mode))));
    }
}

/// A pad leads to its handler, the one for what no handler covers to nothing.
TEST_P(OffsetMapTest, PadsLeadToTheirHandlers) {
  uint32_t handlers = 0, none = 0;
  for (const Fixture &each : fixtures(dialect)) {
    Compiled code = llvm::cantFail(compile(each.view, dialect));
    const OffsetMap map(code, dialect);
    for (const Inserted::PlacedPad &pad : code.inserted.padPlaces) {
      OffsetMap::Place place = map.originalOf(code.assembled.unitOf[pad.pad.value]);
      EXPECT_TRUE(place.inserted);
      if (!pad.handler.valid()) {
        EXPECT_EQ(place.unit, OffsetMap::Place::kNone);
        ++none;
        continue;
      }
      OffsetMap::Place handler = map.originalOf(code.assembled.unitOf[pad.handler.value]);
      EXPECT_EQ(place.unit, handler.unit);
      ++handlers;
    }
  }
  EXPECT_GT(handlers, 20u);
  EXPECT_GT(none, 20u);
}

/// Without the lines of what was inserted, lines begin where they did.
TEST_P(OffsetMapTest, BareLines) {
  for (const Fixture &each : fixtures(dialect)) {
    Compiled code = llvm::cantFail(compile(each.view, dialect));
    const llvm::SmallVector<uint8_t, 0> bare = llvm::cantFail(bareLineTable(code, dialect));
    CodeView view = each.view;
    view.code = code.assembled.bytes.code;
    view.lineTable = bare;
    view.exceptionTable = code.assembled.bytes.exceptionTable;
    view.constCount += 10000; // probes and pads
    Function fn = llvm::cantFail(decode(view, dialect));
    ASSERT_EQ(fn.instrs.size(), code.inserted.origins.size());
    for (uint32_t i = 0; i != fn.instrs.size(); ++i) {
      const Origin &origin = code.inserted.origins[i];
      if (origin.inserted())
        ASSERT_EQ(fn.instrs[i].loc, Location());
      else
        ASSERT_EQ(fn.instrs[i].loc, code.fn.instrs[origin.instr].loc);
    }
  }
}

/// What is displaced is told from what took its place.
TEST_P(OffsetMapTest, ArmedSites) {
  uint32_t displaced = 0;
  for (const Fixture &each : fixtures(dialect)) {
    Compiled code = llvm::cantFail(compile(each.view, dialect, Mode::Hits));
    const OffsetMap map(code, dialect);
    for (const PatchSite &site : code.assembled.bytes.sites) {
      EXPECT_EQ(map.originalOf(site.unit).displaced, !site.argOnly);
      displaced += !site.argOnly;
    }
  }
  EXPECT_GT(displaced, 100u);
}

/// Each instruction is a step once, where it stands or on a stub, and a displaced jump forward tells where it goes.
TEST_P(OffsetMapTest, StepsOfArmedCode) {
  uint32_t leaps = 0;
  for (const Fixture &each : fixtures(dialect)) {
    Compiled code = llvm::cantFail(compile(each.view, dialect, Mode::Hits));
    const OffsetMap map(code, dialect);
    for (const PatchSite &site : code.assembled.bytes.sites) {
      if (site.argOnly)
        continue;
      EXPECT_TRUE(!map.originalOf(site.unit).begins || map.originalOf(site.unit).isStep());
    }
    for (uint32_t i = 0; i != code.inserted.fn.instrs.size(); ++i) {
      const Origin &origin = code.inserted.origins[i];
      const OffsetMap::Place place = map.originalOf(code.assembled.unitOf[i]);
      if (origin.inserted()) {
        EXPECT_FALSE(place.isStep());
        continue;
      }
      EXPECT_EQ(place.onward, place.unit);
      const bool siteStands = map.originalOf(map.rewrittenOf(place.unit)).displaced;
      EXPECT_TRUE(!place.stepped || place.copied);
      EXPECT_TRUE(!place.copied || siteStands || place.stepped);
      const Instr &instr = code.fn.instrs[origin.instr];
      if (place.leap != OffsetMap::Place::kNone) {
        EXPECT_TRUE(place.displaced && !place.copied);
        const OffsetMap::Place target = map.originalOf(map.rewrittenOf(place.leap));
        EXPECT_TRUE(target.begins);
        EXPECT_LE(place.leap, code.fn.instrs[instr.target.value].unit);
        ++leaps;
      }
    }
  }
  EXPECT_GT(leaps, 0u);
}

} // namespace
} // namespace blockcov
