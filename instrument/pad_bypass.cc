//===- pad_bypass.cc - past pads that have nothing more to tell -----------===//

#include "instrument/pad_bypass.h"
#include "instrument/exception_table.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"

namespace blockcov {

namespace {

/// What raises as one: an instruction with its prefixes and caches. In 3.11 a
/// specialised PRECALL does the work of the CALL behind it.
struct Group {
  uint32_t begin, end; ///< units
  uint32_t op;         ///< unit of the opcode; of the CALL
};

class Units {
public:
  Units(llvm::ArrayRef<uint8_t> code, const Dialect &dialect) : code(code), dialect(dialect) {}

  uint32_t count() const { return uint32_t(code.size() / 2); }
  uint8_t op(uint32_t unit) const { return code[2 * unit]; }

  Group groupOf(uint32_t unit) const {
    Group group = instructionOf(unit);
    if (dialect.precall && op(group.op) == dialect.precall && group.end < count()) {
      Group call = instructionOf(group.end);
      return {group.begin, call.end, call.op};
    }
    if (dialect.precall && op(group.op) == dialect.call && group.begin > 0) {
      Group before = instructionOf(group.begin - 1);
      if (op(before.op) == dialect.precall)
        group.begin = before.begin;
    }
    return group;
  }

private:
  Group instructionOf(uint32_t unit) const {
    constexpr uint8_t kCache = 0; // in every version
    while (unit > 0 && op(unit) == kCache)
      --unit;
    Group group{unit, unit, unit};
    while (group.op + 1 < count() && op(group.op) == dialect.extendedArg)
      ++group.op;
    while (group.begin > 0 && op(group.begin - 1) == dialect.extendedArg)
      --group.begin;
    for (group.end = group.op + 1; group.end < count() && op(group.end) == kCache;)
      ++group.end;
    return group;
  }

  llvm::ArrayRef<uint8_t> code;
  const Dialect &dialect;
};

} // namespace

bool PadBypass::isNew(uint32_t unit) const { return !places.empty() && !llvm::is_contained(units, unit); }

std::optional<llvm::SmallVector<uint8_t, 0>> PadBypass::recorded(uint32_t unit, llvm::ArrayRef<uint8_t> code,
                                                                 llvm::ArrayRef<uint8_t> table,
                                                                 const Dialect &dialect) {
  const Units all(code, dialect);
  if (unit >= all.count() || !isNew(unit))
    return std::nullopt;
  units.push_back(unit);

  auto hasNoMoreToTell = [&](const Group &group) {
    if (llvm::any_of(units, [&](uint32_t each) { return group.begin <= each && each < group.end; }))
      return true;
    const OpcodeInfo &info = dialect.info(all.op(group.op));
    // A signal handler may raise at a backward jump; JUMP_FORWARD may be a site's.
    return info.name && !info.mayRaise && info.jump != Jump::Backward && all.op(group.op) != dialect.jumpForward;
  };
  auto mayPass = [&](uint32_t each) {
    const Group group = all.groupOf(each);
    if (!hasNoMoreToTell(group))
      return false;
    bool shared = dialect.unwindsFromBefore && each + 1 == group.end && group.end < all.count();
    return !shared || hasNoMoreToTell(all.groupOf(group.end));
  };

  const Group raiser = all.groupOf(unit);
  const uint32_t begin = raiser.begin - (dialect.unwindsFromBefore && raiser.begin > 0 ? 1 : 0);
  llvm::SmallVector<bool, 16> passes;
  for (uint32_t each = begin; each != raiser.end; ++each)
    passes.push_back(mayPass(each));

  auto entries = decodeExceptionTable(table, all.count());
  if (!entries) {
    llvm::consumeError(entries.takeError()); // somebody else has changed it
    return std::nullopt;
  }
  llvm::SmallVector<ExceptionEntry, 0> changed;
  auto add = [&](ExceptionEntry entry) {
    if (changed.empty() || changed.back().end != entry.start || changed.back().target != entry.target ||
        changed.back().depth != entry.depth || changed.back().lasti != entry.lasti)
      changed.push_back(entry);
    else
      changed.back().end = entry.end;
  };
  bool any = false;
  for (const ExceptionEntry &entry : *entries) {
    const PadPlace *place = llvm::find_if(places, [&](PadPlace each) { return each.pad == entry.target; });
    if (place == places.end() || entry.end <= begin || raiser.end <= entry.start) {
      add(entry);
      continue;
    }
    for (uint32_t each = entry.start; each != entry.end; ++each) {
      ExceptionEntry one = entry;
      one.start = each, one.end = each + 1;
      if (begin <= each && each < raiser.end && passes[each - begin]) {
        any = true;
        if (place->handler == PadPlace::kNoHandler)
          continue;
        one.target = place->handler;
      }
      add(one);
    }
  }
  if (!any)
    return std::nullopt;
  llvm::SmallVector<uint8_t, 0> bytes;
  encodeExceptionTable(changed, bytes);
  return bytes;
}

} // namespace blockcov
