//===- pipeline_test.cc - whole rewrites of what CPython compiled ---------===//

#include "instrument/decode.h"
#include "instrument/pipeline.h"
#include "instrument/verify.h"
#include "tests/unit/instrument/code_builder.h"
#include "tests/unit/instrument/fixtures.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <random>

namespace blockcov {
namespace {

using namespace blockcov::test;

class PipelineTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();

  std::vector<std::pair<const Fixture &, Mode>> fixturesInAllModes() const {
    std::vector<std::pair<const Fixture &, Mode>> all;
    for (const Fixture &each : fixtures(dialect))
      for (Mode::Kind kind : {Mode::Counts, Mode::Hits})
        for (Placement placement : {Placement::Fewest, Placement::Blocks})
          all.push_back({each, {kind, placement}});
    return all;
  }
};

INSTANTIATE_TEST_SUITE_P(All, PipelineTest, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

TEST_P(PipelineTest, FixturesCompileAndVerify) {
  EXPECT_GT(fixtures(dialect).size(), 45u);
  for (auto [each, mode] : fixturesInAllModes()) {
    SCOPED_TRACE(each.qualname + (mode.kind == Mode::Hits ? " (hits)" : ""));
    auto code = compile(each.view, dialect, mode);
    ASSERT_EQ(errorOf(code.takeError()), "");
    // An async for that passes on an exception leaves no other trace, nor does b in a and b or c (3.14 jumps past it).
    bool loops = llvm::any_of(code->fn.instrs, [&](const Instr &instr) { return instr.op == dialect.endAsyncFor; });
    bool tests = dialect.minor == 12 || dialect.minor == 13;
    bool mixes = tests && (each.qualname == "and_or" || each.qualname == "multi_line");
    EXPECT_EQ(code->plan.mode, loops || mixes ? Mode::Counts : mode.kind) << "falls back";
    EXPECT_EQ(errorOf(verifyCfg(code->fn, code->cfg, dialect)), "");
    EXPECT_EQ(errorOf(verifyPlan(code->cfg, code->plan)), "");
    EXPECT_EQ(errorOf(verifyInserted(code->fn, code->inserted, dialect)), "");
    EXPECT_EQ(errorOf(verifyAssembled(code->inserted, code->assembled, dialect)), "");
    EXPECT_EQ(code->assembled.bytes.probeCount, code->plan.probeCount());
    EXPECT_EQ(code->assembled.bytes.siteOf.size(), code->plan.mode == Mode::Hits ? code->plan.probeCount() : 0);
    EXPECT_GE(code->assembled.bytes.probeCount, 1u);
    EXPECT_GT(code->assembled.bytes.stackSize, each.view.stackSize);
  }
}

/// 3.11 traces whatever stands before the first RESUME but the compiler's own instructions, when the frame is not yet
/// where it will be.
TEST_P(PipelineTest, ThePrologueOf311IsCPythons) {
  if (dialect.minor != 11)
    GTEST_SKIP() << "traced from RESUME on";
  for (auto [each, mode] : fixturesInAllModes()) {
    SCOPED_TRACE(each.qualname);
    auto code = llvm::cantFail(compile(each.view, dialect, mode)).assembled.bytes.code;
    size_t length = 0;
    while (each.view.code[length] != dialect.resume)
      length += 2 * (1 + dialect.info(each.view.code[length]).caches);
    ASSERT_GE(code.size(), length);
    EXPECT_TRUE(std::equal(code.begin(), code.begin() + length + 2, each.view.code.begin()));
  }
}

/// Inserting nothing and assembling again gives CPython's own bytes: the writers write as CPython does.
TEST_P(PipelineTest, WithoutProbesTheBytesAreCPythons) {
  for (const Fixture &each : fixtures(dialect)) {
    SCOPED_TRACE(each.qualname);
    Inserted same;
    same.fn = unwrap(decode(each.view, dialect));
    for (uint32_t i = 0; i < same.fn.instrs.size(); ++i)
      same.origins.push_back({i, {}});
    Assembled again = unwrap(assemble(same, dialect));
    EXPECT_TRUE(llvm::ArrayRef<uint8_t>(again.bytes.code) == each.view.code);
    EXPECT_TRUE(llvm::ArrayRef<uint8_t>(again.bytes.exceptionTable) == each.view.exceptionTable);
    // The location table may be shorter: CPython splits runs where instructions end.
    CodeView view = each.view;
    view.lineTable = again.bytes.lineTable;
    Function after = unwrap(decode(view, dialect));
    for (uint32_t i = 0; i < after.instrs.size(); ++i)
      ASSERT_TRUE(after.instrs[i].loc == same.fn.instrs[i].loc) << i;
  }
}

TEST_P(PipelineTest, SameInputSameBytes) {
  for (const Fixture &each : fixtures(dialect)) {
    Rewritten one = unwrap(rewrite(each.view, dialect)), two = unwrap(rewrite(each.view, dialect));
    EXPECT_TRUE(one.code == two.code && one.lineTable == two.lineTable && one.exceptionTable == two.exceptionTable);
    EXPECT_EQ(one.stackSize, two.stackSize);
    EXPECT_EQ(one.padCount, two.padCount);
  }
}

/// The rewritten code is legal input again. (Nobody rewrites twice; it shows that nothing illegal was made.)
TEST_P(PipelineTest, RewrittenCodeDecodes) {
  for (const Fixture &each : fixtures(dialect)) {
    Rewritten first = unwrap(rewrite(each.view, dialect));
    CodeView view = each.view;
    view.code = first.code;
    view.lineTable = first.lineTable;
    view.exceptionTable = first.exceptionTable;
    view.stackSize = first.stackSize;
    view.constCount += first.probeCount + first.padCount;
    EXPECT_EQ(errorOf(decode(view, dialect)), "") << each.qualname;
  }
}

/// Damaged code objects: an error with a reason, or a rewrite that verifies. Never a crash.
TEST_P(PipelineTest, DamagedBytes) {
  std::mt19937 random(8);
  unsigned refused = 0, rewritten = 0;
  for (const Fixture &each : fixtures(dialect)) {
    for (int round = 0; round < 60; ++round) {
      std::vector<std::vector<uint8_t>> bytes = each.bytes;
      std::vector<uint8_t> &part = bytes[random() % 3];
      for (int hits = 1 + int(random() % 3); hits > 0 && !part.empty(); --hits)
        part[random() % part.size()] = uint8_t(random());
      CodeView view = each.view;
      view.code = bytes[0];
      view.lineTable = bytes[1];
      view.exceptionTable = bytes[2];
      auto code = compile(view, dialect);
      if (code) {
        ++rewritten;
        continue;
      }
      ++refused;
      EXPECT_NE(toString(code.takeError()), "");
    }
  }
  EXPECT_GT(refused, 100u);
  EXPECT_GT(rewritten, 100u);
}

} // namespace
} // namespace blockcov
