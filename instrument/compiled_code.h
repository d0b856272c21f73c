//===- compiled_code.h - what compiling a unit came to ----------*- C++ -*-===//
//
// It follows from the unit's description and from the compiler alone, so it may
// be kept and used again by every process that meets the same unit.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/code_view.h"

#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <vector>

namespace blockcov {

/// One code object of a unit.
struct CompiledCode {
  std::optional<Rewritten> rewritten;
  std::string refused; ///< why not, if not
  bool failed = false; ///< it should have been rewritten: worth a warning
};

/// Whether the probes and sites of one code object fit each other and `codeBytes` of co_code.
bool sitesFit(const Rewritten &code, uint64_t codeBytes);

/// Names the compiler's sources and the layout of what encodeCompiled() writes.
uint64_t compilerBuild();

/// For decodeCompiled() of the same compilerBuild() on a machine of the same byte order.
void encodeCompiled(llvm::ArrayRef<CompiledCode> codes, llvm::SmallVectorImpl<char> &out);

/// The reverse, for a unit of `count` code objects. Every length is checked before
/// it is believed.
llvm::Expected<std::vector<CompiledCode>> decodeCompiled(llvm::StringRef bytes, size_t count);

} // namespace blockcov
