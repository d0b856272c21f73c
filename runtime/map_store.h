//===- map_store.h - coverage maps, written once ----------------*- C++ -*-===//
#pragma once

#include "instrument/coverage_map.h"
#include "runtime/file_ops.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <set>
#include <string>
#include <sys/types.h>

namespace blockcov {

/// `<dataDir>/maps`, for as long as the process lives: it holds a shared lock on
/// the directory, so that `erase` leaves the maps alone. A process adds its maps
/// to a file of its own, made when there is something to add: making a file costs
/// as much as writing many maps.
class MapStore {
public:
  /// Makes the directories that are missing.
  static llvm::Expected<std::unique_ptr<MapStore>> create(const std::string &dataDir, FileOps &ops = systemFileOps());
  ~MapStore();
  MapStore(const MapStore &) = delete;
  MapStore &operator=(const MapStore &) = delete;

  /// Writes the map with this payload unless this process, an ancestor that it was
  /// forked from, or an earlier process did; gives its hash. Either the whole map
  /// is there afterwards, or an error tells why not.
  llvm::Expected<Hash128> store(llvm::StringRef payload);

private:
  MapStore(std::string directory, FileOps &ops, int lock) : directory_(std::move(directory)), ops_(ops), lock_(lock) {}

  void noteOthers();
  void noteMapsIn(const std::string &path);
  llvm::Error append(llvm::StringRef payload, const Hash128 &hash);

  const std::string directory_;
  FileOps &ops_;
  const int lock_; ///< descriptor of the directory; forked children hold it too
  bool notedOthers_ = false;
  std::set<Hash128> known_; ///< maps that are there
  std::string path_;        ///< our file; empty: none yet
  pid_t owner_ = 0;         ///< of path_
};

} // namespace blockcov
