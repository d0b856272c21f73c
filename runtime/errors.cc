//===- errors.cc ----------------------------------------------------------===//
#include "runtime/errors.h"

#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"

#include <cstring>

namespace blockcov {

char DamagedFile::ID;
char IoError::ID;

void DamagedFile::log(llvm::raw_ostream &out) const { out << path << ": offset " << offset << ": " << reason; }

std::error_code DamagedFile::convertToErrorCode() const {
  return std::make_error_code(std::errc::illegal_byte_sequence);
}

void IoError::log(llvm::raw_ostream &out) const {
  out << path << ": cannot " << action << ": " << std::generic_category().message(number);
}

std::error_code IoError::convertToErrorCode() const { return {number, std::generic_category()}; }

llvm::Error damaged(llvm::StringRef path, uint64_t offset, const llvm::Twine &reason) {
  return llvm::make_error<DamagedFile>(path.str(), offset, reason.str());
}

llvm::Error ioError(llvm::StringRef path, const llvm::Twine &action, int number) {
  return llvm::make_error<IoError>(path.str(), action.str(), number);
}

} // namespace blockcov
