//===- file_counts.cc -----------------------------------------------------===//
#include "runtime/file_counts.h"

#include "instrument/error.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <map>

namespace blockcov {

namespace {

using Numbers = llvm::ArrayRef<llvm::support::little32_t>;

/// `values` ascend.
template <typename Range> bool contains(const Range &values, int32_t wanted) {
  return std::binary_search(values.begin(), values.end(), wanted);
}

enum Section { Statements, AllLines, First, Arcs, Jumps, Codes, Forms, Calls, Unknown };
enum ArcFlag : int32_t { Branches = 1, MayBeMissing = 2, Accepted = 4 };

/// The sections; their sizes have been checked, what is in them has not.
llvm::Expected<std::array<Numbers, kSections>> split(llvm::StringRef bytes) {
  constexpr size_t header = kSections * sizeof(uint32_t);
  if (bytes.size() < header)
    return makeError("the analysis ends in its header");
  static constexpr size_t width[kSections] = {1, 1, 2, 3, 4, 1, 1, 1, 1};
  std::array<Numbers, kSections> result;
  size_t offset = header;
  for (size_t section = 0; section != kSections; ++section) {
    size_t size = llvm::support::endian::read32le(bytes.data() + section * sizeof(uint32_t));
    if (size > bytes.size() - offset || size % (width[section] * sizeof(int32_t)))
      return makeError("section %zu of the analysis has %zu bytes", section, size);
    result[section] = Numbers(reinterpret_cast<const llvm::support::little32_t *>(bytes.data() + offset),
                              size / sizeof(int32_t)); // any alignment will do for this type
    offset += size;
  }
  return result;
}

class FileCounter {
public:
  FileCounter(const std::array<Numbers, kSections> &analysis, llvm::ArrayRef<const UnitSummary *> units)
      : in(analysis) {
    for (const UnitSummary *unit : units)
      for (const CodeSummary &code : unit->codes)
        codes.push_back(&code);
  }

  llvm::Expected<FileCounts> run(bool everything) {
    if (in[Codes].size() != codes.size())
      return makeError("the analysis is of %zu code objects, there are %zu", in[Codes].size(), codes.size());
    if (llvm::Error error = addLines())
      return std::move(error);
    addStatements();
    addArcs();
    if (llvm::Error error = addOutcomes())
      return std::move(error);
    if (everything) {
      if (llvm::Error error = addCalls())
        return std::move(error);
      addRaises();
      addAllArcs();
    }
    return std::move(result);
  }

private:
  llvm::Error addLines() {
    result.lines.resize(in[AllLines].size());
    for (const CodeSummary *code : codes)
      for (const auto &[line, count] : code->lines) {
        if (line <= 0)
          continue;
        auto found = llvm::lower_bound(in[AllLines], line);
        if (found == in[AllLines].end() || *found != line)
          return makeError("the analysis does not have line %d", line);
        uint64_t &sum = result.lines[size_t(found - in[AllLines].begin())];
        sum = llvm::SaturatingAdd(sum, count);
      }
    return llvm::Error::success();
  }

  /// The first line of the statement that a line is in; a negative line stays negative.
  int32_t firstLine(int32_t line) const {
    if (line < 0)
      return line == kNoLine ? line : -firstLine(-line);
    size_t low = 0, high = in[First].size() / 2;
    while (low < high) {
      size_t middle = (low + high) / 2;
      if (in[First][2 * middle + 1] < line)
        low = middle + 1;
      else
        high = middle;
    }
    return 2 * low < in[First].size() && in[First][2 * low] <= line ? int32_t(in[First][2 * low]) : line;
  }

  bool isUnknown(int32_t line) const { return contains(result.unknown, line); }
  bool isMissing(int32_t line) const { return contains(result.missing, line); }

  void addStatements() {
    std::vector<bool> ran(in[Statements].size());
    for (size_t index = 0; index != result.lines.size(); ++index) {
      if (!result.lines[index])
        continue;
      int32_t line = firstLine(in[AllLines][index]);
      auto found = llvm::lower_bound(in[Statements], line);
      if (found != in[Statements].end() && *found == line)
        ran[size_t(found - in[Statements].begin())] = true;
    }
    for (size_t index = 0; index != ran.size(); ++index)
      if (ran[index])
        result.executed.push_back(in[Statements][index]);
    for (int32_t line : in[Unknown]) {
      auto found = llvm::lower_bound(in[AllLines], line);
      bool counted =
          found != in[AllLines].end() && *found == line && result.lines[size_t(found - in[AllLines].begin())];
      if (!counted && !contains(result.executed, firstLine(line)))
        result.unknown.push_back(line);
    }
    llvm::sort(result.unknown);
    for (size_t index = 0; index != ran.size(); ++index)
      if (!ran[index] && !isUnknown(in[Statements][index]))
        result.missing.push_back(in[Statements][index]);
    result.numbers.missing = uint32_t(result.missing.size());
    result.numbers.statements = uint32_t(result.executed.size() + result.missing.size());
  }

  // -- arcs --------------------------------------------------------------------------------------------------

  LineArc jump(size_t index) const { return {in[Jumps][4 * index], in[Jumps][4 * index + 1]}; }
  LineArc arc(size_t index) const { return {in[Arcs][3 * index], in[Arcs][3 * index + 1]}; }

  /// The first index below `count` at which `at` is not below `wanted`.
  template <typename At> static size_t lowerBound(size_t count, const LineArc &wanted, At at) {
    size_t low = 0;
    while (low < count) {
      size_t middle = (low + count) / 2;
      if (at(middle) < wanted)
        low = middle + 1;
      else
        count = middle;
    }
    return low;
  }

