//===- pipeline.h - the one public entry of the compiler -------*- C++ -*-===//
//
// Bytes in, bytes and probe layout out:
//
//   decode -> buildCfg -> planProbes -> insert -> assemble
//
// Every stage is a pure function of its arguments, so that whoever reads a
// coverage map can run the compiler again and get the same layout.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/assemble.h"
#include "instrument/code_view.h"
#include "instrument/mode.h"

namespace blockcov {

/// Counts up whenever the same input would give another layout of probes or
/// another rewritten code. Shards and maps carry it; readers refuse others.
inline constexpr uint16_t kCompilerVersion = 8;

/// What every stage made, for those who interpret counters and for dumps.
struct Compiled {
  Function fn;
  Cfg cfg;
  ProbePlan plan;
  Inserted inserted;
  Assembled assembled;
};

/// Runs all stages. Errors name what is wrong and where, in units of the code
/// ("exception entry 3 ends at unit 210, the code has 198").
llvm::Expected<Compiled> compile(const CodeView &code, const Dialect &dialect, Mode mode = Mode::Counts);

/// The same for those who want nothing but the bytes.
llvm::Expected<Rewritten> rewrite(const CodeView &code, const Dialect &dialect, Mode mode = Mode::Counts);

/// Rewrites one code object after the other in the same memory: most are small,
/// and getting memory for each stage of each would take as long as the stage.
class Rewriter {
public:
  explicit Rewriter(const Dialect &dialect, Mode mode = Mode::Counts) : dialect(dialect), mode(mode) {}

  llvm::Expected<Rewritten> rewrite(const CodeView &code);

private:
  const Dialect &dialect;
  const Mode mode;
  Compiled room;
};

} // namespace blockcov
