//===- py_report.cc -------------------------------------------------------===//
#include "importhook/py_report.h"

#include "importhook/py_code.h"
#include "importhook/py_error.h"
#include "importhook/py_result.h"
#include "runtime/file_counts.h"
#include "runtime/logical_lines.h"

namespace blockcov {

namespace {

constexpr const char *kHandle = "blockcov.Gathered";

void destroy(PyObject *handle) { delete static_cast<Gathered *>(PyCapsule_GetPointer(handle, kHandle)); }

PyObject *headOf(const UnitSummary &unit) {
  std::string source = unit.sourceHash == Hash128() ? "" : unit.sourceHash.text();
  return Py_BuildValue("(NsNss)", decodeText(unit.filename), source.c_str(),
                       PyUnicode_FromFormat("3.%u", unsigned(unit.minor)), unit.mode.counts() ? "counts" : "hits",
                       unit.map.text().c_str());
}

template <typename T> PyObject *bytesOf(const std::vector<T> &values) {
  return PyBytes_FromStringAndSize(reinterpret_cast<const char *>(values.data()),
                                   static_cast<Py_ssize_t>(values.size() * sizeof(T)));
}

struct Request {
  PyRef owner; ///< of the bytes
  llvm::StringRef analysis;
  std::vector<const UnitSummary *> units;
  FileCounts result;
  std::string error;
};

bool parseRequest(const Gathered &gathered, PyObject *item, Request &request) {
  const char *bytes;
  Py_ssize_t size;
  PyObject *owner, *indices;
  if (!PyArg_ParseTuple(item, "SO", &owner, &indices))
    return false;
  request.owner = PyRef::borrow(owner);
  bytes = PyBytes_AS_STRING(owner), size = PyBytes_GET_SIZE(owner);
  request.analysis = {bytes, static_cast<size_t>(size)};
  PyRef list = PyRef::steal(PySequence_Fast(indices, "units must be a sequence"));
  if (!list)
    return false;
  for (Py_ssize_t each = 0; each != PySequence_Fast_GET_SIZE(list.get()); ++each) {
    Py_ssize_t index = PyLong_AsSsize_t(PySequence_Fast_GET_ITEM(list.get(), each));
    if (PyErr_Occurred())
      return false;
    if (index < 0 || static_cast<size_t>(index) >= gathered.units.size())
      return PyErr_SetString(PyExc_IndexError, "no such unit"), false;
    request.units.push_back(&gathered.units[static_cast<size_t>(index)]);
  }
  return true;
}

} // namespace

PyObject *countedTuple(const FileCounts &counts, bool everything) {
  const FileNumbers &n = counts.numbers;
  PyObject *numbers = Py_BuildValue("(IIIIIII)", n.statements, n.missing, n.branches, n.partialBranches,
                                    n.missingBranches, n.outcomes, n.missingOutcomes);
  if (!everything)
    return Py_BuildValue("(N)", numbers);
  return Py_BuildValue("(NNNNNNNNNNN)", numbers, bytesOf(counts.lines), bytesOf(counts.raises),
                       bytesOf(counts.executed), bytesOf(counts.missing), bytesOf(counts.executedArcs),
                       bytesOf(counts.missingArcs), bytesOf(counts.outcomes), bytesOf(counts.calls),
                       bytesOf(counts.unknown), bytesOf(counts.arcs));
}

PyObject *gatherUnits(DataFiles files) {
  auto gathered = std::make_unique<Gathered>();
  Py_BEGIN_ALLOW_THREADS;
  *gathered = gather(std::move(files));
  Py_END_ALLOW_THREADS;
  return gatheredTuple(std::move(gathered));
}

PyObject *gatheredTuple(std::unique_ptr<Gathered> gathered) {
  PyRef heads = PyRef::steal(PyList_New(0));
  if (!heads)
    return nullptr;
  for (const UnitSummary &unit : gathered->units) {
    PyRef head = PyRef::steal(headOf(unit));
    if (!head || PyList_Append(heads.get(), head.get()) < 0)
      return nullptr;
  }
  PyRef errors = PyRef::steal(textList(gathered->errors));
  PyRef handle = PyRef::steal(PyCapsule_New(gathered.get(), kHandle, destroy));
  if (!errors || !handle)
    return nullptr;
  gathered.release(); // the capsule owns it now
  return Py_BuildValue("(NNN)", handle.release(), heads.release(), errors.release());
}

PyObject *unitOf(PyObject *handle, Py_ssize_t index) {
  auto *gathered = static_cast<Gathered *>(PyCapsule_GetPointer(handle, kHandle));
  if (!gathered)
    return nullptr;
  if (index < 0 || static_cast<size_t>(index) >= gathered->units.size())
    return PyErr_SetString(PyExc_IndexError, "no such unit"), nullptr;
  const Hash128 &hash = gathered->units[static_cast<size_t>(index)].map;
  llvm::Expected<MapView> map = gathered->files.maps->find(hash);
  if (!map)
    return setError(map.takeError()), nullptr;
  llvm::Expected<Unit> unit = decodeUnit(map->payload);
  if (!unit)
    return setError(unit.takeError()), nullptr;
  llvm::Expected<std::vector<CodeCounts>> counts =
      resolve(*unit, std::vector<uint64_t>(unit->counterCount()), {}, ResolveFor::Sites);
  if (!counts)
    return setError(counts.takeError()), nullptr;
  return unitDict(*unit, hash, *counts, /*detail=*/false);
}

PyObject *countFiles(PyObject *handle, PyObject *requests, bool everything) {
  auto *gathered = static_cast<Gathered *>(PyCapsule_GetPointer(handle, kHandle));
  PyRef items = gathered ? PyRef::steal(PySequence_Fast(requests, "requests must be a sequence")) : PyRef();
  if (!items)
    return nullptr;
  std::vector<Request> parsed(static_cast<size_t>(PySequence_Fast_GET_SIZE(items.get())));
  for (size_t index = 0; index != parsed.size(); ++index)
    if (!parseRequest(*gathered, PySequence_Fast_GET_ITEM(items.get(), static_cast<Py_ssize_t>(index)), parsed[index]))
      return nullptr;
  Py_BEGIN_ALLOW_THREADS;
  inParallel(parsed.size(), [&](size_t index) {
    llvm::Expected<FileCounts> counts = countFile(parsed[index].analysis, parsed[index].units, everything);
    if (counts)
      parsed[index].result = std::move(*counts);
    else
      parsed[index].error = llvm::toString(counts.takeError());
  });
  Py_END_ALLOW_THREADS;
  PyRef list = PyRef::steal(PyList_New(0));
  if (!list)
    return nullptr;
  for (const Request &each : parsed) {
    PyRef item = PyRef::steal(each.error.empty() ? countedTuple(each.result, everything)
                                                 : PyUnicode_FromString(each.error.c_str()));
    if (!item || PyList_Append(list.get(), item.get()) < 0)
      return nullptr;
  }
  return list.release();
}

PyObject *logicalLinesOf(PyObject *text) {
  Py_ssize_t size;
  const char *bytes = PyUnicode_AsUTF8AndSize(text, &size);
  if (!bytes)
    return nullptr;
  auto lines = logicalLines({bytes, static_cast<size_t>(size)}, /*nestedStrings=*/PY_VERSION_HEX >= 0x030c0000);
  if (!lines)
    Py_RETURN_NONE;
  PyRef list = PyRef::steal(PyList_New(0));
  if (!list)
    return nullptr;
  for (const LogicalLine &line : *lines) {
    PyRef colons = PyRef::steal(PyTuple_New(static_cast<Py_ssize_t>(line.colons.size())));
    for (size_t index = 0; colons && index != line.colons.size(); ++index) {
      PyObject *number = PyLong_FromLong(line.colons[index]);
      if (!number)
        return nullptr;
      PyTuple_SET_ITEM(colons.get(), static_cast<Py_ssize_t>(index), number); // takes it over
    }
    if (!colons)
      return nullptr;
    PyRef item = PyRef::steal(
        Py_BuildValue("(iiiiN)", line.first, line.last, line.firstTokenEnd, line.indent, colons.release()));
    if (!item || PyList_Append(list.get(), item.get()) < 0)
      return nullptr;
  }
  return list.release();
}

} // namespace blockcov
