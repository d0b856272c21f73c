//===- registry.h - how a py3NN.cc makes its dialect ------------*- C++ -*-===//
#pragma once

#include "instrument/dialect/dialect.h"

#include "llvm/ADT/ArrayRef.h"

namespace blockcov {

/// One line of an opcodes_py3NN.inc.
struct OpcodeRow {
  uint8_t number;
  const char *name;
  uint8_t caches;
  Jump jump;
  Operand operand;
};

/// Fills everything that the opcodes' names and the generated table say. The
/// caller adds what neither does.
Dialect makeDialect(const char *name, uint8_t minor, uint16_t magic, llvm::ArrayRef<OpcodeRow> rows);

const Dialect &py311();
const Dialect &py312();
const Dialect &py313();
const Dialect &py314();
const Dialect &py315();

} // namespace blockcov
