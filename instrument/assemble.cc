//===- assemble.cc - instructions to bytes --------------------------------===//

#include "instrument/assemble.h"
#include "instrument/decode.h"
#include "instrument/error.h"
#include "instrument/exception_table.h"
#include "instrument/location_table.h"
#include "instrument/stack_depth.h"

namespace blockcov {

namespace {

class Assembler {
public:
  Assembler(const Inserted &code, const Dialect &dialect) : fn(code.fn), code(code), dialect(dialect) {}

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
  uint32_t end(uint32_t i) const { return starts[i] + sizes[i]; }

  llvm::Error layOut() {
    uint32_t count = uint32_t(fn.instrs.size());
    args.resize_for_overwrite(count);
    sizes.resize_for_overwrite(count);
    starts.resize_for_overwrite(count + 1);
    for (uint32_t i = 0; i < count; ++i) {
      const Instr &instr = fn.instrs[i];
      const OpcodeInfo &info = dialect.info(instr.op);
      args[i] = info.isJump ? 0 : instr.arg;
      sizes[i] = prefixedUnits(args[i]) + info.caches;
      if (info.isJump)
        jumps.push_back(i);
      if (info.isJump && (instr.target.value <= i) != (info.jump == Jump::Backward))
        return makeError("%s (instruction %u of the rewritten code) would have to jump the other way", info.name, i);
    }
    for (bool changed = true; changed;) {
      changed = false;
      uint64_t unit = 0;
      for (uint32_t i = 0; i < count; ++i) {
        starts[i] = uint32_t(unit);
        unit += sizes[i];
      }
      if (unit > INT32_MAX / 2)
        return makeError("the rewritten code has %llu units, more than CPython can hold",
                         static_cast<unsigned long long>(unit));
      starts[count] = uint32_t(unit);
      for (uint32_t i : jumps) {
        const OpcodeInfo &info = dialect.info(fn.instrs[i].op);
        uint32_t target = starts[fn.instrs[i].target.value];
        args[i] = info.jump == Jump::Forward ? target - end(i) : end(i) - target;
        uint32_t size = prefixedUnits(args[i]) + info.caches;
        if (size > sizes[i]) {
          sizes[i] = size;
          changed = true;
        }
      }
    }
    return llvm::Error::success();
  }

  void writeCode() {
    auto &bytes = out.bytes.code;
    bytes.resize(2 * starts.back()); // caches are zero
    out.unitOf.resize_for_overwrite(fn.instrs.size());
    for (uint32_t i = 0; i < fn.instrs.size(); ++i) {
      const Instr &instr = fn.instrs[i];
      uint32_t unit = starts[i];
      // A jump may have been given more prefixes than its final distance needs.
      for (uint32_t prefix = sizes[i] - dialect.info(instr.op).caches - 1; prefix > 0; --prefix, ++unit) {
        bytes[2 * unit] = dialect.extendedArg;
        bytes[2 * unit + 1] = uint8_t(args[i] >> 8 * prefix);
      }
      out.unitOf[i] = unit;
      bytes[2 * unit] = instr.op;
      bytes[2 * unit + 1] = uint8_t(args[i]);
    }
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
      uint32_t prefixes = sizes[placed.at] - 1 - dialect.info(fn.instrs[placed.at].op).caches;
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
    out.bytes.lineTable.reserve(4 * fn.instrs.size());
    LocationWriter writer(out.bytes.lineTable, fn.firstLine);
    for (uint32_t i = 0; i < fn.instrs.size(); ++i)
      writer.add(fn.instrs[i].loc, sizes[i]);
    writer.finish();
  }

  void writeExceptions() {
    llvm::SmallVector<ExceptionEntry, 0> entries;
    uint32_t previous = kNoHandler;
    for (uint32_t i = 0; i < fn.instrs.size(); ++i) {
      uint32_t handler = fn.instrs[i].handler;
      if (handler == kNoHandler) {
        previous = kNoHandler;
        continue;
      }
      if (handler == previous) {
        entries.back().end = end(i);
        continue;
      }
      if (entries.empty())
        entries.reserve(fn.handlers.size() + 8);
      const Handler &h = fn.handlers[handler];
      entries.push_back({starts[i], end(i), starts[h.target.value], h.depth, h.lasti});
      previous = handler;
    }
    encodeExceptionTable(entries, out.bytes.exceptionTable);
  }

  const Function &fn;
  const Inserted &code;
  const Dialect &dialect;
  Assembled out;
  llvm::SmallVector<uint32_t, 0> args, sizes, starts;
  llvm::SmallVector<uint32_t, 16> jumps; ///< instructions
};

} // namespace

llvm::Expected<Assembled> assemble(const Inserted &code, const Dialect &dialect) {
  return Assembler(code, dialect).run();
}

} // namespace blockcov
