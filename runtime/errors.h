//===- errors.h - what can go wrong with data files -------------*- C++ -*-===//
#pragma once

#include "llvm/Support/Error.h"

#include <cstdint>
#include <string>

namespace blockcov {

/// A file that is not what it should be.
/// "shards/12-ab.shard: offset 128: record of unknown kind 0x1".
class DamagedFile : public llvm::ErrorInfo<DamagedFile> {
public:
  static char ID;
  DamagedFile(std::string path, uint64_t offset, std::string reason)
      : path(std::move(path)), offset(offset), reason(std::move(reason)) {}
  void log(llvm::raw_ostream &out) const override;
  std::error_code convertToErrorCode() const override;

  const std::string path;
  const uint64_t offset;
  const std::string reason;
};

/// A refusal of the operating system.
/// "shards: cannot reserve 4096 bytes: No space left on device".
class IoError : public llvm::ErrorInfo<IoError> {
public:
  static char ID;
  IoError(std::string path, std::string action, int number)
      : path(std::move(path)), action(std::move(action)), number(number) {}
  void log(llvm::raw_ostream &out) const override;
  std::error_code convertToErrorCode() const override;

  const std::string path;
  const std::string action; ///< "create", "reserve 4096 bytes"
  const int number;         ///< errno
};

llvm::Error damaged(llvm::StringRef path, uint64_t offset, const llvm::Twine &reason);
llvm::Error ioError(llvm::StringRef path, const llvm::Twine &action, int number);

} // namespace blockcov
