//===- file_counts_test.cc ------------------------------------------------===//
#include "runtime/file_counts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace blockcov {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

using Ints = std::vector<int32_t>;

std::string analysisOf(std::array<Ints, kSections> sections) {
  std::string bytes;
  auto append = [&](uint32_t number) {
    for (int shift = 0; shift != 32; shift += 8)
      bytes.push_back(static_cast<char>(number >> shift));
  };
  for (const Ints &section : sections)
    append(static_cast<uint32_t>(4 * section.size()));
  for (const Ints &section : sections)
    for (int32_t number : section)
      append(static_cast<uint32_t>(number));
  return bytes;
}

/// if a:      1
///   b(     \ 2, 3
///   )
/// c          4
std::array<Ints, kSections> sections() {
  return {{{1, 2, 4},
           {1, 2, 3, 4},
           {2, 3},
           {1, 2, 3, 1, 4, 3, 2, 4, 0},
           {},
           {2},
           {1, 1, 0, 1, 0, 2, 1, 1, 0, -1},
           {2, 0, 0},
           {}}};
}

UnitSummary unitOf(CodeSummary code) {
  UnitSummary unit;
  code.idle = false;
  unit.codes.push_back(std::move(code));
  return unit;
}

FileCounts count(const std::string &analysis, const UnitSummary &unit) {
  return llvm::cantFail(countFile(analysis, {&unit}, true));
}

std::string errorOf(const std::string &analysis, const UnitSummary &unit) {
  llvm::Expected<FileCounts> counts = countFile(analysis, {&unit}, true);
  return counts ? "" : llvm::toString(counts.takeError());
}

TEST(FileCounts, PutsCountsIntoStatementsArcsAndOutcomes) {
  CodeSummary code;
  code.calls = 3;
  code.lines = {{1, 3}, {2, 0}, {3, 2}, {4, 3}};
  code.raises = {{0, 4}, {4, 1}};
  code.places = {2, 1};
  code.arcs = {{-1, 1}, {1, 3}, {3, 4}};
  FileCounts counts = count(analysisOf(sections()), unitOf(code));
  EXPECT_THAT(counts.executed, ElementsAre(1, 2, 4));
  EXPECT_THAT(counts.missing, ElementsAre());
  EXPECT_THAT(counts.executedArcs, ElementsAre(Pair(1, 2))) << "line 3 belongs to line 2; 2 -> 4 is no branch";
  EXPECT_THAT(counts.missingArcs, ElementsAre(Pair(1, 4)));
  EXPECT_THAT(counts.outcomes, ElementsAre(2, 0)) << "never below zero: 1 - 2";
  EXPECT_THAT(counts.calls, ElementsAre(6));
  EXPECT_THAT(counts.raises, ElementsAre(Pair(4, 1)));
  EXPECT_EQ(counts.numbers.partialBranches, 1U);
  EXPECT_EQ(counts.numbers.branches, 2U);
  EXPECT_EQ(counts.numbers.outcomes, 1U) << "the other need not come";
  EXPECT_EQ(counts.numbers.missingOutcomes, 0U);
}

TEST(FileCounts, ExcludedArcs) {
  auto in = sections();
  in[3] = {1, 2, 3, 1, 4, 5, 2, 4, 0}; // 1 -> 4 is accepted
  CodeSummary code;
  code.places = {0, 0};
  code.lines = {{1, 1}, {2, 1}};
  code.arcs = {{1, 2}};
  FileCounts counts = count(analysisOf(in), unitOf(code));
  EXPECT_THAT(counts.missingArcs, ElementsAre());
  EXPECT_EQ(counts.numbers.branches, 2U);
  EXPECT_EQ(counts.numbers.missingBranches, 0U);
  in[3] = {1, 2, 1, 1, 4, 3, 2, 4, 0}; // 1 -> 2 leads to an excluded line
  counts = count(analysisOf(in), unitOf(code));
  EXPECT_THAT(counts.executedArcs, ElementsAre(Pair(1, 2)));
  EXPECT_THAT(counts.missingArcs, ElementsAre(Pair(1, 4)));
  EXPECT_EQ(counts.numbers.branches, 1U);
}

