//===- insert_test.cc - probes and landing pads into the instruction list -===//

#include "instrument/insert.h"
#include "instrument/verify.h"
#include "tests/unit/instrument/fixtures.h"
#include "tests/unit/instrument/stages.h"

#include <gtest/gtest.h>

namespace blockcov {
namespace {

using namespace blockcov::test;

class InsertTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();

  /// The instructions of a probe in the order of the dialect.
  std::vector<uint8_t> probeForm() const {
    if (dialect.probeForm == ProbeForm::LoadJump)
      return {dialect.loadConst, dialect.popJumpIfFalse};
    return {dialect.loadConst, dialect.toBool, dialect.popTop};
  }

  /// Instructions of the output that load probe constants.
  std::vector<uint32_t> probes(const Compiled &code) const {
    std::vector<uint32_t> found;
    for (uint32_t i = 0; i < code.inserted.fn.instrs.size(); ++i) {
      const Instr &instr = code.inserted.fn.instrs[i];
      if (code.inserted.origins[i].inserted() && instr.op == dialect.loadConst &&
          instr.arg < code.fn.constCount + code.plan.edgeOf.size())
        found.push_back(i);
    }
    return found;
  }
};

INSTANTIATE_TEST_SUITE_P(All, InsertTest, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

TEST_P(InsertTest, EveryProbeOnceAndInItsForm) {
  for (const Fixture &each : fixtures(dialect)) {
    Compiled code = unwrap(compile(each.view, dialect));
    std::vector<bool> seen(code.plan.edgeOf.size());
    for (uint32_t at : probes(code)) {
      uint32_t probe = code.inserted.fn.instrs[at].arg - code.fn.constCount;
      EXPECT_FALSE(seen[probe]) << each.qualname;
      seen[probe] = true;
      for (uint8_t op : probeForm()) {
        EXPECT_TRUE(code.inserted.origins[at].inserted());
        EXPECT_EQ(code.inserted.fn.instrs[at++].op, op);
      }
    }
    EXPECT_EQ(std::count(seen.begin(), seen.end(), true), long(seen.size())) << each.qualname;
  }
}

TEST(Insert, StraightLine311) {
  CodeBuilder code(py311());
  code.op("RESUME").op("LOAD_FAST", 7).op("RETURN_VALUE");
  EXPECT_EQ(listing(compileAll(code, py311()), py311()), R"(
0   RESUME ! 5 depth 0 lasti
1 + LOAD_CONST probe 0 ! 5 depth 0 lasti
2 + POP_JUMP_FORWARD_IF_FALSE -> 3 ! 5 depth 0 lasti
3   LOAD_FAST 7 ! 5 depth 0 lasti
4   RETURN_VALUE ! 5 depth 0 lasti
5 + COPY 1
6 + PUSH_EXC_INFO
7 + LOAD_CONST pad 0
8 + POP_JUMP_FORWARD_IF_FALSE -> 9
9 + POP_TOP
10 + POP_EXCEPT
11 + RERAISE 1
)");
}

TEST(Insert, StraightLine313) {
  CodeBuilder code(py313());
  code.op("RESUME").op("LOAD_FAST", 7).op("RETURN_VALUE");
  EXPECT_EQ(listing(compileAll(code, py313()), py313()), R"(
0   RESUME ! 6 depth 0 lasti
1 + LOAD_CONST probe 0 ! 6 depth 0 lasti
2 + TO_BOOL ! 6 depth 0 lasti
3 + POP_TOP ! 6 depth 0 lasti
4   LOAD_FAST 7 ! 6 depth 0 lasti
5   RETURN_VALUE ! 6 depth 0 lasti
6 + COPY 1
7 + PUSH_EXC_INFO
8 + LOAD_CONST pad 0
9 + TO_BOOL
10 + POP_TOP
11 + POP_TOP
12 + POP_EXCEPT
13 + RERAISE 1
)");
}

/// A landing pad stands in front of a handler that nobody falls into. RERAISE passes it by.
TEST_P(InsertTest, PadInFrontOfAHandler) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("try").op("LOAD_GLOBAL").label("end").op("RETURN_VALUE");
  code.label("handler").op("POP_TOP").op("RERAISE").label("last").handler("try", "end", "handler", 2);
  code.handler("handler", "last", "handler", 1);
  Compiled compiled = compileAll(code, dialect);
  const Function &fn = compiled.inserted.fn;
  uint32_t reraise = 0, load = 0, pop = 0;
  for (uint32_t i = 0; i < fn.instrs.size(); ++i) {
    uint32_t origin = compiled.inserted.origins[i].instr;
    reraise = origin == 4 ? i : reraise;
    load = origin == 1 ? i : load;
    pop = origin == 3 ? i : pop;
  }
  auto handlerOf = [&](uint32_t i) { return fn.handlers[fn.instrs[i].handler]; };
  uint32_t pad = handlerOf(load).target.value;
  EXPECT_EQ(fn.instrs[pad].op, dialect.copy);
  uint32_t padLength = dialect.probeForm == ProbeForm::LoadJump ? 6 : 7;
  EXPECT_EQ(pad + padLength, handlerOf(reraise).target.value);
  EXPECT_EQ(handlerOf(load).depth, 2u);
  EXPECT_EQ(handlerOf(pop).target.value, pad);
  EXPECT_EQ(handlerOf(pop).depth, 1u);
  EXPECT_EQ(fn.instrs[pad + padLength].op, dialect.popTop);
}

/// From 3.13 on the handler of what a callee raises is looked up with the unit in front of the call, where the last
/// instruction of a trampoline may stand, behind one that another handler covers.
TEST_P(InsertTest, WhatStandsInFrontOfACallHasItsHandler) {
  if (!dialect.unwindsFromBefore)
    GTEST_SKIP() << "looked up with the call itself";
  CodeBuilder code(dialect);
  code.op("RESUME").label("try").op("LOAD_FAST").jump("POP_JUMP_IF_FALSE", "call").label("top").op("LOAD_FAST");
  code.jump("POP_JUMP_IF_TRUE", "call").op("NOP").jump("JUMP_BACKWARD", "top");
  code.label("call").op("CALL").op("RETURN_VALUE").label("except").op("RERAISE").handler("try", "top", "except", 0);
  Compiled whole = unwrap(compile(code.view(), dialect));
  ASSERT_EQ(whole.fn.instrs[7].op, dialect.call);
  uint32_t call = 0;
  while (whole.inserted.origins[call].instr != 7)
    ++call;
  ASSERT_TRUE(whole.inserted.origins[call - 1].inserted());
  const llvm::ArrayRef<Instr> instrs = whole.inserted.fn.instrs;
  EXPECT_EQ(instrs[call - 1].handler, instrs[call].handler);
}

/// What stands in front of a block that is fallen into goes to the end and jumps back.
TEST_P(InsertTest, StretchesOfAFallenIntoBlockAreDeferred) {
  CodeBuilder code(dialect);
  code.op("RESUME").op("LOAD_FAST").jump("POP_JUMP_IF_FALSE", "end").op("NOP").label("end").op("LOAD_CONST");
  code.op("RETURN_VALUE");
  Function fn = unwrap(decode(code.view(), dialect));
  Cfg cfg = buildCfg(fn, dialect);
  ProbePlan plan; // on the critical edge alone
  plan.probeOf.resize(cfg.edges.size());
  ASSERT_EQ(cfg.edges[2].slot, Slot::Trampoline);
  plan.edgeOf.push_back(EdgeId{2});
  plan.probeOf[2] = ProbeId{0};
  Inserted inserted = insert(fn, cfg, plan, dialect);
  ASSERT_EQ(errorOf(verifyInserted(fn, inserted, dialect)), "");
  uint32_t stretch = inserted.fn.instrs[2].target.value;
  EXPECT_EQ(stretch, 6u); // right behind the original code
  EXPECT_EQ(inserted.fn.instrs[stretch].op, dialect.loadConst);
  const uint32_t length = uint32_t(probeForm().size());
  const Instr &back = inserted.fn.instrs[stretch + length];
  EXPECT_EQ(back.op, dialect.jumpBackwardNoInterrupt); // the original jump looked for no signals
  EXPECT_EQ(back.target.value, 4u);
  EXPECT_EQ(inserted.origins[stretch + length].edge.value, 2u);
  // The trampoline is where the jump was: it reports that jump's line and is handled as it.
  EXPECT_TRUE(back.loc == fn.instrs[2].loc);
}

/// A block that is only jumped to has its stretches in front, the last one falling through.
TEST_P(InsertTest, StretchesInFront) {
  CodeBuilder code(dialect);
  code.op("RESUME").jump("POP_JUMP_IF_FALSE", "end").jump("POP_JUMP_IF_FALSE", "end").op("LOAD_CONST");
  code.op("RETURN_VALUE").label("end").op("LOAD_CONST").op("RETURN_VALUE");
  Function fn = unwrap(decode(code.view(), dialect));
  Cfg cfg = buildCfg(fn, dialect);
  ProbePlan plan;
  plan.probeOf.resize(cfg.edges.size());
  for (uint32_t edge = 0; edge < cfg.edges.size(); ++edge)
    if (cfg.edges[edge].slot == Slot::Trampoline) {
      plan.probeOf[edge] = ProbeId{uint32_t(plan.edgeOf.size())};
      plan.edgeOf.push_back(EdgeId{edge});
    }
  ASSERT_EQ(plan.edgeOf.size(), 2u);
  Inserted inserted = insert(fn, cfg, plan, dialect);
  const uint32_t length = uint32_t(probeForm().size());
  EXPECT_EQ(inserted.fn.instrs[1].target.value, 5u);
  EXPECT_EQ(inserted.fn.instrs[5 + length].op, dialect.jumpForward);
  EXPECT_EQ(inserted.fn.instrs[5 + length].target.value, 6 + 2 * length);
  EXPECT_EQ(inserted.fn.instrs[2].target.value, 6 + length);
  EXPECT_EQ(inserted.origins[6 + 2 * length].instr, 5u); // the second falls into the block
}

/// 3.11: a conditional jump backward to a trampoline at the end becomes a jump forward, and the trampoline's own jump
/// looks for signals in its place.
TEST(Insert, BackwardConditionalJumpThroughATrampoline311) {
  const Dialect &dialect = py311();
  CodeBuilder code(dialect);
  code.op("RESUME").op("NOP").label("top").op("LOAD_FAST").jump("POP_JUMP_IF_TRUE", "top").op("LOAD_CONST");
  code.op("RETURN_VALUE");
  Function fn = unwrap(decode(code.view(), dialect));
  EXPECT_STREQ(dialect.info(fn.instrs[3].op).name, "POP_JUMP_BACKWARD_IF_TRUE");
  Cfg cfg = buildCfg(fn, dialect);
  ProbePlan plan;
  plan.probeOf.resize(cfg.edges.size());
  for (uint32_t edge = 0; edge < cfg.edges.size(); ++edge)
    if (cfg.edges[edge].slot == Slot::Trampoline) {
      plan.edgeOf.push_back(EdgeId{edge});
      plan.probeOf[edge] = ProbeId{0};
    }
  ASSERT_EQ(plan.edgeOf.size(), 1u);
  Compiled compiled;
  compiled.fn = fn;
  compiled.plan = plan;
  compiled.inserted = insert(fn, cfg, plan, dialect);
  EXPECT_EQ(errorOf(verifyInserted(fn, compiled.inserted, dialect)), "");
  EXPECT_EQ(listing(compiled, dialect), R"(
0   RESUME ! 9 depth 0 lasti
1   NOP ! 9 depth 0 lasti
2   LOAD_FAST ! 9 depth 0 lasti
3   POP_JUMP_FORWARD_IF_TRUE -> 6 ! 9 depth 0 lasti
4   LOAD_CONST ! 9 depth 0 lasti
5   RETURN_VALUE ! 9 depth 0 lasti
6 + LOAD_CONST probe 0 ! 9 depth 0 lasti
7 + POP_JUMP_FORWARD_IF_FALSE -> 8 ! 9 depth 0 lasti
8 + JUMP_BACKWARD -> 2 ! 9 depth 0 lasti
9 + COPY 1
10 + PUSH_EXC_INFO
11 + LOAD_CONST pad 0
12 + POP_JUMP_FORWARD_IF_FALSE -> 13
13 + POP_TOP
14 + POP_EXCEPT
15 + RERAISE 1
)");
}

/// 3.11: throw() looks for SEND right before YIELD_VALUE and reads its distance. A copy that is never run stands there.
TEST(Insert, SendIsCopiedInFrontOfYield311) {
  const Dialect &dialect = py311();
  CodeBuilder code(dialect);
  code.op("RESUME").label("send").jump("SEND", "done").op("YIELD_VALUE").op("RESUME", 2);
  code.jump("JUMP_BACKWARD_NO_INTERRUPT", "send").label("done").op("POP_TOP").op("RETURN_VALUE");
  Function fn = unwrap(decode(code.view(), dialect));
  Cfg cfg = buildCfg(fn, dialect);
  ProbePlan plan;
  plan.probeOf.resize(cfg.edges.size());
  for (uint32_t edge = 0; edge < cfg.edges.size(); ++edge)
    if (cfg.edges[edge].slot == Slot::AfterSend) {
      plan.edgeOf.push_back(EdgeId{edge});
      plan.probeOf[edge] = ProbeId{0};
    }
  ASSERT_EQ(plan.edgeOf.size(), 1u);
  Compiled compiled;
  compiled.fn = fn;
  compiled.plan = plan;
  compiled.inserted = insert(fn, cfg, plan, dialect);
  std::string text = listing(compiled, dialect);
  EXPECT_EQ(text.substr(0, text.find("9   ")), R"(
0   RESUME ! 10 depth 0 lasti
1   SEND -> 8 ! 10 depth 0 lasti
2 + LOAD_CONST probe 0 ! 10 depth 0 lasti
3 + POP_JUMP_FORWARD_IF_FALSE -> 5 ! 10 depth 0 lasti
4 + SEND -> 8 ! 10 depth 0 lasti
5   YIELD_VALUE ! 10 depth 0 lasti
6   RESUME 2 ! 10 depth 0 lasti
7   JUMP_BACKWARD_NO_INTERRUPT -> 1 ! 10 depth 0 lasti
8   POP_TOP ! 10 depth 0 lasti
)");
}

/// Nothing stands between FOR_ITER's target and what the interpreter skips there; between a suspension and its RESUME;
/// before a frame can be seen but for generators' RETURN_GENERATOR.
TEST_P(InsertTest, WhatMustNotBeSeparatedIsNot) {
  for (const Fixture &each : fixtures(dialect)) {
    SCOPED_TRACE(each.qualname);
    Compiled code = unwrap(compile(each.view, dialect));
    const auto &instrs = code.inserted.fn.instrs;
    const auto &origins = code.inserted.origins;
    bool resumed = false;
    bool generates = llvm::any_of(instrs, [&](const Instr &each) { return each.op == dialect.returnGenerator; });
    for (uint32_t i = 0; i < instrs.size(); ++i) {
      const OpcodeInfo &info = dialect.info(instrs[i].op);
      generates &= instrs[i].op != dialect.returnGenerator;
      resumed |= instrs[i].op == dialect.resume && !generates;
      if (origins[i].inserted()) {
        bool beforeGenerator = false;
        for (uint32_t k = i; k < i + 4 && k < instrs.size(); ++k)
          beforeGenerator |= instrs[k].op == dialect.returnGenerator;
        EXPECT_TRUE(resumed || beforeGenerator) << i;
        continue;
      }
      bool suspends = info.flow == Flow::Yield || info.flow == Flow::Generator;
      EXPECT_TRUE(!suspends || origins[i + 1].instr == origins[i].instr + 1) << i;
      if (instrs[i].op == dialect.forIter && dialect.endFor) {
        uint32_t target = instrs[i].target.value;
        EXPECT_EQ(instrs[target].op, dialect.endFor) << i;
        for (uint32_t k = 0; k < dialect.forEndLength; ++k)
          EXPECT_EQ(origins[target + k].instr, origins[target].instr + k) << i;
      }
      bool calls = dialect.precall && instrs[i].op == dialect.precall;
      EXPECT_TRUE(!calls || instrs[i + 1].op == dialect.call) << i;
    }
  }
}

/// Inserted instructions raise nothing, so a probe inside of a range does not cut its entry in two.
TEST_P(InsertTest, ProbesDoNotCutExceptionEntries) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("try").op("LOAD_FAST").jump("POP_JUMP_IF_FALSE", "else").op("LOAD_GLOBAL");
  code.jump("JUMP_FORWARD", "end").label("else").op("LOAD_GLOBAL").label("end").op("LOAD_GLOBAL").label("done");
  code.op("RETURN_VALUE").label("handler").op("POP_TOP").op("RERAISE").handler("try", "done", "handler");
  Compiled compiled = compileAll(code, dialect);
  auto entries = unwrap(decodeExceptionTable(compiled.assembled.bytes.exceptionTable,
                                             uint32_t(compiled.assembled.bytes.code.size() / 2)));
  // RESUME; the try's range; RETURN_VALUE and POP_TOP: the first and the last go to the catch-all.
  EXPECT_EQ(entries.size(), 3u);
}

