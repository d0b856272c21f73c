//===- merge.h - addition of shards -----------------------------*- C++ -*-===//
//
// Addition per map, cell by cell; it saturates instead of wrapping, so the sum
// does not depend on order or grouping. Memory is that of the distinct units,
// however many shards there are.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "runtime/shard_reader.h"

#include "llvm/ADT/ArrayRef.h"

#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace blockcov {

class ContextSums;

/// The sums of one unit.
struct MergedUnit {
  using Place = std::tuple<uint32_t, uint32_t, LossKind>; ///< code, unit offset, kind

  std::vector<uint64_t> counters;
  std::map<Place, uint64_t> losses;

  std::vector<Loss> lossList() const;
};

class Merge {
public:
  Merge() = default;
  Merge(Merge &&) = default; // what index_ points at moves along
  Merge &operator=(Merge &&) = default;

  /// Why a shard cannot be added, if so.
  llvm::Error check(const ShardView &shard, llvm::StringRef path) const;

  /// Adds a shard, or on an error nothing of it.
  llvm::Error add(const ShardView &shard, llvm::StringRef path);

  /// The units of these maps are those of others; where there is one already, it is
  /// the sum of both.
  void rename(const std::map<Hash128, Hash128> &maps);

  const std::map<Hash128, MergedUnit> &units() const { return units_; }
  const std::vector<ShardId> &ids() const { return ids_; } ///< of the processes inside, ascending

  /// The bytes of a merged shard. Equal sums of equal processes give equal bytes.
  /// `contextsBytes`: the size of its contexts file, 0 if there is none.
  std::string encode(uint64_t contextsBytes = 0) const;

  /// Follows from ids(): whoever merges the same processes gets the same name.
  ShardId id() const;

private:
  /// A hash is as good as its lower half.
  struct LowHalf {
    size_t operator()(const Hash128 &hash) const { return hash.low; }
  };

  MergedUnit *find(const Hash128 &map) const {
    auto found = index_.find(map);
    return found == index_.end() ? nullptr : found->second;
  }

  std::map<Hash128, MergedUnit> units_;
  std::unordered_map<Hash128, MergedUnit *, LowHalf> index_; ///< of units_: thousands of shards ask for each
  std::vector<ShardId> ids_;
  uint64_t startTime_ = 0;    ///< the earliest
  uint32_t incomplete_ = 0;   ///< of the shards, the largest errno
  uint32_t contextsLost_ = 0; ///< likewise
};

/// The result of merging files.
struct MergedFiles {
  Merge merge;
  std::vector<std::string> merged;    ///< paths whose counts are inside
  std::vector<std::string> contained; ///< paths left out: a merged shard has them inside already
  std::vector<std::string> live;      ///< paths left out: their processes still count, or count on after a snapshot
  std::vector<std::string> errors;    ///< one for each file that is damaged or incomplete
  bool gone = false;                  ///< one of these files was not there any more: a `combine` has its counts
};

/// Merges shard files, each process once. With `skipLive` those of running
/// processes are left out, else they count as they stand, unless the process has made
/// a snapshot: then it counts as it stood at the last one. With `contexts`, their
/// contexts are added there; then a shard whose contexts are damaged is left out.
MergedFiles mergeFiles(llvm::ArrayRef<std::string> paths, bool skipLive, ContextSums *contexts = nullptr);

/// Whether a process holds the lock of this shard.
bool isLive(const std::string &path);

} // namespace blockcov
