//===- flow_random_test.cc - flow equations against random walks ----------===//
//
// Translation validation and flow solving at once: frames walk at random through
// random functions, the same walks are replayed on the rewritten bytes, and what
// the counters and loss cells then say must be what the walks did.
//
//===----------------------------------------------------------------------===//

#include "tests/unit/runtime_resolve/line_reference.h"
#include "tests/unit/runtime_resolve/program.h"
#include "tests/unit/runtime_resolve/walk.h"

#include "instrument/dump.h"
#include "runtime/line_events.h"
#include "tests/unit/instrument/fixtures.h"

#include <gtest/gtest.h>

namespace blockcov {
namespace {

using namespace blockcov::test;

class FlowRandomTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();

  /// Walks through one code object; the text of the first disagreement.
  std::string walkThrough(const CodeView &view, std::mt19937 &random, unsigned walks, const WalkOptions &options,
                          Placement placement) {
    auto code = compile(view, dialect, {Mode::Counts, placement});
    if (!code) {
      // Two re-raises that lead to each other's handler: legal, but no compiler makes them.
      std::string problem = toString(code.takeError());
      if (problem != "the edges that cannot carry a probe form a cycle" &&
          problem.find("two ways that cannot carry a probe") == std::string::npos)
        return problem;
      ++refused;
      return "";
    }
    Truth truth(code->fn.instrs.size());
    LineReference lines(code->fn, dialect);
    Recorded recorded;
    recorded.counters.resize(code->plan.edgeOf.size());
    for (unsigned k = 0; k < walks; ++k) {
      Walk walk = randomWalk(code->fn, dialect, random, options);
      truth.add(code->fn, dialect, walk);
      lines.add(walk);
      if (std::string problem = replay(*code, dialect, walk, recorded); !problem.empty())
        return problem + '\n' + cantFail(dumpSideBySide(view, dialect));
    }
    if (std::string problem = compareFlow(*code, dialect, truth, recorded); !problem.empty())
      return problem + '\n' + cantFail(dumpMap(view, dialect)) + cantFail(dumpSideBySide(view, dialect));
    return compareLines(*code, lines, recorded);
  }

  std::string compareLines(const Compiled &code, const LineReference &reference, const Recorded &recorded) {
    FlowCounts counts = cantFail(solveFlow(code, dialect, recorded.counters, recorded.lossCells()));
    std::map<int32_t, uint64_t> wanted = reference.events, got = countLines(code, dialect, counts);
    for (auto [line, count] : got)
      if (count != wanted[line])
        return "line " + std::to_string(line) + ": derived " + std::to_string(count) + ", traced " +
               std::to_string(wanted[line]) + '\n' + dumpFunction(code.fn, dialect);
    for (auto [line, count] : wanted)
      if (count && !got.count(line))
        return "line " + std::to_string(line) + " is missing";
    return "";
  }

  void check(unsigned seed, unsigned programs, uint32_t statements, const WalkOptions &options) {
    for (unsigned k = 0; k < programs; ++k) {
      std::mt19937 random(seed * 100000 + k);
      CodeBuilder program = randomProgram(dialect, random, 1 + uint32_t(random() % statements));
      std::string problem = walkThrough(program.view(), random, 1 + unsigned(random() % 20), options, Placement(k % 2));
      ASSERT_EQ(problem, "") << "seed " << seed << ", program " << k;
    }
    EXPECT_LE(refused * 5, programs);
  }

  unsigned refused = 0;
};

INSTANTIATE_TEST_SUITE_P(All, FlowRandomTest, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

TEST_P(FlowRandomTest, SmallFunctions) { check(1, 3000, 6, {}); }

TEST_P(FlowRandomTest, MiddlingFunctions) { check(2, 1500, 30, {}); }

TEST_P(FlowRandomTest, LargeFunctions) { check(3, 60, 300, {30, 2, 2000}); }

TEST_P(FlowRandomTest, NothingRaises) { check(4, 500, 20, {0, 0, 500}); }

TEST_P(FlowRandomTest, MuchRaises) { check(5, 1000, 20, {300, 20, 500}); }

/// The layouts that CPython makes.
TEST_P(FlowRandomTest, Fixtures) {
  std::mt19937 random(6);
  for (const Fixture &each : fixtures(dialect))
    for (const WalkOptions &options : {WalkOptions{30, 5, 200}, WalkOptions{0, 0, 100}, WalkOptions{150, 30, 100}})
      for (Placement placement : {Placement::Fewest, Placement::Blocks})
        ASSERT_EQ(walkThrough(each.view, random, 60, options, placement), "") << each.qualname;
  EXPECT_EQ(refused, 0u);
}

} // namespace
} // namespace blockcov
