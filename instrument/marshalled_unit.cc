//===- marshalled_unit.cc -------------------------------------------------===//
//
// Python/marshal.c, formats 4 and 5. A code object, CPython 3.11 to 3.15:
//
//   'c'  argcount  posonlyargcount  kwonlyargcount  stacksize  flags   (4 bytes each)
//        code  consts  names  localsplusnames  localspluskinds  filename  name  qualname
//        firstlineno (4 bytes)  linetable  exceptiontable
//
//===----------------------------------------------------------------------===//
#include "instrument/marshalled_unit.h"

#include "instrument/error.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/Endian.h"

#include <cstring>

namespace blockcov {

namespace {

constexpr uint8_t kShared = 0x80; ///< in the type byte: others may refer to it
constexpr uint32_t kNoNumber = ~0u;

/// What stands at one place: its type, and what is no object of its own in it.
struct Token {
  char type = 0;
  bool shared = false;
  uint32_t begin = 0;
  uint32_t text = 0, end = 0; ///< of a string's bytes; of the token
  uint32_t count = 0;         ///< objects that follow; of a reference the number
};

/// Reads tokens with every length checked; after the first fault all have no type.
class Scanner {
public:
  explicit Scanner(llvm::StringRef bytes) : bytes_(bytes) {}

  bool failed() const { return fault_; }
  const char *fault() const { return fault_; }
  uint32_t faultAt() const { return faultAt_; }
  void fail(const char *what, uint32_t at) {
    if (!fault_) {
      fault_ = what;
      faultAt_ = at;
    }
  }

  uint32_t number(uint32_t at) {
    if (fault_ || at > bytes_.size() || bytes_.size() - at < 4)
      return fail("ends too early", at), 0;
    return llvm::support::endian::read32le(bytes_.data() + at);
  }

  Token at(uint32_t begin) {
    Token token;
    token.begin = begin;
    if (fault_ || begin >= bytes_.size())
      return fail("ends too early", begin), token;
    token.type = char(uint8_t(bytes_[begin]) & ~kShared);
    token.shared = uint8_t(bytes_[begin]) & kShared;
    token.text = begin + 1;
    uint64_t length = 0;
    switch (token.type) {
    case 'N':
    case 'T':
    case 'F':
    case 'S':
    case '.':
      break;
    case 'i':
      length = 4;
      break;
    case 'g':
      length = 8;
      break;
    case 'y':
      length = 16;
      break;
    case 'l': {
      auto digits = int32_t(number(token.text));
      length = 4 + 2 * uint64_t(digits < 0 ? -int64_t(digits) : digits);
      break;
    }
    case 's':
    case 'u':
    case 't':
    case 'a':
    case 'A':
      length = number(token.text);
      token.text += 4;
      break;
    case 'z':
    case 'Z':
      if (token.text < bytes_.size())
        length = uint8_t(bytes_[token.text]);
      token.text += 1;
      break;
    case '(':
    case '>':
      token.count = number(token.text);
      length = 4;
      break;
    case ')':
      if (token.text < bytes_.size())
        token.count = uint8_t(bytes_[token.text]);
      length = 1;
      break;
    case ':':
      token.count = 3;
      break;
    case 'r':
      token.count = number(token.text);
      length = 4;
      break;
    case 'c':
      break; // its own reader goes on
    default:
      fail("has an object that code has not", begin);
    }
    const uint64_t end = token.text + length;
    if (end > bytes_.size())
      fail("ends too early", begin);
    if (fault_)
      token.type = 0;
    token.end = uint32_t(end);
    return token;
  }

private:
  llvm::StringRef bytes_;
  const char *fault_ = nullptr;
  uint32_t faultAt_ = 0;
};

bool isText(char type) { return type && std::strchr("utaAzZ", type); }
bool isTuple(char type) { return type == '(' || type == ')'; }

constexpr uint32_t kHeadBytes = 1 + 5 * 4; ///< of a code object, before its first field that is an object

} // namespace

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

class MarshalReader {
public:
  explicit MarshalReader(MarshalledUnit &unit) : unit(unit), scanner(unit.bytes_) {}

  llvm::Error read() {
    const uint32_t end = code(0, -1);
    if (!scanner.failed() && end != unit.bytes_.size())
      scanner.fail("is followed by something else", end);
    if (!scanner.failed())
      return llvm::Error::success();
    return makeError("marshalled code: %s, at byte %u of %zu", scanner.fault(), scanner.faultAt(), unit.bytes_.size());
  }

private:
  /// Where the code object that begins at `begin` ends.
  uint32_t code(uint32_t begin, int32_t parent) {
    const Token head = scanner.at(begin);
    if (head.type != 'c')
      scanner.fail("is no code object", begin);
    Nesting nesting(*this, begin);
    const auto index = int32_t(unit.members_.size());
    const uint32_t number = share(head);
    CodeView view;
    view.stackSize = scanner.number(begin + 13);
    view.flags = scanner.number(begin + 17);
    if (scanner.failed())
      return 0;
    unit.members_.emplace_back().parent = parent;
    uint32_t at = begin + kHeadBytes;
    view.code = bytes(at);
    uint32_t constantsOf = 0;
    view.constCount = constants(at, index, constantsOf);
    for (int skipped = 0; skipped != 3; ++skipped) // names, localsplusnames, localspluskinds
      at = object(at);
    const llvm::StringRef filename = text(at);
    view.name = text(at);
    view.qualname = text(at);
    view.firstLine = int32_t(scanner.number(at));
    at += 4;
    view.lineTable = bytes(at);
    view.exceptionTable = bytes(at);
    unit.members_[size_t(index)] = {view, filename, parent, constantsOf};
    finish(number, at);
    return at;
  }

