//===- unit_code.cc - any bytes as the code of a unit ---------------------===//

#include "tests/fuzz/unit_code.h"

#include "instrument/coverage_map.h"
#include "instrument/dialect/dialect.h"
#include "instrument/pipeline.h"
#include "runtime/resolve.h"
#include "tests/fuzz/check.h"

#include <string>

namespace blockcov::fuzz {

namespace {

constexpr size_t kMostCode = 4096; ///< bytes in a unit: what takes time grows with them

/// Counts that contradict each other as often as not.
std::vector<uint64_t> someCounts(size_t count) {
  std::vector<uint64_t> counts(count);
  for (size_t index = 0; index != count; ++index)
    counts[index] = index * 0x9e3779b97f4a7c15 >> 61;
  return counts;
}

std::vector<Loss> someLosses(size_t code, const Rewritten &rewritten) {
  std::vector<Loss> losses;
  const auto units = static_cast<uint32_t>(rewritten.code.size() / 2);
  for (uint32_t unit = 0; unit < units; unit += 5)
    losses.push_back({static_cast<uint32_t>(code), unit, static_cast<LossKind>(1 + unit % 5), 1 + unit % 2});
  return losses;
}

} // namespace

void compileUnit(llvm::StringRef bytes) {
  llvm::Expected<Unit> unit = decodeUnit(bytes);
  if (!unit)
    return llvm::consumeError(unit.takeError());
  const Dialect *dialect = findDialect(unit->minor);
  size_t size = 0;
  for (const UnitCode &code : unit->codes)
    size += code.view.code.size();
  if (!dialect || size > kMostCode)
    return;
  for (Mode mode : {Mode(Mode::Counts), Mode(Mode::Hits), Mode(Mode::Counts, Placement::Blocks)}) {
    unit->mode = mode;
    std::vector<Loss> losses;
    for (size_t index = 0; index != unit->codes.size(); ++index) {
      UnitCode &code = unit->codes[index];
      code.refused = "";
      code.probeCount = 0;
      llvm::Expected<Rewritten> rewritten = rewrite(code.view, *dialect, mode);
      if (!rewritten) {
        check(!llvm::toString(rewritten.takeError()).empty(), "an error has a text");
        code.refused = "no";
        continue;
      }
      code.probeCount = rewritten->probeCount;
      for (const Loss &loss : someLosses(index, *rewritten))
        losses.push_back(loss);
    }
    const std::vector<uint64_t> counts = someCounts(unit->counterCount());
    for (llvm::ArrayRef<Loss> some : {llvm::ArrayRef<Loss>(), llvm::ArrayRef<Loss>(losses)}) {
      auto resolved = resolve(*unit, counts, some, ResolveFor::Detail);
      if (!resolved)
        check(!llvm::toString(resolved.takeError()).empty(), "an error has a text");
    }
  }
}

} // namespace blockcov::fuzz
