//===- walk.h - a slow, obviously right interpreter of control flow -*- C++ -*-//
//
// A *walk* is what one frame does in the original code: which instructions it
// executes, and how it leaves each of them. Walks are drawn at random: branches
// go either way, instructions raise, frames are suspended for good, stand still
// when the counts are read, or have been running before counting began.
//
// `replay` runs the same walk through the bytes of the rewritten code, unit by
// unit, and keeps the probes' counters and the landing pads' loss cells as the
// runtime would. What the original did is the truth that solveFlow must find.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/pipeline.h"
#include "runtime/resolve.h"

#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

namespace blockcov::test {

/// How a frame leaves an instruction.
enum class Act : uint8_t {
  Next,    ///< to the one after it; of a suspension: is resumed
  Jump,    ///< to its target
  Leave,   ///< returns
  Suspend, ///< is suspended and never resumed
  Raise,   ///< with an exception of its own, which a landing pad is to see
  Throw,   ///< RAISE_VARARGS and what re-raises: no landing pad is to see it
  Moved,   ///< 3.11: throw() moves it from YIELD_VALUE to the target of the SEND before it
  Stop,    ///< is still there when the counts are read
  Kill,    ///< the process is killed while it is there: nobody records that
};

struct Step {
  uint32_t instr;
  Act act;
  uint32_t variant; ///< picks among the ways in which the interpreter may do or report this
};

/// How a frame begins.
enum class Start : uint8_t {
  Call,     ///< at instruction 0
  Standing, ///< at its first step's instruction when counting began; recorded as LossKind::Started
  Resumed,  ///< from the suspension that is its first step, which took place before counting began
};

struct Walk {
  Start start = Start::Call;
  std::vector<Step> steps;
};

/// Edges by last instruction of the source, first of the target (-1: leaves), kind.
using EdgeKey = std::tuple<int64_t, int64_t, EdgeKind>;

/// What walks did in the original code.
struct Truth {
  explicit Truth(size_t instrs) : instrs(instrs), raised(instrs), lost(instrs) {}

  std::vector<uint64_t> instrs, raised;
  std::vector<int64_t> lost;
  std::map<EdgeKey, int64_t> edges; ///< negative where suspended frames of another process were resumed
  std::map<std::pair<uint32_t, uint32_t>, uint64_t> rethrows; ///< where from, which handler
  std::vector<uint32_t> killedAt;                             ///< of each killed walk: its last instruction
  uint64_t calls = 0;

  void add(const Function &fn, const Dialect &dialect, const Walk &walk);
};

/// What the runtime would have recorded.
struct Recorded {
  std::vector<uint64_t> counters;
  std::map<std::pair<uint32_t, LossKind>, uint64_t> losses; ///< by unit
  // Mode::Hits: the code object as it is by now.
  std::vector<uint8_t> live;
  std::vector<uint32_t> waiting; ///< of each site: probes that have not fired

  std::vector<Loss> lossCells() const;
};

/// `raises`, `stops` and `kills` are chances in a thousand for each instruction. A walk that reaches `limit` steps
/// stops where a frame may be found. One that is `plain` begins with a call, and raises or stops only at what may
/// raise.
struct WalkOptions {
  unsigned raises = 30, stops = 5;
  size_t limit = 200;
  bool plain = false;
  unsigned kills = 0;
};

/// The YIELD_VALUE whose RESUME an exception is said to come from; any other instruction: itself.
uint32_t thrownInto(const Function &fn, const Dialect &dialect, uint32_t from);

Walk randomWalk(const Function &fn, const Dialect &dialect, std::mt19937 &random, const WalkOptions &options);

/// The text of the first disagreement, empty if the rewritten code did what the walk says.
std::string replay(const Compiled &code, const Dialect &dialect, const Walk &walk, Recorded &recorded);

/// Solves and compares with the truth: the text of the first difference, or nothing.
std::string compareFlow(const Compiled &code, const Dialect &dialect, const Truth &truth, const Recorded &recorded);

} // namespace blockcov::test
