//===- py_contexts.cc -----------------------------------------------------===//
#include "importhook/py_contexts.h"

#include "importhook/py_code.h"
#include "importhook/py_error.h"
#include "importhook/py_report.h"
#include "importhook/py_result.h"
#include "runtime/context_counts.h"

#include "llvm/ADT/StringExtras.h"

namespace blockcov {

namespace {

constexpr const char *kHandle = "blockcov.Contexts";

void destroy(PyObject *handle) { delete static_cast<ContextData *>(PyCapsule_GetPointer(handle, kHandle)); }

ContextData *dataOf(PyObject *handle) { return static_cast<ContextData *>(PyCapsule_GetPointer(handle, kHandle)); }

/// Hash128::text(), backwards. False with an error set.
bool parseMap(PyObject *object, Hash128 &map) {
  Py_ssize_t size = 0;
  const char *text = PyUnicode_AsUTF8AndSize(object, &size);
  if (!text)
    return false;
  llvm::StringRef digits(text, static_cast<size_t>(size));
  if (digits.size() == 32 && !digits.take_front(16).getAsInteger(16, map.high) &&
      !digits.drop_front(16).getAsInteger(16, map.low))
    return true;
  PyErr_Format(PyExc_ValueError, "'%.100s' names no map", text);
  return false;
}

} // namespace

PyObject *readContextNames(DataFiles files) {
  auto data = std::make_unique<ContextData>();
  Py_BEGIN_ALLOW_THREADS;
  *data = readContextData(std::move(files));
  Py_END_ALLOW_THREADS;
  PyRef names = PyRef::steal(PyList_New(0));
  if (!names)
    return nullptr;
  for (const std::string &name : data->sums.names()) {
    PyRef text = PyRef::steal(decodeText(name));
    if (!text || PyList_Append(names.get(), text.get()) < 0)
      return nullptr;
  }
  PyRef errors = PyRef::steal(textList(data->errors));
  PyRef handle = PyRef::steal(PyCapsule_New(data.get(), kHandle, destroy));
  if (!errors || !handle)
    return nullptr;
  data.release(); // the capsule owns it now
  return Py_BuildValue("(NNN)", handle.release(), names.release(), errors.release());
}

PyObject *gatherInContexts(PyObject *handle, PyObject *indices, bool outside) {
  ContextData *data = dataOf(handle);
  PyRef items = data ? PyRef::steal(PySequence_Fast(indices, "contexts must be a sequence")) : PyRef();
  if (!items)
    return nullptr;
  std::vector<bool> names(data->sums.names().size());
  for (Py_ssize_t each = 0; each != PySequence_Fast_GET_SIZE(items.get()); ++each) {
    Py_ssize_t index = PyLong_AsSsize_t(PySequence_Fast_GET_ITEM(items.get(), each));
    if (PyErr_Occurred())
      return nullptr;
    if (index < 0 || static_cast<size_t>(index) >= names.size())
      return PyErr_SetString(PyExc_IndexError, "no such context"), nullptr;
    names[static_cast<size_t>(index)] = true;
  }
  auto gathered = std::make_unique<Gathered>();
  Py_BEGIN_ALLOW_THREADS;
  *gathered = gatherContexts(*data, names, outside);
  Py_END_ALLOW_THREADS;
  return gatheredTuple(std::move(gathered));
}

PyObject *countInContexts(PyObject *handle, PyObject *analysis, PyObject *maps) {
  ContextData *data = dataOf(handle);
  PyRef items = data ? PyRef::steal(PySequence_Fast(maps, "maps must be a sequence")) : PyRef();
  if (!items)
    return nullptr;
  char *bytes;
  Py_ssize_t size;
  if (PyBytes_AsStringAndSize(analysis, &bytes, &size) < 0)
    return nullptr;
  std::vector<Hash128> hashes(static_cast<size_t>(PySequence_Fast_GET_SIZE(items.get())));
  for (size_t index = 0; index != hashes.size(); ++index)
    if (!parseMap(PySequence_Fast_GET_ITEM(items.get(), static_cast<Py_ssize_t>(index)), hashes[index]))
      return nullptr;
  std::vector<ContextFile> files;
  std::string failure;
  Py_BEGIN_ALLOW_THREADS;
  auto counted = countContexts(*data, {bytes, static_cast<size_t>(size)}, hashes);
  if (counted)
    files = std::move(*counted);
  else
    failure = llvm::toString(counted.takeError());
  Py_END_ALLOW_THREADS;
  if (!failure.empty())
    return PyErr_SetString(dataErrorType(), failure.c_str()), nullptr;
  PyRef list = PyRef::steal(PyList_New(0));
  if (!list)
    return nullptr;
  for (const ContextFile &each : files) {
    PyRef item = PyRef::steal(Py_BuildValue("(IN)", each.name, countedTuple(each.counts, /*everything=*/true)));
    if (!item || PyList_Append(list.get(), item.get()) < 0)
      return nullptr;
  }
  return list.release();
}

} // namespace blockcov
