//===- map_file.h - one coverage map in a file ------------------*- C++ -*-===//
//
// A map file has any number of maps, each a MapHeader and its payload, one right
// after the other. Only the process that made the file adds to it.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/coverage_map.h"
#include "runtime/layout.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace blockcov {

/// Ends the names of map files.
inline constexpr const char *kMapSuffix = ".map";

/// Appends header and payload to `out`.
void encodeMap(llvm::StringRef payload, const Hash128 &hash, std::string &out);

/// Checks the header with which `bytes` begin. They stand at `offset` of the file
/// `path`, which errors name. The payload may go beyond the end of `bytes`.
llvm::Expected<MapHeader> parseMapHeader(llvm::StringRef bytes, uint64_t offset, llvm::StringRef path);

inline Hash128 mapHash(const MapHeader &header) { return {header.payloadHigh, header.payloadLow}; }

/// Where the next map may begin, from `from` on; npos if nowhere.
size_t findMapMagic(llvm::StringRef bytes, size_t from);

} // namespace blockcov
