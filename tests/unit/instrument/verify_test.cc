//===- verify_test.cc - every check fires on a broken input ---------------===//

#include "instrument/verify.h"
#include "tests/unit/instrument/stages.h"

#include <gtest/gtest.h>

#include <functional>

namespace blockcov {
namespace {

using namespace blockcov::test;

class VerifyTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();

  /// B0: RESUME..POP_JUMP; B1: NOP; B2: join; B3 handler: PUSH_EXC_INFO, RERAISE.
  Compiled sample() {
    CodeBuilder code(dialect);
    code.op("RESUME").label("try").op("LOAD_GLOBAL").jump("POP_JUMP_IF_FALSE", "join").op("NOP").label("join");
    code.op("LOAD_CONST").label("end").op("RETURN_VALUE").label("handler").op("PUSH_EXC_INFO").op("RERAISE", 0);
    code.handler("try", "end", "handler", 0);
    return compileAll(code, dialect);
  }

  struct Case {
    const char *text;
    std::function<void(Compiled &)> damage;
  };

  void check(std::vector<Case> cases, std::function<llvm::Error(const Compiled &)> verify) {
    EXPECT_EQ(errorOf(verify(sample())), "");
    for (const Case &each : cases) {
      Compiled broken = sample();
      each.damage(broken);
      EXPECT_EQ(errorOf(verify(broken)), each.text);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(All, VerifyTest, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

TEST_P(VerifyTest, Cfg) {
  const char *jumpName = dialect.minor == 11 ? "POP_JUMP_FORWARD_IF_FALSE" : "POP_JUMP_IF_FALSE";
  std::string endsNoBlock = std::string("cfg: ") + jumpName + " ends no block (instruction 2)";
  check(
      {{"cfg: block 1 has instructions 4 to 4, expected to start at 3", [](Compiled &c) { c.cfg.blocks[1].first = 4; }},
       {"cfg: block 2 has instructions 3 to 6, expected to start at 4", [](Compiled &c) { c.cfg.blocks[2].first = 3; }},
       {"cfg: block 1 has instructions 3 to 2, expected to start at 3", [](Compiled &c) { c.cfg.blocks[1].end = 2; }},
       {"cfg: the head of block 2 is outside of it", [](Compiled &c) { c.cfg.blocks[2].head = 3; }},
       {"cfg: the head of block 2 is outside of it", [](Compiled &c) { c.cfg.blocks[2].head = 7; }},
       {"cfg: instruction 4 is not mapped to its block 2", [](Compiled &c) { c.cfg.blockOf[4] = BlockId{1}; }},
       {endsNoBlock.c_str(),
        [](Compiled &c) {
          c.cfg.blocks[0].end = 4;
          c.cfg.blockOf[3] = BlockId{0};
        }},
       {"cfg: block 3 has no way out", [](Compiled &c) { c.cfg.blocks[3].out.clear(); }},
       {"cfg: edge 1 does not lead into block 2", [](Compiled &c) { c.cfg.blocks[2].in.push_back(1); }},
       {"cfg: edge 1 does not lead out of block 2", [](Compiled &c) { c.cfg.blocks[2].out.push_back(1); }},
       {"cfg: blocks end at instruction 6, the code has 8", [](Compiled &c) { c.cfg.blocks.pop_back(); }},
       {"cfg: edge 2 falls from block 0 to block 2", [](Compiled &c) { c.cfg.edges[2].kind = EdgeKind::Fall; }},
       {"cfg: edge 1 would be counted along with others",
        [](Compiled &c) { c.cfg.edges[1].slot = Slot::BeforeTerminator; }},
       {"cfg: others would be counted along with edge 2", [](Compiled &c) { c.cfg.edges[2].slot = Slot::Head; }},
       {"cfg: others would be counted along with edge 1", [](Compiled &c) { c.cfg.blocks[1].isHandler = true; }},
       {"cfg: exceptions or falling in would be counted along with edge 1",
        [](Compiled &c) { c.cfg.edges[1].slot = Slot::Arrival; }}},
      [this](const Compiled &c) { return verifyCfg(c.fn, c.cfg, dialect); });
}

TEST_P(VerifyTest, Plan) {
  auto drop = [](Compiled &c) {
    for (ProbeId &probe : c.plan.probeOf)
      probe = ProbeId();
  };
  check({{"plan: edge 3 closes a cycle of edges without a probe", drop},
         {"plan: probe 0 is on edge 0, which cannot carry one", [](Compiled &c) { c.cfg.edges[0].slot = Slot::None; }},
         {"plan: probe 0 does not know its edge 0", [](Compiled &c) { c.plan.edgeOf[0] = EdgeId{1}; }}},
        [](const Compiled &c) { return verifyPlan(c.cfg, c.plan); });
}

TEST_P(VerifyTest, Inserted) {
  auto original = [](Compiled &c, uint32_t number) -> uint32_t {
    for (uint32_t i = 0; i < c.inserted.origins.size(); ++i)
      if (c.inserted.origins[i].instr == number)
        return i;
    return 0;
  };
  auto at = [=](Compiled &c, uint32_t number) -> Instr & { return c.inserted.fn.instrs[original(c, number)]; };
  Compiled whole = sample();
  uint32_t jump = original(whole, 2), load = original(whole, 1);
  while (whole.inserted.fn.instrs[load - 1].handler == at(whole, 1).handler)
    --load; // the probe in front
  std::string name = dialect.info(whole.fn.instrs[2].op).name;
  std::string noLabel =
      "insert: " + name + " (instruction " + std::to_string(jump) + ") jumps to a label that is not there";
  std::string noHandler = "insert: instruction " + std::to_string(load) + " is handled at a label that is not there";
  check({{noLabel.c_str(), [=](Compiled &c) { at(c, 2).target = InstrId{999}; }},
         {noLabel.c_str(), [=](Compiled &c) { at(c, 2).target = InstrId(); }},
         {noHandler.c_str(),
          [=](Compiled &c) {
            c.inserted.fn.handlers[at(c, 1).handler].target = InstrId{uint32_t(c.inserted.fn.instrs.size())};
          }},
         {"insert: instruction 1 of the code was changed or moved", [=](Compiled &c) { at(c, 1).arg = 5; }},
         {"insert: instruction 1 of the code was changed or moved", [=](Compiled &c) { at(c, 1).loc.column = 5; }},
         {"insert: instruction 1 of the code was changed or moved", [=](Compiled &c) { at(c, 1).unit = 5; }},
         {"insert: instruction 3 of the code was changed or moved",
          [=, this](Compiled &c) { at(c, 3).op = dialect.popTop; }},
         {"insert: instruction 4 of the code was changed or moved",
          [=](Compiled &c) { c.inserted.origins[original(c, 4)].instr = 5; }},
         {"insert: instruction 4 of the code was changed or moved",
          [=](Compiled &c) { c.inserted.origins[original(c, 4)] = Origin(); }},
         {"insert: instruction 7 of the code was dropped",
          [=](Compiled &c) { c.inserted.origins[original(c, 7)] = Origin(); }}},
        [this](const Compiled &c) { return verifyInserted(c.fn, c.inserted, dialect); });
}

TEST_P(VerifyTest, Assembled) {
  std::string odd = "assemble: the code has " + std::to_string(sample().assembled.bytes.code.size() - 1) +
                    " bytes, expected a positive even number";
  size_t count = sample().inserted.fn.instrs.size();
  std::string counts =
      "assemble: " + std::to_string(count) + " instructions went in, " + std::to_string(count + 1) + " came out";
  check({{odd.c_str(), [](Compiled &c) { c.assembled.bytes.code.pop_back(); }},
         {counts.c_str(), [this](Compiled &c) { c.assembled.bytes.code.append({dialect.find("RETURN_VALUE"), 0}); }},
         {"assemble: instruction 0 (RESUME) came back different", [](Compiled &c) { c.assembled.bytes.code[1] = 1; }},
         {"assemble: instruction 0 (RESUME) came back different", [](Compiled &c) { c.assembled.unitOf[0] = 1; }},
         {"assemble: instruction 0 (RESUME) came back different",
          [](Compiled &c) { c.assembled.bytes.exceptionTable.clear(); }},
         {"assemble: instruction 0 (RESUME) came back different",
          [](Compiled &c) { c.assembled.bytes.lineTable.clear(); }}},
        [this](const Compiled &c) { return verifyAssembled(c.inserted, c.assembled, dialect); });
}

/// Not one probe can be left out.
TEST_P(VerifyTest, PlanWithTooFewProbes) {
  Compiled code = sample();
  ASSERT_EQ(errorOf(verifyPlan(code.cfg, code.plan)), "");
  for (uint32_t edge = 0; edge < code.cfg.edges.size(); ++edge) {
    if (!code.plan.probeOf[edge].valid())
      continue;
    ProbePlan fewer = code.plan;
    fewer.probeOf[edge] = ProbeId();
    EXPECT_NE(errorOf(verifyPlan(code.cfg, fewer)), "") << edge;
  }
}

} // namespace
} // namespace blockcov
