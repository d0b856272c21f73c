//===- location_table.h - co_linetable --------------------------*- C++ -*-===//
//
// The format is that of CPython's Objects/locations.md (3.11 and later): runs of
// one to eight units, each with a line relative to the run before it.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/ir.h"
#include "instrument/varint.h"

#include "llvm/Support/Error.h"

namespace blockcov {

/// One location for each unit of the code. A table that ends early leaves the
/// rest without location, as CPython reads it.
llvm::Expected<llvm::SmallVector<Location, 0>> decodeLocations(llvm::ArrayRef<uint8_t> table, int32_t firstLine,
                                                               uint32_t unitCount);

/// Writes runs one after the other.
class LocationWriter {
public:
  LocationWriter(ByteBuffer &out, int32_t firstLine) : out(out), line(firstLine) {}

  /// `units` more units are at `location`; adjacent equal locations are merged.
  void add(const Location &location, uint32_t units);
  /// To be called once, after the last add.
  void finish() { flush(); }

private:
  void flush();
  void writeRun(uint32_t units);

  ByteBuffer &out;
  int32_t line;
  Location pending;
  uint32_t pendingUnits = 0;
};

} // namespace blockcov
