//===- map_file.h - coverage maps as entries of a file ----------*- C++ -*-===//
#pragma once

#include "runtime/entry_file.h"

namespace blockcov {

/// An entry's payload is what encodeUnit() gives, its name the payload's hash128.
inline constexpr EntryKind kMapEntries = {kMapMagic, "map", ".map"};

/// Where the next map may begin, from `from` on; npos if nowhere.
inline size_t findMapMagic(llvm::StringRef bytes, size_t from) {
  return bytes.find({reinterpret_cast<const char *>(kMapMagic.data()), kMapMagic.size()}, from);
}

} // namespace blockcov
