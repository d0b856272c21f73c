//===- code_builder_helper.cc - code objects from hand-written lists ------===//

#include "tests/unit/instrument/code_builder.h"

#include "instrument/location_table.h"

#include "llvm/Support/ErrorHandling.h"

namespace blockcov::test {

std::vector<const Dialect *> allDialects() { return {&py311(), &py312(), &py313(), &py314(), &py315()}; }

std::string dialectTestName(const Dialect *dialect) { return "Py3" + std::to_string(dialect->minor); }

CodeBuilder &CodeBuilder::op(const std::string &name, uint32_t arg) {
  Location loc = place;
  if (!placed)
    loc = currentLine < 0 ? Location() : Location{currentLine, currentLine, nextColumn, nextColumn + 1};
  placed = false;
  ++nextColumn;
  items.push_back({name, arg, "", loc});
  return *this;
}

CodeBuilder &CodeBuilder::jump(const std::string &name, const std::string &target) {
  op(name);
  items.back().target = target;
  return *this;
}

CodeBuilder &CodeBuilder::label(const std::string &name) {
  labels[name] = size();
  return *this;
}

CodeBuilder &CodeBuilder::line(int32_t number) {
  currentLine = number;
  nextColumn = 0;
  return *this;
}

CodeBuilder &CodeBuilder::at(const Location &location) {
  place = location;
  placed = true;
  return *this;
}

CodeBuilder &CodeBuilder::handler(const std::string &from, const std::string &to, const std::string &target,
                                  uint32_t depth, bool lasti) {
  ranges.push_back({from, to, target, depth, lasti});
  return *this;
}

CodeBuilder &CodeBuilder::constants(uint32_t count) {
  constCount = count;
  return *this;
}

CodeBuilder &CodeBuilder::stack(uint32_t size) {
  stackSize = size;
  return *this;
}

CodeBuilder &CodeBuilder::flags(uint32_t bits) {
  coFlags = bits;
  return *this;
}

uint32_t CodeBuilder::indexOf(const std::string &name) const {
  auto found = labels.find(name);
  if (found == labels.end())
    llvm::report_fatal_error(llvm::Twine("no label ") + name);
  return found->second;
}

uint8_t CodeBuilder::opcodeOf(const Item &item, uint32_t index) const {
  std::string name = item.name;
  if (name.rfind("POP_JUMP_IF_", 0) == 0 && !dialect.find(name))
    name = (indexOf(item.target) <= index ? "POP_JUMP_BACKWARD_" : "POP_JUMP_FORWARD_") + name.substr(9);
  uint8_t op = dialect.find(name);
  if (!op && name != "CACHE")
    llvm::report_fatal_error(llvm::Twine("CPython ") + dialect.name + " has no " + name);
  return op;
}

void CodeBuilder::layOut() {
  starts.assign(items.size() + 1, 0);
  args.assign(items.size(), 0);
  prefixes.assign(items.size(), 0);
  for (bool changed = true; changed;) {
    changed = false;
    uint32_t unit = 0;
    for (uint32_t i = 0; i < items.size(); ++i) {
      starts[i] = unit;
      unit += prefixes[i] + 1 + dialect.info(opcodeOf(items[i], i)).caches;
    }
    starts[items.size()] = unit;
    for (uint32_t i = 0; i < items.size(); ++i) {
      args[i] = items[i].arg;
      if (!items[i].target.empty()) {
        uint32_t end = starts[i + 1], target = starts[indexOf(items[i].target)];
        args[i] = target >= end ? target - end : end - target;
      }
      uint32_t wanted = args[i] >> 24 ? 3 : args[i] >> 16 ? 2 : args[i] >> 8 ? 1 : 0;
      changed |= wanted > prefixes[i];
      prefixes[i] = std::max(prefixes[i], wanted);
    }
  }
}

CodeView CodeBuilder::view() {
  layOut();
  code.clear();
  lineTable.clear();
  exceptionTable.clear();
  LocationWriter locations(lineTable, /*firstLine=*/1);
  for (uint32_t i = 0; i < items.size(); ++i) {
    for (uint32_t prefix = prefixes[i]; prefix > 0; --prefix) {
      code.push_back(dialect.extendedArg);
      code.push_back(uint8_t(args[i] >> 8 * prefix));
    }
    code.push_back(opcodeOf(items[i], i));
    code.push_back(uint8_t(args[i]));
    code.resize(2 * starts[i + 1]);
    locations.add(items[i].loc, starts[i + 1] - starts[i]);
  }
  locations.finish();
  std::vector<ExceptionEntry> entries;
  for (const Range &range : ranges)
    entries.push_back({starts[indexOf(range.from)], starts[indexOf(range.to)], starts[indexOf(range.target)],
                       range.depth, range.lasti});
  encodeExceptionTable(entries, exceptionTable);
  CodeView view;
  view.name = view.qualname = "f";
  view.code = code;
  view.lineTable = lineTable;
  view.exceptionTable = exceptionTable;
  view.firstLine = 1;
  view.flags = coFlags;
  view.stackSize = stackSize;
  view.constCount = constCount;
  return view;
}

} // namespace blockcov::test
