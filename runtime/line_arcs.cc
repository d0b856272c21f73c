//===- line_arcs.cc -------------------------------------------------------===//
#include "runtime/line_arcs.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <algorithm>
#include <deque>

namespace blockcov {

namespace {

using Lines = llvm::SmallVector<int32_t, 4>; ///< ascending, without duplicates

bool addAll(Lines &to, const Lines &from) {
  size_t before = to.size();
  for (int32_t line : from) {
    auto place = llvm::lower_bound(to, line);
    if (place == to.end() || *place != line)
      to.insert(place, line);
  }
  return to.size() != before;
}

class ArcFinder {
public:
  ArcFinder(const CodeCounts &code, int32_t firstLine) : code(code), start(-firstLine) {}

  std::vector<LineArc> run() {
    if (code.calls == 0 || code.instructions.empty())
      return {};
    gather();
    // A generator expression of 3.15 has a RESUME before it makes the generator, too.
    auto from = llvm::find(ops, Generator);
    auto resume = std::find(from == ops.end() ? ops.begin() : from, ops.end(), Resume);
    uint32_t begin = resume == ops.end() ? 0 : uint32_t(resume - ops.begin());
    seen[begin] = {start};
    llvm::SmallVector<uint32_t, 16> todo = {begin};
    while (!todo.empty())
      follow(todo.pop_back_val(), todo);
    llvm::sort(arcs);
    arcs.erase(std::unique(arcs.begin(), arcs.end()), arcs.end());
    return std::move(arcs);
  }

private:
  enum Op : uint8_t { Other, Resume, Generator, EndFor, PopTop, QuietBackward };
  enum Kind : uint8_t { Onward, Raise, Suspend };
  static constexpr uint32_t kOut = ~0u, kUnknown = ~0u - 1;

  struct Leaving {
    uint32_t source;
    uint32_t goal; ///< index of an instruction, kOut or kUnknown
    Kind kind;
  };

  uint32_t indexAt(int64_t offset) const {
    auto found = llvm::lower_bound(code.instructions, offset,
                                   [](const InstrCount &each, int64_t value) { return each.offset < value; });
    return found == code.instructions.end() || found->offset != offset ? kUnknown
                                                                       : uint32_t(found - code.instructions.begin());
  }

  void gather() {
    for (const InstrCount &each : code.instructions) {
      llvm::StringRef name(each.opName);
      ops.push_back(name == "RESUME"                                         ? Resume
                    : name == "RETURN_GENERATOR"                             ? Generator
                    : name == "END_FOR"                                      ? EndFor
                    : name == "POP_TOP"                                      ? PopTop
                    : name == "JUMP_BACKWARD_NO_INTERRUPT" || name == "SEND" ? QuietBackward
                                                                             : Other);
    }
    seen.resize(ops.size());
    isTarget.resize(ops.size());
    for (const EdgeCount &edge : code.edges) {
      if (!edge.count)
        continue;
      uint32_t goal = edge.to < 0 ? kOut : indexAt(edge.to);
      llvm::StringRef kind(edge.kind);
      leaving.push_back({indexAt(edge.from), goal, kind == "raise" ? Raise : kind == "suspend" ? Suspend : Onward});
      if (goal < ops.size())
        isTarget[goal] = true;
    }
    llvm::stable_sort(leaving, [](const Leaving &a, const Leaving &b) { return a.source < b.source; });
  }

  int32_t line(uint32_t index) const { return std::max(code.instructions[index].line, 0); } ///< 0: none
  bool ran(uint32_t index) const { return code.instructions[index].count != 0; }

  /// Goes on from one instruction for as long as control has only one way.
  void follow(uint32_t index, llvm::SmallVectorImpl<uint32_t> &todo) {
    std::deque<Lines> made; // keeps what `last` points to
    const Lines *last = &seen[index];
    for (;;) {
      bool ends = false;
      auto edge =
          llvm::lower_bound(leaving, index, [](const Leaving &each, uint32_t value) { return each.source < value; });
      for (; edge != leaving.end() && edge->source == index; ++edge) {
        ends |= edge->kind != Raise;
        if (edge->goal == kOut) {
          if (edge->kind != Suspend)
            for (int32_t before : *last)
              arcs.emplace_back(before, start);
          continue;
        }
        if (edge->goal == kUnknown)
          continue;
        uint32_t goal = ops[edge->goal] == EndFor ? behindEndFor(edge->goal) : edge->goal;
        const Lines *carried = last;
        if (edge->kind == Suspend && line(index))
          carried = &made.emplace_back(Lines{line(index)});
        if (addAll(seen[goal], *enter(index, goal, carried, made)))
          todo.push_back(goal);
      }
      if (ends || index + 1 >= ops.size() || !ran(index + 1) || isTarget[index + 1])
        return;
      last = enter(index, index + 1, last, made);
      ++index;
    }
  }

  /// Where an exhausted FOR_ITER goes on: it steps over END_FOR, from 3.13 on over a POP_TOP behind that too.
  uint32_t behindEndFor(uint32_t index) const {
    while (index + 1 < ops.size() && (ops[index] == EndFor || ops[index] == PopTop) && !ran(index))
      ++index;
    return index;
  }

  /// The lines of the last event after going from one instruction to another.
  const Lines *enter(uint32_t from, uint32_t to, const Lines *last, std::deque<Lines> &made) {
    int32_t target = line(to);
    if (!target || ops[to] == Resume)
      return last;
    bool same = target == line(from);
    if (same && !(to < from && ops[from] != QuietBackward) && ops[from] != Resume)
      return last;
    if (ops[from] == Resume && same && llvm::any_of(*last, [](int32_t each) { return each >= 0; }))
      return last;
    for (int32_t before : *last)
      arcs.emplace_back(before, target);
    return &made.emplace_back(Lines{target});
  }

  const CodeCounts &code;
  const int32_t start;
  std::vector<uint8_t> ops;
  std::vector<Leaving> leaving; ///< by source, in the order of the edges
  std::vector<bool> isTarget;
  std::vector<Lines> seen; ///< lines of the last event, for each instruction that is entered by an edge
  std::vector<LineArc> arcs;
};

} // namespace

std::vector<LineArc> executedArcs(const CodeCounts &code, int32_t firstLine) {
  return ArcFinder(code, firstLine).run();
}

} // namespace blockcov
