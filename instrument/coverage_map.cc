//===- coverage_map.cc - what a counter array counts ----------------------===//
//
// All integers are ULEB128 but the flags byte and the hash; strings and byte
// ranges are a length and the bytes.
//
//   unit:  minor (1 byte) mode (1 byte: kind and kBlocksFlag) source hash (16 bytes, big-endian)
//          filename  code count  codes
//   code:  parent + 1  name  qualname  refused  probe count  first line (signed)
//          co_flags  co_stacksize  len(co_consts)  co_code  co_linetable
//          co_exceptiontable
//
//===----------------------------------------------------------------------===//

#include "instrument/coverage_map.h"
#include "instrument/error.h"
#include "instrument/payload.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/raw_ostream.h"

namespace blockcov {

std::string Hash128::text() const {
  std::string digits;
  llvm::raw_string_ostream out(digits);
  for (uint64_t half : {high, low})
    for (int shift = 60; shift >= 0; shift -= 4)
      out << llvm::hexdigit(half >> shift & 15, /*LowerCase=*/true);
  return out.str();
}

uint32_t Unit::counterCount() const {
  uint32_t count = 0;
  for (const UnitCode &code : codes)
    count += code.probeCount;
  return count;
}

namespace {

constexpr uint8_t kBlocksFlag = 0x10; ///< of the mode: Placement::Blocks

/// About how many bytes encodeUnit writes.
size_t encodedSize(const Unit &unit) {
  constexpr size_t kNumbers = 32; // of a code object: more than most have
  size_t size = 2 * kNumbers + unit.filename.size();
  for (const UnitCode &code : unit.codes)
    size += kNumbers + code.view.name.size() + code.view.qualname.size() + code.refused.size() + code.view.code.size() +
            code.view.lineTable.size() + code.view.exceptionTable.size();
  return size;
}

} // namespace

void encodeUnit(const Unit &unit, llvm::SmallVectorImpl<char> &buffer) {
  buffer.reserve(buffer.size() + encodedSize(unit));
  PayloadWriter w{buffer};
  char hash[16];
  llvm::support::endian::write64be(hash, unit.sourceHash.high);
  llvm::support::endian::write64be(hash + 8, unit.sourceHash.low);
  w.byte(unit.minor);
  w.byte(uint8_t(unit.mode.kind | (unit.mode.placement == Placement::Blocks ? kBlocksFlag : 0)));
  w.raw({hash, sizeof hash});
  w.text(unit.filename);
  w.number(unit.codes.size());
  for (const UnitCode &code : unit.codes) {
    w.number(uint64_t(int64_t(code.parent) + 1));
    w.text(code.view.name);
    w.text(code.view.qualname);
    w.text(code.refused);
    w.number(code.probeCount);
    w.number(uint32_t(code.view.firstLine));
    w.number(code.view.flags);
    w.number(code.view.stackSize);
    w.number(code.view.constCount);
    w.bytes(code.view.code);
    w.bytes(code.view.lineTable);
    w.bytes(code.view.exceptionTable);
  }
}

llvm::Expected<Unit> decodeUnit(llvm::StringRef bytes) {
  PayloadReader r{bytes};
  Unit unit;
  unit.minor = r.byte();
  uint8_t mode = r.byte();
  const uint8_t kind = mode & ~kBlocksFlag;
  if (!r.fault && kind > Mode::Kept)
    return makeError("coverage map: unknown mode %u at byte 1", unsigned(mode));
  unit.mode = Mode(Mode::Kind(kind), mode & kBlocksFlag ? Placement::Blocks : Placement::Fewest);
  if (r.need(16, "ends too early")) {
    unit.sourceHash = {llvm::support::endian::read64be(bytes.data() + r.at),
                       llvm::support::endian::read64be(bytes.data() + r.at + 8)};
    r.at += 16;
  }
  unit.filename = r.text();
  uint64_t count = r.number(UINT32_MAX);
  uint64_t counters = 0;
  // No allocation follows `count`: every code object takes more than one byte.
  for (uint64_t i = 0; i < count && !r.fault; ++i) {
    UnitCode code;
    size_t start = r.at;
    code.parent = int32_t(int64_t(r.number(INT32_MAX)) - 1);
    code.view.name = r.text();
    code.view.qualname = r.text();
    code.refused = r.text();
    code.probeCount = uint32_t(r.number(INT32_MAX));
    code.view.firstLine = int32_t(uint32_t(r.number(UINT32_MAX)));
    code.view.flags = uint32_t(r.number(UINT32_MAX));
    code.view.stackSize = uint32_t(r.number(INT32_MAX));
    code.view.constCount = uint32_t(r.number(INT32_MAX));
    code.view.code = r.range();
    code.view.lineTable = r.range();
    code.view.exceptionTable = r.range();
    if (r.fault)
      break;
    if (code.parent >= int64_t(i) || (i > 0 && code.parent < 0))
      return makeError("coverage map: code object %llu at byte %zu has no parent before it",
                       static_cast<unsigned long long>(i), start);
    counters += code.probeCount;
    if (counters > INT32_MAX)
      return makeError("coverage map: too many counters at byte %zu", start);
    unit.codes.push_back(code);
  }
  if (r.fault)
    return makeError("coverage map: %s, at byte %zu of %zu", r.fault, r.at, bytes.size());
  if (r.at != bytes.size())
    return makeError("coverage map: %zu bytes are left over after byte %zu", bytes.size() - r.at, r.at);
  return unit;
}

} // namespace blockcov
