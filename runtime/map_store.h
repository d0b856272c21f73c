//===- map_store.h - coverage maps, named by their content ------*- C++ -*-===//
#pragma once

#include "runtime/file_ops.h"
#include "runtime/layout.h"
#include "runtime/resolve.h"

#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

#include <memory>
#include <string>

namespace blockcov {

/// `<dataDir>/maps`, for as long as the process lives: it holds a shared lock on
/// the directory, so that `erase` leaves the maps alone.
class MapStore {
public:
  /// Makes the directories that are missing.
  static llvm::Expected<std::unique_ptr<MapStore>> create(const std::string &dataDir, FileOps &ops = systemFileOps());
  ~MapStore();
  MapStore(const MapStore &) = delete;
  MapStore &operator=(const MapStore &) = delete;

  /// Writes the map with this payload unless it is there; its hash and name.
  /// Either the whole file is there afterwards, or an error tells why not.
  llvm::Expected<Hash128> store(llvm::StringRef payload);

private:
  MapStore(std::string directory, FileOps &ops, int lock) : directory_(std::move(directory)), ops_(ops), lock_(lock) {}

  const std::string directory_;
  FileOps &ops_;
  const int lock_; ///< descriptor of the directory; forked children hold it too
};

/// `<hash>.map`
std::string mapFileName(const Hash128 &hash);

/// Header and payload of a map file.
void encodeMapFile(llvm::StringRef payload, const Hash128 &hash, std::string &out);

/// A checked map file in memory.
struct MapFile {
  std::unique_ptr<llvm::MemoryBuffer> buffer;
  llvm::StringRef payload; ///< borrows from `buffer`
};

/// Checks everything, and that the payload is the one of `expected`.
llvm::Expected<llvm::StringRef> parseMapFile(llvm::StringRef bytes, const Hash128 &expected, llvm::StringRef path);
llvm::Expected<MapFile> readMapFile(const std::string &path, const Hash128 &expected);

} // namespace blockcov
