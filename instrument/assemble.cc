//===- assemble.cc - instructions to bytes --------------------------------===//

#include "instrument/assemble.h"
#include "instrument/decode.h"
#include "instrument/error.h"
#include "instrument/exception_table.h"
#include "instrument/location_table.h"
#include "instrument/stack_depth.h"

#include <algorithm>

namespace blockcov {

namespace {

class Assembler {
public:
  Assembler(const Inserted &code, const Dialect &dialect, Assembled &&room)
      : fn(code.fn), code(code), dialect(dialect), out(std::move(room)) {
    out.bytes.code.clear();
    out.bytes.lineTable.clear();
    out.bytes.exceptionTable.clear();
    out.bytes.sites.clear();
    out.unitOf.clear();
  }

  llvm::Expected<Assembled> run() {
    if (llvm::Error error = layOut())
      return error;
    writeCode();
    if (llvm::Error error = armSites())
      return error;
    writeLocations();
    writeExceptions();
    out.bytes.stackSize = stackDepth(code);
    out.bytes.padCount = uint32_t(code.pads.size());
    return std::move(out);
  }

private:
  /// After the instruction's caches: where a jump's distance is counted from.
  uint32_t end(uint32_t i) const { return starts[i + 1]; }
  uint32_t size(uint32_t i) const { return starts[i + 1] - starts[i]; }

  llvm::Error layOut() {
    // Local views: the compiler need not take them for changed by every store.
    const llvm::ArrayRef<Instr> instrs = fn.instrs;
    starts.resize_for_overwrite(instrs.size() + 1);
    uint32_t *const startOf = starts.data();
    uint64_t unit = 0;
    for (uint32_t i = 0; i < instrs.size(); ++i) {
      const Instr &instr = instrs[i];
      const OpcodeInfo &info = dialect.info(instr.op);
      startOf[i] = uint32_t(unit);
      unit += 1 + info.caches;
      if (info.isJump) {
        jumps.push_back({i, 0, 0});
        if ((instr.target.value <= i) != (info.jump == Jump::Backward))
          return makeError("%s (instruction %u of the rewritten code) would have to jump the other way", info.name, i);
      } else if (instr.arg > 0xff) {
        unit += prefixedUnits(instr.arg) - 1;
      }
    }
    startOf[instrs.size()] = uint32_t(unit);
    for (uint64_t more = 0; unit <= kMostUnits && (more = measureJumps()) > 0;)
      unit += more, growJumps();
    if (unit > kMostUnits)
      return makeError("the rewritten code has %llu units, more than CPython can hold",
                       static_cast<unsigned long long>(unit));
    return llvm::Error::success();
  }

  /// Counts the distances of all jumps anew. Returns how many more units they need.
  uint32_t measureJumps() {
    uint32_t more = 0;
    for (Distance &jump : jumps) {
      const OpcodeInfo &info = dialect.info(fn.instrs[jump.instr].op);
      uint32_t target = starts[fn.instrs[jump.instr].target.value];
      jump.arg = info.jump == Jump::Forward ? target - end(jump.instr) : end(jump.instr) - target;
      jump.more = uint32_t(std::max(0, int32_t(prefixedUnits(jump.arg) + info.caches - size(jump.instr))));
      more += jump.more;
    }
    return more;
  }

  /// Gives each jump what it needs more.
  void growJumps() {
    uint32_t shift = 0, next = 0;
    for (const Distance &jump : jumps) {
      for (; shift && next <= jump.instr; ++next)
        starts[next] += shift;
      next = jump.instr + 1;
      shift += jump.more;
    }
    for (; next < starts.size(); ++next)
      starts[next] += shift;
  }

  void writeCode() {
    const llvm::ArrayRef<Instr> instrs = fn.instrs;
    const uint32_t *const startOf = starts.data();
    out.unitOf.resize_for_overwrite(instrs.size());
    out.bytes.code.resize(2 * size_t(starts.back())); // caches are zero
    uint32_t *const unitOf = out.unitOf.data();
    for (uint32_t i = 0; i < instrs.size(); ++i) {
      const Instr &instr = instrs[i];
      unitOf[i] = startOf[i + 1] - 1 - dialect.info(instr.op).caches;
      writeInstruction(startOf[i], unitOf[i], instr.op, instr.arg);
    }
    for (const Distance &jump : jumps)
      writeInstruction(starts[jump.instr], unitOf[jump.instr], fn.instrs[jump.instr].op, jump.arg);
  }

  /// A jump may have been given more prefixes than its final distance needs.
  void writeInstruction(uint32_t start, uint32_t unit, uint8_t op, uint32_t arg) {
    uint8_t *const bytes = out.bytes.code.data();
    for (; start < unit; ++start) {
      bytes[2 * start] = dialect.extendedArg;
      bytes[2 * start + 1] = uint8_t(arg >> 8 * (unit - start));
    }
    bytes[2 * unit] = op;
    bytes[2 * unit + 1] = uint8_t(arg);
  }

