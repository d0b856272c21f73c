//===- map_index.cc -------------------------------------------------------===//
#include "runtime/map_index.h"

#include "runtime/errors.h"
#include "runtime/file_ops.h"
#include "runtime/hash.h"
#include "runtime/map_file.h"
#include "runtime/shard_reader.h"

#include "llvm/ADT/Twine.h"

#include <cerrno>

namespace blockcov {

void MapIndex::load() const {
  for (const std::string &directory : directories_) {
    int error = 0;
    for (const std::string &path : filesIn(directory, {kMapEntries.suffix}, &error))
      addFile(path);
    if (error)
      unnamed_.push_back(llvm::toString(ioError(directory, "read", error)));
  }
}

void MapIndex::addFile(const std::string &path) const {
  const uint64_t hole = firstHole(path);
  auto buffer = readWholeFile(path, hole);
  if (!buffer) {
    unnamed_.push_back(llvm::toString(buffer.takeError()));
    return;
  }
  const llvm::StringRef bytes = (*buffer)->getBuffer();
  files_.push_back(std::move(*buffer));
  if (bytes.empty())
    unnamed_.push_back(llvm::toString(damaged(path, 0, "the file is empty")));
  for (size_t at = 0; at < bytes.size();) {
    llvm::Expected<EntryHeader> header = parseEntryHeader(kMapEntries, bytes.drop_front(at), at, path);
    if (!header) {
      unnamed_.push_back(llvm::toString(header.takeError()));
      at = findMapMagic(bytes, at + 1); // npos, the largest of all, if there is none
      continue;
    }
    const Hash128 hash = entryName(*header);
    const size_t start = at + sizeof(EntryHeader);
    const llvm::StringRef payload = bytes.substr(start, header->payloadBytes);
    if (payload.size() == header->payloadBytes && hash128(payload) == hash) {
      maps_.insert({hash, {payload, files_.back()->getBufferIdentifier()}});
      at = start + payload.size();
      continue;
    }
    llvm::Error error = payload.size() == header->payloadBytes
                            ? damaged(path, start, "the payload's hash does not match")
                            : damaged(path, bytes.size(),
                                      "the file ends in a payload of " + llvm::Twine(header->payloadBytes) + " bytes");
    damages_.insert({hash, llvm::toString(std::move(error)) + ": map " + hash.text()});
    at = findMapMagic(bytes, start);
  }
}

llvm::Expected<MapView> MapIndex::find(const Hash128 &hash) const {
  std::call_once(loaded_, [this] { load(); });
  auto found = maps_.find(hash);
  if (found != maps_.end())
    return found->second;
  std::string reason;
  if (auto known = damages_.find(hash); known != damages_.end())
    reason = known->second;
  else if (!unnamed_.empty())
    reason = unnamed_.front() + ": perhaps map " + hash.text();
  if (!reason.empty())
    return llvm::createStringError(std::make_error_code(std::errc::illegal_byte_sequence), reason.c_str());
  return ioError(directories_.empty() ? "maps" : directories_.front(), "find map " + hash.text(), ENOENT);
}

} // namespace blockcov
