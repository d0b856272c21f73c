//===- context_recorder.h - divides a shard's counts among contexts -*- C++ -*-===//
//
// Counting knows nothing of contexts. At each switch the recorder compares the
// shard's counters with what they were at the last one, and appends the differences
// to the contexts file. What it takes is one pass over the counters (they are a few
// megabytes in large programs) and one write of what has changed.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "runtime/contexts_file.h"
#include "runtime/shard.h"

#include <map>
#include <string>
#include <vector>

namespace blockcov {

/// A frame that stands in the middle of a code object.
struct StandingFrame {
  UnitCounters *counters;
  uint32_t code; ///< index in the unit
  uint32_t unit; ///< where, in units of the rewritten code
};

/// Of one shard. Not for use by two threads at once; nothing counts while one of
/// its functions runs.
class ContextRecorder {
public:
  explicit ContextRecorder(Shard &shard) : shard_(shard) {}

  /// From now on these contexts are active, ascending. `frames` are those of all
  /// threads. What cannot be written is noted in the shard, which has the reason
  /// for takeFailure().
  void switchTo(const std::vector<std::string> &active, llvm::ArrayRef<StandingFrame> frames);

  /// The shard has begun a new file (a forked child's, or after rotate()), in which
  /// nothing is counted yet, while these contexts are active.
  void begin(const std::vector<std::string> &active);

private:
  /// A record of the shard with one or more counts in it.
  struct Cells {
    uint64_t offset;      ///< of the first count, from the start of the shard
    uint32_t count;       ///< how many
    uint32_t before;      ///< index in before_ of the first
    uint32_t unit;        ///< index in units_
    LossKind kind;        ///< of a loss cell
    uint32_t code, place; ///< of a loss cell
    bool isLoss;
  };
  struct KnownUnit {
    Hash128 map;
    uint32_t counterCount;
    uint32_t id; ///< in the file; kNoId: not there yet
  };
  static constexpr uint32_t kNoId = ~uint32_t(0);

  void noteRecords(llvm::StringRef records);
  Segment takeChanges(llvm::StringRef records);
  void addFrames(Segment &segment, llvm::ArrayRef<StandingFrame> frames);
  std::vector<uint32_t> idsOf(llvm::ArrayRef<std::string> names, ContextsWriter &writer);
  uint32_t idOf(uint32_t unit, ContextsWriter &writer);
  void append(const ContextsWriter &writer);

  Shard &shard_;
  uint32_t generation_ = 0; ///< of the shard, when what follows was true

  std::vector<Cells> cells_;
  std::vector<uint64_t> before_; ///< of all cells: counts at the last switch
  uint64_t noted_ = sizeof(ShardHeader);
  std::vector<KnownUnit> units_;
  std::map<Hash128, uint32_t> unitOf_;
  std::vector<uint32_t> owners_; ///< of each counters record in turn: index in units_

  uint64_t end_ = 0;      ///< of the contexts file
  uint32_t nextUnit_ = 0; ///< id of the next unit in it
  std::map<std::string, uint32_t> names_;
  std::vector<std::string> active_;
  std::vector<uint32_t> activeIds_;
  bool failed_ = false; ///< nothing more is written to this file
};

} // namespace blockcov
