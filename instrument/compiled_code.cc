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

namespace blockcov {

bool sitesFit(const Rewritten &code, uint64_t codeBytes) {
  return codeBytes % 2 == 0 && code.siteOf.size() == (code.sites.empty() ? 0 : code.probeCount) &&
         std::all_of(code.siteOf.begin(), code.siteOf.end(), [&](uint32_t site) { return site < code.sites.size(); }) &&
         std::all_of(code.sites.begin(), code.sites.end(), [&](const PatchSite &site) {
           return site.units <= 2 && uint64_t(site.unit) + site.units <= codeBytes / 2;
         });
}

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
    w.array(made.sites);
    w.array(made.siteOf);
    w.array(made.padPlaces);
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
    r.array(made.code);
    r.array(made.lineTable);
    r.array(made.exceptionTable);
    r.array(made.sites);
    r.array(made.siteOf);
    r.array(made.padPlaces);
    if (!r.fault && !sitesFit(made, made.code.size()))
      return makeError("compiled code: probes and sites of code object %zu do not fit", index);
  }
  if (r.fault)
    return makeError("compiled code: %s, at byte %zu of %zu", r.fault, r.at, bytes.size());
  if (r.at != bytes.size())
    return makeError("compiled code: %zu bytes are left over after byte %zu", bytes.size() - r.at, r.at);
  return codes;
}

} // namespace blockcov
