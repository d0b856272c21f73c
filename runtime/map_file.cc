//===- map_file.cc --------------------------------------------------------===//
#include "runtime/map_file.h"

#include "instrument/pipeline.h"
#include "runtime/errors.h"
#include "runtime/hash.h"
#include "runtime/preamble.h"

#include "llvm/ADT/Twine.h"

#include <cstring>

namespace blockcov {

void encodeMap(llvm::StringRef payload, const Hash128 &hash, std::string &out) {
  MapHeader header{};
  header.preamble = {kMapMagic, kByteOrder, kFormatVersion, kCompilerVersion, sizeof(MapHeader)};
  header.payloadBytes = payload.size();
  header.payloadHigh = hash.high;
  header.payloadLow = hash.low;
  header.headerHash = hash64({reinterpret_cast<const char *>(&header), offsetof(MapHeader, headerHash)});
  out.append(reinterpret_cast<const char *>(&header), sizeof header);
  out.append(payload.data(), payload.size());
}

static llvm::Expected<MapHeader> parse(llvm::StringRef bytes, llvm::StringRef path) {
  Preamble preamble;
  if (bytes.size() < sizeof preamble)
    return damaged(path, bytes.size(), "the file ends in the preamble");
  std::memcpy(&preamble, bytes.data(), sizeof preamble);
  if (llvm::Error error = checkPreamble(preamble, kMapMagic, sizeof(MapHeader), "map", path))
    return std::move(error);
  MapHeader header;
  if (bytes.size() < sizeof header)
    return damaged(path, bytes.size(), "the file ends in the header");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (hash64(bytes.take_front(offsetof(MapHeader, headerHash))) != header.headerHash)
    return damaged(path, offsetof(MapHeader, headerHash), "the header's hash does not match");
  return header;
}

llvm::Expected<MapHeader> parseMapHeader(llvm::StringRef bytes, uint64_t offset, llvm::StringRef path) {
  llvm::Expected<MapHeader> header = parse(bytes, path);
  if (header)
    return header;
  return llvm::handleErrors(header.takeError(), [&](const DamagedFile &error) {
    return damaged(error.path, offset + error.offset, error.reason);
  });
}

size_t findMapMagic(llvm::StringRef bytes, size_t from) {
  return bytes.find({reinterpret_cast<const char *>(kMapMagic.data()), kMapMagic.size()}, from);
}

} // namespace blockcov
