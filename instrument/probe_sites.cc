//===- probe_sites.cc - which instructions make room for a hits probe -----------===//

#include "instrument/probe_sites.h"
#include "instrument/decode.h"

#include <algorithm>

namespace blockcov {

namespace {

class SitePlanner {
public:
  SitePlanner(const Function &fn, const Cfg &cfg, const ProbePlan &plan, const Dialect &dialect)
      : fn(fn), cfg(cfg), plan(plan), dialect(dialect) {
    // What is added before the stubs: landing pads with their jumps, anchors.
    for (const Block &block : cfg.blocks)
      slack += block.isHandler ? kPadUnits : 0;
  }

  llvm::SmallVector<ProbeSite, 0> run() {
    for (number = 0; number < cfg.blocks.size(); ++number)
      planBlock();
    return std::move(sites);
  }

private:
  static constexpr uint32_t kReach = 255; ///< units that one JUMP_FORWARD spans
  // At most: a handler's landing pads, a jump, the first stub of a block with two.
  static constexpr uint32_t kPadUnits = 22, kJumpUnits = 3, kFirstStubUnits = 40;

  const Block &block() const { return cfg.blocks[number]; }
  const OpcodeInfo &infoOf(uint32_t i) const { return dialect.info(fn.instrs[i].op); }
  uint32_t endUnit(uint32_t i) const { return fn.instrs[i].unit + 1 + infoOf(i).caches; }
  uint32_t startUnit(uint32_t i) const { return i == 0 ? 0 : endUnit(i - 1); }
  uint32_t units(uint32_t i) const { return endUnit(i) - startUnit(i); }
  bool mayMove(uint32_t i) const { return infoOf(i).mayMove; }

  /// The site itself tells whoever listens for jumps of one forward (offset_map.h), so it
  /// is displaced first or stays.
  bool mayFollow(uint32_t i) const {
    return mayMove(i) && !(infoOf(i).flow == Flow::Goto && infoOf(i).jump == Jump::Forward);
  }

  /// What a site displaces keeps its place in the line table, and its copy has one on
  /// the stub: a second line would begin twice for whoever traces lines.
  bool onOneLine(uint32_t i, uint32_t k) const { return fn.instrs[i].loc.line == fn.instrs[k].loc.line; }

  ProbeId probeAt(uint32_t edge, Slot slot) const {
    return cfg.edges[edge].slot == slot ? plan.probeOf[edge] : ProbeId();
  }

  /// An upper bound: the stub of the next site begins so far behind instruction `i` at most.
  bool isFar(uint32_t i) const { return fn.unitCount - startUnit(i) + slack + stubUnits + kFirstStubUnits > kReach; }

  void planBlock() {
    ProbeId head, completion, fall, taken;
    for (uint32_t edge : block().in)
      if (ProbeId probe = probeAt(edge, Slot::Head); probe.valid())
        head = probe;
    for (uint32_t edge : block().out) {
      if (ProbeId probe = probeAt(edge, Slot::BeforeTerminator); probe.valid())
        completion = probe;
      if (ProbeId probe = probeAt(edge, Slot::AfterSource); probe.valid())
        fall = probe;
      if (ProbeId probe = probeAt(edge, Slot::Trampoline); probe.valid())
        taken = probe;
    }
    if (plan.completionOf[number].valid())
      completion = plan.completionOf[number];

    begun = sites.size();
    if (head.valid())
      addHead(head);
    if (completion.valid())
      addInFront(completion);
    if (fall.valid())
      addBehind(fall, taken);
    else if (taken.valid())
      addTaken(taken);
    if (sites.size() - begun > 1)
      std::stable_sort(sites.begin() + begun, sites.end(),
                       [](const ProbeSite &one, const ProbeSite &two) { return one.first < two.first; });
    for (size_t each = begun; each < sites.size(); ++each) {
      stubUnits += stubSize(sites[each]);
      slack += sites[each].kind == ProbeSite::Kind::Anchor ? 2 : 0;
    }
  }

  void addHead(ProbeId probe) {
    uint32_t i = block().head;
    if (i == block().end || !mayMove(i))
      return addAnchor(i, probe);
    uint32_t end = i + 1;
    if (isFar(i) && units(i) < 2) {
      if (end == block().end || !mayFollow(end) || !onOneLine(i, end))
        return addAnchor(i, probe);
      ++end;
    }
    add(i, end, {i, probe});
  }

  /// Before the last instruction, which goes along if it may.
  void addInFront(ProbeId probe) {
    uint32_t last = block().last();
    uint32_t end = mayMove(last) ? last + 1 : last;
    addTail(end, {last, probe}, {});
  }

  void addBehind(ProbeId probe, ProbeId taken) {
    uint32_t end = block().end;
    if (block().empty() || !mayMove(block().last())) {
      addAnchor(end, probe);
      if (taken.valid())
        addTaken(taken);
      return;
    }
    addTail(end, {end, probe}, taken);
  }

