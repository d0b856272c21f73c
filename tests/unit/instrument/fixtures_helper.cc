//===- fixtures_helper.cc - code objects that CPython made ----------------===//

#include "tests/unit/instrument/fixtures.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

#include <map>

namespace blockcov::test {

namespace {

std::vector<uint8_t> bytesOf(llvm::StringRef digits) {
  std::string bytes = llvm::fromHex(digits);
  return {bytes.begin(), bytes.end()};
}

std::vector<Fixture> load(const Dialect &dialect) {
  std::string path =
      std::string(BLOCKCOV_SOURCE_DIR "/tests/fixtures/code_objects_3") + std::to_string(dialect.minor) + ".json";
  auto file = llvm::MemoryBuffer::getFile(path);
  if (!file)
    llvm::report_fatal_error(llvm::Twine(path) + ": " + file.getError().message());
  llvm::json::Value document = cantFail(llvm::json::parse((*file)->getBuffer()));
  std::vector<Fixture> loaded;
  for (const llvm::json::Value &value : *document.getAsObject()->getArray("codes")) {
    const llvm::json::Object &code = *value.getAsObject();
    Fixture fixture;
    fixture.qualname = code.getString("co_qualname")->str();
    fixture.parent = int(*code.getInteger("parent"));
    for (const char *field : {"co_code", "co_linetable", "co_exceptiontable"})
      fixture.bytes.push_back(bytesOf(*code.getString(field)));
    fixture.view.firstLine = int32_t(*code.getInteger("co_firstlineno"));
    fixture.view.flags = uint32_t(*code.getInteger("co_flags"));
    fixture.view.stackSize = uint32_t(*code.getInteger("co_stacksize"));
    fixture.view.constCount = uint32_t(*code.getInteger("co_consts"));
    loaded.push_back(std::move(fixture));
  }
  for (Fixture &fixture : loaded) { // at their final place
    fixture.view.name = fixture.view.qualname = fixture.qualname;
    fixture.view.code = fixture.bytes[0];
    fixture.view.lineTable = fixture.bytes[1];
    fixture.view.exceptionTable = fixture.bytes[2];
  }
  return loaded;
}

} // namespace

const std::vector<Fixture> &fixtures(const Dialect &dialect) {
  static std::map<uint8_t, std::vector<Fixture>> all;
  auto [found, added] = all.try_emplace(dialect.minor);
  if (added)
    found->second = load(dialect);
  return found->second;
}

const Fixture &fixture(const Dialect &dialect, const std::string &qualname) {
  for (const Fixture &each : fixtures(dialect))
    if (each.qualname == qualname)
      return each;
  llvm::report_fatal_error(llvm::Twine("no fixture ") + qualname);
}

} // namespace blockcov::test
