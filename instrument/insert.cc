//===- insert.cc - probes and landing pads into the instruction list ------===//

#include "instrument/insert.h"
#include "instrument/decode.h"

#include <cassert>

namespace blockcov {

namespace {

class Inserter {
public:
  Inserter(const Function &fn, const Cfg &cfg, const ProbePlan &plan, const Dialect &dialect, Inserted &&room)
      : fn(fn), cfg(cfg), plan(plan), dialect(dialect), out(std::move(room)) {
    out.fn.instrs.clear();
    out.fn.handlers.clear();
    out.origins.clear();
    out.pads.clear();
    out.sites.clear();
    out.siteOf.clear();
    out.padPlaces.clear();
  }

  Inserted run() {
    out.fn.firstLine = fn.firstLine;
    out.fn.flags = fn.flags;
    out.fn.stackSize = fn.stackSize;
    out.fn.constCount = fn.constCount;
    out.fn.unitCount = fn.unitCount;
    out.fn.instrs.reserve(fn.instrs.size() + 4 * plan.edgeOf.size() + 16);
    out.origins.reserve(out.fn.instrs.capacity());
    prologueEnd = findFirstResume(fn, dialect);
    collectStretches();
    blockLabel.resize_for_overwrite(cfg.blocks.size());
    if (plan.mode == Mode::Hits)
      sites = planSites(fn, cfg, plan, dialect);
    if (!sites.empty()) {
      placeOf.resize_for_overwrite(fn.instrs.size());
      anchorOf.resize_for_overwrite(sites.size());
      out.siteOf.resize(plan.edgeOf.size());
      out.sites.reserve(sites.size());
    }
    for (uint32_t block = 0; block < cfg.blocks.size(); ++block)
      emitBlock(block);
    emitDeferred();
    for (uint32_t site = 0; site < sites.size(); ++site)
      emitStub(site);
    emitCatchAll(); // last: its RERAISE must not lie between two that it handles
    link();
    return std::move(out);
  }

private:
  // What stands beside a block: trampolines to it and the landing pad before it.
  struct Stretches {
    llvm::SmallVector<uint32_t, 1> trampolines; ///< edges
    bool pad = false;                           ///< the block is a handler that needs one
    uint32_t rethrowPad = 0;                    ///< number of its pad for re-raises; 0: none
    uint32_t padLabel = 0, rethrowLabel = 0;    ///< where these pads begin
  };

  const OpcodeInfo &infoOf(uint32_t instr) const { return dialect.info(fn.instrs[instr].op); }

  /// A pad covers what may raise and then leaves a traceback entry. Not the
  /// prologue before the first RESUME, where the frame is not complete, and not
  /// what re-raises: that was recorded where it was raised, or it is the only way
  /// out of its block.
  bool isCovered(uint32_t i) const {
    Flow flow = infoOf(i).flow;
    return i >= prologueEnd && flow != Flow::Raise && flow != Flow::Recheck;
  }

  void collectStretches() {
    stretches.resize(cfg.blocks.size());
    if (plan.mode == Mode::Counts) {
      trampolineLabel.assign(cfg.edges.size(), kNoLabel);
      for (EdgeId edge : plan.edgeOf) {
        const Edge &e = cfg.edges[edge.value];
        if (e.slot == Slot::Trampoline)
          stretches[e.to.value].trampolines.push_back(edge.value);
      }
    }
    const llvm::ArrayRef<Instr> instrs = fn.instrs;
    for (uint32_t i = prologueEnd, known = kNoHandler - 1; i < instrs.size(); ++i) {
      const uint32_t handler = instrs[i].handler;
      if (handler == known || !isCovered(i))
        continue;
      known = handler;
      if (out.pads.empty())
        out.pads.push_back(InstrId());
      if (handler != kNoHandler)
        stretches[handlerBlock(handler)].pad = true;
      else
        needsCatchAll = true;
    }
    if (fn.handlers.empty() || out.pads.empty())
      return;
    for (uint32_t i = 0; i < instrs.size(); ++i) {
      if (instrs[i].op != dialect.reraise || !needsRethrowPad(i))
        continue;
      uint32_t &pad = stretches[handlerBlock(fn.instrs[i].handler)].rethrowPad;
      if (!pad) {
        pad = uint32_t(out.pads.size());
        out.pads.push_back(fn.handlers[fn.instrs[i].handler].target);
      }
    }
  }