  uint16_t unitAt(uint32_t unit) const {
    const auto &bytes = out.bytes.code;
    return uint16_t(bytes[2 * unit] | bytes[2 * unit + 1] << 8);
  }

  /// Lets each site lead to its stub, and notes what stood there.
  llvm::Error armSites() {
    out.bytes.siteOf = code.siteOf;
    for (const Inserted::PlacedSite &placed : code.sites) {
      PatchSite site;
      site.unit = starts[placed.at];
      site.units = placed.wide ? 2 : 1;
      site.probes = uint8_t(placed.probes); // of one block: four at most
      site.argOnly = placed.kind == ProbeSite::Kind::Retargeted;
      uint32_t target = starts[placed.stub];
      uint32_t distance = site.argOnly ? target - end(placed.at) : target - (site.unit + site.units);
      uint32_t prefixes = size(placed.at) - 1 - dialect.info(fn.instrs[placed.at].op).caches;
      if (distance > (placed.wide ? 0xffffu : 0xffu) || (site.argOnly && prefixes + 1 != site.units))
        return makeError("a probe's stub is %u units away, out of reach", distance);
      for (uint32_t k = 0; k < site.units; ++k) {
        bool last = k + 1 == site.units;
        uint8_t op = site.argOnly ? uint8_t(unitAt(site.unit + k)) : last ? dialect.jumpForward : dialect.extendedArg;
        site.clean[k] = unitAt(site.unit + k);
        site.armed[k] = uint16_t(op | (last ? distance & 0xff : distance >> 8) << 8);
      }
      site.fuses = site.argOnly ? 0 : fusable(placed.at, site.unit, site.units);
      out.bytes.sites.push_back(site);
    }
    for (const PatchSite &site : out.bytes.sites)
      for (uint32_t k = 0; k < site.units; ++k) {
        out.bytes.code[2 * (site.unit + k)] = uint8_t(site.armed[k]);
        out.bytes.code[2 * (site.unit + k) + 1] = uint8_t(site.armed[k] >> 8);
      }
    return llvm::Error::success();
  }

  /// Which pairs around a site CPython would have fused when it made the code.
  uint8_t fusable(uint32_t at, uint32_t unit, uint32_t units) const {
    uint8_t bits = 0;
    for (uint32_t i = at == 0 ? 0 : at - 1; i + 1 < fn.instrs.size() && out.unitOf[i] < unit + units; ++i) {
      bool adjacent = out.unitOf[i + 1] == out.unitOf[i] + 1;
      if (adjacent && out.unitOf[i] + 1 >= unit && dialect.fuses(fn.instrs[i].op, fn.instrs[i + 1].op))
        bits |= uint8_t(1u << (out.unitOf[i] + 1 - unit));
    }
    return bits;
  }

  void writeLocations() {
    const llvm::ArrayRef<Instr> instrs = fn.instrs;
    const llvm::ArrayRef<uint32_t> startOf = starts;
    out.bytes.lineTable.reserve(4 * instrs.size());
    LocationWriter writer(out.bytes.lineTable, fn.firstLine);
    for (size_t i = 0; i < instrs.size(); ++i)
      writer.add(instrs[i].loc, startOf[i + 1] - startOf[i]);
    writer.finish();
  }

  void writeExceptions() {
    out.bytes.padPlaces.clear();
    if (fn.handlers.empty())
      return;
    const llvm::ArrayRef<Instr> instrs = fn.instrs;
    llvm::SmallVector<ExceptionEntry, 16> entries;
    for (size_t i = 0, next; i < instrs.size(); i = next) {
      const uint32_t handler = instrs[i].handler;
      for (next = i + 1; next < instrs.size() && instrs[next].handler == handler;)
        ++next;
      if (handler == kNoHandler)
        continue;
      const Handler &h = fn.handlers[handler];
      entries.push_back({starts[i], starts[next], starts[h.target.value], h.depth, h.lasti});
    }
    encodeExceptionTable(entries, out.bytes.exceptionTable);
    if (code.sites.empty())
      return; // counts want each exception to pass
    for (const Inserted::PlacedPad &place : code.padPlaces)
      out.bytes.padPlaces.push_back(
          {starts[place.pad.value], place.handler.valid() ? starts[place.handler.value] : PadPlace::kNoHandler});
  }

  const Function &fn;
  const Inserted &code;
  const Dialect &dialect;
  Assembled out;

  static constexpr uint64_t kMostUnits = INT32_MAX / 2;

  struct Distance {
    uint32_t instr; ///< the jump
    uint32_t arg;   ///< as far as known
    uint32_t more;  ///< units that the jump lacks
  };
  llvm::SmallVector<uint32_t, 512> starts; ///< of each instruction with its prefixes, and the end
  llvm::SmallVector<Distance, 64> jumps;
};

} // namespace

llvm::Expected<Assembled> assemble(const Inserted &code, const Dialect &dialect, Assembled room) {
  return Assembler(code, dialect, std::move(room)).run();
}

} // namespace blockcov
