//===- hit_random_test.cc - Mode::Hits against random walks ---------------===//
//
// Frames walk at random through random functions and through those that CPython
// made; the same walks are replayed on the rewritten bytes, whose sites are put back
// one by one. What the probes then say, with the loss cells of the landing pads, must
// be what the walks did.
//
//===----------------------------------------------------------------------===//

#include "tests/unit/runtime_resolve/hit_walk.h"
#include "tests/unit/runtime_resolve/line_reference.h"
#include "tests/unit/runtime_resolve/program.h"

#include "instrument/decode.h"
#include "instrument/dump.h"
#include "runtime/flow_hits.h"
#include "runtime/line_events.h"
#include "tests/unit/instrument/fixtures.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

namespace blockcov {
namespace {

using namespace blockcov::test;

class HitRandomTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();

  /// Walks through one code object; the text of the first disagreement.
  std::string walkThrough(const CodeView &view, std::mt19937 &random, unsigned walks, const WalkOptions &options) {
    auto code = compile(view, dialect, Mode::Hits);
    if (code && code->plan.mode == Mode::Counts)
      ++counted;
    if (!code) {
      // Legal, but no compiler makes it: see flow_random_test.cc.
      consumeError(code.takeError());
      ++counted;
      return "";
    }
    Truth truth(code->fn.instrs.size());
    LineReference lines(code->fn, dialect);
    HitRecorder hits(*code);
    Recorded recorded;
    recorded.counters.resize(code->plan.probeCount());
    for (unsigned k = 0; k < walks; ++k) {
      Walk walk = randomWalk(code->fn, dialect, random, options);
      // At a RERAISE with nothing to raise: no frame stands there, behind its probe.
      const Step &last = walk.steps.back();
      if (last.act == Act::Stop && code->fn.instrs[last.instr].op == dialect.reraise)
        continue;
      truth.add(code->fn, dialect, walk);
      lines.add(walk);
      hits.add(walk);
      if (std::string problem = replay(*code, dialect, walk, recorded); !problem.empty())
        return problem + '\n' + dumpFunction(code->fn, dialect);
    }
    // The probes that the rewritten bytes passed are those that the plan means.
    const auto &counters = recorded.counters;
    for (uint32_t probe = 0; code->plan.mode == Mode::Hits && probe < counters.size(); ++probe)
      if (counters[probe] != hits.counters[probe])
        return "probe " + std::to_string(probe) + " of edge " +
               std::to_string(int32_t(code->plan.edgeOf[probe].value)) +
               (counters[probe] ? " fired" : " did not fire") + '\n' + dumpBlocks(*code, dialect);
    std::string problem = code->plan.mode == Mode::Hits
                              ? compareHits(*code, dialect, truth, counters, recorded.lossCells())
                              : compareFlow(*code, dialect, truth, recorded);
    if (problem.empty())
      problem = compareLines(*code, lines, counters, recorded.lossCells());
    return problem.empty() ? problem : problem + '\n' + dumpFunction(code->fn, dialect);
  }

  std::string compareLines(const Compiled &code, const LineReference &reference, llvm::ArrayRef<uint64_t> counters,
                           llvm::ArrayRef<Loss> losses) {
    auto solve = code.plan.mode == Mode::Hits ? solveHits : solveFlow;
    FlowCounts counts = cantFail(solve(code, dialect, counters, losses));
    std::map<int32_t, uint64_t> wanted = reference.events, got = countLines(code, dialect, counts);
    for (auto [line, count] : got)
      wanted[line] += 0;
    for (auto [line, count] : wanted)
      if ((count > 0) != (got[line] > 0))
        return "line " + std::to_string(line) + (count ? " was missed" : " was not executed");
    return "";
  }

  void check(unsigned seed, unsigned programs, uint32_t statements, const WalkOptions &options) {
    for (unsigned k = 0; k < programs; ++k) {
      std::mt19937 random(seed * 100000 + k);
      CodeBuilder program = randomProgram(dialect, random, 1 + uint32_t(random() % statements));
      std::string problem = walkThrough(program.view(), random, 1 + unsigned(random() % 6), options);
      ASSERT_EQ(problem, "") << "seed " << seed << ", program " << k;
    }
    EXPECT_LT(counted * 4, programs * 3);
  }

  unsigned counted = 0; ///< code objects that have no plan of Mode::Hits
};

INSTANTIATE_TEST_SUITE_P(All, HitRandomTest, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

TEST_P(HitRandomTest, SmallFunctions) { check(1, 3000, 6, {30, 5, 500, true}); }

TEST_P(HitRandomTest, MiddlingFunctions) { check(2, 1500, 30, {30, 5, 500, true}); }

TEST_P(HitRandomTest, MuchRaises) { check(3, 1500, 20, {300, 20, 500, true}); }

/// The layouts that CPython makes.
TEST_P(HitRandomTest, Fixtures) {
  std::mt19937 random(4);
  for (const Fixture &each : fixtures(dialect)) {
    unsigned before = counted;
    for (unsigned walks = 1; walks < 12; ++walks)
      for (unsigned raises : {0, 30, 150})
        ASSERT_EQ(walkThrough(each.view, random, walks, {raises, raises / 6, 100, true}), "")
            << each.qualname << ", " << walks << " walks";
    Function fn = cantFail(decode(each.view, dialect));
    bool loops = llvm::any_of(fn.instrs, [&](const Instr &instr) { return instr.op == dialect.endAsyncFor; });
    // a and b or c; 3.14 jumps past the second test
    bool tests = dialect.minor == 12 || dialect.minor == 13;
    bool mixes = tests && (each.qualname == "and_or" || each.qualname == "multi_line");
    EXPECT_EQ(counted > before, loops || mixes) << each.qualname;
  }
}

} // namespace
} // namespace blockcov