  bool needsRethrowPad(uint32_t i) const {
    const Instr &instr = fn.instrs[i];
    if (instr.op != dialect.reraise || !instr.arg || instr.handler == kNoHandler)
      return false;
    const Handler &handler = fn.handlers[instr.handler];
    return handler.lasti && fn.instrs[handler.target.value].loc.line >= 0;
  }

  uint32_t handlerBlock(uint32_t handler) const { return cfg.blockOf[fn.handlers[handler].target.value].value; }

  uint32_t here() const { return uint32_t(out.fn.instrs.size()); }

  void emit(const Instr &instr, Origin origin) {
    out.fn.instrs.push_back(instr);
    out.origins.push_back(origin);
  }

  /// The instructions [first, end) of the input, as they are.
  void emitRange(uint32_t first, uint32_t end) {
    out.fn.instrs.append(fn.instrs.begin() + first, fn.instrs.begin() + end);
    size_t at = out.origins.size();
    out.origins.resize_for_overwrite(at + (end - first));
    for (uint32_t i = first; i < end; ++i)
      out.origins[at++] = {i, {}};
  }

  void emitNew(uint8_t op, uint32_t arg, const Instr &like, EdgeId edge = {}) {
    Instr instr;
    instr.op = op;
    instr.arg = arg;
    instr.unit = like.unit;
    instr.loc = like.loc;
    emit(instr, {Origin::kInserted, edge});
  }

  void emitProbe(ProbeId probe, const Instr &like) { emitTest(fn.constCount + probe.value, like); }

  /// Asks a constant for its truth value.
  void emitTest(uint32_t constant, const Instr &like) {
    emitNew(dialect.loadConst, constant, like); // [.., probe]
    if (dialect.probeForm == ProbeForm::LoadJump) {
      emitNew(dialect.popJumpIfFalse, 0, like); // [..]
      out.fn.instrs.back().target = InstrId{here()};
      return;
    }
    emitNew(dialect.toBool, 0, like); // [.., False]
    emitNew(dialect.popTop, 0, like); // [..]
  }

  /// [.., (lasti), exc] -> the same, with the raise recorded. Pad 0 looks at the
  /// exception that is being handled, the others at lasti. Where that is no object
  /// they look for it on the frame's stack, two below themselves.
  void emitPad(uint32_t pad, const Instr &like) {
    uint32_t constant = fn.constCount + plan.probeCount() + pad;
    if (pad && dialect.tagsLasti)
      return emitTest(constant, like); // [.., lasti, exc]
    if (pad) {
      emitNew(dialect.loadConst, constant, like);          // [.., lasti, exc, pad]
      emitNew(dialect.copy, 3, like);                      // [.., lasti, exc, pad, lasti]
      emitNew(dialect.binaryOp, Dialect::kMultiply, like); // [.., lasti, exc, False]
      emitNew(dialect.popTop, 0, like);                    // [.., lasti, exc]
      return;
    }
    // No SWAP: for `frame.f_lineno = n` CPython models the stack, and forgets what lies ten deep there
    // (Objects/frameobject.c, stack_swap).
    emitNew(dialect.copy, 1, like);        // [.., exc, exc]
    emitNew(dialect.pushExcInfo, 0, like); // [.., exc, previous, exc]
    emitTest(constant, like);              // [.., exc, previous, exc]
    emitNew(dialect.popTop, 0, like);      // [.., exc, previous]
    emitNew(dialect.popExcept, 0, like);   // [.., exc]
  }

