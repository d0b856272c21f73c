//===- location_table.cc - co_linetable -----------------------------------===//

#include "instrument/location_table.h"
#include "instrument/error.h"

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
    size_t start = in.at;
    uint8_t head = *in.byte();
    if (!(head & 0x80))
      return makeError("location table: byte %zu does not start an entry", start);
    uint32_t units = (head & 7) + 1;
    uint8_t kind = head >> 3 & 15;
    Location here;
    if (kind == Long) {
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
    } else if (kind >= FirstOneLine && kind <= LastOneLine) {
      auto column = in.byte();
      auto endColumn = in.byte();
      if (!column || !endColumn)
        return cut(start);
      line += kind - FirstOneLine;
      here = {int32_t(line), int32_t(line), *column, *endColumn};
    } else if (kind <= LastShort) {
      auto packed = in.byte();
      if (!packed)
        return cut(start);
      int32_t column = kind << 3 | *packed >> 4;
      here = {int32_t(line), int32_t(line), column, column + (*packed & 15)};
    }
    if (line < 0 || line > INT32_MAX || here.endLine < here.line)
      return makeError("location table: the entry at byte %zu has an impossible line", start);
    unit += std::min(units, unitCount - unit);
    run(here, unit);
  }
  return llvm::Error::success();
}

void LocationWriter::flush() {
  for (; pendingUnits; pendingUnits -= std::min(pendingUnits, 8u))
    writeRun(std::min(pendingUnits, 8u));
}

void LocationWriter::writeRun(uint32_t units) {
  auto head = [&](uint8_t kind) { out.push_back(0x80 | kind << 3 | uint8_t(units - 1)); };
  if (pending.line < 0) {
    head(NoLocation);
    return;
  }
  int32_t delta = pending.line - line;
  line = pending.line;
  int32_t column = pending.column, endColumn = pending.endColumn;
  bool oneLine = pending.endLine == pending.line;
  if (column < 0 && endColumn < 0 && oneLine) {
    head(NoColumns);
    putSignedLittleVarint(out, delta);
  } else if (oneLine && delta == 0 && column >= 0 && column < 80 && endColumn >= column && endColumn - column < 16) {
    head(uint8_t(column >> 3));
    out.push_back(uint8_t((column & 7) << 4 | (endColumn - column)));
  } else if (oneLine && delta >= 0 && delta < 3 && column >= 0 && column < 128 && endColumn >= 0 && endColumn < 128) {
    head(uint8_t(FirstOneLine + delta));
    out.push_back(uint8_t(column));
    out.push_back(uint8_t(endColumn));
  } else {
    head(Long);
    putSignedLittleVarint(out, delta);
    putLittleVarint(out, uint32_t(pending.endLine - pending.line));
    putLittleVarint(out, uint32_t(column + 1));
    putLittleVarint(out, uint32_t(endColumn + 1));
  }
}

} // namespace blockcov
