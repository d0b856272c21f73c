//===- marshalled_unit.h - a unit as .pyc files hold it ---------*- C++ -*-===//
//
// importlib hands bytes to marshal.loads. Here the code objects in them are found
// and replaced without making any: what CPython unmarshals then is the rewritten
// unit, and no original is made to be copied.
//
// Objects that the bytes share (TYPE_REF) are shared in the result as well; what is
// rewritten is no longer what others refer to, so references are numbered anew.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "instrument/code_view.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"

#include <vector>

namespace blockcov {

/// Code objects in marshalled bytes, which must outlive this.
class MarshalledUnit {
public:
  struct Member {
    CodeView view;
    llvm::StringRef filename;
    int32_t parent = -1;
    uint32_t constantsOf = 0; ///< the first member that has the same tuple of constants, perhaps itself
  };

  /// Every length and reference is checked. Errors name the byte. What compile() never
  /// makes is an error, too: a code object that is shared, or is no direct constant of
  /// another one.
  static llvm::Expected<MarshalledUnit> parse(llvm::StringRef bytes);

  /// The root and, in pre-order over the constants, all that nest in it.
  const std::vector<Member> &members() const { return members_; }

  /// Appends the unit with code objects replaced: rewritten[i] takes the place of
  /// member i; None stands for each of its probes and pads, and for `more` further
  /// constants behind those.
  void splice(llvm::ArrayRef<Rewritten> rewritten, uint32_t more, llvm::SmallVectorImpl<char> &out) const;

private:
  friend class MarshalReader;
  friend class MarshalSplicer;
  static constexpr uint32_t kDeepest = 400; ///< nested objects; compile() gives up long before

  struct Object {
    uint32_t begin = 0, end = 0; ///< end 0: it has begun only
  };

  llvm::StringRef bytes_;
  std::vector<Member> members_;
  std::vector<Object> shared_; ///< by the number that references have
};

} // namespace blockcov
