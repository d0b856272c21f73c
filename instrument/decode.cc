//===- decode.cc - bytes to instructions ----------------------------------===//

#include "instrument/decode.h"
#include "instrument/error.h"
#include "instrument/exception_table.h"
#include "instrument/location_table.h"

namespace blockcov {

namespace {

/// Reads one code object; `starts[u]` is the instruction whose first prefix is
/// unit `u`.
class Decoder {
public:
  Decoder(const CodeView &code, const Dialect &dialect) : code(code), dialect(dialect) {}

  llvm::Expected<Function> run() {
    if (code.code.empty() || code.code.size() % 2)
      return makeError("the code has %zu bytes, expected a positive even number", code.code.size());
    fn.unitCount = uint32_t(code.code.size() / 2);
    fn.firstLine = code.firstLine;
    fn.flags = code.flags;
    fn.stackSize = code.stackSize;
    fn.constCount = code.constCount;
    starts.assign(fn.unitCount, InstrId());
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
    uint32_t unit = 0;
    fn.instrs.reserve(fn.unitCount);
    while (unit < fn.unitCount) {
      uint32_t first = unit;
      uint32_t arg = 0;
      uint8_t op = 0;
      for (unsigned prefixes = 0;; ++prefixes) {
        op = code.code[2 * unit];
        arg = arg << 8 | code.code[2 * unit + 1];
        if (op != dialect.extendedArg)
          break;
        if (prefixes == 3)
          return makeError("four EXTENDED_ARG in a row at unit %u", first);
        if (++unit == fn.unitCount)
          return makeError("the code ends after the EXTENDED_ARG at unit %u", unit - 1);
      }
      const OpcodeInfo &info = dialect.info(op);
      if (!info.name || op == 0)
        return makeError("unknown opcode %u at unit %u (CPython %s)", unsigned(op), unit, dialect.name);
      uint32_t end = unit + 1 + info.caches;
      if (end > fn.unitCount)
        return makeError("%s at unit %u has %u cache units, the code ends at unit %u", info.name, unit,
                         unsigned(info.caches), fn.unitCount);
      starts[first] = InstrId{uint32_t(fn.instrs.size())};
      Instr instr;
      instr.op = op;
      instr.arg = arg;
      instr.unit = unit;
      fn.instrs.push_back(instr);
      unit = end;
    }
    const OpcodeInfo &last = dialect.info(fn.instrs.back().op);
    if (last.flow != Flow::Goto && last.flow != Flow::Return && last.flow != Flow::Raise)
      return makeError("the code runs off its end after %s at unit %u", last.name, fn.instrs.back().unit);
    return llvm::Error::success();
  }

  llvm::Error linkJumps() {
    for (Instr &instr : fn.instrs) {
      const OpcodeInfo &info = dialect.info(instr.op);
      if (!info.isJump)
        continue;
      int64_t end = int64_t(instr.unit) + 1 + info.caches;
      int64_t target = info.jump == Jump::Forward ? end + instr.arg : end - int64_t(instr.arg);
      if (target < 0 || target >= fn.unitCount || !starts[size_t(target)].valid())
        return makeError("%s at unit %u jumps to unit %lld, where no instruction starts", info.name, instr.unit,
                         static_cast<long long>(target));
      instr.target = starts[size_t(target)];
      instr.arg = 0;
    }
    return llvm::Error::success();
  }

  llvm::Error linkHandlers() {
    auto entries = decodeExceptionTable(code.exceptionTable, fn.unitCount);
    if (!entries)
      return entries.takeError();
    for (size_t number = 0; number < entries->size(); ++number) {
      const ExceptionEntry &entry = (*entries)[number];
      if (!starts[entry.target].valid())
        return makeError("exception entry %zu is handled at unit %u, where no instruction starts", number,
                         entry.target);
      if (entry.depth >= code.stackSize)
        return makeError("exception entry %zu has depth %u, the stack %u", number, entry.depth, code.stackSize);
      uint32_t handler = handlerIndex({starts[entry.target], entry.depth, entry.lasti});
      for (uint32_t unit = entry.start; unit < entry.end; ++unit)
        if (starts[unit].valid())
          fn.instrs[starts[unit].value].handler = handler;
    }
    return llvm::Error::success();
  }

  llvm::Error readLocationsOfInstructions() {
    Instr *next = fn.instrs.begin();
    return readLocations(code.lineTable, code.firstLine, fn.unitCount, [&](const Location &location, uint32_t end) {
      for (; next != fn.instrs.end() && next->unit < end; ++next)
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
  llvm::SmallVector<InstrId, 0> starts;
};

} // namespace

llvm::Expected<Function> decode(const CodeView &code, const Dialect &dialect) { return Decoder(code, dialect).run(); }

} // namespace blockcov