  ProbeId probeAt(uint32_t edge, Slot slot) const {
    return cfg.edges[edge].slot == slot ? plan.probeOf[edge] : ProbeId();
  }

  /// generator.throw() of 3.11 moves a frame right before SEND's target. The instruction there
  /// is said to raise what comes out of the delegate, so it has to be that of the original.
  bool isThrownTo(uint32_t number) const {
    return dialect.throwMovesFrame && llvm::any_of(cfg.blocks[number].in, [&](uint32_t edge) {
             const BlockId from = cfg.edges[edge].from;
             return from.valid() && !cfg.blocks[from.value].empty() &&
                    fn.instrs[cfg.blocks[from.value].last()].op == dialect.send;
           });
  }

  void emitBlock(uint32_t number) {
    const Block &block = cfg.blocks[number];
    bool fallenInto = cfg.isFallenInto(number);
    // Nobody falls into what stands in front of this block: it falls into the block itself.
    if (fallenInto || number == 0 || isThrownTo(number))
      deferred.push_back(number);
    else
      emitStretches(number, /*fallThrough=*/true);

    blockLabel[number] = here();
    if (plan.mode == Mode::Hits)
      return emitClean(number);
    ProbeId headProbe, lastProbe, afterProbe;
    for (uint32_t edge : block.in)
      for (Slot slot : {Slot::Head, Slot::Arrival})
        if (ProbeId probe = probeAt(edge, slot); probe.valid())
          headProbe = probe;
    for (uint32_t edge : block.out) {
      if (ProbeId probe = probeAt(edge, Slot::BeforeTerminator); probe.valid())
        lastProbe = probe;
      if (ProbeId probe = probeAt(edge, Slot::AfterSource); probe.valid())
        afterProbe = probe;
      if (ProbeId probe = probeAt(edge, Slot::AfterSend); probe.valid())
        afterProbe = probe;
    }
    const Instr &like = block.empty() ? fn.instrs[block.first] : fn.instrs[block.last()];
    // The RESUME of the prologue starts no line (Python/instrumentation.c, initialize_lines), so no probe behind it
    // may start its line.
    const bool prologue = !block.empty() && block.last() == prologueEnd && block.end < fn.instrs.size();
    const Instr &behind = prologue ? fn.instrs[block.end] : like;
    uint32_t next = block.first;
    if (headProbe.valid()) {
      emitRange(next, block.head);
      next = block.head;
      emitProbe(headProbe, next < block.end ? fn.instrs[next] : behind);
    }
    if (lastProbe.valid()) {
      assert(next < block.end && "the head lies behind the terminator");
      emitRange(next, block.last());
      next = block.last();
      emitProbe(lastProbe, like);
    }
    emitRange(next, block.end);
    if (!afterProbe.valid())
      return;
    emitProbe(afterProbe, behind);
    if (dialect.throwMovesFrame && like.op == dialect.send) {
      // generator.throw() reads the SEND right before YIELD_VALUE. This one is never run.
      //   Before: SEND T; YIELD_VALUE   After: SEND T; LOAD_CONST p; POP_JUMP_IF_FALSE Y; SEND T; Y: YIELD_VALUE
      out.fn.instrs.back().target = InstrId{here() + 1};
      emit(like, {Origin::kInserted, {}});
    }
  }

  /// The block as it was, with room where a site has none.
  void emitClean(uint32_t number) {
    const Block &block = cfg.blocks[number];
    for (uint32_t i = block.first;; ++i) {
      while (nextSite < sites.size() && sites[nextSite].block == number && sites[nextSite].first <= i) {
        const ProbeSite &site = sites[nextSite];
        if (site.kind == ProbeSite::Kind::Anchor) {
          anchorOf[nextSite] = here();
          emitNew(dialect.nop, site.wide ? 0x100 : 0, fn.instrs[std::min(i, uint32_t(fn.instrs.size()) - 1)]);
        }
        ++nextSite;
      }
      if (i == block.end)
        return;
      placeOf[i] = here();
      emit(fn.instrs[i], {i, {}});
    }
  }

