//===- map_store.h - coverage maps, written once ----------------*- C++ -*-===//
#pragma once

#include "instrument/coverage_map.h"
#include "runtime/map_file.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <set>
#include <string>

namespace blockcov {

/// `<dataDir>/maps`, for as long as the process lives: it holds a shared lock on
/// the directory, so that `erase` leaves the maps alone. A process adds its maps
/// to a file of its own.
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

  /// The same where the payload's hash is known.
  llvm::Error store(const Hash128 &hash, llvm::StringRef payload);

  /// Whether store() would write nothing.
  bool has(const Hash128 &hash);

private:
  MapStore(std::string directory, FileOps &ops, int lock)
      : directory_(std::move(directory)), ops_(ops), lock_(lock), own_(kMapEntries, directory_, ops) {}

  void noteOthers();

  const std::string directory_;
  FileOps &ops_;
  const int lock_; ///< descriptor of the directory; forked children hold it too
  OwnEntryFile own_;
  bool notedOthers_ = false;
  std::set<Hash128> known_; ///< maps that are there
};

} // namespace blockcov
