//===- flow_killed_test.cc - what is uncertain after SIGKILL --------------===//
//
// Frames walk at random through random functions and are killed somewhere. What the
// counters say then is what the walks did, and at most what the placement allows more.
//
//===----------------------------------------------------------------------===//

#include "tests/unit/runtime_resolve/program.h"
#include "tests/unit/runtime_resolve/walk.h"

#include "instrument/dump.h"
#include "runtime/flow.h"
#include "tests/unit/instrument/fixtures.h"

#include <gtest/gtest.h>

namespace blockcov {
namespace {

using namespace blockcov::test;

class FlowKilledTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();

  /// Of each instruction, how many of the killed frames stood in front of it in its basic block.
  std::vector<uint64_t> tails(const Compiled &code, const Truth &truth) const {
    std::vector<uint64_t> behind(code.fn.instrs.size());
    for (uint32_t at : truth.killedAt) {
      uint32_t block = code.cfg.blockOf[at].value;
      for (uint32_t i = at + 1; i < code.cfg.blocks[block].end; ++i)
        ++behind[i];
      // On the way along a block's only edge, or along a jump that was counted already.
      std::vector<bool> passed(code.cfg.blocks.size());
      while (true) {
        const Block &here = code.cfg.blocks[block];
        BlockId next;
        if (here.out.size() == 1)
          next = code.cfg.edges[here.out.front()].to;
        else if (here.last() == at && dialect.info(code.fn.instrs[at].op).isJump)
          next = code.cfg.enteredAt(code.fn.instrs[at].target);
        if (!next.valid() || passed[next.value] || !leadsOn(code, block, next, at))
          break;
        block = next.value;
        passed[block] = true;
        for (uint32_t i = code.cfg.blocks[block].first; i < code.cfg.blocks[block].end; ++i)
          ++behind[i];
      }
    }
    return behind;
  }

  static bool leadsOn(const Compiled &code, uint32_t block, BlockId next, uint32_t at) {
    const Block &from = code.cfg.blocks[block], &to = code.cfg.blocks[next.value];
    bool atItsEnd = from.empty() || from.last() == at || from.first == from.last();
    return atItsEnd || (to.in.size() == 1 && !to.isHandler);
  }

  /// The text of the first disagreement.
  std::string walkThrough(const CodeView &view, std::mt19937 &random, Placement placement) {
    auto code = compile(view, dialect, {Mode::Counts, placement});
    if (!code) {
      llvm::consumeError(code.takeError()); // flow_random_test.cc looks at those
      return "";
    }
    Truth truth(code->fn.instrs.size());
    Recorded recorded;
    recorded.counters.resize(code->plan.edgeOf.size());
    for (unsigned walks = 1 + unsigned(random() % 8); walks > 0; --walks) {
      Walk walk = randomWalk(code->fn, dialect, random, {20, 5, 300, false, 20});
      if (walk.steps.back().act == Act::Kill && isBeforeHead(*code, walk.steps.back().instr))
        continue; // it is in the block before, for it has not passed the probe at the head
      truth.add(code->fn, dialect, walk);
      if (std::string problem = replay(*code, dialect, walk, recorded); !problem.empty())
        return problem;
    }
    FlowCounts counts = cantFail(solveFlow(*code, dialect, recorded.counters, recorded.lossCells()));
    std::vector<uint64_t> allowed(code->fn.instrs.size(), truth.killedAt.size());
    if (placement == Placement::Blocks && !hasUncountedSend(*code))
      allowed = tails(*code, truth);
    for (uint32_t i = 0; i < code->fn.instrs.size(); ++i) {
      const uint64_t least = truth.instrs[i], got = counts.instrs[i];
      more += got > least;
      if (got < least || got > least + allowed[i])
        return "instruction " + std::to_string(i) + ": solved " + std::to_string(got) + ", truth " +
               std::to_string(least) + " and at most " + std::to_string(allowed[i]) + " more, killed at " +
               std::to_string(truth.killedAt.empty() ? 0 : truth.killedAt.front()) + '\n' +
               cantFail(dumpMap(view, dialect, {Mode::Counts, placement})) +
               cantFail(dumpSideBySide(view, dialect, {Mode::Counts, placement}));
    }
    return "";
  }

  static bool isBeforeHead(const Compiled &code, uint32_t i) {
    return i < code.cfg.blocks[code.cfg.blockOf[i].value].head;
  }

  /// A way out of an instruction that decides between two cannot carry a probe.
  static bool hasUncountedSend(const Compiled &code) {
    return llvm::any_of(code.cfg.edges, [](const Edge &edge) {
      return edge.slot == Slot::None &&
             (edge.kind == EdgeKind::Jump || edge.kind == EdgeKind::Moved || edge.kind == EdgeKind::Throw);
    });
  }

  void check(Placement placement) {
    for (unsigned k = 0; k < 3000; ++k) {
      std::mt19937 random(700000 + k);
      CodeBuilder program = randomProgram(dialect, random, 1 + uint32_t(random() % 20));
      ASSERT_EQ(walkThrough(program.view(), random, placement), "") << "program " << k;
    }
    std::mt19937 random(8);
    for (const Fixture &each : fixtures(dialect))
      for (unsigned round = 0; round < 40; ++round)
        ASSERT_EQ(walkThrough(each.view, random, placement), "") << each.qualname;
    EXPECT_GT(more, 1000u);
  }

  unsigned more = 0; ///< instructions that had too high a count
};

INSTANTIATE_TEST_SUITE_P(All, FlowKilledTest, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

TEST_P(FlowKilledTest, NothingThatRanIsMissing) { check(Placement::Fewest); }

/// Nothing but the rest of the basic block in which a frame stood.
TEST_P(FlowKilledTest, ProbesOnBlocksBoundIt) { check(Placement::Blocks); }

} // namespace
} // namespace blockcov
