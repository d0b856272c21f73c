//===- mode.h - what a program is measured for ------------------*- C++ -*-===//
#pragma once

#include <cstdint>

namespace blockcov {

/// Which edges have a probe of those whose counts would follow from others. Of hits, each
/// edge has one that does not follow at once, whatever the placement.
enum class Placement : uint8_t {
  Fewest = 0, ///< as few as determine all counts
  Blocks = 1, ///< one is passed on every way from a basic block to another
};

/// As the map of a unit names it: the plan follows from the code and from this.
struct Mode {
  enum Kind : uint8_t {
    Counts = 0, ///< how often: probes count for ever
    Hits = 1,   ///< whether: a probe is passed once, then it takes itself out of the way
    Kept = 2,   ///< whether, where the code must not change while it runs: the plan of Counts
  };

  Kind kind = Counts;
  Placement placement = Placement::Fewest;

  constexpr Mode(Kind kind = Counts, Placement placement = Placement::Fewest) : kind(kind), placement(placement) {}

  /// Whether counts are asked for, and not only hits.
  bool counts() const { return kind == Counts; }

  friend bool operator==(const Mode &, const Mode &) = default;
  friend bool operator==(const Mode &, Kind) = delete; // whoever asks for the kind says so
};

} // namespace blockcov
