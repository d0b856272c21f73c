//===- dump_test.cc - every stage as text, against committed texts --------===//
//
// tests/dumps/<function>.3NN.txt. After a change that is meant, regenerate with
//
//   BLOCKCOV_WRITE_DUMPS=1 build/test/core/tests/unit/blockcov_unit_tests --gtest_filter='*Dump*'
//
//===----------------------------------------------------------------------===//

#include "instrument/decode.h"
#include "instrument/dump.h"
#include "tests/unit/instrument/code_builder.h"
#include "tests/unit/instrument/fixtures.h"

#include "llvm/Support/MemoryBuffer.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>

namespace blockcov {
namespace {

using namespace blockcov::test;

class DumpTest : public testing::TestWithParam<const Dialect *> {
protected:
  const Dialect &dialect = *GetParam();
};

INSTANTIATE_TEST_SUITE_P(All, DumpTest, testing::ValuesIn(allDialects()),
                         [](const auto &info) { return dialectTestName(info.param); });

void compareWithFile(const std::string &name, const std::string &text) {
  std::string path = BLOCKCOV_SOURCE_DIR "/tests/dumps/" + name;
  if (getenv("BLOCKCOV_WRITE_DUMPS")) {
    std::ofstream(path) << text;
    return;
  }
  auto file = llvm::MemoryBuffer::getFile(path);
  ASSERT_TRUE(file) << path << ": " << file.getError().message();
  EXPECT_EQ(text, (*file)->getBuffer().str()) << "differs from " << path;
}

TEST_P(DumpTest, MapAndSideBySide) {
  for (const char *name : {"if_only", "conditions", "for_loop", "while_else", "try_in_loop", "with_one", "delegating",
                           "async_for", "match_value"}) {
    const CodeView &view = fixture(dialect, name).view;
    compareWithFile(std::string(name) + ".3" + std::to_string(dialect.minor) + ".txt",
                    cantFail(dumpMap(view, dialect)) + '\n' + cantFail(dumpSideBySide(view, dialect)));
    compareWithFile(std::string(name) + ".hits.3" + std::to_string(dialect.minor) + ".txt",
                    cantFail(dumpMap(view, dialect, Mode::Hits)) + '\n' +
                        cantFail(dumpSideBySide(view, dialect, Mode::Hits)));
  }
}

/// Node names are addresses; here they are numbered in order of appearance.
std::string withoutAddresses(llvm::StringRef dot) {
  const llvm::StringRef prefix = "Node0x";
  std::map<std::string, size_t> numbers;
  std::string text;
  for (size_t at = 0; at < dot.size();) {
    if (dot.substr(at, prefix.size()) != prefix) {
      text += dot[at++];
      continue;
    }
    size_t end = dot.find_first_not_of("0123456789abcdef", at + prefix.size());
    size_t number = numbers.try_emplace(dot.slice(at, end).str(), numbers.size()).first->second;
    text += "Node" + std::to_string(number);
    at = end;
  }
  return text;
}

TEST_P(DumpTest, Graphviz) {
  std::string dot = withoutAddresses(cantFail(dumpCfg(fixture(dialect, "for_loop").view, dialect)));
  Compiled code = unwrap(compile(fixture(dialect, "for_loop").view, dialect));
  EXPECT_EQ(dot.find("digraph \"for_loop\""), 0u) << dot;
  size_t bold = 0, arrows = 0;
  for (size_t at = 0; (at = dot.find("style=bold", at)) != std::string::npos; ++at)
    ++bold;
  for (size_t at = 0; (at = dot.find(" -> Node", at)) != std::string::npos; ++at)
    ++arrows;
  size_t fromExit = code.plan.probeOf[0].valid(); // the entry edge is not drawn
  EXPECT_EQ(bold, code.plan.edgeOf.size() - fromExit);
  EXPECT_EQ(arrows, code.cfg.edges.size() - 1);
  EXPECT_EQ(dot, withoutAddresses(cantFail(dumpCfg(fixture(dialect, "for_loop").view, dialect))));
}

TEST_P(DumpTest, Function) {
  CodeBuilder code(dialect);
  code.op("RESUME").label("a").op("LOAD_FAST", 3).jump("POP_JUMP_IF_TRUE", "b").line(-1).op("NOP").label("b").line(2);
  code.op("RETURN_VALUE").label("h").op("RERAISE", 1).handler("a", "b", "h", 2, true);
  std::string jump = dialect.minor == 11 ? "POP_JUMP_FORWARD_IF_TRUE      " : "POP_JUMP_IF_TRUE              ";
  EXPECT_EQ(dumpFunction(unwrap(decode(code.view(), dialect)), dialect),
            "    0  RESUME                         0         1:0-1:1\n"
            "    1  LOAD_FAST                      3         1:1-1:2  ! 5 depth 2 lasti\n"
            "    2  " +
                jump +
                " -> 4      1:2-1:3  ! 5 depth 2 lasti\n"
                "    3  NOP                            0         -  ! 5 depth 2 lasti\n"
                "    4  RETURN_VALUE                   0         2:0-2:1\n"
                "    5  RERAISE                        1         2:1-2:2\n");
}

TEST_P(DumpTest, ErrorsPass) {
  CodeView view;
  EXPECT_NE(errorOf(dumpMap(view, dialect)), "");
  EXPECT_NE(errorOf(dumpCfg(view, dialect)), "");
  EXPECT_NE(errorOf(dumpSideBySide(view, dialect)), "");
}

} // namespace
} // namespace blockcov
