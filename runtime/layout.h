//===- layout.h - the on-disk formats, for writer and reader ---*- C++ -*-===//
//
// A *shard* holds the counters of one process (or, merged, of many), a *map*
// describes one unit, *code* is what became of one. docs/data-format.md shows
// them with worked bytes.
//
//   shard:  ShardHeader, then records, 16-byte aligned, up to one of kind 0
//             CountersRecord, counters      one for each unit
//             LossRecord                    one for each (unit, code, place, kind)
//             IdsRecord, ids                merged shards: whose counts are inside
//   maps:   EntryHeader, payload (encodeUnit), EntryHeader, payload, ..
//   code:   EntryHeader, payload (encodeCompiled), ..
//   contexts: ContextsHeader, then records, 16-byte aligned, each written once
//             Name, Unit                    numbered, each kind in file order
//             Segment                       what was counted while a set of contexts was active
//             Active                        the set from there on
//
// All numbers are little-endian. What never changes after it was written is
// guarded by a hash; what changes while the process counts (counters, state) is
// a single aligned word each, so that a reader sees the old or the new value.
//
//===----------------------------------------------------------------------===//
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace blockcov {

inline constexpr uint16_t kFormatVersion = 1;

/// Reads as another number on a machine of the other endianness.
inline constexpr uint32_t kByteOrder = 0x01020304;

/// Like PNG's: a byte above 127, CR LF, ^Z and LF break visibly in transit as text.
using Magic = std::array<uint8_t, 8>;
inline constexpr Magic kShardMagic = {0x89, 'B', 'C', 'S', '\r', '\n', 0x1a, '\n'};
inline constexpr Magic kMapMagic = {0x89, 'B', 'C', 'M', '\r', '\n', 0x1a, '\n'};
inline constexpr Magic kContextsMagic = {0x89, 'B', 'C', 'C', '\r', '\n', 0x1a, '\n'};
inline constexpr Magic kCodeMagic = {0x89, 'B', 'C', 'K', '\r', '\n', 0x1a, '\n'};

/// Names a process; random.
using ShardId = std::array<uint8_t, 16>;

/// What the first bytes of all formats say.
struct Preamble {
  Magic magic;
  uint32_t byteOrder;
  uint16_t formatVersion;
  uint16_t compilerVersion;
  uint32_t headerBytes; ///< where records or payload begin
};
static_assert(sizeof(Preamble) == 20 && alignof(Preamble) == 4);

enum class ShardKind : uint32_t { Process = 1, Merged = 2 };

/// The values are words of text, far apart, so that a flipped bit shows.
enum class ShardState : uint32_t {
  Open = 0x4e45504f,   ///< "OPEN": the process counts, or was killed
  Closed = 0x454e4f44, ///< "DONE": running frames are recorded; it may still count
  Sealed = 0x4c414553, ///< "SEAL": final; bodyEnd and bodyHash hold
};

struct ShardHeader {
  Preamble preamble;
  uint32_t pid;
  uint64_t startTime; ///< nanoseconds since 1970
  ShardId id;
  ShardKind kind;
  uint32_t continues;  ///< 1: begun at a snapshot, which is what readers want while the process runs
  uint64_t staticHash; ///< hash64 of the bytes before it

  // Changes while the process lives; each field is one aligned store.
  ShardState state;
  uint32_t incomplete;               ///< errno of the first count that found no room, or 0
  uint64_t allocated;                ///< guardedSize(): the file is at least this long
  uint64_t bodyEnd;                  ///< Sealed: end of the last record
  uint64_t bodyHash;                 ///< Sealed: hash64 of [headerBytes, bodyEnd), seeded with bodySeed()
  uint64_t contexts;                 ///< guardedWord(end of what is whole in its contexts file); 0: there is none
  uint32_t contextsLost;             ///< errno of the first switch of contexts that could not be written, or 0
  uint32_t reserved2;                ///< zero
  std::array<uint64_t, 2> reserved1; ///< zero
};
static_assert(offsetof(ShardHeader, staticHash) == 56);
static_assert(offsetof(ShardHeader, state) == 64);
static_assert(offsetof(ShardHeader, allocated) == 72);
static_assert(sizeof(ShardHeader) == 128);
static_assert(std::is_trivially_copyable_v<ShardHeader>);

inline constexpr uint32_t kRecordAlign = 16;
inline constexpr uint32_t kMaxRecordBytes = 0x7ffffff0;

/// Behind counters and in front of the next header: then those of two records are
/// never in the same 64 bytes, a cache line, which two threads would contend for.
inline constexpr uint32_t kApartBytes = 32;

enum class RecordKind : uint32_t {
  End = 0,               ///< no record here (yet)
  Counters = 0x52544e43, ///< "CNTR"
  Loss = 0x53534f4c,     ///< "LOSS"
  Ids = 0x20534449,      ///< "IDS "
  // In contexts files.
  Name = 0x454d414e,    ///< "NAME"
  Unit = 0x54494e55,    ///< "UNIT"
  Segment = 0x4d474553, ///< "SEGM"
  Active = 0x20574f4e,  ///< "NOW "
};

/// `kind` is stored last, with release order: a record that can be seen is whole.
struct RecordHeader {
  RecordKind kind;
  uint32_t check; ///< low half of hash64 of the static bytes after it; see recordCheck()
  uint32_t bytes; ///< of the whole record, a multiple of kRecordAlign
  uint32_t count; ///< Counters: how many; Loss: LossKind; Ids: how many
};
static_assert(sizeof(RecordHeader) == 16);

/// Followed by `header.count` 64-bit counters and zeros up to `header.bytes`: less
/// than kRecordAlign, or kApartBytes more.
struct CountersRecord {
  RecordHeader header;
  uint64_t mapHigh, mapLow; ///< the map's hash
};
static_assert(sizeof(CountersRecord) == 32);

struct LossRecord {
  RecordHeader header;
  uint32_t owner;     ///< which counters record, from 0 in file order
  uint32_t code;      ///< index in the unit
  uint32_t unit;      ///< of the instruction, in 16-bit units of the rewritten code
  uint32_t reserved0; ///< zero
  uint64_t count;
  uint64_t reserved1; ///< zero
};
static_assert(sizeof(LossRecord) == 48 && offsetof(LossRecord, count) == 32);

/// Followed by `header.count` ShardIds, ascending.
struct IdsRecord {
  RecordHeader header;
};

/// Bytes of a record, from its start, that never change once it is published.
/// `check` guards those after itself.
inline constexpr uint32_t kCountersStaticBytes = sizeof(CountersRecord);
inline constexpr uint32_t kLossStaticBytes = offsetof(LossRecord, count);

struct EntryHeader {
  Preamble preamble;
  uint32_t reserved0;         ///< zero
  uint64_t payloadBytes;      ///< right after the header
  uint64_t nameHigh, nameLow; ///< hash128: of a map's payload, or of what code was compiled from
  uint64_t payloadHash;       ///< code: hash64 of the payload; maps: zero, their name says it
  uint64_t headerHash;        ///< hash64 of the bytes before it
};
static_assert(sizeof(EntryHeader) == 64 && offsetof(EntryHeader, headerHash) == 56);

/// Names the shard whose counts the file divides among contexts. Every record's
/// check guards all of it; `count` is: Name: bytes of the name, which follows.
/// Unit: counters; the map's hash follows, high and low. Segment, Active: bytes of
/// what follows (runtime/contexts_file.h).
struct ContextsHeader {
  Preamble preamble;
  ShardKind kind; ///< of the shard; says what the losses of segments are
  ShardId id;
  std::array<uint64_t, 2> reserved0; ///< zero
  uint64_t headerHash;               ///< hash64 of the bytes before it
};
static_assert(sizeof(ContextsHeader) == 64 && offsetof(ContextsHeader, headerHash) == 56);

/// Sizes of shard files are multiples of this.
inline constexpr uint64_t kSizeUnit = 4096;

inline constexpr uint32_t recordBytes(uint64_t bytes) {
  return static_cast<uint32_t>((bytes + kRecordAlign - 1) / kRecordAlign * kRecordAlign);
}

} // namespace blockcov
