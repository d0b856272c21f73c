//===- mode.h - what a program is measured for ------------------*- C++ -*-===//
#pragma once

#include <cstdint>

namespace blockcov {

enum class Mode : uint8_t {
  Counts = 0, ///< how often: probes count for ever
  Hits = 1,   ///< whether: a probe is passed once, then it takes itself out of the way
  Kept = 2,   ///< whether, where the code must not change while it runs: the plan of Counts
};

} // namespace blockcov
