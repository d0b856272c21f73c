//===- file_ops.h - the system calls that write -----------------*- C++ -*-===//
//
// Everything by which the runtime changes the file system goes through here, so
// that a test can make the N-th of them fail, for every N.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstddef>
#include <string>
#include <sys/types.h>
#include <vector>

namespace blockcov {

/// Each function returns 0 or an errno. Interrupted calls are repeated.
class FileOps {
public:
  virtual ~FileOps() = default;
  virtual int makeDirectory(const std::string &path); ///< it may exist already
  virtual int open(const std::string &path, int flags, int &fd);
  virtual int lock(int fd, int operation); ///< flock
  /// Makes the file at least `offset + length` long with its blocks reserved.
  virtual int reserve(int fd, off_t offset, off_t length);
  virtual int write(int fd, llvm::StringRef bytes); ///< all of them
  virtual int rename(const std::string &from, const std::string &to);
  /// mmap; `address` goes in as the hint and comes out as the result.
  virtual int map(void *&address, size_t length, int protection, int flags, int fd, off_t offset);
};

FileOps &systemFileOps();

/// Paths in `directory` whose names end with one of `suffixes`, ascending. A
/// directory that is not there is empty. `error`, if not null, is 0 or why it cannot be
/// read to its end, an errno.
std::vector<std::string> filesIn(const std::string &directory, llvm::ArrayRef<llvm::StringRef> suffixes,
                                 int *error = nullptr);

} // namespace blockcov
