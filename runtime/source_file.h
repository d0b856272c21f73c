//===- source_file.h - the hash of a source file ----------------*- C++ -*-===//
#pragma once

#include "instrument/prepared_unit.h"

#include <map>
#include <string>

namespace blockcov {

/// What a source file was like. All zero: it is no readable regular file.
struct SourceVersion {
  Hash128 hash;      ///< of its bytes
  SourceStamp stamp; ///< zero if it changed so lately that it may again without one
};

/// Hashes of source files. One is read again only if it looks changed.
class SourceFiles {
public:
  /// `known` is what another process found, or nothing.
  SourceVersion of(const std::string &path, const SourceVersion &known = {});

private:
  struct Read {
    SourceStamp stamp; ///< when it was read
    SourceVersion version;
  };
  std::map<std::string, Read> files_;
};

} // namespace blockcov
