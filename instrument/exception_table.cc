//===- exception_table.cc - co_exceptiontable -----------------------------===//

#include "instrument/exception_table.h"
#include "instrument/error.h"

namespace blockcov {

llvm::Expected<llvm::SmallVector<ExceptionEntry, 0>> decodeExceptionTable(llvm::ArrayRef<uint8_t> table,
                                                                          uint32_t unitCount) {
  llvm::SmallVector<ExceptionEntry, 0> entries;
  ByteReader in{table};
  uint32_t previousEnd = 0;
  while (!in.done()) {
    size_t number = entries.size();
    auto start = in.bigVarint();
    auto size = in.bigVarint();
    auto target = in.bigVarint();
    auto depthAndLasti = in.bigVarint();
    if (!start || !size || !target || !depthAndLasti)
      return makeError("exception entry %zu is cut off at byte %zu", number, in.at);
    uint64_t end = uint64_t(*start) + *size;
    if (*start < previousEnd)
      return makeError("exception entry %zu starts at unit %u, the one before it ends at %u", number, *start,
                       previousEnd);
    if (end > unitCount)
      return makeError("exception entry %zu ends at unit %llu, the code has %u", number,
                       static_cast<unsigned long long>(end), unitCount);
    if (*target >= unitCount)
      return makeError("exception entry %zu is handled at unit %u, the code has %u", number, *target, unitCount);
    previousEnd = uint32_t(end);
    entries.push_back({*start, uint32_t(end), *target, *depthAndLasti >> 1, (*depthAndLasti & 1) != 0});
  }
  return entries;
}

void encodeExceptionTable(llvm::ArrayRef<ExceptionEntry> entries, ByteBuffer &out) {
  appendBytes(out, entries.size() * 4 * kMostVarintBytes, [&](uint8_t *at) {
    for (const ExceptionEntry &entry : entries) {
      at = putBigVarint(at, entry.start, 0x80);
      at = putBigVarint(at, entry.end - entry.start, 0);
      at = putBigVarint(at, entry.target, 0);
      at = putBigVarint(at, entry.depth << 1 | (entry.lasti ? 1 : 0), 0);
    }
    return at;
  });
}

} // namespace blockcov
