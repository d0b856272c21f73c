//===- decode.cc - bytes to instructions ----------------------------------===//

#include "instrument/decode.h"
#include "instrument/error.h"
#include "instrument/exception_table.h"
#include "instrument/location_table.h"

namespace blockcov {

namespace {

/// Reads one code object. An instruction begins at its first prefix.
class Decoder {
public:
  Decoder(const CodeView &code, const Dialect &dialect, Function &&room)
      : code(code), dialect(dialect), fn(std::move(room)) {
    fn.instrs.clear();
    fn.handlers.clear();
  }

  llvm::Expected<Function> run() {
    if (code.code.empty() || code.code.size() % 2)
      return makeError("the code has %zu bytes, expected a positive even number", code.code.size());
    fn.unitCount = uint32_t(code.code.size() / 2);
    fn.firstLine = code.firstLine;
    fn.flags = code.flags;
    fn.stackSize = code.stackSize;
    fn.constCount = code.constCount;
    starts.assign(fn.unitCount, InstrId::kNone);
    if (llvm::Error error = readInstructions())
      return error;
    if (llvm::Error error = linkJumps())
      return error;
    if (llvm::Error error = linkHandlers())
      return error;
    if (llvm::Error error = readLocationsOfInstructions())
      return error;
    return std::move(fn);
  }

private:
  llvm::Error readInstructions() {
    const llvm::ArrayRef<uint8_t> bytes = code.code;
    const uint32_t unitCount = fn.unitCount;
    const Dialect &d = dialect;
    fn.instrs.resize_for_overwrite(unitCount); // at most
    Instr *next = fn.instrs.data();
    uint32_t *const startOf = starts.data();
    for (uint32_t unit = 0, count = 0; unit < unitCount; ++count, ++next) {
      const uint32_t first = unit;
      uint8_t op = bytes[2 * unit];
      uint32_t arg = bytes[2 * unit + 1];
      for (unsigned prefixes = 1; op == d.extendedArg; ++prefixes) {
        if (prefixes == 4)
          return makeError("four EXTENDED_ARG in a row at unit %u", first);
        if (++unit == unitCount)
          return makeError("the code ends after the EXTENDED_ARG at unit %u", unit - 1);
        op = bytes[2 * unit];
        arg = arg << 8 | bytes[2 * unit + 1];
      }
      const OpcodeInfo &info = d.info(op);
      if (!info.name || op == 0)
        return makeError("unknown opcode %u at unit %u (CPython %s)", unsigned(op), unit, d.name);
      const uint32_t end = unit + 1 + info.caches;
      if (end > unitCount)
        return makeError("%s at unit %u has %u cache units, the code ends at unit %u", info.name, unit,
                         unsigned(info.caches), unitCount);
      startOf[first] = count;
      *next = Instr();
      next->op = op;
      next->arg = arg;
      next->unit = unit;
      if (info.isJump)
        jumps.push_back(count);
      unit = end;
    }
    fn.instrs.truncate(size_t(next - fn.instrs.data()));
    const OpcodeInfo &last = d.info(fn.instrs.back().op);
    if (last.flow != Flow::Goto && last.flow != Flow::Return && last.flow != Flow::Raise)
      return makeError("the code runs off its end after %s at unit %u", last.name, fn.instrs.back().unit);
    return llvm::Error::success();
  }

  llvm::Error linkJumps() {
    for (uint32_t jump : jumps) {
      Instr &instr = fn.instrs[jump];
      const OpcodeInfo &info = dialect.info(instr.op);
      int64_t end = int64_t(instr.unit) + 1 + info.caches;
      int64_t target = info.jump == Jump::Forward ? end + instr.arg : end - int64_t(instr.arg);
      if (target < 0 || target >= fn.unitCount || starts[size_t(target)] == InstrId::kNone)
        return makeError("%s at unit %u jumps to unit %lld, where no instruction starts", info.name, instr.unit,
                         static_cast<long long>(target));
      instr.target = InstrId{starts[size_t(target)]};
      instr.arg = 0;
    }
    return llvm::Error::success();
  }

  llvm::Error linkHandlers() {
    if (code.exceptionTable.empty())
      return llvm::Error::success();
    auto entries = decodeExceptionTable(code.exceptionTable, fn.unitCount);
    if (!entries)
      return entries.takeError();
    for (size_t number = 0; number < entries->size(); ++number) {
      const ExceptionEntry &entry = (*entries)[number];
      if (starts[entry.target] == InstrId::kNone)
        return makeError("exception entry %zu is handled at unit %u, where no instruction starts", number,
                         entry.target);
      if (entry.depth >= code.stackSize)
        return makeError("exception entry %zu has depth %u, the stack %u", number, entry.depth, code.stackSize);
      uint32_t handler = handlerIndex({InstrId{starts[entry.target]}, entry.depth, entry.lasti});
      for (uint32_t unit = entry.start; unit < entry.end; ++unit)
        if (starts[unit] != InstrId::kNone)
          fn.instrs[starts[unit]].handler = handler;
    }
    return llvm::Error::success();
  }

  llvm::Error readLocationsOfInstructions() {
    Instr *next = fn.instrs.begin(), *const last = fn.instrs.end();
    return readLocations(code.lineTable, code.firstLine, fn.unitCount,
                         [&next, last](const Location &location, uint32_t end) {
                           for (; next != last && next->unit < end; ++next)
                             next->loc = location;
                         });
  }

  uint32_t handlerIndex(const Handler &handler) {
    auto found = llvm::find(fn.handlers, handler);
    if (found == fn.handlers.end()) {
      fn.handlers.push_back(handler);
      return uint32_t(fn.handlers.size() - 1);
    }
    return uint32_t(found - fn.handlers.begin());
  }

  const CodeView &code;
  const Dialect &dialect;
  Function fn;
  llvm::SmallVector<uint32_t, 512> starts; ///< of each unit the instruction that begins there, or InstrId::kNone
  llvm::SmallVector<uint32_t, 64> jumps;   ///< instructions
};

} // namespace

llvm::Expected<Function> decode(const CodeView &code, const Dialect &dialect, Function room) {
  return Decoder(code, dialect, std::move(room)).run();
}

llvm::Error checkConstants(const Function &fn, const Dialect &dialect) {
  for (const Instr &instr : fn.instrs)
    if (const OpcodeInfo &info = dialect.info(instr.op);
        info.operand == Operand::Constant && instr.arg >= fn.constCount)
      return makeError("%s at unit %u wants constant %u, there are %u", info.name, instr.unit, instr.arg,
                       fn.constCount);
  return llvm::Error::success();
}

} // namespace blockcov
