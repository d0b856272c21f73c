//===- fixtures.h - code objects that CPython made --------------*- C++ -*-===//
//
// Read from tests/fixtures/code_objects_3NN.json, so that all dialects are tested
// without any interpreter.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/code_view.h"
#include "instrument/dialect/dialect.h"

#include <string>
#include <vector>

namespace blockcov::test {

struct Fixture {
  std::string qualname;
  int parent = -1;
  CodeView view; ///< borrows from the fixture, which never moves
  std::vector<std::vector<uint8_t>> bytes;
};

/// All of one CPython, a module's code object and what nests in it, in pre-order.
const std::vector<Fixture> &fixtures(const Dialect &dialect);

/// The first with this qualified name; it must be there.
const Fixture &fixture(const Dialect &dialect, const std::string &qualname);

} // namespace blockcov::test
