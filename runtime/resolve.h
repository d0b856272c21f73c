//===- resolve.h - from counters to lines, sites and edges -----*- C++ -*-===//
#pragma once

#include "instrument/coverage_map.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace blockcov {

/// Why fewer instructions of a block ran than the block's entry says.
enum class LossKind : uint32_t {
  Raised = 1,  ///< the instruction at `unit` raised
  Running = 2, ///< a frame stood at `unit` when the shard was closed
  Started = 3, ///< a frame stood at `unit` when the shard was opened (after fork)
  /// No loss, but where an exception came from that RERAISE sent on: Rethrown + n
  /// was recorded by landing pad n + 1. `unit` is the lasti that RERAISE restored.
  Rethrown = 4,
};

struct Compiled;

/// One loss cell of a shard.
struct Loss {
  uint32_t code = 0; ///< index in the unit
  uint32_t unit = 0; ///< unit offset in the *rewritten* code
  LossKind kind = LossKind::Raised;
  uint64_t count = 0;
};

struct SourceSpan {
  int32_t line = -1, column = -1, endLine = -1, endColumn = -1; ///< -1: unknown
};

struct TrailItem {
  const char *opName;
  SourceSpan span;
};

struct InFlow {
  uint32_t predOffset; ///< byte offset of the last instruction of the predecessor
  const char *kind;    ///< "fall", "jump", "raise", "suspend"
  uint64_t count;
};

/// One branching instruction of the original code with its outcomes.
struct Site {
  uint32_t offset = 0; ///< byte offset in the original code
  const char *opName = nullptr;
  const char *test = nullptr; ///< "bool", "none", "iter", "aiter"
  SourceSpan span;
  std::vector<TrailItem> trail;
  uint64_t trueCount = 0, falseCount = 0;
  std::vector<InFlow> inflow;
};

struct InstrCount {
  uint32_t offset; ///< byte offset in the original code
  const char *opName;
  int32_t line; ///< -1 if it has none, or stands for none of the program (reachedAnnotations)
  uint64_t count;
};

struct EdgeCount {
  uint32_t from;
  int64_t to; ///< -1: leaves the code
  const char *kind;
  uint64_t count;
};

struct CodeCounts {
  bool idle = true; ///< refused; with ResolveFor::Summary also if nothing of it ever ran
  uint64_t calls = 0;
  std::map<int32_t, uint64_t> lines;
  std::map<int32_t, uint64_t> raises;
  std::vector<Site> sites;
  std::vector<InstrCount> instructions; ///< only with detail
  std::vector<EdgeCount> edges;         ///< only with detail
};

/// What the caller is going to look at.
enum class ResolveFor {
  Sites,   ///< everything but instructions and edges
  Detail,  ///< everything
  Summary, ///< no trails; instructions and edges; code objects that never ran are left empty
};

/// Resolves one unit, again and again with other counts: what the compiler says of
/// its code objects is kept. May be asked by several threads.
class UnitResolver {
public:
  /// `unit` and what it borrows must outlive this.
  explicit UnitResolver(const Unit &unit);
  ~UnitResolver();

  /// As the function resolve().
  llvm::Expected<std::vector<CodeCounts>> resolve(llvm::ArrayRef<uint64_t> counters, llvm::ArrayRef<Loss> losses,
                                                  ResolveFor what);

private:
  llvm::Expected<const Compiled *> compiled(size_t code);

  const Unit &unit_;
  const Dialect *dialect_; ///< null: unknown
  std::mutex mutex_;       ///< guards the following
  std::vector<std::unique_ptr<const Compiled>> compiled_;
};

/// Resolves one unit. `counters` has unit.counterCount() cells. A loss cell that
/// names no instruction of the rewritten code is an error. Where the counts
/// contradict each other (a process was killed with frames half-way through a
/// block), derived counts are clamped at zero. Of a unit of Mode::Hits or Kept they are
/// 0 or 1; but sites of code objects that have the plan of Mode::Counts have counts,
/// for what depends on the differences between them.
/// The result has one element for each code object, empty for refused ones.
llvm::Expected<std::vector<CodeCounts>> resolve(const Unit &unit, llvm::ArrayRef<uint64_t> counters,
                                                llvm::ArrayRef<Loss> losses, ResolveFor what);
inline llvm::Expected<std::vector<CodeCounts>> resolve(const Unit &unit, llvm::ArrayRef<uint64_t> counters,
                                                       llvm::ArrayRef<Loss> losses, bool detail) {
  return resolve(unit, counters, losses, detail ? ResolveFor::Detail : ResolveFor::Sites);
}

} // namespace blockcov
