//===- coverage_map.cc - what a counter array counts ----------------------===//
//
// All integers are ULEB128 but the flags byte and the hash; strings and byte
// ranges are a length and the bytes.
//
//   unit:  minor (1 byte) mode (1 byte) source hash (16 bytes, big-endian)
//          filename  code count  codes
//   code:  parent + 1  name  qualname  refused  probe count  first line (signed)
//          co_flags  co_stacksize  len(co_consts)  co_code  co_linetable
//          co_exceptiontable
//
//===----------------------------------------------------------------------===//

#include "instrument/coverage_map.h"
#include "instrument/error.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/LEB128.h"
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

struct Writer {
  llvm::SmallVectorImpl<char> &out;

  void byte(uint8_t value) { out.push_back(char(value)); }
  void number(uint64_t value) {
    for (; value > 0x7f; value >>= 7)
      byte(uint8_t(value) | 0x80);
    byte(uint8_t(value));
  }
  void raw(llvm::StringRef bytes) { out.append(bytes.begin(), bytes.end()); }
  void text(llvm::StringRef bytes) {
    number(bytes.size());
    raw(bytes);
  }
  void bytes(llvm::ArrayRef<uint8_t> bytes) { text({reinterpret_cast<const char *>(bytes.data()), bytes.size()}); }
};

/// About how many bytes encodeUnit writes.
size_t encodedSize(const Unit &unit) {
  constexpr size_t kNumbers = 32; // of a code object: more than most have
  size_t size = 2 * kNumbers + unit.filename.size();
  for (const UnitCode &code : unit.codes)
    size += kNumbers + code.view.name.size() + code.view.qualname.size() + code.refused.size() + code.view.code.size() +
            code.view.lineTable.size() + code.view.exceptionTable.size();
  return size;
}

/// Reads with every length checked; after the first fault all reads give zero
/// and `fault` says where it was.
struct Reader {
  llvm::StringRef bytes;
  size_t at = 0;
  const char *fault = nullptr;

  bool need(size_t count, const char *what) {
    if (fault || bytes.size() - at < count) {
      if (!fault)
        fault = what;
      return false;
    }
    return true;
  }
  uint8_t byte() { return need(1, "ends too early") ? uint8_t(bytes[at++]) : 0; }
  uint64_t number(uint64_t limit) {
    if (fault)
      return 0;
    const auto *begin = reinterpret_cast<const uint8_t *>(bytes.data());
    unsigned length = 0;
    const char *error = nullptr;
    const size_t end = std::min(bytes.size(), at + 10); // LLVM shifts by 64 and more behind that
    uint64_t value = llvm::decodeULEB128(begin + at, &length, begin + end, &error);
    if (error || value > limit) {
      fault = error ? "has a malformed number" : "has a number out of range";
      return 0;
    }
    at += length;
    return value;
  }
  llvm::StringRef text() {
    uint64_t size = number(UINT32_MAX);
    if (!need(size, "has a length beyond its end"))
      return {};
    llvm::StringRef found = bytes.substr(at, size);
    at += size;
    return found;
  }
  llvm::ArrayRef<uint8_t> range() {
    llvm::StringRef found = text();
    return {reinterpret_cast<const uint8_t *>(found.data()), found.size()};
  }
};

} // namespace

void encodeUnit(const Unit &unit, llvm::SmallVectorImpl<char> &buffer) {
  buffer.reserve(buffer.size() + encodedSize(unit));
  Writer w{buffer};
  char hash[16];
  llvm::support::endian::write64be(hash, unit.sourceHash.high);
  llvm::support::endian::write64be(hash + 8, unit.sourceHash.low);
  w.byte(unit.minor);
  w.byte(uint8_t(unit.mode));
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
  Reader r{bytes};
  Unit unit;
  unit.minor = r.byte();
  uint8_t mode = r.byte();
  if (!r.fault && mode > uint8_t(Mode::Kept))
    return makeError("coverage map: unknown mode %u at byte 1", unsigned(mode));
  unit.mode = Mode(mode);
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
