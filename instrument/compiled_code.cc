//===- compiled_code.cc - what compiling a unit came to -------------------===//
//
//   unit:  code count  codes
//   code:  refused  failed (1 byte)  rewritten (1 byte)
//          and if so: co_stacksize  probes  pads  co_code  co_linetable
//          co_exceptiontable  sites  site of each probe  places of pads
//
// The last three are arrays as they lie in memory.
//
//===----------------------------------------------------------------------===//

#include "instrument/compiled_code.h"
#include "instrument/error.h"
#include "instrument/payload.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

namespace blockcov {

namespace {

template <typename T> llvm::ArrayRef<uint8_t> memoryOf(const llvm::SmallVectorImpl<T> &values) {
  static_assert(std::has_unique_object_representations_v<T>, "no bytes of no meaning in files");
  return {reinterpret_cast<const uint8_t *>(values.data()), values.size() * sizeof(T)};
}

template <typename T> void readInto(llvm::SmallVectorImpl<T> &values, PayloadReader &r) {
  llvm::ArrayRef<uint8_t> bytes = r.range();
  if (bytes.size() % sizeof(T) != 0 && !r.fault)
    r.fault = "has a part of a value";
  if (r.fault)
    return;
  values.resize_for_overwrite(bytes.size() / sizeof(T));
  if (!bytes.empty())
    std::memcpy(values.data(), bytes.data(), bytes.size());
}

/// Whether the probes and sites of one code object fit each other.
bool isConsistent(const Rewritten &code) {
  return code.code.size() % 2 == 0 && code.siteOf.size() == (code.sites.empty() ? 0 : code.probeCount) &&
         std::all_of(code.siteOf.begin(), code.siteOf.end(), [&](uint32_t site) { return site < code.sites.size(); }) &&
         std::all_of(code.sites.begin(), code.sites.end(), [&](const PatchSite &site) {
           return site.units <= 2 && uint64_t(site.unit) + site.units <= code.code.size() / 2;
         });
}

} // namespace

uint64_t compilerBuild() { return BLOCKCOV_COMPILER_BUILD; }

void encodeCompiled(llvm::ArrayRef<CompiledCode> codes, llvm::SmallVectorImpl<char> &out) {
  PayloadWriter w{out};
  w.number(codes.size());
  for (const CompiledCode &code : codes) {
    w.text(code.refused);
    w.byte(code.failed);
    w.byte(code.rewritten.has_value());
    if (!code.rewritten)
      continue;
    const Rewritten &made = *code.rewritten;
    w.number(made.stackSize);
    w.number(made.probeCount);
    w.number(made.padCount);
    w.bytes(made.code);
    w.bytes(made.lineTable);
    w.bytes(made.exceptionTable);
    w.bytes(memoryOf(made.sites));
    w.bytes(memoryOf(made.siteOf));
    w.bytes(memoryOf(made.padPlaces));
  }
}

llvm::Expected<std::vector<CompiledCode>> decodeCompiled(llvm::StringRef bytes, size_t count) {
  PayloadReader r{bytes};
  std::vector<CompiledCode> codes;
  if (r.number(UINT32_MAX) != count)
    return makeError("compiled code: of another number of code objects");
  codes.reserve(count);
  for (size_t index = 0; index != count && !r.fault; ++index) {
    CompiledCode &code = codes.emplace_back();
    code.refused = r.text().str();
    code.failed = r.byte() != 0;
    if (r.byte() == 0)
      continue;
    Rewritten &made = code.rewritten.emplace();
    made.stackSize = uint32_t(r.number(INT32_MAX));
    made.probeCount = uint32_t(r.number(INT32_MAX));
    made.padCount = uint32_t(r.number(INT32_MAX));
    readInto(made.code, r);
    readInto(made.lineTable, r);
    readInto(made.exceptionTable, r);
    readInto(made.sites, r);
    readInto(made.siteOf, r);
    readInto(made.padPlaces, r);
    if (!r.fault && !isConsistent(made))
      return makeError("compiled code: probes and sites of code object %zu do not fit", index);
  }
  if (r.fault)
    return makeError("compiled code: %s, at byte %zu of %zu", r.fault, r.at, bytes.size());
  if (r.at != bytes.size())
    return makeError("compiled code: %zu bytes are left over after byte %zu", bytes.size() - r.at, r.at);
  return codes;
}

} // namespace blockcov
