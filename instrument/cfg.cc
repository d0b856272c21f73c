//===- cfg.cc - basic blocks and typed edges ------------------------------===//

#include "instrument/cfg.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/STLExtras.h"

namespace blockcov {

bool Cfg::isFallenInto(uint32_t block) const {
  for (uint32_t edge : blocks[block].in)
    if (edges[edge].kind == EdgeKind::Fall && edges[edge].from.value + 1 == block)
      return true;
  return false;
}

namespace {

class Builder {
public:
  Builder(const Function &fn, const Dialect &dialect, Placement placement, Cfg &&room)
      : fn(fn), dialect(dialect), placement(placement), cfg(std::move(room)) {
    cfg.blocks.clear();
    cfg.edges.clear();
    cfg.blockOf.clear();
  }

  Cfg run() {
    makeBlocks();
    addEdge({}, BlockId{0}, EdgeKind::Entry);
    for (uint32_t block = 0; block < cfg.blocks.size(); ++block)
      addEdgesOf(block);
    for (uint32_t block = 0; block < cfg.blocks.size(); ++block)
      placeHead(block);
    bool goesBack = false;
    for (Edge &edge : cfg.edges) {
      edge.slot = slotOf(edge);
      goesBack |= edge.from.valid() && edge.to.valid() && edge.to.value <= edge.from.value;
    }
    if (goesBack)
      findLoops();
    return std::move(cfg);
  }

private:
  const OpcodeInfo &infoOf(uint32_t instr) const { return dialect.info(fn.instrs[instr].op); }
  bool isOp(uint32_t instr, uint8_t op) const { return op && instr < fn.instrs.size() && fn.instrs[instr].op == op; }

  void makeBlocks() {
    const llvm::ArrayRef<Instr> instrs = fn.instrs;
    const uint32_t count = uint32_t(instrs.size());
    enum : uint8_t { Leader = 1, IsHandler = 2, Moved = 4 };
    llvm::SmallVector<uint8_t, 512> marks(count + 1, 0);
    uint8_t *const mark = marks.data();
    mark[0] = Leader;
    for (uint32_t i = 0; i < count; ++i) {
      const OpcodeInfo &info = dialect.info(instrs[i].op);
      if (!info.isJump && info.flow == Flow::Next)
        continue;
      mark[i + 1] |= Leader;
      if (!info.isJump)
        continue;
      // The frame may be moved to SEND's target by generator.throw(): see addEdgesOf.
      bool moved = dialect.throwMovesFrame && instrs[i].op == dialect.send;
      mark[instrs[i].target.value] |= moved ? Leader | Moved : Leader;
    }
    for (const Handler &h : fn.handlers)
      mark[h.target.value] |= Leader | IsHandler;

    uint32_t blocks = 0;
    for (uint32_t i = 0; i < count; ++i)
      blocks += (mark[i] & Leader) + (mark[i] & Moved ? 1 : 0);
    cfg.blocks.reserve(blocks);
    cfg.edges.reserve(2 * size_t(blocks) + 1);
    cfg.blockOf.resize_for_overwrite(count);
    for (uint32_t i = 0; i < count;) {
      // An empty block in front: the two ways into it cannot carry a probe, the one out of it can.
      if (mark[i] & Moved)
        openBlock(i, false);
      openBlock(i, mark[i] & IsHandler);
      const BlockId block{uint32_t(cfg.blocks.size() - 1)};
      do
        cfg.blockOf[i] = block;
      while (++i < count && !(mark[i] & Leader));
      cfg.blocks.back().end = i;
    }
  }

  void openBlock(uint32_t first, bool isHandler) {
    Block &block = cfg.blocks.emplace_back();
    block.first = block.end = block.head = first;
    block.isHandler = isHandler;
  }

  void addEdge(BlockId from, BlockId to, EdgeKind kind) {
    uint32_t edge = uint32_t(cfg.edges.size());
    cfg.edges.push_back({from, to, kind, Slot::None});
    if (from.valid())
      cfg.blocks[from.value].out.push_back(edge);
    if (to.valid())
      cfg.blocks[to.value].in.push_back(edge);
  }

