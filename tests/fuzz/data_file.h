//===- data_file.h - any bytes where a data file should be ------*- C++ -*-===//
#pragma once

#include "llvm/ADT/StringRef.h"

namespace blockcov::fuzz {

/// Puts the bytes into a data directory, as the file that their magic number says or,
/// without one, as each kind of file in turn, and reads them as commands do. Ends the
/// process where something does not hold; an error that names the file is good.
void readDataFile(llvm::StringRef bytes);

} // namespace blockcov::fuzz
