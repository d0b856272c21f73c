//===- code_cache.h - compiled code for the next process --------*- C++ -*-===//
#pragma once

#include "runtime/entry_file.h"

#include "llvm/ADT/SmallVector.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace blockcov {

/// Entries are what encodeCompiled() gives, named by all that it follows from.
inline constexpr EntryKind kCodeEntries = {kCodeMagic, "code", ".code"};

/// `<dataDir>/code`: what one process has compiled, the next one takes. So an entry
/// is never wrong, only unused; one that is damaged is not there. No error is
/// reported: without room, everything is compiled again.
class CodeCache {
public:
  explicit CodeCache(const std::string &dataDir, FileOps &ops = systemFileOps());
  CodeCache(const CodeCache &) = delete;
  CodeCache &operator=(const CodeCache &) = delete;

  /// Reads what was added by processes that ended before the first call, and by an
  /// ancestor that this one was forked from, into `payload`. False if there is none.
  bool find(const Hash128 &name, llvm::SmallVectorImpl<char> &payload);

  /// Once for each name, however often the same code is compiled.
  void add(const Hash128 &name, llvm::StringRef payload);

private:
  struct Place {
    size_t file; ///< index in files_
    uint64_t offset, bytes, hash;
  };

  void noteOthers();

  const std::string directory_;
  FileOps &ops_;
  OwnEntryFile own_;
  bool notedOthers_ = false;
  std::vector<std::string> files_;
  std::map<Hash128, Place> places_;
  uint64_t added_ = 0; ///< bytes
  std::set<Hash128> ownNames_;
};

} // namespace blockcov
