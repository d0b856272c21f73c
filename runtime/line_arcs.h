//===- line_arcs.h - consecutive line events of a frame ---------*- C++ -*-===//
//
// An arc is two consecutive line events of a frame. A transfer fires an event when
// its target's line differs from its source's or when it goes backward; the line of
// the last event is carried along the executed edges, until nothing new comes in.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "runtime/resolve.h"

#include <utility>
#include <vector>

namespace blockcov {

/// Two lines; a negative one is the entry to, or the exit from, the code object
/// that starts on that line.
using LineArc = std::pair<int32_t, int32_t>;

/// The executed arcs of a code object that was resolved with instructions and
/// edges: ascending, without duplicates. None if it was never called.
std::vector<LineArc> executedArcs(const CodeCounts &code, int32_t firstLine);

} // namespace blockcov
