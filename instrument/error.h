//===- error.h - errors with place and numbers ------------------*- C++ -*-===//
#pragma once

#include "llvm/Support/Error.h"

namespace blockcov {

/// An llvm::Error from a printf format. The text names what was expected, what
/// was found and where.
template <typename... Args> llvm::Error makeError(const char *format, const Args &...args) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), format, args...);
}

inline llvm::Error makeError(const char *text) { return llvm::createStringError(llvm::inconvertibleErrorCode(), text); }

} // namespace blockcov
