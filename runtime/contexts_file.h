//===- contexts_file.h - what was counted in which context ------*- C++ -*-===//
//
// Beside each shard whose process used contexts lies a file that divides its
// counts. It is only ever added to, one write for each switch:
//
//   header  UNIT* NAME* SEGM NOW  UNIT* NAME* SEGM NOW  ..
//
// A segment holds what was counted while a set of contexts was active; NOW says
// which are active from there on. What the shard counts beyond the segments belongs
// to the last NOW: nothing is lost when the process is killed in a context.
//
// Segment, after its record header, all ULEB128:
//   names     how many, then ids, each as the distance to the one before
//   units     how many; of each: distance of the id, changed counters; of each of
//             these: distance of the index, amount
//   losses    how many; of each: unit, code object, place, kind, amount
//
// Of a process' losses, Running is where frames stood when the segment ended: there
// they stand, too, when the next begins. Of a merged shard's, Running and Started
// are as in shards.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "runtime/hash.h"
#include "runtime/layout.h"
#include "runtime/resolve.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <utility>
#include <vector>

namespace blockcov {

/// Ends the names of contexts files.
inline constexpr const char *kContextsSuffix = ".contexts";

/// `D/shards/X.shard` has its contexts in `D/contexts/X.contexts`.
std::string contextsPathOf(llvm::StringRef shardPath);

/// What was counted of one unit, without the counters that stood still.
struct SegmentUnit {
  uint32_t unit = 0;                                   ///< id in the file
  std::vector<std::pair<uint32_t, uint64_t>> counters; ///< index, ascending; amount
};

struct SegmentLoss {
  uint32_t unit = 0;
  Loss loss;
};

struct Segment {
  std::vector<uint32_t> names;    ///< ids, ascending; empty: outside of every context
  std::vector<SegmentUnit> units; ///< ascending
  std::vector<SegmentLoss> losses;
};

/// Puts records together. Their place in the file is part of what guards them.
class ContextsWriter {
public:
  /// `end`: where the file ends so far; at 0 it begins with a header.
  ContextsWriter(uint64_t end, ShardKind kind, const ShardId &id);

  void name(llvm::StringRef text);
  void unit(const Hash128 &map, uint32_t counterCount);
  void segment(const Segment &segment);
  void active(llvm::ArrayRef<uint32_t> names);

  /// What to append.
  const std::string &bytes() const { return bytes_; }
  uint64_t end() const { return start_ + bytes_.size(); }

private:
  void record(RecordKind kind, uint32_t count, llvm::StringRef payload);

  const uint64_t start_;
  std::string bytes_;
};

struct ContextsUnit {
  Hash128 map;
  uint32_t counterCount;
};

/// What is known of a file so far, while it is read.
struct ContextsView {
  ContextsHeader header;
  std::vector<llvm::StringRef> names; ///< by id; borrow from the bytes
  std::vector<ContextsUnit> units;    ///< by id
  std::vector<uint32_t> active;       ///< of the last NOW
};

/// Reads the `end` first bytes of a file, `bytes`. Checks everything before it
/// believes it. Segments are handed out one by one, so that they need not be in
/// memory together.
llvm::Expected<ContextsView> readContexts(llvm::StringRef bytes, llvm::StringRef path,
                                          llvm::function_ref<void(const ContextsView &, const Segment &)> visit);

} // namespace blockcov
