//===- found_entries.h - entries that other processes added -----*- C++ -*-===//
#pragma once

#include "runtime/entry_file.h"

#include <map>
#include <string>
#include <vector>

namespace blockcov {

/// The entries of a directory's files as they were at the first question. Nobody makes a
/// file shorter that has whole entries, so each may stay mapped from when it is needed on.
class FoundEntries {
public:
  FoundEntries(const EntryKind &kind, std::string directory, FileOps &ops)
      : kind_(kind), directory_(std::move(directory)), ops_(ops) {}
  ~FoundEntries();
  FoundEntries(const FoundEntries &) = delete;
  FoundEntries &operator=(const FoundEntries &) = delete;

  struct Place {
    size_t file; ///< for path()
    uint64_t offset, bytes, hash;
  };

  /// Null if there is none.
  const Place *find(const Hash128 &name);

  /// Its payload, as long as this lives; it may be damaged. Empty if it is not there any more.
  llvm::StringRef payload(const Place &place);

  const std::string &path(size_t file) const { return files_[file].path; }

private:
  struct File {
    std::string path;
    llvm::StringRef bytes; ///< mapped when they are needed
    bool opened = false;
  };

  void note();
  void open(File &file);

  const EntryKind &kind_;
  const std::string directory_;
  FileOps &ops_;
  bool noted_ = false;
  std::vector<File> files_;
  std::map<Hash128, Place> places_;
};

} // namespace blockcov
