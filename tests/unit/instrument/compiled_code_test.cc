//===- compiled_code_test.cc ----------------------------------------------===//

#include "instrument/compiled_code.h"
#include "instrument/pipeline.h"
#include "tests/unit/instrument/code_builder.h"
#include "tests/unit/instrument/fixtures.h"

#include "llvm/ADT/STLExtras.h"

#include <gtest/gtest.h>

#include <cstring>

namespace blockcov {
namespace {

using namespace blockcov::test;

/// All fixtures of a dialect in both modes, one that failed and one that was left alone.
std::vector<CompiledCode> compiledFixtures(const Dialect &dialect) {
  std::vector<CompiledCode> codes;
  for (const Fixture &each : fixtures(dialect))
    for (Mode mode : {Mode::Counts, Mode::Hits})
      codes.push_back({llvm::cantFail(rewrite(each.view, dialect, mode)), "", false});
  codes.push_back({std::nullopt, "the reason", true});
  codes.push_back({std::nullopt, "another's", false});
  return codes;
}

llvm::SmallVector<char, 0> encoded(llvm::ArrayRef<CompiledCode> codes) {
  llvm::SmallVector<char, 0> bytes;
  encodeCompiled(codes, bytes);
  return bytes;
}

std::string decodeError(llvm::StringRef bytes, size_t count) {
  return errorOf(decodeCompiled(bytes, count).takeError());
}

template <typename T> bool sameMemory(const T &left, const T &right) {
  return left.size() == right.size() &&
         (left.empty() || std::memcmp(left.data(), right.data(), left.size() * sizeof(left[0])) == 0);
}

class CompiledCodeTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();
};

INSTANTIATE_TEST_SUITE_P(All, CompiledCodeTest, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

TEST_P(CompiledCodeTest, RoundTrip) {
  const std::vector<CompiledCode> codes = compiledFixtures(dialect);
  const auto bytes = encoded(codes);
  auto read = decodeCompiled({bytes.data(), bytes.size()}, codes.size());
  ASSERT_EQ(errorOf(read.takeError()), "");
  ASSERT_EQ(read->size(), codes.size());
  bool withSites = false, withPads = false;
  for (auto [before, after] : llvm::zip(codes, *read)) {
    EXPECT_EQ(after.refused, before.refused);
    EXPECT_EQ(after.failed, before.failed);
    ASSERT_EQ(after.rewritten.has_value(), before.rewritten.has_value());
    if (!before.rewritten)
      continue;
    const Rewritten &a = *before.rewritten, &b = *after.rewritten;
    EXPECT_EQ(a.code, b.code);
    EXPECT_EQ(a.lineTable, b.lineTable);
    EXPECT_EQ(a.exceptionTable, b.exceptionTable);
    EXPECT_EQ(std::tie(a.stackSize, a.probeCount, a.padCount), std::tie(b.stackSize, b.probeCount, b.padCount));
    EXPECT_TRUE(sameMemory(a.sites, b.sites));
    EXPECT_EQ(a.siteOf, b.siteOf);
    EXPECT_TRUE(sameMemory(a.padPlaces, b.padPlaces));
    withSites |= !a.sites.empty();
    withPads |= !a.padPlaces.empty();
  }
  EXPECT_TRUE(withSites && withPads) << "or less is tested than it seems";
}

TEST_P(CompiledCodeTest, IsTheSameEveryTime) {
  EXPECT_EQ(encoded(compiledFixtures(dialect)), encoded(compiledFixtures(dialect)));
}

TEST_P(CompiledCodeTest, EveryTruncationIsNoticed) {
  const std::vector<CompiledCode> codes = compiledFixtures(dialect);
  const auto bytes = encoded(codes);
  EXPECT_NE(decodeError({bytes.data(), bytes.size()}, codes.size() - 1), "");
  for (size_t length = 0; length < bytes.size(); length += 1 + length / 64)
    EXPECT_NE(decodeError({bytes.data(), length}, codes.size()), "") << length;
  auto more = bytes;
  more.push_back(0);
  EXPECT_NE(decodeError({more.data(), more.size()}, codes.size()).find("left over"), std::string::npos);
}

TEST_P(CompiledCodeTest, SitesAreThoseOfTheCode) {
  for (const Fixture &each : fixtures(dialect)) {
    CompiledCode code{llvm::cantFail(rewrite(each.view, dialect, Mode::Hits)), "", false};
    if (code.rewritten->sites.empty())
      continue;
    code.rewritten->sites.back().unit = static_cast<uint32_t>(code.rewritten->code.size() / 2);
    auto bytes = encoded(code);
    EXPECT_NE(decodeError({bytes.data(), bytes.size()}, 1).find("do not fit"), std::string::npos);
    code.rewritten->sites.back().unit = 0;
    code.rewritten->siteOf.back() = static_cast<uint32_t>(code.rewritten->sites.size());
    bytes = encoded(code);
    EXPECT_NE(decodeError({bytes.data(), bytes.size()}, 1).find("do not fit"), std::string::npos);
    return;
  }
  FAIL() << "no fixture has sites";
}

} // namespace
} // namespace blockcov
