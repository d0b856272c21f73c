//===- dump.cc - every stage as text --------------------------------------===//

#include "instrument/dump.h"

#include "llvm/ADT/GraphTraits.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/iterator_range.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/GraphWriter.h"
#include "llvm/Support/raw_ostream.h"

namespace blockcov {

namespace {

const char *kindText(EdgeKind kind) {
  static const char *const names[] = {"entry", "fall", "jump", "return", "suspend", "throw", "moved"};
  return names[size_t(kind)];
}

const char *slotText(Slot slot) {
  static const char *const names[] = {"none",       "head",   "before terminator", "after source", "trampoline",
                                      "after send", "arrival"};
  return names[size_t(slot)];
}

std::string operandText(const Instr &instr, const Dialect &dialect) {
  if (dialect.info(instr.op).isJump)
    return "-> " + std::to_string(instr.target.value);
  return std::to_string(instr.arg);
}

/// "   12  LOAD_CONST            3              7:4-7:9"
void writeInstr(llvm::raw_ostream &out, uint32_t number, const Instr &instr, const Dialect &dialect) {
  out << llvm::format("%5u  %-30s %-10s", number, dialect.info(instr.op).name, operandText(instr, dialect).c_str());
  if (instr.loc.line < 0)
    out << "-";
  else
    out << instr.loc.line << ':' << instr.loc.column << '-' << instr.loc.endLine << ':' << instr.loc.endColumn;
}

std::string blockText(BlockId block) { return block.valid() ? "B" + std::to_string(block.value) : "exit"; }

} // namespace

std::string dumpFunction(const Function &fn, const Dialect &dialect) {
  std::string text;
  llvm::raw_string_ostream out(text);
  for (uint32_t i = 0; i < fn.instrs.size(); ++i) {
    writeInstr(out, i, fn.instrs[i], dialect);
    if (fn.instrs[i].handler != kNoHandler) {
      const Handler &handler = fn.handlers[fn.instrs[i].handler];
      out << "  ! " << handler.target.value << " depth " << handler.depth << (handler.lasti ? " lasti" : "");
    }
    out << '\n';
  }
  return out.str();
}

std::string dumpBlocks(const Compiled &code, const Dialect &dialect) {
  std::string text;
  llvm::raw_string_ostream out(text);
  for (uint32_t number = 0; number < code.cfg.blocks.size(); ++number) {
    const Block &block = code.cfg.blocks[number];
    out << 'B' << number << (block.isHandler ? " handler" : "") << " depth " << block.loopDepth << '\n';
    for (uint32_t i = block.first; i < block.end; ++i) {
      writeInstr(out, i, code.fn.instrs[i], dialect);
      out << '\n';
    }
    for (uint32_t number : block.out) {
      const Edge &edge = code.cfg.edges[number];
      out << "       e" << number << ' ' << kindText(edge.kind) << " -> " << blockText(edge.to);
      if (ProbeId probe = code.plan.probeOf[number]; probe.valid())
        out << "  probe " << probe.value << ' ' << slotText(edge.slot);
      out << '\n';
    }
  }
  return out.str();
}

/// What leads from an instruction to its stub as long as probes wait there.
static std::string sitesAt(const Compiled &code, uint32_t instr) {
  std::string text;
  for (size_t k = 0; k < code.inserted.sites.size(); ++k) {
    const Inserted::PlacedSite &site = code.inserted.sites[k];
    if (site.at != instr)
      continue;
    text += "               " + std::to_string(2 * code.assembled.bytes.sites[k].unit) + " -> " +
            std::to_string(2 * code.assembled.unitOf[site.stub]);
    text += site.kind == ProbeSite::Kind::Retargeted ? " if it jumps, until its probe has fired\n"
                                                     : " until its probes have fired\n";
  }
  return text;
}

llvm::Expected<std::string> dumpSideBySide(const CodeView &view, const Dialect &dialect, Mode mode) {
  auto code = compile(view, dialect, mode);
  if (!code)
    return code.takeError();
  std::string text;
  llvm::raw_string_ostream out(text);
  const Function &after = code->inserted.fn;
  for (uint32_t i = 0; i < after.instrs.size(); ++i) {
    Origin origin = code->inserted.origins[i];
    const Instr &instr = after.instrs[i];
    if (std::string sites = sitesAt(*code, i); !sites.empty())
      out << sites;
    if (origin.inserted())
      out << "             + ";
    else if (origin.copied)
      out << "             = ";
    else
      out << llvm::format("%12u   ", 2 * code->fn.instrs[origin.instr].unit);
    out << llvm::format("%6u ", 2 * code->assembled.unitOf[i]);
    std::string operand = std::to_string(instr.arg);
    if (instr.op == dialect.loadConst && instr.arg >= view.constCount) {
      uint32_t probe = instr.arg - view.constCount;
      operand = probe < code->plan.edgeOf.size() ? "probe " + std::to_string(probe) : "pad";
    } else if (dialect.info(instr.op).isJump) {
      operand = "-> " + std::to_string(2 * code->assembled.unitOf[instr.target.value]);
    }
    out << llvm::format("%-30s %-12s", dialect.info(instr.op).name, operand.c_str());
    if (instr.loc.line >= 0)
      out << " line " << instr.loc.line;
    if (instr.handler != kNoHandler)
      out << "  ! " << 2 * code->assembled.unitOf[after.handlers[instr.handler].target.value];
    out << '\n';
  }
  return out.str();
}

llvm::Expected<std::string> dumpMap(const CodeView &view, const Dialect &dialect, Mode mode) {
  auto code = compile(view, dialect, mode);
  if (!code)
    return code.takeError();
  std::string text;
  llvm::raw_string_ostream out(text);
  out << view.qualname << ", line " << view.firstLine << ": " << code->cfg.blocks.size() << " blocks, "
      << code->cfg.edges.size() << " edges, " << code->plan.edgeOf.size() << " counters\n";
  for (uint32_t probe = 0; probe < code->plan.edgeOf.size(); ++probe) {
    EdgeId number = code->plan.edgeOf[probe];
    if (number == EdgeId()) {
      for (uint32_t block = 0; block < code->cfg.blocks.size(); ++block)
        if (code->plan.completionOf[block] == ProbeId{probe})
          out << "counter " << probe << ": B" << block << " up to its suspension\n";
      continue;
    }
    const Edge &edge = code->cfg.edges[number.value];
    out << "counter " << probe << ": " << blockText(edge.from) << " -> " << blockText(edge.to) << " ("
        << kindText(edge.kind) << ", " << slotText(edge.slot) << ")\n";
  }
  out << dumpBlocks(*code, dialect);
  return out.str();
}

} // namespace blockcov

