//===- pad_bypass.h - past pads that have nothing more to tell --*- C++ -*-===//
//
// Mode::Hits asks of each instruction whether it has raised, not how often. Once
// a landing pad has recorded one, exceptions from there may go straight to where
// they went in the original: to its handler, or out of the frame.
//
// The interpreter looks for a handler with the unit before the next instruction:
// any unit of the one that raised, and (Dialect::unwindsFromBefore) the last unit
// of the one before it. A unit is taken out of a pad's range once all that it may
// stand for have been recorded or cannot raise.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/code_view.h"
#include "instrument/dialect/dialect.h"
#include "instrument/varint.h"

#include <optional>

namespace blockcov {

/// The pads of one rewritten code object.
class PadBypass {
public:
  explicit PadBypass(llvm::ArrayRef<PadPlace> places) : places(places.begin(), places.end()) {}

  /// Whether recorded() may have something to say of `unit`.
  bool isNew(uint32_t unit) const;

  /// The pad has recorded a raise at `unit`. `code` are the code object's units as
  /// they are now, without specialisation and with caches zero, `table` its exception
  /// table. Gives the table to take from now on; nothing if it stays as it is.
  std::optional<llvm::SmallVector<uint8_t, 0>> recorded(uint32_t unit, llvm::ArrayRef<uint8_t> code,
                                                        llvm::ArrayRef<uint8_t> table, const Dialect &dialect);

private:
  llvm::SmallVector<PadPlace, 2> places;
  llvm::SmallVector<uint32_t, 2> units; ///< recorded ones
};

} // namespace blockcov
