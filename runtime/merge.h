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
#include <vector>

namespace blockcov {

/// The sums of one unit.
struct MergedUnit {
  using Place = std::tuple<uint32_t, uint32_t, LossKind>; ///< code, unit offset, kind

  std::vector<uint64_t> counters;
  std::map<Place, uint64_t> losses;

  std::vector<Loss> lossList() const;
};

class Merge {
public:
  /// Adds a shard, or on an error nothing of it.
  llvm::Error add(const ShardView &shard, llvm::StringRef path);

  const std::map<Hash128, MergedUnit> &units() const { return units_; }
  const std::vector<ShardId> &ids() const { return ids_; } ///< of the processes inside, ascending

  /// The bytes of a merged shard. Equal sums of equal processes give equal bytes.
  std::string encode() const;

  /// Follows from ids(): whoever merges the same processes gets the same name.
  ShardId id() const;

private:
  std::map<Hash128, MergedUnit> units_;
  std::vector<ShardId> ids_;
  uint64_t startTime_ = 0;  ///< the earliest
  uint32_t incomplete_ = 0; ///< of the shards, the largest errno
};

/// The result of merging files.
struct MergedFiles {
  Merge merge;
  std::vector<std::string> merged;    ///< paths whose counts are inside
  std::vector<std::string> contained; ///< paths left out: a merged shard has them inside already
  std::vector<std::string> live;      ///< paths left out: their processes still count
  std::vector<std::string> errors;    ///< one for each file that is damaged or incomplete
};

/// Merges shard files, each process once. With `skipLive` those of running
/// processes are left out, else they count as they stand.
MergedFiles mergeFiles(llvm::ArrayRef<std::string> paths, bool skipLive);

/// Whether a process holds the lock of this shard.
bool isLive(const std::string &path);

} // namespace blockcov
