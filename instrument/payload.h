//===- payload.h - what the payloads of data files are made of --*- C++ -*-===//
//
// Numbers are ULEB128; strings and byte ranges are a length and the bytes.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/LEB128.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <type_traits>

namespace blockcov {

/// Appends to `out`.
struct PayloadWriter {
  llvm::SmallVectorImpl<char> &out;

  void byte(uint8_t value) { out.push_back(char(value)); }
  void number(uint64_t value) {
    for (; value > 0x7f; value >>= 7)
      byte(uint8_t(value) | 0x80);
    byte(uint8_t(value));
  }
  void raw(llvm::StringRef bytes) { out.append(bytes.begin(), bytes.end()); }
  void text(llvm::StringRef bytes) {
    number(bytes.size());
    raw(bytes);
  }
  void bytes(llvm::ArrayRef<uint8_t> bytes) { text({reinterpret_cast<const char *>(bytes.data()), bytes.size()}); }
  /// As it lies in memory: for this machine.
  template <typename T> void array(const llvm::SmallVectorImpl<T> &values) {
    static_assert(std::has_unique_object_representations_v<T>, "no bytes of no meaning in files");
    text({reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T)});
  }
};

/// Takes a number off the front of `bytes`. Nothing, and `bytes` as they were, if it has no
/// end or does not fit.
inline std::optional<uint64_t> takeNumber(llvm::StringRef &bytes) {
  constexpr size_t kMost = 10; // bytes; LLVM shifts by 64 and more behind that
  unsigned length = 0;
  const char *error = nullptr;
  const uint64_t value =
      llvm::decodeULEB128(bytes.bytes_begin(), &length, bytes.bytes_begin() + std::min(bytes.size(), kMost), &error);
  if (error)
    return std::nullopt;
  bytes = bytes.drop_front(length);
  return value;
}

/// Reads with every length checked; after the first fault all reads give zero
/// and `fault` says where it was.
struct PayloadReader {
  llvm::StringRef bytes;
  size_t at = 0;
  const char *fault = nullptr;

  bool need(size_t count, const char *what) {
    if (fault || bytes.size() - at < count) {
      if (!fault)
        fault = what;
      return false;
    }
    return true;
  }
  uint8_t byte() { return need(1, "ends too early") ? uint8_t(bytes[at++]) : 0; }
  uint64_t number(uint64_t limit) {
    if (fault)
      return 0;
    llvm::StringRef left = bytes.drop_front(at);
    const std::optional<uint64_t> value = takeNumber(left);
    if (!value || *value > limit) {
      fault = value ? "has a number out of range" : "has a malformed number";
      return 0;
    }
    at = bytes.size() - left.size();
    return *value;
  }
  llvm::StringRef text() {
    uint64_t size = number(UINT32_MAX);
    if (!need(size, "has a length beyond its end"))
      return {};
    llvm::StringRef found = bytes.substr(at, size);
    at += size;
    return found;
  }
  llvm::ArrayRef<uint8_t> range() {
    llvm::StringRef found = text();
    return {reinterpret_cast<const uint8_t *>(found.data()), found.size()};
  }
  template <typename T> void array(llvm::SmallVectorImpl<T> &values) {
    llvm::StringRef found = text();
    if (found.size() % sizeof(T) != 0 && !fault)
      fault = "has a part of a value";
    if (fault)
      return;
    values.resize_for_overwrite(found.size() / sizeof(T));
    if (!found.empty())
      std::memcpy(values.data(), found.data(), found.size());
  }
};

} // namespace blockcov
