//===- prepared_unit_test.cc ----------------------------------------------===//

#include "instrument/prepared_unit.h"
#include "tests/unit/instrument/code_builder.h"
#include "tests/unit/instrument/fixtures.h"

#include "llvm/ADT/STLExtras.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blockcov {
namespace {

using namespace blockcov::test;
using testing::HasSubstr;

PreparedUnit preparedFixtures(const Dialect &dialect, Mode mode) {
  PreparedUnit unit;
  unit.filename = "x.py";
  unit.sourceHash = {1, 2};
  unit.source = {3, 4, 5, 6, 7};
  unit.map = {8, 9};
  unit.marshalled = "marshalled";
  for (const Fixture &each : fixtures(dialect))
    unit.codes.push_back(
        {each.view.constCount, uint32_t(unit.codes.size() / 2), llvm::cantFail(rewrite(each.view, dialect, mode))});
  return unit;
}

std::string encoded(const PreparedUnit &unit) {
  llvm::SmallVector<char, 0> bytes;
  encodePrepared(unit, bytes);
  return {bytes.begin(), bytes.end()};
}

TEST(PreparedUnit, RoundTrip) {
  for (const Dialect *dialect : allDialects())
    for (Mode mode : {Mode::Counts, Mode::Hits}) {
      const PreparedUnit before = preparedFixtures(*dialect, mode);
      const std::string bytes = encoded(before);
      auto after = decodePrepared(bytes);
      ASSERT_EQ(errorOf(after.takeError()), "");
      EXPECT_EQ(std::tie(after->filename, after->sourceHash, after->source, after->map),
                std::tie(before.filename, before.sourceHash, before.source, before.map));
      EXPECT_EQ(after->marshalled, "marshalled");
      EXPECT_EQ(after->counterCount(), before.counterCount());
      ASSERT_EQ(after->codes.size(), before.codes.size());
      bool withSites = false;
      for (auto [a, b] : llvm::zip(before.codes, after->codes)) {
        EXPECT_EQ(std::tie(a.constCount, a.constantsOf, a.layout.probeCount, a.layout.padCount, a.layout.siteOf),
                  std::tie(b.constCount, b.constantsOf, b.layout.probeCount, b.layout.padCount, b.layout.siteOf));
        EXPECT_EQ(a.layout.sites.size(), b.layout.sites.size());
        withSites |= !a.layout.sites.empty();
      }
      EXPECT_EQ(withSites, mode.kind == Mode::Hits) << "or less is tested than it seems";
    }
}

TEST(PreparedUnit, EveryTruncationIsNoticed) {
  const std::string bytes = encoded(preparedFixtures(*findDialect(12), Mode::Hits));
  for (size_t length = 0; length < bytes.size(); length += 1 + length / 64)
    EXPECT_NE(errorOf(decodePrepared(llvm::StringRef(bytes).take_front(length)).takeError()), "") << length;
  EXPECT_THAT(errorOf(decodePrepared(bytes + "x").takeError()), HasSubstr("left over"));
}

TEST(PreparedUnit, SitesAreThoseOfTheCode) {
  PreparedUnit unit = preparedFixtures(*findDialect(12), Mode::Hits);
  auto patched = llvm::find_if(unit.codes, [](const PreparedCode &code) { return !code.layout.sites.empty(); });
  ASSERT_NE(patched, unit.codes.end());
  patched->layout.sites.back().unit = uint32_t(patched->layout.code.size() / 2);
  EXPECT_THAT(errorOf(decodePrepared(encoded(unit)).takeError()), HasSubstr("do not fit"));
}

} // namespace
} // namespace blockcov
