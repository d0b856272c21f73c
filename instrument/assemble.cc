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
    // Local views: the compiler need not take them for changed by every store.
    const llvm::ArrayRef<Instr> instrs = fn.instrs;
    const size_t count = instrs.size();
    storage.resize_for_overwrite(3 * count + 1);
    uint32_t *const argOf = storage.data(), *const sizeOf = argOf + count, *const startOf = sizeOf + count;
    args = {argOf, count};
    sizes = {sizeOf, count};
    starts = {startOf, count + 1};
    uint64_t unit = 0;
    for (uint32_t i = 0; i < count; ++i) {
      const Instr &instr = instrs[i];
      const OpcodeInfo &info = dialect.info(instr.op);
      startOf[i] = uint32_t(unit);
      argOf[i] = instr.arg;
      sizeOf[i] = prefixedUnits(instr.arg) + info.caches;
      if (info.isJump) {
        sizeOf[i] = 1 + info.caches;
        jumps.push_back(i);
        if ((instr.target.value <= i) != (info.jump == Jump::Backward))
          return makeError("%s (instruction %u of the rewritten code) would have to jump the other way", info.name, i);
      }
      unit += sizeOf[i];
    }
    startOf[count] = uint32_t(unit);
    while (unit <= INT32_MAX / 2 && growJumps()) {
      unit = 0;
      for (uint32_t i = 0; i < count; ++i) {
        startOf[i] = uint32_t(unit);
        unit += sizeOf[i];
      }
      startOf[count] = uint32_t(unit);
    }
    if (unit > INT32_MAX / 2)
      return makeError("the rewritten code has %llu units, more than CPython can hold",
                       static_cast<unsigned long long>(unit));
    return llvm::Error::success();
  }

  /// Counts the distances of all jumps anew. True if one needs more units than it had.
  bool growJumps() {
    bool changed = false;
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
    return changed;
  }

  void writeCode() {
    const llvm::ArrayRef<Instr> instrs = fn.instrs;
    const llvm::ArrayRef<uint32_t> argOf = args, startOf = starts, sizeOf = sizes;
    const Dialect &d = dialect;
    out.unitOf.resize_for_overwrite(instrs.size());
    out.bytes.code.resize(2 * size_t(startOf.back())); // caches are zero
    uint32_t *const unitOf = out.unitOf.data();
    uint8_t *const bytes = out.bytes.code.data();
    for (uint32_t i = 0; i < instrs.size(); ++i) {
      const uint8_t op = instrs[i].op;
      uint32_t unit = startOf[i];
      // A jump may have been given more prefixes than its final distance needs.
      for (uint32_t prefix = sizeOf[i] - d.info(op).caches - 1; prefix > 0; --prefix, ++unit) {
        bytes[2 * unit] = d.extendedArg;
        bytes[2 * unit + 1] = uint8_t(argOf[i] >> 8 * prefix);
      }
      unitOf[i] = unit;
      bytes[2 * unit] = op;
      bytes[2 * unit + 1] = uint8_t(argOf[i]);
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
    const llvm::ArrayRef<Instr> instrs = fn.instrs;
    const llvm::ArrayRef<uint32_t> startOf = starts;
    out.bytes.lineTable.reserve(4 * instrs.size());
    LocationWriter writer(out.bytes.lineTable, fn.firstLine);
    for (size_t i = 0, next; i < instrs.size(); i = next) {
      for (next = i + 1; next < instrs.size() && instrs[next].loc == instrs[i].loc;)
        ++next;
      writer.add(instrs[i].loc, startOf[next] - startOf[i]);
    }
    writer.finish();
  }

  void writeExceptions() {
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
  }

  const Function &fn;
  const Inserted &code;
  const Dialect &dialect;
  Assembled out;

  llvm::SmallVector<uint32_t, 768> storage;    ///< of the following
  llvm::MutableArrayRef<uint32_t> args, sizes; ///< of each instruction
  llvm::MutableArrayRef<uint32_t> starts;      ///< of each instruction, and of the end
  llvm::SmallVector<uint32_t, 64> jumps;       ///< instructions
};

} // namespace

llvm::Expected<Assembled> assemble(const Inserted &code, const Dialect &dialect) {
  return Assembler(code, dialect).run();
}

} // namespace blockcov