  /// The probes of a site and a copy of what it displaces; then back to what
  /// follows. A jump's way on stands behind that, since jumps that test something
  /// go forward only:
  ///   S: probe; LOAD_FAST x; POP_JUMP_IF_TRUE H; probe; JUMP back   H: probe; JUMP L
  /// A jump that looked for signals still does, and before it is known to be taken:
  ///   P: probe; JUMP L   S: LOAD_FAST x; POP_JUMP_IF_TRUE H; JUMP back   H: JUMP_BACKWARD P
  void emitStub(uint32_t number) {
    const ProbeSite &site = sites[number];
    bool anchored = site.kind == ProbeSite::Kind::Anchor;
    const Instr *last = site.first < site.end ? &fn.instrs[site.end - 1] : nullptr;
    bool checks = last && last->target.valid() && dialect.info(last->op).flow == Flow::Next &&
                  dialect.info(last->op).jump == Jump::Backward;
    const uint32_t checked = here();
    uint32_t probesBefore = 0;
    if (checks && site.taken.valid()) {
      emitProbe(site.taken, *last);
      probesBefore = 1;
      emitNew(dialect.jumpBackwardNoInterrupt, 0, *last, jumpEdge(site.block));
      toBlock.push_back({here() - 1, cfg.enteredAt(last->target).value});
    }
    Inserted::PlacedSite placed{site.kind, site.wide, anchored ? anchorOf[number] : placeOf[site.first], here()};
    auto pass = [&](ProbeId probe, const Instr &like) {
      emitProbe(probe, like);
      out.siteOf[probe.value] = number;
      ++placed.probes;
    };
    if (probesBefore)
      out.siteOf[site.taken.value] = number;
    placed.probes = probesBefore;
    const Instr &like = fn.instrs[std::min(site.first, uint32_t(fn.instrs.size()) - 1)];
    uint32_t jump = ~0u; // of a copy that may jump
    if (site.kind == ProbeSite::Kind::Retargeted) {
      jump = 0;
    } else {
      bool probed = !site.probes.empty() && site.probes.front().before == site.first;
      if (dialect.unwindsFromBefore && !probed && last)
        emitNew(dialect.nop, 0, like); // see fillStubs
      for (uint32_t i = site.first; i <= site.end; ++i) {
        for (const ProbeSite::Probe &probe : site.probes)
          if (probe.before == i)
            pass(probe.probe, i < site.end ? fn.instrs[i] : like);
        if (i == site.end)
          break;
        jump = here();
        emit(fn.instrs[i], {i, {}, /*copied=*/true});
      }
      const OpcodeInfo *info = last ? &dialect.info(last->op) : nullptr;
      if (info && info->flow == Flow::Goto) {
        if (info->jump == Jump::Forward)
          out.fn.instrs.back().op = dialect.jumpBackwardNoInterrupt;
        toBlock.push_back({here() - 1, cfg.enteredAt(last->target).value});
        out.sites.push_back(placed);
        return;
      }
      if (!info || info->flow == Flow::Next) {
        emitNew(dialect.jumpBackwardNoInterrupt, 0, last ? *last : like);
        out.fn.instrs.back().target =
            InstrId{(anchored && site.first == site.end ? anchorOf[number] : placeOf[site.end - 1]) + 1};
      }
      if (!info || !info->isJump) {
        out.sites.push_back(placed);
        return;
      }
      out.fn.instrs[jump].target = InstrId{here()};
      fixDirection(out.fn.instrs[jump], jump);
    }
    // The jump was taken.
    if (probesBefore) {
      emitNew(dialect.jumpBackward, 0, *last, jumpEdge(site.block));
      out.fn.instrs.back().target = InstrId{checked};
      out.sites.push_back(placed);
      return;
    }
    uint32_t target = cfg.enteredAt(last->target).value;
    const Block &block = cfg.blocks[target];
    uint32_t skipped = 0;
    if (last->op == dialect.forIter && dialect.endFor && fn.instrs[block.first].op == dialect.endFor)
      for (; block.first + skipped < block.head; ++skipped)
        emit(fn.instrs[block.first + skipped], {block.first + skipped, {}, true}); // FOR_ITER may skip them unseen
    if (site.taken.valid())
      pass(site.taken, *last);
    emitNew(checks ? dialect.jumpBackward : dialect.jumpBackwardNoInterrupt, 0, *last, jumpEdge(site.block));
    if (skipped)
      out.fn.instrs.back().target = InstrId{placeOf[block.first + skipped - 1] + 1};
    else
      toBlock.push_back({here() - 1, target});
    out.sites.push_back(placed);
  }

