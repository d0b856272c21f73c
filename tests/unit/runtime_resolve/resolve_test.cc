//===- resolve_test.cc - from counters to lines, sites and edges ----------===//

#include "runtime/resolve.h"
#include "tests/unit/instrument/fixtures.h"
#include "tests/unit/instrument/stages.h"
#include "tests/unit/runtime_resolve/walk.h"

#include <gtest/gtest.h>

namespace blockcov {
namespace {

using namespace blockcov::test;

class ResolveTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();

  Unit unitOf(std::vector<CodeView> views, Mode mode = Mode::Counts) {
    Unit unit;
    unit.minor = dialect.minor;
    unit.mode = mode;
    for (const CodeView &view : views) {
      UnitCode code;
      code.view = view;
      code.parent = unit.codes.empty() ? -1 : 0;
      code.probeCount = uint32_t(unwrap(compile(view, dialect, mode)).plan.edgeOf.size());
      unit.codes.push_back(code);
    }
    return unit;
  }

  /// Resolves what random walks through one function leave behind.
  CodeCounts walkAndResolve(const CodeView &view, unsigned walks, Truth &truth, bool detail = true) {
    std::mt19937 random(11);
    Compiled code = unwrap(compile(view, dialect));
    Recorded recorded;
    recorded.counters.resize(code.plan.edgeOf.size());
    for (unsigned k = 0; k < walks; ++k) {
      Walk walk = randomWalk(code.fn, dialect, random, {20, 0, 300});
      truth.add(code.fn, dialect, walk);
      EXPECT_EQ(replay(code, dialect, walk, recorded), "");
    }
    Unit unit = unitOf({view});
    return unwrap(resolve(unit, recorded.counters, recorded.lossCells(), detail)).front();
  }
};

INSTANTIATE_TEST_SUITE_P(All, ResolveTest, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

TEST_P(ResolveTest, FixturesAgreeWithTheirWalks) {
  for (const Fixture &each : fixtures(dialect)) {
    SCOPED_TRACE(each.qualname);
    Function fn = unwrap(decode(each.view, dialect));
    Truth truth(fn.instrs.size());
    CodeCounts got = walkAndResolve(each.view, 40, truth);
    EXPECT_EQ(got.calls, truth.calls);
    ASSERT_EQ(got.instructions.size(), fn.instrs.size());
    for (uint32_t i = 0; i < fn.instrs.size(); ++i) {
      EXPECT_EQ(got.instructions[i].offset, 2 * fn.instrs[i].unit);
      EXPECT_EQ(got.instructions[i].line, fn.instrs[i].loc.line);
      EXPECT_EQ(got.instructions[i].count, truth.instrs[i]) << i;
    }
    for (const Site &site : got.sites) {
      uint32_t i = 0;
      while (2 * fn.instrs[i].unit != site.offset)
        ++i;
      uint64_t fell = 0, jumped = 0;
      for (auto [key, count] : truth.edges)
        if (std::get<0>(key) == i) {
          fell += std::get<2>(key) == EdgeKind::Fall ? uint64_t(count) : 0;
          jumped += std::get<2>(key) == EdgeKind::Jump ? uint64_t(count) : 0;
        }
      std::string name = site.opName, test = site.test;
      EXPECT_EQ(name, dialect.info(fn.instrs[i].op).name);
      if (test == "aiter") {
        EXPECT_EQ(site.falseCount, fell) << site.offset;
        continue;
      }
      bool jumpsIfTrue =
          name.find("IF_TRUE") != std::string::npos || (name.find("IF_NONE") != std::string::npos && test == "none");
      EXPECT_EQ(site.trueCount, jumpsIfTrue ? jumped : fell) << site.offset;
      EXPECT_EQ(site.falseCount, jumpsIfTrue ? fell : jumped) << site.offset;
    }
  }
}

TEST_P(ResolveTest, SitesOfALoopWithACondition) {
  Truth truth(unwrap(decode(fixture(dialect, "for_loop").view, dialect)).instrs.size());
  CodeCounts got = walkAndResolve(fixture(dialect, "for_loop").view, 50, truth);
  ASSERT_EQ(got.sites.size(), 2u);
  EXPECT_STREQ(got.sites[0].opName, "FOR_ITER");
  EXPECT_STREQ(got.sites[0].test, "iter");
  EXPECT_STREQ(got.sites[1].test, "bool");
  EXPECT_EQ(got.sites[1].span.line, 61); // if item < 0
  EXPECT_EQ(got.sites[1].span.column, 11);
  EXPECT_EQ(got.sites[1].span.endColumn, 19);
  ASSERT_FALSE(got.sites[1].trail.empty());
  std::string nearest = got.sites[1].trail[0].opName;
  EXPECT_TRUE(nearest == "COMPARE_OP" || nearest == "TO_BOOL") << nearest;
  EXPECT_LE(got.sites[1].trail.size(), 6u);
}

TEST_P(ResolveTest, SitesOfAnAsyncFor) {
  Truth truth(unwrap(decode(fixture(dialect, "async_for").view, dialect)).instrs.size());
  CodeCounts got = walkAndResolve(fixture(dialect, "async_for").view, 50, truth);
  ASSERT_EQ(got.sites.size(), 2u);
  EXPECT_STREQ(got.sites[0].test, "bool");
  EXPECT_STREQ(got.sites[1].opName, "END_ASYNC_FOR");
  EXPECT_STREQ(got.sites[1].test, "aiter");
  ASSERT_FALSE(got.sites[1].trail.empty());
  EXPECT_STREQ(got.sites[1].trail[0].opName, "GET_ANEXT");
  EXPECT_GT(got.sites[1].trueCount, 0u);
}

TEST_P(ResolveTest, NoneTests) {
  Truth truth(unwrap(decode(fixture(dialect, "if_only").view, dialect)).instrs.size());
  CodeCounts got = walkAndResolve(fixture(dialect, "if_only").view, 50, truth);
  ASSERT_EQ(got.sites.size(), 1u);
  EXPECT_STREQ(got.sites[0].test, "none");
}

TEST_P(ResolveTest, WithoutDetail) {
  Truth truth(unwrap(decode(fixture(dialect, "for_loop").view, dialect)).instrs.size());
  CodeCounts got = walkAndResolve(fixture(dialect, "for_loop").view, 5, truth, /*detail=*/false);
  EXPECT_TRUE(got.instructions.empty() && got.edges.empty());
  EXPECT_FALSE(got.lines.empty() || got.sites.empty());
}

TEST_P(ResolveTest, CountersAreSlicedByCodeObject) {
  CodeBuilder one(dialect), two(dialect);
  one.op("RESUME").line(2).op("LOAD_CONST").op("RETURN_VALUE");
  two.op("RESUME").line(3).op("LOAD_CONST").op("RETURN_VALUE");
  Unit unit = unitOf({one.view(), one.view(), two.view()});
  unit.codes[1].refused = "a reason";
  unit.codes[1].probeCount = 0;
  auto got = unwrap(resolve(unit, std::vector<uint64_t>{4, 9}, {}, false));
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[0].calls, 4u);
  EXPECT_EQ(got[0].lines, (std::map<int32_t, uint64_t>{{2, 4}}));
  EXPECT_EQ(got[1].calls, 0u);
  EXPECT_TRUE(got[1].lines.empty());
  EXPECT_EQ(got[2].lines, (std::map<int32_t, uint64_t>{{3, 9}}));
}

TEST_P(ResolveTest, RaisesByLine) {
  CodeBuilder code(dialect);
  code.op("RESUME").line(2).op("LOAD_GLOBAL").line(3).op("RAISE_VARARGS", 1);
  Unit unit = unitOf({code.view()});
  Compiled compiled = compileAll(code, dialect);
  uint32_t unitOfLoad = 0;
  for (uint32_t i = 0; i < compiled.inserted.origins.size(); ++i)
    if (compiled.inserted.origins[i].instr == 1)
      unitOfLoad = compiled.assembled.unitOf[i];
  std::vector<Loss> losses{{0, unitOfLoad, LossKind::Raised, 2}};
  auto got = unwrap(resolve(unit, std::vector<uint64_t>{5}, losses, false));
  EXPECT_EQ(got[0].raises, (std::map<int32_t, uint64_t>{{2, 2}, {3, 3}}));
}

/// Whether, not how often, whatever the counters say and however many ways lead to a line.
TEST_P(ResolveTest, HitsAreNoCounts) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("top").line(2).op("LOAD_GLOBAL").op("LOAD_GLOBAL").jump("POP_JUMP_IF_FALSE", "out");
  code.line(3).op("NOP").jump("JUMP_BACKWARD", "top").label("out").line(4).op("RAISE_VARARGS", 1);
  Unit unit = unitOf({code.view()}, Mode::Hits);
  Compiled compiled = unwrap(compile(code.view(), dialect, Mode::Hits));
  std::vector<Loss> losses;
  for (uint32_t i = 0; i < compiled.inserted.origins.size(); ++i)
    if (uint32_t instr = compiled.inserted.origins[i].instr; instr == 1 || instr == 2)
      losses.push_back({0, compiled.assembled.unitOf[i], LossKind::Raised, 2});
  std::vector<uint64_t> counters(unit.counterCount(), 9);
  CodeCounts got = unwrap(resolve(unit, counters, losses, /*detail=*/true)).front();
  EXPECT_EQ(got.calls, 1u);
  EXPECT_EQ(got.lines, (std::map<int32_t, uint64_t>{{2, 1}, {3, 1}, {4, 1}}));
  EXPECT_EQ(got.raises, (std::map<int32_t, uint64_t>{{2, 1}, {4, 1}}));
  ASSERT_EQ(got.sites.size(), 1u);
  EXPECT_EQ(got.sites[0].trueCount, 1u);
  EXPECT_EQ(got.sites[0].falseCount, 1u);
  for (const InstrCount &instr : got.instructions)
    EXPECT_EQ(instr.count, 1u) << instr.opName;
  for (const EdgeCount &edge : got.edges)
    EXPECT_EQ(edge.count, 1u) << edge.from << ' ' << edge.kind;
}