  void addEdgesOf(uint32_t block) {
    BlockId self{block}, next{block + 1};
    if (cfg.blocks[block].empty()) {
      addEdge(self, next, EdgeKind::Fall);
      return;
    }
    uint32_t last = cfg.blocks[block].last();
    const Instr &instr = fn.instrs[last];
    const OpcodeInfo &info = dialect.info(instr.op);
    BlockId handler;
    if (instr.handler != kNoHandler)
      handler = cfg.enteredAt(fn.handlers[instr.handler].target);
    switch (info.flow) {
    case Flow::Next:
      addEdge(self, next, EdgeKind::Fall);
      if (info.isJump)
        addEdge(self, cfg.enteredAt(instr.target), EdgeKind::Jump);
      break;
    case Flow::Goto:
      addEdge(self, cfg.enteredAt(instr.target), EdgeKind::Jump);
      break;
    case Flow::Return:
      addEdge(self, {}, EdgeKind::Return);
      break;
    case Flow::Raise:
      addEdge(self, handler, EdgeKind::Throw);
      break;
    case Flow::Recheck:
      addEdge(self, next, EdgeKind::Fall);
      addEdge(self, handler, EdgeKind::Throw);
      break;
    case Flow::Yield:
      addEdge(self, next, EdgeKind::Fall);
      addEdge(self, {}, EdgeKind::Suspend);
      if (dialect.throwMovesFrame && last > 0 && isOp(last - 1, dialect.send))
        addEdge(self, cfg.enteredAt(fn.instrs[last - 1].target), EdgeKind::Moved);
      break;
    case Flow::Generator:
      addEdge(self, next, EdgeKind::Fall);
      addEdge(self, {}, EdgeKind::Suspend);
      break;
    }
  }

  /// A head probe must not part what the interpreter takes for adjacent: a
  /// suspension and its RESUME, FOR_ITER's target and END_FOR, SEND's and END_SEND
  /// (lines begin behind these), a branch and the
  /// NOT_TAKEN behind it (3.14: sys.monitoring takes what ran before that for the
  /// branch). The prologue before the first RESUME, or before RETURN_GENERATOR, runs
  /// in a frame that nobody may look at yet.
  void placeHead(uint32_t number) {
    Block &block = cfg.blocks[number];
    bool resumed = number == 0;
    for (uint32_t edge : block.in) {
      BlockId from = cfg.edges[edge].from;
      if (!from.valid() || cfg.blocks[from.value].empty())
        continue;
      const OpcodeInfo &info = infoOf(cfg.blocks[from.value].last());
      resumed |= info.flow == Flow::Yield || info.flow == Flow::Generator;
    }
    if (resumed) {
      if (!block.empty() && infoOf(block.last()).flow == Flow::Generator) {
        block.head = block.last();
        return;
      }
      for (uint32_t i = block.first; i < block.end; ++i)
        if (isOp(i, dialect.resume)) {
          block.head = i + 1;
          return;
        }
    }
    if (isOp(block.first, dialect.endFor))
      block.head = std::min(block.first + dialect.forEndLength, block.end);
    else if (isOp(block.first, dialect.notTaken) || (isOp(block.first, dialect.endSend) && endsDelegation(block)))
      block.head = block.first + 1;
  }

  Slot slotOf(const Edge &edge) const {
    if (edge.kind == EdgeKind::Suspend || edge.kind == EdgeKind::Moved)
      return Slot::None;
    if (!edge.from.valid())
      return cfg.blocks[0].in.size() == 1 && !cfg.blocks[0].isHandler ? Slot::Head : Slot::None;
    const Block &from = cfg.blocks[edge.from.value];
    uint32_t last = from.empty() ? 0 : from.last();
    if (!from.empty() && isOp(last, dialect.send))
      return edge.kind == EdgeKind::Fall ? Slot::AfterSend : slotOfEnd(edge);
    if (from.out.size() == 1 && !from.empty() && infoOf(last).flow != Flow::Next)
      return Slot::BeforeTerminator;
    if (edge.kind == EdgeKind::Throw)
      return Slot::None; // a second way out of an instruction that decides by itself
    const Block &to = cfg.blocks[edge.to.value];
    if (to.in.size() == 1 && !to.isHandler)
      return Slot::Head;
    if (edge.kind == EdgeKind::Fall) {
      bool suspends = !from.empty() && (infoOf(last).flow == Flow::Yield || infoOf(last).flow == Flow::Generator);
      return suspends ? Slot::None : Slot::AfterSource;
    }
    return isOp(to.first, dialect.endFor) ? Slot::None : Slot::Trampoline;
  }

