//===- entry_file.h - files that one process adds entries to ----*- C++ -*-===//
//
// An entry file has any number of entries, each an EntryHeader and its payload,
// one right after the other. Only the process that made the file adds to it, so
// that nobody waits for anybody; making a file takes as long as adding many
// entries.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/coverage_map.h"
#include "runtime/file_ops.h"
#include "runtime/layout.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <sys/types.h>

namespace blockcov {

/// What the entries of a file are.
struct EntryKind {
  Magic magic;
  const char *what;   ///< in errors
  const char *suffix; ///< of the file's name
};

/// Appends header and payload to `out`.
void encodeEntry(const EntryKind &kind, llvm::StringRef payload, const Hash128 &name, uint64_t payloadHash,
                 std::string &out);

/// Checks the header with which `bytes` begin. They stand at `offset` of the file
/// `path`, which errors name. The payload may go beyond the end of `bytes`.
llvm::Expected<EntryHeader> parseEntryHeader(const EntryKind &kind, llvm::StringRef bytes, uint64_t offset,
                                             llvm::StringRef path);

inline Hash128 entryName(const EntryHeader &header) { return {header.nameHigh, header.nameLow}; }

/// Calls `visit` with the header of each entry whose payload is there, and where
/// that begins, up to one that is damaged or cut off. Reads headers only.
void forEachEntry(const EntryKind &kind, const std::string &path, FileOps &ops,
                  llvm::function_ref<void(const EntryHeader &, uint64_t)> visit);

/// The file of this process in a directory, made when there is something to add.
class OwnEntryFile {
public:
  OwnEntryFile(const EntryKind &kind, std::string directory, FileOps &ops)
      : kind_(kind), directory_(std::move(directory)), ops_(ops) {}

  /// Either the whole entry is there afterwards, or an error tells why not.
  llvm::Error append(llvm::StringRef payload, const Hash128 &name, uint64_t payloadHash = 0);

  /// Where the last entry was added; empty if none was.
  const std::string &path() const { return path_; }

private:
  const EntryKind &kind_;
  const std::string directory_;
  FileOps &ops_;
  std::string path_; ///< empty: none yet
  pid_t owner_ = 0;  ///< of path_
};

} // namespace blockcov
