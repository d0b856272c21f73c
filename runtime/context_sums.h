//===- context_sums.h - counts of contexts, from many shards ----*- C++ -*-===//
//
// What was counted while exactly a certain set of contexts was active, for each set
// that occurred. A context's counts are the sum over the sets that it is in; what
// was counted outside of every context is what the shards have beyond all of them.
// Memory grows with the contexts and what each touched, not with the shards.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "runtime/contexts_file.h"
#include "runtime/merge.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace blockcov {

/// Frames that stood somewhere in the end, less those that stood there in the
/// beginning: only the difference matters.
using Standing = std::map<std::pair<uint32_t, uint32_t>, int64_t>; ///< code object, unit

/// One unit's counts in one set of contexts.
struct ContextCounts {
  std::vector<std::pair<uint32_t, uint64_t>> counters; ///< index, ascending; amount
  std::map<MergedUnit::Place, uint64_t> losses;        ///< but Running and Started
  Standing standing;

  void add(llvm::ArrayRef<std::pair<uint32_t, uint64_t>> more);
  void add(const Loss &loss);
  void add(const ContextCounts &more);
  std::vector<Loss> lossList() const; ///< with Running and Started
};

class ContextSums {
public:
  using Set = std::vector<uint32_t>; ///< indices in names(), ascending; never empty

  ContextSums() = default;
  ContextSums(ContextSums &&) = default; // what sets_ points at moves along
  ContextSums &operator=(ContextSums &&) = default;

  /// Adds the contexts of a shard, which has `bytes` for them (the part that is
  /// whole). On an error nothing is added.
  llvm::Error add(const ShardView &shard, llvm::StringRef bytes, llvm::StringRef path);

  /// As Merge::rename().
  void rename(const std::map<Hash128, Hash128> &maps);

  bool empty() const { return sets_.empty(); }
  const std::vector<std::string> &names() const { return names_; }
  /// Whether a context is in one of the sets in which the unit was counted.
  std::vector<bool> namesIn(const Hash128 &map) const;

  /// What of `total`, all that was counted of the unit, was counted while any of
  /// these contexts (one bit for each of names()) was active, and, with `outside`,
  /// while none was.
  MergedUnit select(const Hash128 &map, const MergedUnit &total, const std::vector<bool> &names, bool outside) const;

  /// The bytes of the contexts file that goes with `merge` as a merged shard. Equal
  /// sums give equal bytes.
  std::string encode(const Merge &merge) const;

private:
  uint32_t nameIndex(llvm::StringRef name);
  uint32_t setIndex(const ContextsView &view, llvm::ArrayRef<uint32_t> ids);
  bool isWanted(uint32_t set, const std::vector<bool> &names) const;

  static constexpr uint32_t kOutside = ~uint32_t(0);

  std::vector<std::string> names_;
  std::map<std::string, uint32_t> nameIndex_;
  std::vector<const Set *> sets_;
  std::map<Set, uint32_t> setIndex_;
  std::map<Hash128, std::map<uint32_t, ContextCounts>> units_; ///< by map, then index in sets_
};

} // namespace blockcov
