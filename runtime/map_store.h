//===- map_store.h - coverage maps, written once ----------------*- C++ -*-===//
#pragma once

#include "instrument/coverage_map.h"
#include "runtime/found_entries.h"
#include "runtime/map_file.h"

#include "llvm/Support/Error.h"

#include <memory>
#include <set>
#include <string>

namespace blockcov {

/// `<dataDir>/maps`, for as long as the process lives: it holds a shared lock on
/// the directory, so that `erase` leaves the maps alone. A process adds its maps
/// to a file of its own.
///
/// The next run begins without maps, and would write the same ones. So each file may
/// have a second name in `<dataDir>/code`, which stays; giving it back its name in maps/
/// costs nothing. Where a file system has no such links, maps are written again.
class MapStore {
public:
  /// Makes the directories that are missing.
  static llvm::Expected<std::unique_ptr<MapStore>> create(const std::string &dataDir, FileOps &ops = systemFileOps());
  ~MapStore();
  MapStore(const MapStore &) = delete;
  MapStore &operator=(const MapStore &) = delete;

  /// From now on, maps are kept for later runs, and those of earlier ones are taken.
  void keepForLater() { keeps_ = true; }

  /// Writes the map with this payload unless this process, an ancestor that it was
  /// forked from, or an earlier process did; gives its hash. Either the whole map
  /// is there afterwards, or an error tells why not.
  llvm::Expected<Hash128> store(llvm::StringRef payload);

  /// The same where the payload's hash is known.
  llvm::Error store(const Hash128 &hash, llvm::StringRef payload);

  /// Whether store() would write nothing.
  bool has(const Hash128 &hash);

private:
  MapStore(const std::string &dataDir, FileOps &ops, int lock)
      : directory_(dataDir + "/maps"), keptDirectory_(dataDir + "/code"), ops_(ops), lock_(lock),
        own_(kMapEntries, directory_, ops), kept_(kMapEntries, keptDirectory_, ops) {}

  void noteOthers();
  bool bringBack(const Hash128 &hash);
  void keepOwn();

  const std::string directory_, keptDirectory_;
  FileOps &ops_;
  const int lock_; ///< descriptor of the directory; forked children hold it too
  OwnEntryFile own_;
  bool notedOthers_ = false;
  std::set<Hash128> known_; ///< maps that are there
  bool keeps_ = false;
  FoundEntries kept_;     ///< of earlier runs
  std::set<size_t> back_; ///< files of these that have their name in maps/ again
  std::string keptOwn_;   ///< path of the file of this process that has its second name
};

} // namespace blockcov
