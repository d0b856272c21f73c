//===- prepared_unit.cc ---------------------------------------------------===//
//
//   unit:  filename  hash of the source  stamp  hash of the map  code count  codes
//          marshalled bytes
//   code:  len(co_consts)  whose co_consts  probes  pads  patched (1 byte)
//          and if so: length of co_code  sites  site of each probe  places of pads
//
// Hashes, the stamp and the last three are as they lie in memory.
//
//===----------------------------------------------------------------------===//
#include "instrument/prepared_unit.h"

#include "instrument/compiled_code.h"
#include "instrument/error.h"
#include "instrument/payload.h"

#include <cstring>
#include <type_traits>

namespace blockcov {

namespace {

template <typename T> llvm::StringRef memoryOf(const T &value) {
  static_assert(std::has_unique_object_representations_v<T>, "no bytes of no meaning in files");
  return {reinterpret_cast<const char *>(&value), sizeof value};
}

template <typename T> void readInto(T &value, PayloadReader &r) {
  if (!r.need(sizeof value, "ends too early"))
    return;
  std::memcpy(&value, r.bytes.data() + r.at, sizeof value);
  r.at += sizeof value;
}

} // namespace

uint32_t PreparedUnit::counterCount() const {
  uint32_t count = 0;
  for (const PreparedCode &code : codes)
    count += code.layout.probeCount;
  return count;
}

void encodePrepared(const PreparedUnit &unit, llvm::SmallVectorImpl<char> &out) {
  out.reserve(out.size() + unit.marshalled.size() + unit.filename.size() + 160 + 8 * unit.codes.size());
  PayloadWriter w{out};
  w.text(unit.filename);
  w.raw(memoryOf(unit.sourceHash));
  w.raw(memoryOf(unit.source));
  w.raw(memoryOf(unit.map));
  w.number(unit.codes.size());
  for (const PreparedCode &code : unit.codes) {
    const Rewritten &layout = code.layout;
    w.number(code.constCount);
    w.number(code.constantsOf);
    w.number(layout.probeCount);
    w.number(layout.padCount);
    w.byte(!layout.sites.empty());
    if (layout.sites.empty())
      continue;
    w.number(layout.code.size());
    w.array(layout.sites);
    w.array(layout.siteOf);
    w.array(layout.padPlaces);
  }
  w.text(unit.marshalled);
}

llvm::Expected<PreparedUnit> decodePrepared(llvm::StringRef bytes) {
  PayloadReader r{bytes};
  PreparedUnit unit;
  unit.filename = r.text();
  readInto(unit.sourceHash, r);
  readInto(unit.source, r);
  readInto(unit.map, r);
  const uint64_t count = r.number(UINT32_MAX);
  if (!r.fault && count > bytes.size() - r.at) // each takes more than a byte
    r.fault = "has too many code objects";
  unit.codes.reserve(r.fault ? 0 : count);
  uint64_t counters = 0;
  for (uint64_t index = 0; index != count && !r.fault; ++index) {
    PreparedCode &code = unit.codes.emplace_back();
    Rewritten &layout = code.layout;
    code.constCount = uint32_t(r.number(INT32_MAX));
    code.constantsOf = uint32_t(r.number(index));
    layout.probeCount = uint32_t(r.number(INT32_MAX));
    layout.padCount = uint32_t(r.number(INT32_MAX));
    counters += layout.probeCount;
    if (r.byte() == 0)
      continue;
    const uint64_t codeBytes = r.number(INT32_MAX);
    r.array(layout.sites);
    r.array(layout.siteOf);
    r.array(layout.padPlaces);
    if (!r.fault && !sitesFit(layout, codeBytes))
      r.fault = "has probes and sites that do not fit";
  }
  unit.marshalled = r.text();
  if (r.fault)
    return makeError("prepared unit: %s, at byte %zu of %zu", r.fault, r.at, bytes.size());
  if (r.at != bytes.size() || counters > INT32_MAX)
    return makeError("prepared unit: %zu bytes are left over after byte %zu", bytes.size() - r.at, r.at);
  return unit;
}

} // namespace blockcov
