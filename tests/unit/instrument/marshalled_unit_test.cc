//===- marshalled_unit_test.cc --------------------------------------------===//

#include "instrument/marshalled_unit.h"
#include "tests/unit/instrument/code_builder.h"

#include "llvm/ADT/StringExtras.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace blockcov {
namespace {

using namespace blockcov::test;
using testing::HasSubstr;

//===----------------------------------------------------------------------===//
// Writing, as marshal.dumps does it
//===----------------------------------------------------------------------===//

std::string number(uint32_t value) {
  std::string bytes;
  for (int shift = 0; shift != 32; shift += 8)
    bytes.push_back(char(value >> shift));
  return bytes;
}
/// A type byte for what is referred to later.
char shared(char type) { return char(uint8_t(type) | 0x80); }
std::string data(const std::string &bytes, bool isShared = false) {
  return (isShared ? shared('s') : 's') + number(uint32_t(bytes.size())) + bytes;
}
std::string word(const std::string &text, bool isShared = false) {
  return std::string(1, isShared ? shared('Z') : 'Z') + char(text.size()) + text;
}
std::string reference(uint32_t to) { return 'r' + number(to); }
std::string tuple(const std::vector<std::string> &items, bool isShared = false) {
  std::string bytes = std::string(1, isShared ? shared(')') : ')') + char(items.size());
  for (const std::string &item : items)
    bytes += item;
  return bytes;
}

/// Fields of a code object, marshalled.
struct Fields {
  std::string code = data("CODE"), constants = tuple({"N"}), names = tuple({}), locals = tuple({}), kinds = data(""),
              filename = word("x.py"), name = word("f"), qualname = word("C.f"), lines = data("LINES"),
              exceptions = data("");
  uint32_t stackSize = 3;