  EdgeId jumpEdge(uint32_t block) const {
    for (uint32_t edge : cfg.blocks[block].out)
      if (cfg.edges[edge].kind == EdgeKind::Jump)
        return EdgeId{edge};
    return {};
  }

  void emitStretches(uint32_t number, bool fallThrough) {
    const Stretches &beside = stretches[number];
    size_t left = beside.trampolines.size() + (beside.rethrowPad ? 1 : 0) + (beside.pad ? 1 : 0);
    auto goOn = [&](const Instr &like, uint8_t backward, EdgeId edge) {
      if (--left == 0 && fallThrough)
        return;
      emitNew(fallThrough ? dialect.jumpForward : backward, 0, like, edge);
      toBlock.push_back({here() - 1, number});
    };
    for (uint32_t edge : beside.trampolines) {
      const Instr &jump = fn.instrs[cfg.blocks[cfg.edges[edge].from.value].last()];
      trampolineLabel[edge] = here();
      emitProbe(plan.probeOf[edge], jump);
      // A jump that checked for signals before still does.
      bool checks = dialect.info(jump.op).jump == Jump::Backward;
      goOn(jump, checks ? dialect.jumpBackward : dialect.jumpBackwardNoInterrupt, EdgeId{edge});
    }
    Instr handler = fn.instrs[cfg.blocks[number].first];
    // Since 3.12 END_ASYNC_FOR starts no line, so nothing in front of it may.
    if (handler.op == dialect.endAsyncFor && dialect.minor >= 12)
      handler.loc = Location();
    if (beside.rethrowPad) {
      stretches[number].rethrowLabel = here();
      emitPad(beside.rethrowPad, handler);
      goOn(handler, dialect.jumpBackwardNoInterrupt, {});
    }
    if (beside.pad) {
      stretches[number].padLabel = here();
      emitPad(0, handler);
      goOn(handler, dialect.jumpBackwardNoInterrupt, {});
    }
  }

  void emitDeferred() {
    for (uint32_t number : deferred)
      emitStretches(number, /*fallThrough=*/false);
  }

  void emitCatchAll() {
    catchAllLabel = here();
    if (!needsCatchAll)
      return;
    Instr nowhere;
    emitPad(0, nowhere);
    emitNew(dialect.reraise, 1, nowhere); // restores lasti, goes on unwinding
  }

  void linkJump(uint32_t i, const Origin &origin) {
    Instr &instr = out.fn.instrs[i];
    bool neverRun = origin.inserted() && instr.op == dialect.send;
    if (!neverRun && (origin.inserted() || origin.copied))
      return;
    uint32_t label = blockLabel[cfg.enteredAt(instr.target).value];
    if (!origin.inserted() && plan.mode == Mode::Counts) {
      EdgeId edge = jumpEdge(cfg.blockOf[origin.instr].value);
      if (edge.valid() && trampolineLabel[edge.value] != kNoLabel)
        label = trampolineLabel[edge.value];
    }
    instr.target = InstrId{label};
    fixDirection(instr, i);
  }

  /// 3.11 has conditional jumps for both directions; a trampoline stands after its jump.
  void fixDirection(Instr &instr, uint32_t at) {
    const OpcodeInfo &info = dialect.info(instr.op);
    bool backward = instr.target.value <= at;
    if (backward != (info.jump == Jump::Backward) && info.opposite)
      instr.op = info.opposite;
  }

