//===- location_table.cc - co_linetable -----------------------------------===//

#include "instrument/location_table.h"
#include "instrument/error.h"

#include <utility>

namespace blockcov {

namespace {
enum Kind : uint8_t {
  LastShort = 9,
  FirstOneLine = 10,
  LastOneLine = 12,
  NoColumns = 13,
  Long = 14,
  NoLocation = 15,
};
} // namespace

llvm::Error readLocations(llvm::ArrayRef<uint8_t> table, int32_t firstLine, uint32_t unitCount,
                          llvm::function_ref<void(const Location &, uint32_t end)> run) {
  ByteReader in{table};
  uint32_t unit = 0;
  int64_t line = firstLine;
  auto cut = [&](size_t at) { return makeError("location table: the entry at byte %zu is cut off or too large", at); };
  while (!in.done() && unit < unitCount) {
    const size_t start = in.at;
    const uint8_t head = in.bytes[in.at++];
    if (!(head & 0x80))
      return makeError("location table: byte %zu does not start an entry", start);
    const uint8_t kind = head >> 3 & 15;
    Location here;
    if (kind <= LastShort) {
      auto packed = in.byte();
      if (!packed)
        return cut(start);
      int32_t column = kind << 3 | *packed >> 4;
      here = {int32_t(line), int32_t(line), column, column + (*packed & 15)};
    } else if (kind <= LastOneLine) {
      auto column = in.byte();
      auto endColumn = in.byte();
      if (!column || !endColumn)
        return cut(start);
      line += kind - FirstOneLine;
      here = {int32_t(line), int32_t(line), *column, *endColumn};
    } else if (kind == Long) {
      auto delta = in.signedLittleVarint();
      auto lines = in.littleVarint();
      auto column = in.littleVarint();
      auto endColumn = in.littleVarint();
      if (!delta || !lines || !column || !endColumn)
        return cut(start);
      line += *delta;
      here = {int32_t(line), int32_t(line + *lines), int32_t(*column) - 1, int32_t(*endColumn) - 1};
    } else if (kind == NoColumns) {
      auto delta = in.signedLittleVarint();
      if (!delta)
        return cut(start);
      line += *delta;
      here = {int32_t(line), int32_t(line), -1, -1};
    }
    if (line < 0 || line > INT32_MAX || here.endLine < here.line)
      return makeError("location table: the entry at byte %zu has an impossible line", start);
    unit = std::min(unit + (head & 7) + 1, unitCount);
    run(here, unit);
  }
  return llvm::Error::success();
}

namespace {

/// One run, `delta` lines behind the one before. Returns the place behind it.
uint8_t *writeRun(uint8_t *at, const Location &here, int32_t delta, uint32_t units) {
  auto head = [&](uint32_t kind) { *at++ = uint8_t(0x80 | kind << 3 | (units - 1)); };
  if (here.line < 0) {
    head(NoLocation);
    return at;
  }
  // Unsigned: what is unknown is as far off as what is too wide.
  const uint32_t column = uint32_t(here.column), endColumn = uint32_t(here.endColumn);
  const bool oneLine = here.endLine == here.line;
  if (oneLine && delta == 0 && column < 80 && endColumn - column < 16 && here.endColumn >= 0) {
    head(column >> 3);
    *at++ = uint8_t((column & 7) << 4 | (endColumn - column));
  } else if (oneLine && uint32_t(delta) < 3 && column < 128 && endColumn < 128) {
    head(FirstOneLine + uint32_t(delta));
    *at++ = uint8_t(column);
    *at++ = uint8_t(endColumn);
  } else if (oneLine && here.column < 0 && here.endColumn < 0) {
    head(NoColumns);
    at = putSignedLittleVarint(at, delta);
  } else {
    head(Long);
    at = putSignedLittleVarint(at, delta);
    at = putLittleVarint(at, uint32_t(here.endLine - here.line));
    at = putLittleVarint(at, column + 1);
    at = putLittleVarint(at, endColumn + 1);
  }
  return at;
}

} // namespace

void LocationWriter::flush() {
  constexpr uint32_t kMostUnits = 8;
  constexpr size_t kMostBytes = 1 + 4 * kMostVarintBytes;
  const Location here = pending;
  for (uint32_t left = std::exchange(pendingUnits, 0), units; left; left -= units) {
    units = std::min(left, kMostUnits);
    if (out.size() - written < kMostBytes)
      out.resize_for_overwrite(std::max(out.capacity(), written + kMostBytes));
    const int32_t delta = here.line < 0 ? 0 : here.line - std::exchange(line, here.line);
    written = size_t(writeRun(out.data() + written, here, delta, units) - out.data());
  }
}

} // namespace blockcov
