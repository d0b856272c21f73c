//===- unit_code.h - any bytes as the code of a unit ------------*- C++ -*-===//
#pragma once

#include "llvm/ADT/StringRef.h"

namespace blockcov::fuzz {

/// Takes the bytes for what encodeUnit() writes, compiles its code objects in both
/// modes, and resolves counts of those that it can compile. Ends the process where
/// something does not hold; an error is good.
void compileUnit(llvm::StringRef bytes);

} // namespace blockcov::fuzz
