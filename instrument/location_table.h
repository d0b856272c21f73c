//===- location_table.h - co_linetable --------------------------*- C++ -*-===//
//
// The format is that of CPython's Objects/locations.md (3.11 and later): runs of
// one to eight units, each with a line relative to the run before it.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/ir.h"
#include "instrument/varint.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"

namespace blockcov {

/// Calls run(location, end) for each run: up to unit `end`, from where the run
/// before it ended. A table that ends early leaves the rest without location, as
/// CPython reads it; what it has beyond `unitCount` is not looked at.
llvm::Error readLocations(llvm::ArrayRef<uint8_t> table, int32_t firstLine, uint32_t unitCount,
                          llvm::function_ref<void(const Location &, uint32_t end)> run);

/// Writes runs one after the other. What is in `out` before stays in front.
class LocationWriter {
public:
  LocationWriter(ByteBuffer &out, int32_t firstLine) : out(out), line(firstLine), written(out.size()) {}

  /// `units` more units are at `location`; adjacent equal locations are merged.
  void add(const Location &location, uint32_t units) {
    if (!(location == pending)) {
      flush();
      pending = location;
    }
    pendingUnits += units;
  }
  /// To be called once, after the last add: until then `out` is longer than what is written.
  void finish() {
    flush();
    out.truncate(written);
  }

private:
  void flush();

  ByteBuffer &out;
  int32_t line;
  Location pending;
  uint32_t pendingUnits = 0;
  size_t written;
};

} // namespace blockcov
