//===- data_dir.h - the directory of shards and maps ------------*- C++ -*-===//
#pragma once

#include "runtime/file_ops.h"
#include "runtime/map_index.h"
#include "runtime/merge.h"

#include "llvm/ADT/ArrayRef.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace blockcov {

/// What the user named: shard files, and where their maps may be.
struct DataFiles {
  std::vector<std::string> paths;  ///< as they were named
  std::vector<std::string> shards; ///< ascending, without duplicates
  std::vector<std::string> errors; ///< one for each path that is not there
  std::shared_ptr<const MapIndex> maps;
};

/// `paths` are data directories (`.blockcov`), or single shard files. A data
/// directory without shards is not an error.
DataFiles findDataFiles(llvm::ArrayRef<std::string> paths);

/// Merges all shards for a report, those of running processes included, as mergeFiles()
/// does. While a `combine` replaces shards by their sum, looks again until all are there;
/// `files` are those that were merged in the end.
MergedFiles mergeForReport(DataFiles &files, ContextSums *contexts = nullptr);

struct Combined {
  size_t shards = 0;                        ///< whose counts are in the merged one
  std::vector<std::string> errors;          ///< one for each file left out
  std::vector<std::string> severalVersions; ///< source files that were measured in more than one
};

/// Gives the name that a unit's file has here; an error ends it.
using RenameFile = std::function<llvm::Expected<std::string>(llvm::StringRef)>;

/// Merges the shards into one under `outDir`, with their maps, and then, unless
/// `keep`, removes them. Those of running processes are left alone. May be
/// killed at any point and run again: nothing is lost or counted twice. With
/// `rename`, units that differ in the name of their file only become one.
llvm::Expected<Combined> combineFiles(llvm::ArrayRef<std::string> paths, const std::string &outDir, bool keep,
                                      FileOps &ops = systemFileOps(), const RenameFile &rename = nullptr);

struct Erased {
  size_t files = 0;
  std::vector<std::string> kept; ///< names of shards whose processes still run
};

/// Removes what blockcov wrote into a data directory, and the directories if
/// nothing else is in them. Maps stay while any process measures.
llvm::Expected<Erased> eraseData(const std::string &dataDir);

} // namespace blockcov
