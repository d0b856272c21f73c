//===- unit_originals.h - originals that were never made --------*- C++ -*-===//
//
// A unit that was rewritten before it was unmarshalled has no originals. What these
// would have that the code which runs has not is in the unit's coverage map, and read
// from there when somebody asks.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"
#include "instrument/coverage_map.h"

#include <map>
#include <optional>
#include <string>

namespace blockcov {

/// Shared by the links of a unit's code objects. Guarded by the StateLock.
class UnitOriginals {
public:
  /// The map with the hash `map`, whose payload may be `payload`, which lives for ever,
  /// or else is among those of the data directory.
  UnitOriginals(const Hash128 &map, llvm::StringRef payload, const std::string &dataDir)
      : map_(map), payload_(payload), dataDir_(dataDir) {}
  /// The map with the hash `map` and this payload.
  UnitOriginals(const Hash128 &map, std::string payload, const std::string &dataDir)
      : map_(map), owned_(std::move(payload)), payload_(owned_), dataDir_(dataDir) {}
  UnitOriginals(const UnitOriginals &) = delete;
  UnitOriginals &operator=(const UnitOriginals &) = delete;

  /// Member `index` of the unit, in pre-order; null with an error set.
  const CodeView *code(uint32_t index);

  /// The constants that stand for those of members which had the same tuple: `made`, or
  /// what was given for the same `member` before. Borrowed.
  PyObject *shown(uint32_t member, PyRef made);

  /// The bytes object of a location or exception table. Equal ones are the same: CPython's
  /// compiler shares them in a unit, and marshal keeps that. Empty with an error set.
  PyRef table(llvm::ArrayRef<uint8_t> bytes);

private:
  bool read();

  const Hash128 map_;
  std::string owned_; ///< payload_, if nobody else has it
  llvm::StringRef payload_;
  const std::string &dataDir_; ///< of the session, which lives for ever
  std::optional<Unit> unit_;   ///< empty: nobody has asked yet
  std::map<uint32_t, PyRef> shown_;
  PyRef tables_; ///< dict: of each its bytes
};

} // namespace blockcov
