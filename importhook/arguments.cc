//===- arguments.cc -------------------------------------------------------===//
#include "importhook/arguments.h"

#include "importhook/py_code.h"

namespace blockcov {

PyCodeObject *asCode(PyObject *object) {
  if (PyCode_Check(object))
    return reinterpret_cast<PyCodeObject *>(object);
  PyErr_Format(PyExc_TypeError, "expected a code object, not %.100s", Py_TYPE(object)->tp_name);
  return nullptr;
}

bool toPath(PyObject *object, std::string &path) {
  PyObject *bytes = nullptr;
  if (!PyUnicode_FSConverter(object, &bytes))
    return false;
  PyRef owner = PyRef::steal(bytes);
  path.assign(PyBytes_AS_STRING(bytes), static_cast<size_t>(PyBytes_GET_SIZE(bytes)));
  return true;
}

bool toPaths(PyObject *sequence, std::vector<std::string> &paths) {
  PyRef items = PyRef::steal(PySequence_Fast(sequence, "paths must be a sequence"));
  if (!items)
    return false;
  for (Py_ssize_t index = 0; index != PySequence_Fast_GET_SIZE(items.get()); ++index) {
    paths.emplace_back();
    if (!toPath(PySequence_Fast_GET_ITEM(items.get(), index), paths.back()))
      return false;
  }
  return true;
}

bool toName(PyObject *object, std::optional<std::string> &name) {
  if (object == Py_None)
    return true;
  if (!PyUnicode_Check(object)) {
    PyErr_Format(PyExc_TypeError, "a context is named by a str, not by %.100s", Py_TYPE(object)->tp_name);
    return false;
  }
  std::optional<Text> text = Text::of(object);
  if (!text)
    return false;
  if (text->bytes().empty()) {
    PyErr_SetString(PyExc_ValueError, "a context needs a name");
    return false;
  }
  name = text->bytes().str();
  return true;
}

std::optional<Mode> toMode(llvm::StringRef name, llvm::StringRef placement) {
#if defined(Py_GIL_DISABLED) || defined(Py_DEBUG)
  // Threads run copies of a code object's instructions (co_tlbc), or run them while
  // another thread would change them: no site can be put back. A debug build asserts
  // that no EXTENDED_ARG is zero; that of a site that is near its stub is.
  constexpr Mode::Kind kHits = Mode::Kept;
#else
  constexpr Mode::Kind kHits = Mode::Hits;
#endif
  if (name != "counts" && name != "hits")
    return PyErr_Format(PyExc_ValueError, "unknown mode '%s'; it is counts or hits", name.str().c_str()), std::nullopt;
  if (placement != "fewest" && placement != "blocks")
    return PyErr_Format(PyExc_ValueError, "unknown placement '%s'; it is fewest or blocks", placement.str().c_str()),
           std::nullopt;
  return Mode(name == "hits" ? kHits : Mode::Counts, placement == "blocks" ? Placement::Blocks : Placement::Fewest);
}

} // namespace blockcov