  /// co_consts of a member: how many, the code objects among them being members, too.
  uint32_t constants(uint32_t &at, int32_t parent, uint32_t &constantsOf) {
    Token tuple = scanner.at(at);
    if (tuple.type == 'r') {
      at = tuple.end;
      tuple = referred(tuple);
      if (!isTuple(tuple.type))
        scanner.fail("has constants that are no tuple", tuple.begin);
      constantsOf = constantsAt.try_emplace(tuple.begin, uint32_t(parent)).first->second;
      return tuple.count;
    }
    if (!isTuple(tuple.type))
      scanner.fail("has constants that are no tuple", at);
    const uint32_t number = share(tuple);
    constantsOf = uint32_t(parent);
    if (tuple.shared)
      constantsAt.try_emplace(tuple.begin, constantsOf);
    at = tuple.end;
    for (uint32_t each = 0; each != tuple.count && !scanner.failed(); ++each)
      at = scanner.at(at).type == 'c' ? code(at, parent) : object(at);
    finish(number, at);
    return tuple.count;
  }

  /// Where the object ends; no code object is in it.
  uint32_t object(uint32_t begin) {
    const Token token = scanner.at(begin);
    if (token.type == 'c')
      scanner.fail("has a code object that is no constant", begin);
    if (token.type == 'r')
      return referred(token), token.end;
    Nesting nesting(*this, begin);
    const uint32_t number = share(token);
    uint32_t at = token.end;
    for (uint32_t each = 0; each != token.count && !scanner.failed(); ++each)
      at = object(at);
    finish(number, at);
    return at;
  }

  /// Where an object that was read before ends.
  uint32_t past(uint32_t begin) {
    const Token token = scanner.at(begin);
    if (token.type == 'c')
      scanner.fail("shares a code object", begin);
    if (token.type == 'r')
      return token.end;
    Nesting nesting(*this, begin);
    uint32_t at = token.end;
    for (uint32_t each = 0; each != token.count && !scanner.failed(); ++each)
      at = past(at);
    return at;
  }

  /// What a reference stands for.
  Token referred(const Token &reference) {
    if (reference.count >= unit.shared_.size() || unit.shared_[reference.count].end == 0) {
      scanner.fail("refers to what is not there yet", reference.begin);
      return Token();
    }
    const Token found = scanner.at(unit.shared_[reference.count].begin);
    if (found.type == 'c' || found.count != 0)
      past(found.begin); // which finds code objects
    return found;
  }

  /// A field that is an object of bytes, behind which `at` is then.
  Token simple(uint32_t &at) {
    Token token = scanner.at(at);
    at = token.end;
    if (token.type == 'r')
      return referred(token);
    if (token.count == 0 && token.type != 'c')
      finish(share(token), at);
    return token;
  }
  llvm::StringRef content(const Token &token) {
    return scanner.failed() ? llvm::StringRef() : unit.bytes_.slice(token.text, token.end);
  }
  llvm::StringRef text(uint32_t &at) {
    const Token token = simple(at);
    if (!isText(token.type))
      scanner.fail("has a name that is no text", token.begin);
    return content(token);
  }
  llvm::ArrayRef<uint8_t> bytes(uint32_t &at) {
    const Token token = simple(at);
    if (token.type != 's')
      scanner.fail("has a table that is no bytes", token.begin);
    const llvm::StringRef found = content(token);
    return {reinterpret_cast<const uint8_t *>(found.data()), found.size()};
  }

  uint32_t share(const Token &token) {
    if (!token.shared || scanner.failed())
      return kNoNumber;
    unit.shared_.push_back({token.begin, 0});
    return uint32_t(unit.shared_.size() - 1);
  }
  void finish(uint32_t number, uint32_t end) {
    if (number != kNoNumber)
      unit.shared_[number].end = end;
  }

  struct Nesting {
    Nesting(MarshalReader &reader, uint32_t at) : reader(reader) {
      if (++reader.depth > MarshalledUnit::kDeepest)
        reader.scanner.fail("is nested too deeply", at);
    }
    ~Nesting() { --reader.depth; }
    MarshalReader &reader;
  };

