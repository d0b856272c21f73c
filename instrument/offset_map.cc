//===- offset_map.cc - places in the original and in the rewritten code ---===//

#include "instrument/offset_map.h"

#include <algorithm>

namespace blockcov {

namespace {

/// Where each instruction begins, with its prefixes, and the end of all.
std::vector<uint32_t> startsOf(const Function &fn, llvm::function_ref<uint32_t(uint32_t)> unitOf,
                               const Dialect &dialect) {
  std::vector<uint32_t> starts = {0};
  for (uint32_t i = 0; i < fn.instrs.size(); ++i)
    starts.push_back(unitOf(i) + 1 + dialect.info(fn.instrs[i].op).caches);
  return starts;
}

/// The first instruction of the original on the way from an inserted one.
InstrId follow(const Compiled &code, uint32_t i, const Dialect &dialect) {
  const Function &fn = code.inserted.fn;
  while (i < fn.instrs.size() && code.inserted.origins[i].inserted()) {
    const Instr &instr = fn.instrs[i];
    Flow flow = dialect.info(instr.op).flow;
    if (flow == Flow::Raise)
      return InstrId();
    i = flow == Flow::Goto ? instr.target.value : i + 1; // probes and pads jump to what follows them
  }
  return i < fn.instrs.size() ? InstrId{code.inserted.origins[i].instr} : InstrId();
}

} // namespace

/// Of each instruction: Place::mayRepeat.
static std::vector<bool> repeatsOf(const Function &fn, const Dialect &dialect) {
  std::vector<bool> repeats(fn.instrs.size());
  auto leads = [&](uint32_t from, uint32_t to) {
    const int32_t line = fn.instrs[from].loc.line;
    const bool begins = line < 0 || (to <= from && line == fn.instrs[to].loc.line);
    repeats[to] = repeats[to] || begins;
  };
  for (uint32_t i = 0; i < fn.instrs.size(); ++i) {
    const Instr &instr = fn.instrs[i];
    const Flow flow = dialect.info(instr.op).flow;
    if (instr.target.valid())
      leads(i, instr.target.value);
    if (instr.handler != kNoHandler)
      leads(i, fn.handlers[instr.handler].target.value);
    if (flow != Flow::Goto && flow != Flow::Return && flow != Flow::Raise && i + 1 < fn.instrs.size())
      leads(i, i + 1);
  }
  return repeats;
}

OffsetMap::OffsetMap(const Compiled &code, const Dialect &dialect) {
  const llvm::ArrayRef<Instr> before = code.fn.instrs;
  const std::vector<uint32_t> oldStarts =
      startsOf(code.fn, [&](uint32_t i) { return code.fn.instrs[i].unit; }, dialect);
  const std::vector<uint32_t> newStarts =
      startsOf(code.inserted.fn, [&](uint32_t i) { return code.assembled.unitOf[i]; }, dialect);
  const std::vector<bool> repeats = repeatsOf(code.fn, dialect);
  originals_.resize(newStarts.back());
  rewritten_.assign(oldStarts.back(), 0);
  copies_.assign(oldStarts.back(), Place::kNone);
  for (uint32_t i = 0; i + 1 < newStarts.size(); ++i) {
    const Origin &origin = code.inserted.origins[i];
    if (origin.inserted()) {
      const InstrId next = follow(code, i, dialect);
      const InstrId stands =
          origin.edge.valid() ? InstrId{code.cfg.blocks[code.cfg.edges[origin.edge.value].from.value].last()} : next;
      Place place;
      place.unit = stands.valid() ? oldStarts[stands.value] : Place::kNone;
      place.onward = next.valid() ? oldStarts[next.value] : Place::kNone;
      place.mayRepeat = next.valid() && repeats[next.value];
      std::fill(originals_.begin() + newStarts[i], originals_.begin() + newStarts[i + 1], place);
      continue;
    }
    // The two may have another number of prefixes; opcode and caches are the same.
    const uint32_t oldStart = oldStarts[origin.instr], oldUnit = before[origin.instr].unit;
    const uint32_t newStart = newStarts[i], newUnit = code.assembled.unitOf[i];
    for (uint32_t unit = newStart; unit < newStarts[i + 1]; ++unit) {
      int64_t mapped = int64_t(oldUnit) + unit - newUnit;
      Place &place = originals_[unit];
      place.unit = uint32_t(std::max(mapped, int64_t(oldStart)));
      place.inserted = mapped < int64_t(oldStart);
      place.copied = origin.copied;
      place.begins = !place.inserted && unit <= newUnit;
      place.onward = place.unit;
      place.mayRepeat = repeats[origin.instr];
    }
    std::vector<uint32_t> &places = origin.copied ? copies_ : rewritten_;
    for (uint32_t unit = oldStart; unit < oldStarts[origin.instr + 1]; ++unit)
      places[unit] = uint32_t(std::max(int64_t(newUnit) + unit - oldUnit, int64_t(newStart)));
  }
  for (const PatchSite &site : code.assembled.bytes.sites)
    for (uint32_t k = 0; k < site.units && !site.argOnly; ++k)
      originals_[site.unit + k].displaced = true;
  // Before 3.12 only the first of a site's units causes an event.
  std::vector<bool> stands(newStarts.back());
  for (const PatchSite &site : code.assembled.bytes.sites)
    for (uint32_t k = 0; k < (dialect.minor < 12 ? 1u : site.units) && !site.argOnly; ++k)
      stands[site.unit + k] = true;
  for (Place &place : originals_)
    place.stepped = place.copied && !stands[rewritten_[place.unit]];
  for (const Instr &instr : before) {
    Place &place = originals_[rewritten_[instr.unit]];
    const OpcodeInfo &info = dialect.info(instr.op);
    if (place.displaced && info.flow == Flow::Goto && info.jump == Jump::Forward)
      place.leap = oldStarts[instr.target.value];
  }
}

OffsetMap::Place OffsetMap::originalOf(uint32_t unit) const {
  return unit < originals_.size() ? originals_[unit] : Place();
}

uint32_t OffsetMap::rewrittenOf(uint32_t unit) const { return unit < rewritten_.size() ? rewritten_[unit] : unit; }

uint32_t OffsetMap::copyOf(uint32_t unit) const { return unit < copies_.size() ? copies_[unit] : Place::kNone; }

llvm::Expected<llvm::SmallVector<uint8_t, 0>> bareLineTable(const Compiled &code, const Dialect &dialect) {
  Inserted bare = code.inserted;
  for (size_t i = 0; i < bare.fn.instrs.size(); ++i)
    if (bare.origins[i].inserted() || bare.origins[i].copied)
      bare.fn.instrs[i].loc = Location();
  llvm::Expected<Assembled> assembled = assemble(bare, dialect);
  if (!assembled)
    return assembled.takeError();
  return std::move(assembled->bytes.lineTable);
}

} // namespace blockcov
