//===- preamble.cc --------------------------------------------------------===//
#include "runtime/preamble.h"

#include "instrument/pipeline.h"
#include "runtime/errors.h"

#include "llvm/ADT/Twine.h"

namespace blockcov {

llvm::Error checkPreamble(const Preamble &preamble, const Magic &magic, uint32_t headerBytes, llvm::StringRef what,
                          llvm::StringRef path) {
  if (preamble.magic != magic)
    return damaged(path, offsetof(Preamble, magic), "not a blockcov " + what);
  if (preamble.byteOrder != kByteOrder)
    return damaged(path, offsetof(Preamble, byteOrder),
                   "byte order 0x" + llvm::Twine::utohexstr(preamble.byteOrder) + ", expected 0x" +
                       llvm::Twine::utohexstr(kByteOrder));
  if (preamble.formatVersion != kFormatVersion)
    return damaged(path, offsetof(Preamble, formatVersion),
                   "format version " + llvm::Twine(preamble.formatVersion) + ", this is " +
                       llvm::Twine(kFormatVersion));
  if (preamble.compilerVersion != kCompilerVersion)
    return damaged(path, offsetof(Preamble, compilerVersion),
                   "compiler version " + llvm::Twine(preamble.compilerVersion) + ", this is " +
                       llvm::Twine(kCompilerVersion));
  if (preamble.headerBytes != headerBytes)
    return damaged(path, offsetof(Preamble, headerBytes),
                   "header of " + llvm::Twine(preamble.headerBytes) + " bytes, expected " + llvm::Twine(headerBytes));
  return llvm::Error::success();
}

} // namespace blockcov