  /// Handlers of the output, by how those of the input are entered.
  enum Entrance : uint8_t { Direct, Pad, RethrowPad, kEntrances };

  /// The handler of the output that stands for `original` of the input, or for what
  /// catches all that has none.
  uint32_t handlerIndex(uint32_t original, Entrance entrance) {
    uint32_t &index = handlerIds[original == kNoHandler ? 0 : 1 + kEntrances * original + entrance];
    if (index != kNoHandler)
      return index;
    index = uint32_t(out.fn.handlers.size());
    if (original == kNoHandler) {
      out.fn.handlers.push_back({InstrId{catchAllLabel}, 0, true});
      out.padPlaces.push_back({InstrId{catchAllLabel}, InstrId()});
      return index;
    }
    Handler handler = fn.handlers[original];
    uint32_t block = handlerBlock(original);
    handler.target = InstrId{entrance == Pad          ? stretches[block].padLabel
                             : entrance == RethrowPad ? stretches[block].rethrowLabel
                                                      : blockLabel[block]};
    out.fn.handlers.push_back(handler);
    if (entrance == Pad)
      out.padPlaces.push_back({handler.target, InstrId{blockLabel[block]}});
    return index;
  }

  /// Lets jumps and handlers of the output point at its own instructions.
  void link() {
    handlerIds.assign(1 + kEntrances * fn.handlers.size(), kNoHandler);
    out.fn.handlers.reserve(fn.handlers.size() + 1);
    const llvm::ArrayRef<Origin> origins = out.origins;
    Instr *const instrs = out.fn.instrs.data();
    for (uint32_t i = 0; i < origins.size(); ++i) {
      const Origin &origin = origins[i];
      Instr &instr = instrs[i];
      if (instr.target.valid())
        linkJump(i, origin);
      if (!origin.inserted()) {
        instr.handler = handlerOf(origin.instr);
        continue;
      }
      if (gaps.empty() || gaps.back().second != i)
        gaps.push_back({i, i});
      gaps.back().second = i + 1;
      // Only the jump of a trampoline may raise (a signal handler runs there).
      instr.handler =
          origin.edge.valid() ? handlerOf(cfg.blocks[cfg.edges[origin.edge.value].from.value].last()) : kNoHandler;
    }
    for (auto [instr, block] : toBlock)
      instrs[instr].target = InstrId{blockLabel[block]};
    if (plan.mode == Mode::Hits)
      fillStubs();
    if (!out.fn.handlers.empty())
      fillGaps();
  }

  /// The handler in the output of an instruction of the input.
  uint32_t handlerOf(uint32_t source) {
    const uint32_t original = fn.instrs[source].handler;
    if (isCovered(source))
      return handlerIndex(original, Pad);
    if (original != kNoHandler)
      return handlerIndex(original, needsRethrowPad(source) ? RethrowPad : Direct);
    return kNoHandler;
  }

  /// What stands before a copy has its handler: where the interpreter looks for one
  /// in front of a call, that is where it would find the call's own.
  void fillStubs() {
    for (size_t site = out.sites.size(); site-- > 0;) {
      uint32_t end = site + 1 < out.sites.size() ? out.sites[site + 1].stub : catchAllLabel;
      uint32_t handler = kNoHandler;
      for (uint32_t i = std::min(end, here()); i-- > out.sites[site].stub;) {
        if (!out.origins[i].inserted())
          handler = out.fn.instrs[i].handler;
        else if (out.fn.instrs[i].handler == kNoHandler)
          out.fn.instrs[i].handler = handler;
      }
    }
  }

  /// Whether its handler may be looked up with the unit in front of it, and found there.
  bool isFoundFromBefore(uint32_t i) const {
    return dialect.unwindsFromBefore && i > prologueEnd && infoOf(i).mayRaise && isCovered(i) &&
           fn.instrs[i - 1].handler == fn.instrs[i].handler;
  }