  std::string bytes(bool isShared = false) const {
    return (isShared ? shared('c') : 'c') + number(0) + number(0) + number(0) + number(stackSize) + number(67) + code +
           constants + names + locals + kinds + filename + name + qualname + number(7) + lines + exceptions;
  }
};

Rewritten made(const std::string &code, uint32_t probes = 1, uint32_t pads = 1) {
  Rewritten result;
  result.code.assign(code.begin(), code.end());
  const std::string lines = "lines of " + code, exceptions = "exceptions of " + code;
  result.lineTable.assign(lines.begin(), lines.end());
  result.exceptionTable.assign(exceptions.begin(), exceptions.end());
  result.stackSize = 9;
  result.probeCount = probes;
  result.padCount = pads;
  return result;
}

Fields fieldsOf(const std::string &code, uint32_t constants) {
  Fields fields;
  fields.code = data(code), fields.lines = data("lines of " + code), fields.exceptions = data("exceptions of " + code);
  fields.stackSize = 9;
  fields.constants = '(' + number(constants);
  return fields;
}

std::string spliced(const std::string &bytes, const std::vector<Rewritten> &rewritten, uint32_t more = 1) {
  llvm::SmallVector<char, 0> out;
  llvm::cantFail(MarshalledUnit::parse(bytes)).splice(rewritten, more, out);
  return {out.begin(), out.end()};
}

std::string parseError(const std::string &bytes) { return errorOf(MarshalledUnit::parse(bytes).takeError()); }

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

TEST(MarshalledUnit, HasTheMembersInPreOrder) {
  Fields inner, other, root;
  inner.name = word("inner", true), inner.qualname = reference(0);
  other.name = word("other");
  root.constants = tuple({"N", inner.bytes(), tuple({word("no code")}), other.bytes()});
  root.filename = word("root.py"), root.name = word("<module>"), root.exceptions = data("TABLE");
  const std::string bytes = root.bytes();
  auto unit = MarshalledUnit::parse(bytes);
  ASSERT_EQ(errorOf(unit.takeError()), "");
  ASSERT_EQ(unit->members().size(), 3u);
  const auto &members = unit->members();
  EXPECT_EQ(members[0].view.name, "<module>");
  EXPECT_EQ(members[0].filename, "root.py");
  EXPECT_EQ(members[0].parent, -1);
  EXPECT_EQ(members[0].view.constCount, 4u);
  EXPECT_EQ(llvm::toStringRef(members[0].view.exceptionTable), "TABLE");
  EXPECT_EQ(members[1].view.name, "inner");
  EXPECT_EQ(members[1].view.qualname, "inner");
  EXPECT_EQ(members[1].parent, 0);
  EXPECT_EQ(members[2].view.name, "other");
  EXPECT_EQ(members[2].view.firstLine, 7);
  EXPECT_EQ(members[2].view.flags, 67u);
  EXPECT_EQ(members[2].view.stackSize, 3u);
  EXPECT_EQ(llvm::toStringRef(members[2].view.code), "CODE");
  EXPECT_EQ(llvm::toStringRef(members[2].view.lineTable), "LINES");
}

TEST(MarshalledUnit, RefusesWhatCompileNeverMakes) {
  Fields inner, root;
  EXPECT_THAT(parseError("N"), HasSubstr("is no code object"));
  EXPECT_THAT(parseError(root.bytes() + "N"), HasSubstr("is followed by something else"));
  root.constants = tuple({inner.bytes(true), reference(0)});
  EXPECT_THAT(parseError(root.bytes()), HasSubstr("shares a code object"));
  root.constants = tuple({tuple({inner.bytes()})});
  EXPECT_THAT(parseError(root.bytes()), HasSubstr("has a code object that is no constant"));
  root.constants = tuple({reference(0)});
  EXPECT_THAT(parseError(root.bytes()), HasSubstr("refers to what is not there yet, at byte"));
  root.constants = tuple({reference(0)});
  EXPECT_THAT(parseError(root.bytes(true)), HasSubstr("refers to what is not there yet"));
  root.constants = tuple({"[" + number(0)});
  EXPECT_THAT(parseError(root.bytes()), HasSubstr("has an object that code has not"));
  root.constants = data("no tuple");
  EXPECT_THAT(parseError(root.bytes()), HasSubstr("has constants that are no tuple"));
  std::string deep = "N";
  for (int level = 0; level != 1000; ++level)
    deep = tuple({deep});
  root.constants = deep;
  EXPECT_THAT(parseError(root.bytes()), HasSubstr("is nested too deeply"));
  Fields again;
  again.constants = tuple({inner.bytes()}, true);
  root.constants = tuple({again.bytes(), reference(0)}); // a tuple with code, as a value
  EXPECT_THAT(parseError(root.bytes()), HasSubstr("shares a code object"));
}

TEST(MarshalledUnit, EveryTruncationIsNoticed) {
  Fields inner, root;
  root.constants = tuple({inner.bytes(true), 'l' + number(2) + "abcd", 'y' + std::string(16, 'x'), reference(0)});
  root.constants = tuple({inner.bytes(), 'l' + number(2) + "abcd", 'y' + std::string(16, 'x'), 'i' + number(5)});
  const std::string bytes = root.bytes();
  ASSERT_EQ(parseError(bytes), "");
  for (size_t length = 0; length != bytes.size(); ++length)
    EXPECT_NE(parseError(bytes.substr(0, length)), "") << length;
}

//===----------------------------------------------------------------------===//
// Splicing
//===----------------------------------------------------------------------===//

TEST(MarshalledUnit, SplicesCodeTablesAndConstants) {
  Fields inner, root;
  root.constants = tuple({inner.bytes(), word("kept")});
  Fields newInner = fieldsOf("inner code", 1 + 4), newRoot = fieldsOf("root code", 2 + 3);
  newInner.constants += "N"
                        "NNNN";
  newRoot.constants += newInner.bytes() + word("kept") + "NNN";
  EXPECT_EQ(spliced(root.bytes(), {made("root code"), made("inner code", 2)}), newRoot.bytes());
}

TEST(MarshalledUnit, NumbersReferencesAnew) {
  // 0: the code's bytes, which are also a constant; 1: the name.
  Fields root;
  root.code = data("CODE", true);
  root.constants = tuple({word("n", true), reference(1), reference(0), reference(0)});
  root.name = reference(1);
  Fields expected = fieldsOf("new", 4 + 3);
  expected.constants += word("n", true) + reference(0) + data("CODE", true) + reference(1) + "NNN";
  expected.name = reference(0);
  EXPECT_EQ(spliced(root.bytes(), {made("new")}), expected.bytes());
}

TEST(MarshalledUnit, ConstantsThatWereOneTupleShareTheirItems) {
  const std::string items = data("bytes") + "N";
  Fields first, second, root;
  first.constants = std::string(1, shared(')')) + char(2) + items; // 0
  second.constants = reference(0);
  root.constants = tuple({first.bytes(), second.bytes(), reference(0)});
  Fields newFirst = fieldsOf("first", 2 + 3), newSecond = fieldsOf("second", 2 + 3), newRoot = fieldsOf("root", 3 + 3);
  newFirst.constants += data("bytes", true) + "N"
                                              "NNN";
  newSecond.constants += reference(0) + "N"
                                        "NNN";
  newRoot.constants += newFirst.bytes() + newSecond.bytes() + tuple({reference(0), "N"}, true) + "NNN";
  const std::string bytes = root.bytes();
  EXPECT_EQ(spliced(bytes, {made("root"), made("first"), made("second")}), newRoot.bytes());
  const MarshalledUnit unit = llvm::cantFail(MarshalledUnit::parse(bytes));
  EXPECT_EQ(unit.members()[0].constantsOf, 0u);
  EXPECT_EQ(unit.members()[1].constantsOf, 1u);
  EXPECT_EQ(unit.members()[2].constantsOf, 1u);
}

TEST(MarshalledUnit, WhateverIsReadCanBeSpliced) {
  Fields first, second, root;
  first.code = data("CODE", true);                                                                 // 0
  first.constants = tuple({data("bytes"), tuple({word("x", true)}), word("y")}, true);             // 1, 2
  second.code = reference(0), second.constants = reference(1), second.exceptions = data("", true); // 3
  root.constants = tuple({first.bytes(), second.bytes(), reference(1), reference(3), ">" + number(1) + reference(2)});
  const std::string bytes = root.bytes();
  ASSERT_EQ(parseError(bytes), "");
  size_t read = 0;
  for (size_t at = 0; at != bytes.size(); ++at)
    for (int bit = 0; bit != 8; ++bit) {
      std::string changed = bytes;
      changed[at] = char(changed[at] ^ 1 << bit);
      auto unit = MarshalledUnit::parse(changed);
      if (!unit) {
        llvm::consumeError(unit.takeError());
        continue;
      }
      ++read;
      const std::vector<Rewritten> rewritten(unit->members().size(), made("new"));
      EXPECT_EQ(parseError(spliced(changed, rewritten)), "") << "byte " << at << ", bit " << bit;
    }
  EXPECT_GT(read, bytes.size()) << "or less is tested than it seems";
}

} // namespace
} // namespace blockcov