  /// SEND's jump, the end of a delegation. A generator suspends many times before
  /// that. `await` often ends without a suspension, so there the fewest probes do
  /// without.
  Slot slotOfEnd(const Edge &edge) const {
    constexpr uint32_t kGenerator = 0x20; // CO_GENERATOR
    const Block &to = cfg.blocks[edge.to.value];
    if (!((fn.flags & kGenerator) || placement == Placement::Blocks) || !isOp(to.first, dialect.endSend) ||
        to.isHandler)
      return Slot::None;
    // The others come from CLEANUP_THROW.
    for (uint32_t in : to.in) {
      const Edge &other = cfg.edges[in];
      bool mine = &other == &edge;
      if (!mine && (endsInSend(other) || slotOf(other) == Slot::None))
        return Slot::None;
    }
    return to.in.size() == 1 ? Slot::Head : Slot::Arrival;
  }

  bool endsDelegation(const Block &block) const {
    return llvm::any_of(block.in, [&](uint32_t edge) { return endsInSend(cfg.edges[edge]); });
  }

  bool endsInSend(const Edge &edge) const {
    return edge.from.valid() && !cfg.blocks[edge.from.value].empty() &&
           isOp(cfg.blocks[edge.from.value].last(), dialect.send);
  }

  /// Loop depth from natural loops: a back edge leads to a block that is an
  /// ancestor in the depth-first search; its loop is what reaches its source
  /// without passing its target.
  void findLoops() {
    uint32_t count = uint32_t(cfg.blocks.size());
    enum : uint8_t { Unseen, Active, Done };
    llvm::SmallVector<uint8_t, 128> state(count, Unseen);
    llvm::SmallVector<std::pair<uint32_t, uint32_t>, 16> backEdges;
    struct Visit {
      uint32_t block, nextEdge;
    };
    llvm::SmallVector<Visit, 64> stack;
    auto search = [&](uint32_t root) {
      if (state[root] != Unseen)
        return;
      state[root] = Active;
      stack.push_back({root, 0});
      while (!stack.empty()) {
        auto &[block, nextEdge] = stack.back();
        const Block &here = cfg.blocks[block];
        if (nextEdge == here.out.size()) {
          state[block] = Done;
          stack.pop_back();
          continue;
        }
        BlockId to = cfg.edges[here.out[nextEdge++]].to;
        if (!to.valid())
          continue;
        if (state[to.value] == Active)
          backEdges.push_back({block, to.value});
        else if (state[to.value] == Unseen) {
          state[to.value] = Active;
          stack.push_back({to.value, 0});
        }
      }
    };
    search(0);
    for (uint32_t block = 0; block < count; ++block)
      search(block); // handlers, and what only they reach

    llvm::BitVector inLoop(count);
    llvm::SmallVector<uint32_t, 64> work;
    while (!backEdges.empty()) {
      // Loops with the same header are one loop.
      uint32_t header = backEdges.front().second;
      inLoop.reset();
      inLoop.set(header);
      for (auto [from, to] : backEdges)
        if (to == header && !inLoop.test(from)) {
          inLoop.set(from);
          work.push_back(from);
        }
      llvm::erase_if(backEdges, [&](auto &edge) { return edge.second == header; });
      while (!work.empty()) {
        uint32_t block = work.pop_back_val();
        for (uint32_t edge : cfg.blocks[block].in) {
          BlockId from = cfg.edges[edge].from;
          if (from.valid() && !inLoop.test(from.value)) {
            inLoop.set(from.value);
            work.push_back(from.value);
          }
        }
      }
      for (unsigned block : inLoop.set_bits())
        ++cfg.blocks[block].loopDepth;
    }
  }

  const Function &fn;
  const Dialect &dialect;
  const Placement placement;
  Cfg cfg;
};

} // namespace

Cfg buildCfg(const Function &fn, const Dialect &dialect, Placement placement, Cfg room) {
  return Builder(fn, dialect, placement, std::move(room)).run();
}

} // namespace blockcov