  /// Where the block begins that instruction `i` of the output, one of the input's, is in. What
  /// stands in front is not of the block: there the interpreter looks up a handler when a
  /// jump backward has found a signal.
  uint32_t labelAround(uint32_t i) const { return blockLabel[cfg.blockOf[out.origins[i].instr].value]; }

  /// Whether an inserted instruction belongs to a probe, or is the anchor of a site.
  bool isOfProbe(uint32_t i) const {
    const uint8_t op = out.fn.instrs[i].op;
    if (op == dialect.nop)
      return true;
    if (dialect.probeForm == ProbeForm::LoadToBool)
      i -= op == dialect.popTop ? 2 : op == dialect.toBool ? 1 : 0;
    else
      i -= op == dialect.popJumpIfFalse ? 1 : 0;
    const uint32_t constant = out.fn.instrs[i].arg - fn.constCount; // wraps for the original's
    return out.origins[i].inserted() && out.fn.instrs[i].op == dialect.loadConst && constant < plan.probeCount();
  }

  /// Inserted instructions raise nothing: between two of the same handler they
  /// belong to its range, so that a probe does not cut an exception entry in two.
  /// Where a line begins with a probe, a trace function may raise: it finds the
  /// handler of what follows in the block. Where the interpreter looks a handler up in front of a call, what stands
  /// there has the call's.
  void fillGaps() {
    const llvm::MutableArrayRef<Instr> instrs = out.fn.instrs;
    for (auto [first, last] : gaps) {
      for (uint32_t i = std::max(first, 1u), end; i < last; i = end + 1) {
        for (end = i; end < last && instrs[end].handler == kNoHandler;)
          ++end;
        if (end < instrs.size() && instrs[i - 1].handler == instrs[end].handler)
          for (uint32_t k = i; k < end; ++k)
            instrs[k].handler = instrs[end].handler;
      }
      for (uint32_t i = last; last < instrs.size() && i-- > std::max(first, labelAround(last)) && isOfProbe(i);)
        instrs[i].handler = instrs[last].handler;
      if (last < instrs.size() && instrs[last - 1].handler == kNoHandler && isFoundFromBefore(out.origins[last].instr))
        instrs[last - 1].handler = instrs[last].handler;
    }
  }

  const Function &fn;
  const Cfg &cfg;
  const ProbePlan &plan;
  const Dialect &dialect;
  Inserted out;

  static constexpr uint32_t kNoLabel = ~0u;

  uint32_t prologueEnd = 0; ///< the first RESUME
  llvm::SmallVector<Stretches, 16> stretches;
  llvm::SmallVector<uint32_t, 64> blockLabel;
  llvm::SmallVector<uint32_t, 4> deferred; ///< blocks whose stretches go to the end
  llvm::SmallVector<std::pair<uint32_t, uint32_t>, 4> toBlock;
  llvm::SmallVector<uint32_t, 128> trampolineLabel;          ///< of each edge; kNoLabel: it has none
  llvm::SmallVector<std::pair<uint32_t, uint32_t>, 64> gaps; ///< [first, end) of inserted instructions
  llvm::SmallVector<uint32_t, 32> handlerIds;                ///< see handlerIndex
  bool needsCatchAll = false;
  uint32_t catchAllLabel = 0;

  // Mode::Hits.
  llvm::SmallVector<ProbeSite, 0> sites;
  uint32_t nextSite = 0;                   ///< to be met in the body
  llvm::SmallVector<uint32_t, 0> anchorOf; ///< of each site
  llvm::SmallVector<uint32_t, 0> placeOf;  ///< of each instruction of the input
};

} // namespace

Inserted insert(const Function &fn, const Cfg &cfg, const ProbePlan &plan, const Dialect &dialect, Inserted room) {
  return Inserter(fn, cfg, plan, dialect, std::move(room)).run();
}

} // namespace blockcov
