//===- code_cache.h - compiled code for the next process --------*- C++ -*-===//
#pragma once

#include "runtime/found_entries.h"

#include "llvm/ADT/StringRef.h"

#include <set>
#include <string>

namespace blockcov {

/// Entries are what encodeCompiled() or encodePrepared() give, named by all that they
/// follow from, and the maps of the latter, named by their hashes.
inline constexpr EntryKind kCodeEntries = {kCodeMagic, "code", ".code"};

/// `<dataDir>/code`: what one process has compiled, the next one takes. So an entry
/// is never wrong, only unused; one that is damaged is not there. No error is
/// reported: without room, everything is compiled again.
class CodeCache {
public:
  explicit CodeCache(const std::string &dataDir, FileOps &ops = systemFileOps());
  CodeCache(const CodeCache &) = delete;
  CodeCache &operator=(const CodeCache &) = delete;

  /// What was added by processes that ended before the first call, and by an ancestor
  /// that this one was forked from, as long as this lives. False if there is none.
  bool find(const Hash128 &name, llvm::StringRef &payload);

  /// The same without looking at it: it may be damaged. Empty if there is none.
  llvm::StringRef peek(const Hash128 &name);

  /// Once for each name.
  void add(const Hash128 &name, llvm::StringRef payload);

private:
  const std::string directory_;
  FileOps &ops_;
  OwnEntryFile own_;
  FoundEntries others_;
  uint64_t added_ = 0; ///< bytes
  std::set<Hash128> addedNames_;
};

} // namespace blockcov