  MarshalledUnit &unit;
  Scanner scanner;
  llvm::DenseMap<uint32_t, uint32_t> constantsAt; ///< of shared tuples: whose they were first
  uint32_t depth = 0;
};

llvm::Expected<MarshalledUnit> MarshalledUnit::parse(llvm::StringRef bytes) {
  MarshalledUnit unit;
  if (bytes.size() > INT32_MAX)
    return makeError("marshalled code: %zu bytes are too many", bytes.size());
  unit.bytes_ = bytes;
  if (llvm::Error error = MarshalReader(unit).read())
    return std::move(error);
  return std::move(unit);
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

class MarshalSplicer {
public:
  MarshalSplicer(const MarshalledUnit &unit, llvm::ArrayRef<Rewritten> rewritten, uint32_t more,
                 llvm::SmallVectorImpl<char> &out)
      : unit(unit), rewritten(rewritten), more(more), out(out), scanner(unit.bytes_),
        numbers(unit.bytes_.size(), kNoNumber) {}

  void write() { code(0); }

private:
  // Before: 'c' ... stacksize ... code consts ... linetable exceptiontable
  // After:  the same, with those of the rewritten code object; the constants are a tuple of their own.
  uint32_t code(uint32_t begin) {
    const Rewritten &made = rewritten[member++];
    begins(scanner.at(begin), false);
    raw(begin + 1, begin + 13);
    number(made.stackSize);
    raw(begin + 17, begin + kHeadBytes);
    uint32_t at = replace(begin + kHeadBytes, made.code);
    at = constants(at, made.probeCount + made.padCount + more);
    for (int kept = 0; kept != 6; ++kept) // names to qualname
      at = object(at, false);
    raw(at, at + 4);
    at = replace(at + 4, made.lineTable);
    return replace(at, made.exceptionTable);
  }

  /// Who else refers to the old constants gets a tuple of the old ones; items are
  /// shared with that, and with those of other code objects that had the same tuple.
  uint32_t constants(uint32_t begin, uint32_t added) {
    Token tuple = scanner.at(begin);
    const bool refers = tuple.type == 'r';
    const uint32_t behind = tuple.end;
    if (refers)
      tuple = scanner.at(unit.shared_[tuple.count].begin);
    const uint64_t count = uint64_t(tuple.count) + added;
    out.push_back('(');
    number(uint32_t(count));
    uint32_t at = tuple.end;
    for (uint32_t each = 0; each != tuple.count; ++each)
      at = scanner.at(at).type == 'c' ? code(at) : object(at, refers || tuple.shared);
    out.append(added, 'N');
    return refers ? behind : at;
  }

  /// Where the object behind it begins in the original.
  uint32_t object(uint32_t begin, bool share) {
    const Token token = scanner.at(begin);
    if (token.type == 'r') {
      object(unit.shared_[token.count].begin, true);
      return token.end;
    }
    if (numbers[begin] != kNoNumber) {
      out.push_back('r');
      number(numbers[begin]);
      return past(token);
    }
    begins(token, share && token.end != begin + 1); // None and its like need no number
    raw(begin + 1, token.end);
    uint32_t at = token.end;
    for (uint32_t each = 0; each != token.count; ++each)
      at = object(at, false);
    return at;
  }

  uint32_t past(const Token &token) {
    uint32_t at = token.end;
    for (uint32_t each = 0; token.type != 'r' && each != token.count; ++each)
      at = past(scanner.at(at));
    return at;
  }

  /// In place of the bytes at `begin`; where those end.
  uint32_t replace(uint32_t begin, llvm::ArrayRef<uint8_t> bytes) {
    out.push_back('s');
    number(uint32_t(bytes.size()));
    out.append(bytes.begin(), bytes.end());
    return scanner.at(begin).end;
  }

  /// The type of what others may refer to from now on, if it was so or is to be.
  void begins(const Token &token, bool share) {
    const bool shared = share || token.shared;
    out.push_back(char(uint8_t(token.type) | (shared ? kShared : 0)));
    if (shared)
      numbers[token.begin] = next++;
  }

  void raw(uint32_t begin, uint32_t end) { out.append(unit.bytes_.begin() + begin, unit.bytes_.begin() + end); }
  void number(uint32_t value) {
    char bytes[4];
    llvm::support::endian::write32le(bytes, value);
    out.append(bytes, bytes + 4);
  }

  const MarshalledUnit &unit;
  const llvm::ArrayRef<Rewritten> rewritten;
  const uint32_t more;
  llvm::SmallVectorImpl<char> &out;
  Scanner scanner;
  std::vector<uint32_t> numbers; ///< in the result, of the object that began at each byte
  uint32_t next = 0;
  size_t member = 0;
};

void MarshalledUnit::splice(llvm::ArrayRef<Rewritten> rewritten, uint32_t more,
                            llvm::SmallVectorImpl<char> &out) const {
  out.reserve(out.size() + bytes_.size() * 3 / 2);
  MarshalSplicer(*this, rewritten, more, out).write();
}

} // namespace blockcov
