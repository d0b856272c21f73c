//===- map_index.h - finding maps by their hash -----------------*- C++ -*-===//
#pragma once

#include "instrument/coverage_map.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace blockcov {

/// A checked map.
struct MapView {
  llvm::StringRef payload; ///< borrows from the index
  llvm::StringRef path;    ///< of its file; borrows too
};

/// The maps in some directories. Their files are read when the first map is asked
/// for: read the shards before that, since a process that still runs adds maps
/// before it counts in them. May be asked by several threads.
class MapIndex {
public:
  explicit MapIndex(std::vector<std::string> directories) : directories_(std::move(directories)) {}

  /// The map with this hash, from the first file that has it whole. If there is
  /// none, the error tells of the damage found, be it to this map or to another:
  /// a header that cannot be read does not say whose it is.
  llvm::Expected<MapView> find(const Hash128 &hash) const;

private:
  void load() const;
  void addFile(const std::string &path) const;

  const std::vector<std::string> directories_;
  mutable std::once_flag loaded_;
  mutable std::vector<std::unique_ptr<llvm::MemoryBuffer>> files_;
  mutable std::map<Hash128, MapView> maps_;
  mutable std::map<Hash128, std::string> damages_; ///< to maps whose header could be read
  mutable std::vector<std::string> unnamed_;       ///< damage to others
};

} // namespace blockcov
