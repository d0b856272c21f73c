//===- code_builder.h - code objects from hand-written lists ----*- C++ -*-===//
//
//   CodeBuilder code(py312());
//   code.op("RESUME").op("LOAD_FAST").jump("POP_JUMP_IF_FALSE", "out");
//   code.op("NOP").label("out").op("LOAD_CONST").op("RETURN_VALUE");
//   auto fn = decode(code.view(), py312());
//
// An assembler of its own, so that the one under test is not its own judge.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/code_view.h"
#include "instrument/dialect/dialect.h"
#include "instrument/dialect/registry.h"
#include "instrument/exception_table.h"
#include "instrument/ir.h"

#include "llvm/Support/Error.h"

#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace blockcov {

/// GoogleTest prints a dialect by its name.
inline void PrintTo(const Dialect *dialect, std::ostream *out) { *out << "CPython" << dialect->name; }

namespace test {

/// Every dialect, as values of parameterised tests.
std::vector<const Dialect *> allDialects();

/// "Py311": the name of a parameterised test.
std::string dialectTestName(const Dialect *dialect);

class CodeBuilder {
public:
  explicit CodeBuilder(const Dialect &dialect) : dialect(dialect) {}

  /// Puts an instruction at the next column of the current line. An argument above 255 gets its prefixes.
  CodeBuilder &op(const std::string &name, uint32_t arg = 0);
  /// A jump to a label, which may come later. POP_JUMP_IF_* is written as what the dialect has for the direction.
  CodeBuilder &jump(const std::string &name, const std::string &target);
  CodeBuilder &label(const std::string &name);
  /// The line of what follows; -1 for none.
  CodeBuilder &line(int32_t number);
  /// The exact location of the next instruction.
  CodeBuilder &at(const Location &location);
  /// [from, to) is handled at `target`: labels, in order of the code.
  CodeBuilder &handler(const std::string &from, const std::string &to, const std::string &target, uint32_t depth = 0,
                       bool lasti = false);
  CodeBuilder &constants(uint32_t count);
  CodeBuilder &stack(uint32_t size);
  /// co_flags; a function's (CO_OPTIMIZED | CO_NEWLOCALS) unless told.
  CodeBuilder &flags(uint32_t bits);

  /// The code object; valid while the builder lives and is not changed.
  CodeView view();
  uint32_t size() const { return uint32_t(items.size()); }
  /// The instruction that a label stands in front of.
  uint32_t indexOf(const std::string &name) const;
  /// Bytes of co_code, to be damaged by tests.
  std::vector<uint8_t> &bytes() { return code; }

private:
  struct Item {
    std::string name;
    uint32_t arg;
    std::string target; ///< label, of a jump
    Location loc;
  };
  struct Range {
    std::string from, to, target;
    uint32_t depth;
    bool lasti;
  };
  uint8_t opcodeOf(const Item &item, uint32_t index) const;
  void layOut();

  const Dialect &dialect;
  std::vector<Item> items;
  std::map<std::string, uint32_t> labels;
  std::vector<Range> ranges;
  std::vector<uint32_t> starts, args, prefixes;
  std::vector<uint8_t> code;
  llvm::SmallVector<uint8_t, 0> lineTable, exceptionTable;
  int32_t currentLine = 1;
  int32_t nextColumn = 0;
  uint32_t constCount = 1, stackSize = 10, coFlags = 3;
  bool placed = false;
  Location place;
};

/// The value, or a failed test that says why there is none.
template <typename T> T unwrap(llvm::Expected<T> value) {
  if (!value)
    llvm::report_fatal_error(value.takeError());
  return std::move(*value);
}

/// The error's text, empty on success.
inline std::string errorOf(llvm::Error error) { return error ? llvm::toString(std::move(error)) : std::string(); }
template <typename T> std::string errorOf(llvm::Expected<T> value) {
  return value ? std::string() : llvm::toString(value.takeError());
}

} // namespace test
} // namespace blockcov
