//===- check.h - what has to hold for any input -----------------*- C++ -*-===//
#pragma once

#include <cstdio>
#include <cstdlib>

namespace blockcov::fuzz {

/// Ends the process, as a crash does, unless `holds`: in every kind of build.
inline void check(bool holds, const char *what) {
  if (holds)
    return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

} // namespace blockcov::fuzz