  /// Displaces what ends at `end`.
  void addTail(uint32_t end, ProbeSite::Probe probe, ProbeId taken) {
    uint32_t first = end;
    bool fits = false;
    while (!fits && first > block().head && mayMove(first - 1) && end - first < 2 && onOneLine(first - 1, end - 1) &&
           (first == end || mayFollow(first))) {
      --first;
      fits = !isFar(first) || endUnit(end - 1) - startUnit(first) >= 2;
    }
    if (fits)
      return add(first, end, probe, taken);
    addAnchor(probe.before, probe.probe);
    if (taken.valid())
      addTaken(taken);
  }

  void addTaken(ProbeId taken) {
    uint32_t last = block().last();
    // 3.11 specialises comparisons for the direction of the jump behind them.
    bool turns = infoOf(last).jump == Jump::Backward;
    uint32_t prefixes = fn.instrs[last].unit - startUnit(last);
    if (ProbeSite *site = overlapping(last, last + 1)) {
      site->taken = taken;
      return;
    }
    if (turns || prefixes > 1 || (isFar(last) && !prefixes))
      return addTailOfJump(taken);
    ProbeSite site;
    site.kind = ProbeSite::Kind::Retargeted;
    site.wide = prefixes > 0;
    site.block = number;
    site.first = last;
    site.end = last + 1;
    site.taken = taken;
    sites.push_back(std::move(site));
  }

  /// Displaces the jump at the end, with room for two units if it is far.
  void addTailOfJump(ProbeId taken) {
    uint32_t end = block().end, first = end - 1;
    while (isFar(first) && endUnit(end - 1) - startUnit(first) < 2 && first > block().head && mayMove(first - 1) &&
           onOneLine(first - 1, first))
      --first;
    if (isFar(first) && endUnit(end - 1) - startUnit(first) < 2) {
      // Room in front of the jump, for the jump to go along.
      ProbeSite &site = anchor(first);
      site.end = end;
      site.taken = taken;
      return;
    }
    add(first, end, {}, taken);
  }

  ProbeSite *overlapping(uint32_t first, uint32_t end) {
    for (size_t each = sites.size(); each-- > begun;) {
      ProbeSite &site = sites[each];
      if (site.kind != ProbeSite::Kind::Retargeted && site.first < end && first < site.end)
        return &site;
    }
    return nullptr;
  }

  void add(uint32_t first, uint32_t end, ProbeSite::Probe probe, ProbeId taken = {}) {
    ProbeSite *site = overlapping(first, end);
    if (!site) {
      ProbeSite made;
      made.block = number;
      made.first = first;
      made.end = end;
      made.wide = isFar(first);
      sites.push_back(std::move(made));
      site = &sites.back();
    }
    // The head's site comes first, so that the union begins where it does.
    site->end = std::max(site->end, end);
    if (probe.probe.valid())
      site->probes.push_back(probe);
    if (taken.valid())
      site->taken = taken;
  }

  /// Room in front of an instruction, or behind the last. Inside of what is displaced there is some.
  ProbeSite &anchor(uint32_t before) {
    if (ProbeSite *site = overlapping(before == block().first ? before : before - 1, before + 1))
      return *site;
    for (size_t each = begun; each < sites.size(); ++each)
      if (sites[each].kind == ProbeSite::Kind::Anchor && sites[each].first == before)
        return sites[each];
    ProbeSite site;
    site.kind = ProbeSite::Kind::Anchor;
    site.block = number;
    site.first = site.end = before;
    site.wide = isFar(before);
    sites.push_back(std::move(site));
    return sites.back();
  }

  void addAnchor(uint32_t before, ProbeId probe) { anchor(before).probes.push_back({before, probe}); }

  uint32_t probeUnits(ProbeId probe) const {
    uint32_t load = prefixedUnits(fn.constCount + probe.value);
    if (dialect.probeForm == ProbeForm::LoadJump)
      return load + 1;
    return load + 2 + dialect.info(dialect.toBool).caches;
  }

  uint32_t stubSize(const ProbeSite &site) const {
    uint32_t size = kJumpUnits + 1;
    for (const ProbeSite::Probe &probe : site.probes)
      size += probeUnits(probe.probe);
    if (site.kind != ProbeSite::Kind::Retargeted)
      for (uint32_t i = site.first; i < site.end; ++i)
        size += units(i) + 1;
    bool jumps = site.end > site.first && infoOf(site.end - 1).isJump;
    if (jumps)
      size += dialect.forEndLength + kJumpUnits + (site.taken.valid() ? probeUnits(site.taken) : 0);
    return size;
  }

  const Function &fn;
  const Cfg &cfg;
  const ProbePlan &plan;
  const Dialect &dialect;
  llvm::SmallVector<ProbeSite, 0> sites;
  uint32_t number = 0;    ///< of the block that is looked at
  size_t begun = 0;       ///< its first site
  uint32_t slack = 0;     ///< units that the code may grow by before its end
  uint32_t stubUnits = 0; ///< of all stubs so far, at most
};

} // namespace

llvm::SmallVector<ProbeSite, 0> planSites(const Function &fn, const Cfg &cfg, const ProbePlan &plan,
                                          const Dialect &dialect) {
  return SitePlanner(fn, cfg, plan, dialect).run();
}

} // namespace blockcov