  /// Takes the detour over the start of a `with` out, and goes from first line to first line. False: dropped.
  bool fix(LineArc &each) const {
    size_t count = in[Jumps].size() / 4;
    size_t found = lowerBound(count, each, [&](size_t index) { return jump(index); });
    if (found != count && jump(found) == each)
      each = {in[Jumps][4 * found + 2], in[Jumps][4 * found + 3]};
    if (each.first == kNoLine)
      return false;
    each = {firstLine(each.first), firstLine(each.second)};
    return true;
  }

  void addArcs() {
    size_t count = in[Arcs].size() / 3;
    auto at = [&](size_t index) { return arc(index); };
    std::vector<bool> taken(count);
    for (const CodeSummary *code : codes)
      for (LineArc each : code->arcs) {
        if (!fix(each))
          continue;
        if (each.first == each.second) {
          // Only where one way leads on.
          size_t begin = lowerBound(count, {each.first, kNoLine}, at);
          if (begin == count || arc(begin).first != each.first ||
              (begin + 1 != count && arc(begin + 1).first == each.first))
            continue;
          each = arc(begin);
        }
        if (!fix(each))
          continue;
        size_t found = lowerBound(count, each, at);
        if (found != count && arc(found) == each)
          taken[found] = true;
      }
    FileNumbers &numbers = result.numbers;
    for (size_t index = 0; index != count; ++index) {
      int32_t flags = in[Arcs][3 * index + 2];
      if ((flags & (MayBeMissing | Accepted)) && (taken[index] || !isUnknown(arc(index).first)))
        ++numbers.branches;
      if (taken[index]) {
        if (flags & Branches)
          result.executedArcs.push_back(arc(index));
      } else if ((flags & MayBeMissing) && !isUnknown(arc(index).first)) {
        result.missingArcs.push_back(arc(index));
      }
    }
    numbers.missingBranches = uint32_t(result.missingArcs.size());
    numbers.partialBranches =
        uint32_t(llvm::count_if(result.missingArcs, [&](const LineArc &each) { return !isMissing(each.first); }));
  }

  void addAllArcs() {
    for (const CodeSummary *code : codes)
      result.arcs.insert(result.arcs.end(), code->arcs.begin(), code->arcs.end());
    llvm::sort(result.arcs);
    result.arcs.erase(std::unique(result.arcs.begin(), result.arcs.end()), result.arcs.end());
  }

  // -- places ------------------------------------------------------------------------------------------------

  llvm::Error addOutcomes() {
    std::vector<uint64_t> places;
    for (size_t index = 0; index != codes.size(); ++index) {
      size_t count = uint32_t(in[Codes][index]);
      if (!codes[index]->idle && codes[index]->places.size() != count)
        return makeError("code object %zu has %zu places, the analysis says %zu", index, codes[index]->places.size(),
                         count);
      if (codes[index]->idle && count > kMostPlaces)
        return makeError("the analysis says that code object %zu has %zu places", index, count);
      places.insert(places.end(), codes[index]->places.begin(), codes[index]->places.end());
      if (codes[index]->idle)
        places.resize(places.size() + count);
    }
    const Numbers &forms = in[Forms];
    for (size_t at = 0; at < forms.size();) {
      int32_t line = forms[at++];
      if (at == forms.size())
        return makeError("an outcome of the analysis has no terms");
      size_t terms = uint32_t(forms[at++]);
      if (terms > (forms.size() - at) / 2)
        return makeError("an outcome of the analysis has %zu terms", terms);
      __int128 sum = 0;
      for (; terms != 0; --terms, at += 2) {
        if (uint32_t(forms[at]) >= places.size())
          return makeError("the analysis names place %u, there are %zu", uint32_t(forms[at]), places.size());
        sum += __int128(places[uint32_t(forms[at])]) * forms[at + 1];
      }
      result.outcomes.push_back(sum <= 0 ? 0 : sum > UINT64_MAX ? UINT64_MAX : uint64_t(sum));
      if (line && !isUnknown(line)) {
        ++result.numbers.outcomes;
        result.numbers.missingOutcomes += sum <= 0;
      }
    }
    return llvm::Error::success();
  }

  llvm::Error addCalls() {
    const Numbers &calls = in[Calls];
    for (size_t at = 0; at < calls.size();) {
      size_t terms = uint32_t(calls[at++]);
      if (terms > calls.size() - at)
        return makeError("a function of the analysis has %zu code objects", terms);
      uint64_t sum = 0;
      for (; terms != 0; --terms, ++at) {
        if (uint32_t(calls[at]) >= codes.size())
          return makeError("the analysis names code object %u, there are %zu", uint32_t(calls[at]), codes.size());
        sum = llvm::SaturatingAdd(sum, codes[uint32_t(calls[at])]->calls);
      }
      result.calls.push_back(sum);
    }
    return llvm::Error::success();
  }

  void addRaises() {
    std::map<int64_t, uint64_t> sums;
    for (const CodeSummary *code : codes)
      for (const auto &[line, count] : code->raises)
        if (line > 0 && count)
          sums[line] = llvm::SaturatingAdd(sums[line], count);
    result.raises.assign(sums.begin(), sums.end());
  }

  static constexpr size_t kMostPlaces = 1 << 24;

  const std::array<Numbers, kSections> &in;
  std::vector<const CodeSummary *> codes;
  FileCounts result;
};

} // namespace

llvm::Expected<FileCounts> countFile(llvm::StringRef analysis, llvm::ArrayRef<const UnitSummary *> units,
                                     bool everything) {
  auto sections = split(analysis);
  if (!sections)
    return sections.takeError();
  return FileCounter(*sections, units).run(everything);
}

} // namespace blockcov
