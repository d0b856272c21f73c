//===- resolve.cc - from counters to lines, sites and edges ---------------===//

#include "runtime/resolve.h"
#include "instrument/error.h"
#include "runtime/flow_hits.h"
#include "runtime/line_events.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>

namespace blockcov {

namespace {

const char *kindName(EdgeKind kind) {
  switch (kind) {
  case EdgeKind::Entry:
  case EdgeKind::Fall:
    return "fall";
  case EdgeKind::Jump:
  case EdgeKind::Moved:
    return "jump";
  case EdgeKind::Return:
    return "return";
  case EdgeKind::Suspend:
    return "suspend";
  case EdgeKind::Throw:
    return "raise";
  }
  return "";
}

SourceSpan spanOf(const Location &loc) { return {loc.line, loc.column, loc.endLine, loc.endColumn}; }

/// Turns the counts of one code object into what a report needs.
class CodeResolver {
public:
  CodeResolver(const Compiled &code, const Dialect &dialect, const FlowCounts &counts)
      : fn(code.fn), cfg(code.cfg), dialect(dialect), counts(counts), code(code) {}

  CodeCounts run(ResolveFor what) {
    withTrails = what != ResolveFor::Summary;
    result.idle = false;
    result.calls = counts.edges[0];
    result.lines = countLines(code, dialect, counts);
    for (uint32_t i = 0; i < fn.instrs.size(); ++i) {
      addRaises(i);
      addSite(i);
    }
    if (what != ResolveFor::Sites)
      addDetail();
    return std::move(result);
  }

private:
  const OpcodeInfo &infoOf(uint32_t i) const { return dialect.info(fn.instrs[i].op); }
  uint32_t offset(uint32_t i) const { return 2 * fn.instrs[i].unit; }
  const Block &blockOf(uint32_t i) const { return cfg.blocks[cfg.blockOf[i].value]; }

  uint64_t edgeCount(const Block &block, EdgeKind kind) const {
    for (uint32_t edge : block.out)
      if (cfg.edges[edge].kind == kind)
        return counts.edges[edge];
    return 0;
  }

  /// What the compiler uses to end a loop or a delegation is not the programmer's raise.
  bool handledByCompiler(uint32_t i) const {
    if (fn.instrs[i].handler == kNoHandler)
      return false;
    uint8_t op = fn.instrs[fn.handlers[fn.instrs[i].handler].target.value].op;
    return op == dialect.endAsyncFor || (dialect.cleanupThrow && op == dialect.cleanupThrow);
  }

  /// How the functions that evaluate annotations refuse a format; a program's own `raise` loads the name.
  bool refusesFormat(uint32_t i) const {
    constexpr uint32_t kNotImplementedError = 1; // Include/internal/pycore_opcode_utils.h
    return fn.instrs[i].op == dialect.raiseVarargs && i > 0 && dialect.loadCommonConstant &&
           fn.instrs[i - 1].op == dialect.loadCommonConstant && fn.instrs[i - 1].arg == kNotImplementedError;
  }

  void addRaises(uint32_t i) {
    if (refusesFormat(i))
      return;
    uint64_t count = handledByCompiler(i) ? 0 : counts.raised[i];
    if (fn.instrs[i].op == dialect.raiseVarargs || infoOf(i).flow == Flow::Recheck)
      count += edgeCount(blockOf(i), EdgeKind::Throw);
    if (count && fn.instrs[i].loc.line > 0)
      result.raises[fn.instrs[i].loc.line] += count;
  }

  void addTrail(Site &site, uint32_t end) {
    for (uint32_t k = end; k-- > blockOf(end).first && withTrails && site.trail.size() < 6;)
      site.trail.push_back({infoOf(k).name, spanOf(fn.instrs[k].loc)});
  }

  void addInflow(Site &site, const Block &block) {
    for (uint32_t edge : block.in) {
      BlockId from = cfg.edges[edge].from;
      if (from.valid() && !cfg.blocks[from.value].empty())
        site.inflow.push_back(
            {offset(cfg.blocks[from.value].last()), kindName(cfg.edges[edge].kind), counts.edges[edge]});
    }
  }

  void addSite(uint32_t i) {
    const OpcodeInfo &info = infoOf(i);
    const Block &block = blockOf(i);
    Site site;
    site.offset = offset(i);
    site.opName = info.name;
    site.span = spanOf(fn.instrs[i].loc);
    uint64_t jumped = edgeCount(block, EdgeKind::Jump), fell = edgeCount(block, EdgeKind::Fall);
    bool jumpsIfTrue = info.test == Test::IfTrue || info.test == Test::IfNone;
    site.trueCount = jumpsIfTrue ? jumped : fell;
    site.falseCount = jumpsIfTrue ? fell : jumped;
    switch (info.test) {
    case Test::IfTrue:
    case Test::IfFalse:
      site.test = "bool";
      break;
    case Test::IfNone:
    case Test::IfNotNone:
      site.test = "none";
      break;
    case Test::Exhausted:
      site.test = "iter";
      break;
    case Test::Finished:
    case Test::None:
      if (fn.instrs[i].op == dialect.endAsyncFor)
        addAsyncLoop(i, std::move(site));
      return;
    }
    addTrail(site, i);
    addInflow(site, block);
    result.sites.push_back(std::move(site));
  }