/// A re-raise that restores lasti, to a handler which starts a line, passes a pad of its own.
TEST_P(InsertTest, PadForReraises) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("try").op("LOAD_GLOBAL").label("done").op("RETURN_VALUE");
  code.label("handler").op("POP_TOP").op("RERAISE", 1).label("cleanup").op("COPY", 3).op("RERAISE", 1).label("end");
  code.handler("try", "done", "handler").handler("handler", "cleanup", "cleanup", 1, true);
  Compiled compiled = compileAll(code, dialect);
  EXPECT_EQ(compiled.assembled.bytes.padCount, 2u);
  EXPECT_EQ(compiled.inserted.pads[1].value, code.indexOf("cleanup"));
  std::string text = listing(compiled, dialect);
  const char *pad = dialect.tagsLasti ? "+ LOAD_CONST pad 1\n16 + TO_BOOL\n17 + POP_TOP\n" : "+ BINARY_OP 5\n";
  EXPECT_NE(text.find(pad), std::string::npos) << text;
  CodeBuilder without(dialect);
  without.op("RESUME").label("try").op("LOAD_GLOBAL").label("done").op("RETURN_VALUE");
  without.label("handler").op("POP_TOP").op("RERAISE", 1).label("cleanup").line(-1).op("COPY", 3).op("RERAISE", 1);
  without.handler("try", "done", "handler").handler("handler", "cleanup", "cleanup", 1, true);
  EXPECT_EQ(compileAll(without, dialect).assembled.bytes.padCount, 1u);
}

} // namespace
} // namespace blockcov