//===----------------------------------------------------------------------===//
// Graphviz through LLVM's GraphWriter
//===----------------------------------------------------------------------===//

namespace {

struct DotGraph;

/// A block, or the exit node behind the last block.
struct DotNode {
  const DotGraph *graph;
  uint32_t block;
  std::vector<const DotNode *> successors;
  std::vector<uint32_t> edges; ///< parallel to successors
};

struct DotGraph {
  const blockcov::Compiled &code;
  const blockcov::Dialect &dialect;
  std::string name;
  std::vector<DotNode> nodes;

  DotGraph(const blockcov::Compiled &code, const blockcov::Dialect &dialect, std::string name)
      : code(code), dialect(dialect), name(std::move(name)) {
    uint32_t count = uint32_t(code.cfg.blocks.size());
    for (uint32_t block = 0; block <= count; ++block)
      nodes.push_back({this, block, {}, {}});
    for (uint32_t block = 0; block < count; ++block)
      for (uint32_t edge : code.cfg.blocks[block].out) {
        blockcov::BlockId to = code.cfg.edges[edge].to;
        nodes[block].successors.push_back(&nodes[to.valid() ? to.value : count]);
        nodes[block].edges.push_back(edge);
      }
  }
};

} // namespace

namespace llvm {

template <> struct GraphTraits<const DotGraph *> {
  using NodeRef = const DotNode *;
  using ChildIteratorType = std::vector<const DotNode *>::const_iterator;
  struct nodes_iterator : std::vector<DotNode>::const_iterator {
    explicit nodes_iterator(std::vector<DotNode>::const_iterator at) : std::vector<DotNode>::const_iterator(at) {}
    const DotNode *operator*() const { return &std::vector<DotNode>::const_iterator::operator*(); }
  };
  static NodeRef getEntryNode(const DotGraph *graph) { return &graph->nodes.front(); }
  static ChildIteratorType child_begin(NodeRef node) { return node->successors.begin(); }
  static ChildIteratorType child_end(NodeRef node) { return node->successors.end(); }
  static nodes_iterator nodes_begin(const DotGraph *graph) { return nodes_iterator(graph->nodes.begin()); }
  static nodes_iterator nodes_end(const DotGraph *graph) { return nodes_iterator(graph->nodes.end()); }
};

template <> struct DOTGraphTraits<const DotGraph *> : DefaultDOTGraphTraits {
  explicit DOTGraphTraits(bool simple = false) : DefaultDOTGraphTraits(simple) {}
  static std::string getGraphName(const DotGraph *graph) { return graph->name; }
  std::string getNodeLabel(const DotNode *node, const DotGraph *graph) {
    const auto &blocks = graph->code.cfg.blocks;
    if (node->block == blocks.size())
      return "exit";
    const blockcov::Block &block = blocks[node->block];
    std::string label = "B" + std::to_string(node->block) + (block.isHandler ? " handler" : "");
    for (uint32_t i = block.first; i < block.end; ++i) {
      const blockcov::Instr &instr = graph->code.fn.instrs[i];
      label += "\n" + std::to_string(2 * instr.unit) + " " + graph->dialect.info(instr.op).name;
      if (instr.loc.line >= 0)
        label += " (" + std::to_string(instr.loc.line) + ")";
    }
    return label;
  }
  static std::string getEdgeAttributes(const DotNode *node, GraphTraits<const DotGraph *>::ChildIteratorType child,
                                       const DotGraph *graph) {
    uint32_t edge = node->edges[size_t(child - node->successors.begin())];
    std::string label = blockcov::kindText(graph->code.cfg.edges[edge].kind);
    blockcov::ProbeId probe = graph->code.plan.probeOf[edge];
    if (!probe.valid())
      return "label=\"" + label + "\"";
    return "label=\"" + label + " #" + std::to_string(probe.value) + "\",style=bold";
  }
};

} // namespace llvm

namespace blockcov {

llvm::Expected<std::string> dumpCfg(const CodeView &view, const Dialect &dialect, Mode mode) {
  auto code = compile(view, dialect, mode);
  if (!code)
    return code.takeError();
  std::string text;
  llvm::raw_string_ostream out(text);
  DotGraph graph(*code, dialect, view.qualname.str());
  const DotGraph *pointer = &graph;
  llvm::WriteGraph(out, pointer, /*ShortNames=*/false, graph.name);
  return out.str();
}

} // namespace blockcov