TEST(FileCounts, IdleCodeIsMissing) {
  UnitSummary unit;
  unit.codes.emplace_back();
  FileCounts counts = count(analysisOf(sections()), unit);
  EXPECT_THAT(counts.missing, ElementsAre(1, 2, 4));
  EXPECT_THAT(counts.outcomes, ElementsAre(0, 0));
  EXPECT_EQ(counts.numbers.missingBranches, 2U);
  EXPECT_EQ(counts.numbers.partialBranches, 0U) << "their line never ran";
  EXPECT_EQ(counts.numbers.missingOutcomes, 1U);
}

TEST(FileCounts, JumpsReplaceAndDropArcs) {
  auto in = sections();
  in[4] = {1, 4, kNoLine, kNoLine, 2, 1, 1, 4};
  CodeSummary code;
  code.places = {0, 0};
  code.arcs = {{1, 4}};
  EXPECT_THAT(count(analysisOf(in), unitOf(code)).executedArcs, ElementsAre());
  in[4] = {2, 1, 1, 4};
  code.arcs = {{2, 1}};
  EXPECT_THAT(count(analysisOf(in), unitOf(code)).executedArcs, ElementsAre(Pair(1, 4)));
}

TEST(FileCounts, LinesOfUnmeasuredCodeAreNotMissing) {
  auto in = sections();
  in[8] = {2, 3, 4};
  CodeSummary code;
  code.places = {0, 0};
  code.lines = {{1, 1}, {4, 1}};
  FileCounts counts = count(analysisOf(in), unitOf(code));
  EXPECT_THAT(counts.executed, ElementsAre(1, 4));
  EXPECT_THAT(counts.missing, ElementsAre());
  EXPECT_THAT(counts.unknown, ElementsAre(2, 3));
  in[6] = {1, 1, 0, 1, 3, 1, 1, 1};
  EXPECT_EQ(count(analysisOf(in), unitOf(code)).numbers.outcomes, 1U);
}

TEST(FileCounts, RefusesWhatDoesNotFit) {
  CodeSummary code;
  code.places = {1, 1};
  UnitSummary unit = unitOf(code);
  std::string whole = analysisOf(sections());
  for (size_t size = 0; size != whole.size(); ++size)
    EXPECT_NE(errorOf(whole.substr(0, size), unit), "") << size;
  auto with = [&](size_t section, Ints numbers) {
    auto in = sections();
    in[section] = std::move(numbers);
    return errorOf(analysisOf(in), unit);
  };
  EXPECT_THAT(with(5, {2, 2}), HasSubstr("2 code objects, there are 1"));
  EXPECT_THAT(with(5, {3}), HasSubstr("has 2 places, the analysis says 3"));
  EXPECT_THAT(with(6, {1, 1, 2, 1}), HasSubstr("place 2, there are 2"));
  EXPECT_THAT(with(6, {1, 1, -1, 1}), HasSubstr("place 4294967295"));
  EXPECT_THAT(with(6, {1, 2, 0, 1}), HasSubstr("2 terms"));
  EXPECT_THAT(with(6, {1}), HasSubstr("no terms"));
  EXPECT_THAT(with(7, {1, 1}), HasSubstr("code object 1, there are 1"));
  EXPECT_THAT(with(3, {1, 2}), HasSubstr("section 3"));
  code.lines = {{7, 1}};
  EXPECT_THAT(errorOf(whole, unitOf(code)), HasSubstr("line 7"));
}

TEST(InParallel, CallsEachOnce) {
  std::vector<int> calls(1000);
  inParallel(calls.size(), [&](size_t index) { ++calls[index]; }, 8);
  EXPECT_EQ(calls, std::vector<int>(1000, 1));
  inParallel(0, [](size_t) { FAIL(); });
}

} // namespace
} // namespace blockcov