/// The plan of counts, of which a reader learns no more than whether.
TEST_P(ResolveTest, HitsWithoutSites) {
  CodeBuilder code(dialect);
  code.op("RESUME").line(2).op("LOAD_CONST").op("RETURN_VALUE");
  EXPECT_EQ(unwrap(compile(code.view(), dialect, Mode::Kept)).plan.mode, Mode::Counts);
  CodeCounts got = unwrap(resolve(unitOf({code.view()}, Mode::Kept), std::vector<uint64_t>{5}, {}, false)).front();
  EXPECT_EQ(got.calls, 1u);
  EXPECT_EQ(got.lines, (std::map<int32_t, uint64_t>{{2, 1}}));
}

TEST_P(ResolveTest, Errors) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("LOAD_CONST").op("RETURN_VALUE");
  Unit unit = unitOf({code.view()});
  std::vector<uint64_t> counters{1};
  std::vector<Loss> elsewhere{{1, 0, LossKind::Raised, 1}}, nowhere{{0, 1000, LossKind::Raised, 1}};
  EXPECT_EQ(errorOf(resolve(unit, {}, {}, false)), "the unit has 1 counters, 0 were given");
  EXPECT_EQ(errorOf(resolve(unit, counters, elsewhere, false)), "a loss cell names code object 1, the unit has 1");
  EXPECT_EQ(errorOf(resolve(unit, counters, nowhere, false)),
            "f: a loss cell names unit 1000, where no instruction of the rewritten code is");
  unit.codes[0].probeCount = 3;
  EXPECT_EQ(errorOf(resolve(unit, std::vector<uint64_t>{1, 2, 3}, {}, false)), "f has 3 counters, its code needs 1");
  unit.minor = 9;
  EXPECT_EQ(errorOf(resolve(unit, std::vector<uint64_t>{1, 2, 3}, {}, false)),
            "the unit was compiled for CPython 3.9, which this blockcov does not know");
}

} // namespace
} // namespace blockcov
