//===- varint.h - the two variable-length integers of code objects -*- C++ -*-//
//
// Six bits a byte. Objects/locations.md and Objects/exception_handling_notes.txt
// of CPython: the location table is little-endian with a continuation bit 0x40;
// the exception table is big-endian with 0x40 and marks the first byte of an
// entry with 0x80.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <optional>

namespace blockcov {

using ByteBuffer = llvm::SmallVectorImpl<uint8_t>;

/// Reads bytes with the position kept; nullopt at the end or when a value does
/// not fit 32 bits.
struct ByteReader {
  llvm::ArrayRef<uint8_t> bytes;
  size_t at = 0;

  bool done() const { return at >= bytes.size(); }
  std::optional<uint8_t> byte() {
    if (done())
      return std::nullopt;
    return bytes[at++];
  }

  /// Little-endian groups, as in the location table.
  std::optional<uint32_t> littleVarint() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 36; shift += 6) {
      std::optional<uint8_t> next = byte();
      if (!next)
        return std::nullopt;
      value |= uint64_t(*next & 63) << shift;
      if (!(*next & 64))
        return value <= UINT32_MAX ? std::optional<uint32_t>(uint32_t(value)) : std::nullopt;
    }
    return std::nullopt;
  }

  /// The sign is the lowest bit.
  std::optional<int32_t> signedLittleVarint() {
    std::optional<uint32_t> raw = littleVarint();
    if (!raw)
      return std::nullopt;
    int32_t magnitude = int32_t(*raw >> 1);
    return *raw & 1 ? -magnitude : magnitude;
  }

  /// Big-endian groups, as in the exception table. Bit 0x80 is not looked at.
  std::optional<uint32_t> bigVarint() {
    uint64_t value = 0;
    for (unsigned count = 0; count < 6; ++count) {
      std::optional<uint8_t> next = byte();
      if (!next)
        return std::nullopt;
      value = value << 6 | (*next & 63);
      if (!(*next & 64))
        return value <= UINT32_MAX ? std::optional<uint32_t>(uint32_t(value)) : std::nullopt;
    }
    return std::nullopt;
  }
};

/// The most bytes that a value takes.
inline constexpr size_t kMostVarintBytes = 6;

/// These write to `at`, where there is room enough, and give the place behind.
inline uint8_t *putLittleVarint(uint8_t *at, uint32_t value) {
  while (value >= 64) {
    *at++ = uint8_t(value & 63) | 64;
    value >>= 6;
  }
  *at++ = uint8_t(value);
  return at;
}

inline uint8_t *putSignedLittleVarint(uint8_t *at, int32_t value) {
  return putLittleVarint(at, value < 0 ? uint32_t(-int64_t(value)) << 1 | 1 : uint32_t(value) << 1);
}

/// `mark` is 0x80 for the first value of an exception entry, else 0.
inline uint8_t *putBigVarint(uint8_t *at, uint32_t value, uint8_t mark) {
  int shift = 0;
  while (shift < 30 && value >> (shift + 6))
    shift += 6;
  for (; shift > 0; shift -= 6, mark = 0)
    *at++ = uint8_t(value >> shift & 63) | 64 | mark;
  *at++ = uint8_t(value & 63) | mark;
  return at;
}

/// Appends what `put` writes, `most` bytes at most.
template <typename Put> void appendBytes(ByteBuffer &out, size_t most, Put put) {
  const size_t size = out.size();
  out.resize_for_overwrite(size + most);
  out.truncate(size_t(put(out.data() + size) - out.data()));
}

} // namespace blockcov
