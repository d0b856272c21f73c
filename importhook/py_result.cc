//===- py_result.cc -------------------------------------------------------===//
#include "importhook/py_result.h"

#include "importhook/py_code.h"
#include "instrument/dialect/dialect.h"
#include "runtime/merge.h"

namespace blockcov {

namespace {

/// A list made from a range; null with an error set as soon as `convert` gives null.
template <typename Range, typename Convert> PyObject *listOf(const Range &range, Convert convert) {
  PyRef list = PyRef::steal(PyList_New(0));
  if (!list)
    return nullptr;
  for (const auto &each : range) {
    PyRef item = PyRef::steal(convert(each));
    if (!item || PyList_Append(list.get(), item.get()) < 0)
      return nullptr;
  }
  return list.release();
}

PyObject *spanTuple(const SourceSpan &span) {
  if (span.line < 0)
    return Py_NewRef(Py_None);
  return Py_BuildValue("(iiii)", span.line, span.column, span.endLine, span.endColumn);
}

PyObject *lineDict(const std::map<int32_t, uint64_t> &lines) {
  PyRef dict = PyRef::steal(PyDict_New());
  if (!dict)
    return nullptr;
  for (const auto &[line, count] : lines) {
    PyRef key = PyRef::steal(PyLong_FromLong(line));
    PyRef value = PyRef::steal(PyLong_FromUnsignedLongLong(count));
    if (!key || !value || PyDict_SetItem(dict.get(), key.get(), value.get()) < 0)
      return nullptr;
  }
  return dict.release();
}

// "N" in a format takes over a reference, and fails cleanly for null.

PyObject *siteDict(const Site &site) {
  PyObject *trail = listOf(
      site.trail, [](const TrailItem &item) { return Py_BuildValue("(sN)", item.opName, spanTuple(item.span)); });
  PyObject *inflow = listOf(site.inflow, [](const InFlow &flow) {
    return Py_BuildValue("(IsK)", flow.predOffset, flow.kind, static_cast<unsigned long long>(flow.count));
  });
  return Py_BuildValue("{sIsssssNsNsKsKsN}", "offset", site.offset, "op", site.opName, "test", site.test, "span",
                       spanTuple(site.span), "trail", trail, "true", static_cast<unsigned long long>(site.trueCount),
                       "false", static_cast<unsigned long long>(site.falseCount), "inflow", inflow);
}

PyObject *instructionTuple(const InstrCount &instr) {
  PyObject *line = instr.line < 0 ? Py_NewRef(Py_None) : PyLong_FromLong(instr.line);
  return Py_BuildValue("(IsNK)", instr.offset, instr.opName, line, static_cast<unsigned long long>(instr.count));
}

PyObject *edgeTuple(const EdgeCount &edge) {
  return Py_BuildValue("(ILsK)", edge.from, static_cast<long long>(edge.to), edge.kind,
                       static_cast<unsigned long long>(edge.count));
}

/// dict[key] = value, whose reference is stolen. False with an error set.
bool setItem(PyObject *dict, const char *key, PyObject *value) {
  PyRef owned = PyRef::steal(value);
  return owned && PyDict_SetItemString(dict, key, owned.get()) == 0;
}

PyObject *codeDict(const UnitCode &code, const CodeCounts &counts, bool detail) {
  PyObject *refused = code.refused.empty() ? Py_NewRef(Py_None) : decodeText(code.refused);
  PyRef dict = PyRef::steal(Py_BuildValue(
      "{sNsNsisIsisNsKsNsNsN}", "name", decodeText(code.view.name), "qualname", decodeText(code.view.qualname),
      "first_line", code.view.firstLine, "flags", code.view.flags, "parent", code.parent, "refused", refused, "calls",
      static_cast<unsigned long long>(counts.calls), "lines", lineDict(counts.lines), "raises", lineDict(counts.raises),
      "sites", listOf(counts.sites, siteDict)));
  if (!dict)
    return nullptr;
  if (detail && (!setItem(dict.get(), "instructions", listOf(counts.instructions, instructionTuple)) ||
                 !setItem(dict.get(), "edges", listOf(counts.edges, edgeTuple))))
    return nullptr;
  return dict.release();
}

/// Appends the dict of one unit to `units`, or its error to `errors`. False with
/// a Python error set if memory is short.
bool appendUnit(PyObject *units, std::vector<std::string> &errors, const DataFiles &files, const Hash128 &hash,
                const MergedUnit &merged, bool detail) {
  auto refuse = [&](llvm::Error error) {
    errors.push_back(llvm::toString(std::move(error)));
    return true;
  };
  auto named = [&](llvm::Error error, llvm::StringRef filename) {
    errors.push_back(("map " + hash.text() + " (" + filename + "): " + llvm::toString(std::move(error))).str());
    return true;
  };
  llvm::Expected<MapView> map = files.maps->find(hash);
  if (!map)
    return refuse(map.takeError());
  llvm::Expected<Unit> unit = decodeUnit(map->payload);
  if (!unit)
    return named(unit.takeError(), map->path);
  if (unit->counterCount() != merged.counters.size()) {
    errors.push_back("map " + hash.text() + ": describes " + std::to_string(unit->counterCount()) +
                     " counters, the shards have " + std::to_string(merged.counters.size()));
    return true;
  }
  llvm::Expected<std::vector<CodeCounts>> counts = resolve(*unit, merged.counters, merged.lossList(), detail);
  if (!counts)
    return named(counts.takeError(), unit->filename);
  PyRef dict = PyRef::steal(unitDict(*unit, hash, *counts, detail));
  return dict && PyList_Append(units, dict.get()) == 0;
}

} // namespace

PyObject *unitDict(const Unit &unit, const Hash128 &map, llvm::ArrayRef<CodeCounts> codes, bool detail) {
  PyRef list = PyRef::steal(PyList_New(0));
  if (!list)
    return nullptr;
  for (size_t index = 0; index != unit.codes.size(); ++index) {
    PyRef code = PyRef::steal(codeDict(unit.codes[index], codes[index], detail));
    if (!code || PyList_Append(list.get(), code.get()) < 0)
      return nullptr;
  }
  std::string python = "3." + std::to_string(unit.minor);
  std::string source = unit.sourceHash == Hash128() ? "" : unit.sourceHash.text();
  return Py_BuildValue("{sNsssssssssO}", "filename", decodeText(unit.filename), "source_hash", source.c_str(), "python",
                       python.c_str(), "mode", unit.mode.counts() ? "counts" : "hits", "map", map.text().c_str(),
                       "codes", list.get());
}

PyObject *textList(llvm::ArrayRef<std::string> texts) {
  return listOf(texts, [](const std::string &text) {
    return PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "surrogateescape");
  });
}

PyObject *readUnits(DataFiles files, bool detail) {
  MergedFiles merged = mergeForReport(files);
  std::vector<std::string> errors = files.errors;
  errors.insert(errors.end(), merged.errors.begin(), merged.errors.end());
  PyRef units = PyRef::steal(PyList_New(0));
  if (!units)
    return nullptr;
  for (const auto &[hash, unit] : merged.merge.units())
    if (!appendUnit(units.get(), errors, files, hash, unit, detail))
      return nullptr;
  return Py_BuildValue("(NN)", units.release(), textList(errors));
}

} // namespace blockcov