  /// `async for`: GET_ANEXT, its await, and END_ASYNC_FOR, which handles the end.
  void addAsyncLoop(uint32_t end, Site site) {
    site.test = "aiter";
    site.falseCount = edgeCount(blockOf(end), EdgeKind::Fall);
    for (uint32_t i = 0; i < fn.instrs.size(); ++i) {
      if (fn.instrs[i].op != dialect.getAnext || fn.instrs[i].handler == kNoHandler ||
          fn.handlers[fn.instrs[i].handler].target.value != end)
        continue;
      uint32_t send = i;
      while (send < fn.instrs.size() && fn.instrs[send].op != dialect.send)
        ++send;
      if (send == fn.instrs.size())
        continue;
      site.trueCount = edgeCount(blockOf(send), EdgeKind::Jump);
      site.trail.push_back({infoOf(i).name, spanOf(fn.instrs[i].loc)});
      addTrail(site, i);
      break;
    }
    result.sites.push_back(std::move(site));
  }

  void addDetail() {
    const llvm::BitVector lineless = reachedAnnotations(fn, dialect);
    for (uint32_t i = 0; i < fn.instrs.size(); ++i) {
      int32_t line = !lineless.empty() && lineless.test(i) ? -1 : fn.instrs[i].loc.line;
      result.instructions.push_back({offset(i), infoOf(i).name, line, counts.instrs[i]});
      if (!counts.raised[i])
        continue;
      int64_t to =
          fn.instrs[i].handler == kNoHandler ? -1 : int64_t(offset(fn.handlers[fn.instrs[i].handler].target.value));
      result.edges.push_back({offset(i), to, "raise", counts.raised[i]});
    }
    for (uint32_t number = 0; number < cfg.edges.size(); ++number) {
      const Edge &edge = cfg.edges[number];
      if (!edge.from.valid() || cfg.blocks[edge.from.value].empty())
        continue;
      int64_t to = edge.to.valid() ? int64_t(offset(cfg.blocks[edge.to.value].first)) : -1;
      result.edges.push_back(
          {offset(cfg.blocks[edge.from.value].last()), to, kindName(edge.kind), counts.edges[number]});
    }
  }

  const Function &fn;
  const Cfg &cfg;
  const Dialect &dialect;
  const FlowCounts &counts;
  const Compiled &code;
  bool withTrails = true;
  CodeCounts result;
};

/// Leaves whether it ran; of sites, what tells how conditions came out.
void clip(CodeCounts &counts) {
  auto atMostOne = [](uint64_t &count) { count = std::min<uint64_t>(count, 1); };
  atMostOne(counts.calls);
  for (auto *byLine : {&counts.lines, &counts.raises})
    for (auto &[line, count] : *byLine)
      atMostOne(count);
  for (InstrCount &instr : counts.instructions)
    atMostOne(instr.count);
  for (EdgeCount &edge : counts.edges)
    atMostOne(edge.count);
}

} // namespace

UnitResolver::UnitResolver(const Unit &unit)
    : unit_(unit), dialect_(findDialect(unit.minor)), compiled_(unit.codes.size()) {}

UnitResolver::~UnitResolver() = default;

llvm::Expected<const Compiled *> UnitResolver::compiled(size_t index) {
  {
    std::lock_guard lock(mutex_);
    if (compiled_[index])
      return compiled_[index].get();
  }
  const UnitCode &code = unit_.codes[index];
  auto made = compile(code.view, *dialect_, unit_.mode);
  if (!made)
    return made.takeError();
  if (made->plan.edgeOf.size() != code.probeCount)
    return makeError("%s has %u counters, its code needs %zu", code.view.qualname.str().c_str(), code.probeCount,
                     made->plan.edgeOf.size());
  auto owned = std::make_unique<const Compiled>(std::move(*made));
  std::lock_guard lock(mutex_);
  if (!compiled_[index]) // else another thread was quicker
    compiled_[index] = std::move(owned);
  return compiled_[index].get();
}

llvm::Expected<std::vector<CodeCounts>> UnitResolver::resolve(llvm::ArrayRef<uint64_t> counters,
                                                              llvm::ArrayRef<Loss> losses, ResolveFor what) {
  if (!dialect_)
    return makeError("the unit was compiled for CPython 3.%u, which this blockcov does not know",
                     unsigned(unit_.minor));
  if (counters.size() != unit_.counterCount())
    return makeError("the unit has %u counters, %zu were given", unit_.counterCount(), counters.size());
  std::vector<std::vector<Loss>> lossesOf(unit_.codes.size());
  for (const Loss &loss : losses) {
    if (loss.code >= unit_.codes.size())
      return makeError("a loss cell names code object %u, the unit has %zu", loss.code, unit_.codes.size());
    lossesOf[loss.code].push_back(loss);
  }
  std::vector<CodeCounts> result(unit_.codes.size());
  size_t first = 0;
  for (size_t i = 0; i < unit_.codes.size(); ++i) {
    const UnitCode &code = unit_.codes[i];
    llvm::ArrayRef<uint64_t> own = counters.slice(first, code.probeCount);
    first += code.probeCount;
    if (!code.refused.empty())
      continue;
    // Without counters and losses all is zero.
    if (what == ResolveFor::Summary && lossesOf[i].empty() && llvm::all_of(own, [](uint64_t n) { return n == 0; }))
      continue;
    llvm::Expected<const Compiled *> known = compiled(i);
    if (!known)
      return known.takeError();
    auto solve = (*known)->plan.mode == Mode::Hits ? solveHits : solveFlow;
    auto counts = solve(**known, *dialect_, own, lossesOf[i]);
    if (!counts)
      return makeError("%s: %s", code.view.qualname.str().c_str(), toString(counts.takeError()).c_str());
    result[i] = CodeResolver(**known, *dialect_, *counts).run(what);
    if (!unit_.mode.counts())
      clip(result[i]);
  }
  return result;
}

llvm::Expected<std::vector<CodeCounts>> resolve(const Unit &unit, llvm::ArrayRef<uint64_t> counters,
                                                llvm::ArrayRef<Loss> losses, ResolveFor what) {
  return UnitResolver(unit).resolve(counters, losses, what);
}

} // namespace blockcov
