//===- logical_lines.cc ---------------------------------------------------===//
#include "runtime/logical_lines.h"

#include "llvm/ADT/StringExtras.h"

namespace blockcov {

namespace {

class Scanner {
public:
  Scanner(llvm::StringRef source, bool nestedStrings) : source(source), nestedStrings(nestedStrings) {}

  std::optional<std::vector<LogicalLine>> run() {
    if (source.take_front(3) == "\xef\xbb\xbf")
      at = 3;
    while (at < source.size() && !failed)
      logicalLine();
    if (failed)
      return std::nullopt;
    return std::move(lines);
  }

private:
  char peek(size_t ahead = 0) const { return at + ahead < source.size() ? source[at + ahead] : '\0'; }

  void fail() {
    failed = true;
    at = source.size();
  }

  static bool isWord(char c) { return llvm::isAlnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
  static bool isQuote(char c) { return c == '"' || c == '\''; }

  void skipComment() {
    while (at < source.size() && source[at] != '\n')
      ++at;
  }

  /// Blank lines and comments, then one statement up to its end of line.
  void logicalLine() {
    uint32_t column = 0;
    for (;; ++at) {
      char c = peek();
      if (c == ' ')
        ++column;
      else if (c == '\t')
        column = (column / 8 + 1) * 8;
      else if (c == '\f')
        column = 0;
      else if (c == '#')
        skipComment(), --at;
      else if (c == '\n')
        ++line, column = 0;
      else
        break;
    }
    if (at >= source.size())
      return;
    if (peek() == '\\')
      return fail(); // the indentation is on another line
    LogicalLine &made = lines.emplace_back();
    made.first = line;
    indentTo(column);
    made.indent = int32_t(indents.size()) - 1;
    statement(made);
  }

  void indentTo(uint32_t column) {
    if (column > indents.back())
      indents.push_back(column);
    while (column < indents.back())
      indents.pop_back();
    if (column != indents.back())
      fail();
  }

  void statement(LogicalLine &made) {
    uint32_t depth = 0;
    wasFormatted = false;
    for (bool isFirst = true; at < source.size(); isFirst = false) {
      char c = peek();
      if (c == '\n') {
        ++at;
        if (depth == 0) {
          made.last = line++;
          return;
        }
        ++line;
        continue;
      }
      if (c == ':' && depth == 0) {
        if (peek(1) == '=') // :=
          ++at;
        else
          made.colons.push_back(line);
        ++at;
      } else {
        token(depth);
      }
      if (isFirst) // an f-string of many tokens ends where its opening quotes do
        made.firstTokenEnd = wasFormatted ? made.first : line;
    }
    fail(); // no end of line
  }

  /// One token, or blanks, or a continued line.
  void token(uint32_t &depth) {
    char c = peek();
    if (isWord(c)) {
      size_t begin = at;
      while (isWord(peek()))
        ++at;
      if (isQuote(peek()) && isPrefix(source.slice(begin, at)))
        string(source.slice(begin, at));
      return;
    }
    if (isQuote(c))
      return string("");
    if (c == '#')
      return skipComment();
    if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (c == ')' || c == ']' || c == '}') {
      if (depth == 0)
        return fail();
      --depth;
    } else if (c == '\\') {
      if (peek(1) != '\n')
        return fail();
      ++at, ++line;
    }
    ++at;
  }

  static bool isPrefix(llvm::StringRef word) {
    return word.size() <= 2 && word.find_first_not_of("bBfFrRtTuU") == llvm::StringRef::npos;
  }

  void string(llvm::StringRef prefix) {
    llvm::StringRef quotes = source.substr(at, 3);
    if (quotes != "\"\"\"" && quotes != "'''")
      quotes = source.substr(at, 1);
    at += quotes.size();
    bool raw = prefix.find_first_of("rR") != llvm::StringRef::npos;
    if (nestedStrings && prefix.find_first_of("fFtT") != llvm::StringRef::npos)
      return wasFormatted = true, formatted(quotes, raw, /*inSpec=*/false);
    while (at < source.size()) {
      if (source.substr(at, quotes.size()) == quotes) {
        at += quotes.size();
        return;
      }
      if (!literalChar(quotes))
        return;
    }
    fail();
  }

  /// One character of a literal, or one that a backslash escapes. False if there is none.
  bool literalChar(llvm::StringRef quotes) {
    if (peek() == '\\')
      ++at;
    else if (peek() == '\n' && quotes.size() == 1)
      return fail(), false;
    if (peek() == '\n')
      ++line;
    ++at;
    return true;
  }

  /// The literal part of an f-string up to its end; in a format specification up to the field's `}`.
  void formatted(llvm::StringRef quotes, bool raw, bool inSpec) {
    if (++nesting > 100)
      return fail();
    while (at < source.size()) {
      char c = peek();
      if (inSpec && c == '}') {
        --nesting;
        return;
      }
      if (source.substr(at, quotes.size()) == quotes) {
        if (inSpec)
          return fail();
        at += quotes.size();
        --nesting;
        return;
      }
      if (c == '{' && peek(1) == '{' && !inSpec) {
        at += 2;
      } else if (c == '{') {
        ++at;
        field(quotes, raw);
      } else if (c == '\\' && (peek(1) == '{' || peek(1) == '}')) {
        ++at; // escapes nothing
      } else if (c == '\\' && !raw && peek(1) == 'N' && peek(2) == '{') {
        while (at < source.size() && peek() != '}' && peek() != '\n')
          ++at;
      } else if (!literalChar(quotes)) {
        return;
      }
    }
    fail();
  }

  /// A replacement field, from behind its `{` to behind its `}`.
  void field(llvm::StringRef quotes, bool raw) {
    uint32_t depth = 0;
    while (at < source.size()) {
      char c = peek();
      if (c == '\n') {
        ++line, ++at;
      } else if (depth == 0 && c == '}') {
        ++at;
        return;
      } else if (depth == 0 && c == ':') {
        ++at;
        formatted(quotes, raw, /*inSpec=*/true);
      } else {
        token(depth);
      }
    }
    fail();
  }

  llvm::StringRef source;
  const bool nestedStrings;
  bool failed = false, wasFormatted = false;
  size_t at = 0;
  int32_t line = 1;
  uint32_t nesting = 0;
  llvm::SmallVector<uint32_t, 16> indents = {0};
  std::vector<LogicalLine> lines;
};

} // namespace

std::optional<std::vector<LogicalLine>> logicalLines(llvm::StringRef source, bool nestedStrings) {
  return Scanner(source, nestedStrings).run();
}

} // namespace blockcov
