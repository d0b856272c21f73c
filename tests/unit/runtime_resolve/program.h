//===- program.h - random functions of a small instruction set --*- C++ -*-===//
#pragma once

#include "tests/unit/instrument/code_builder.h"

#include <random>

namespace blockcov::test {

/// A function of about `statements` statements whose control flow is legal for the dialect, though no compiler would
/// have made it: jumps in all directions, handlers anywhere, loops over iterators, delegation, generators.
CodeBuilder randomProgram(const Dialect &dialect, std::mt19937 &random, uint32_t statements);

} // namespace blockcov::test
