//===- py_error.cc --------------------------------------------------------===//
#include "importhook/py_error.h"

#include "runtime/errors.h"

#include <cstring>

namespace blockcov {

PyObject *dataErrorType() {
  // Written once under the import lock; lives as long as the process.
  static PyObject *type =
      PyErr_NewExceptionWithDoc("blockcov._blockcov.DataError",
                                "Measurements that cannot be used; says file, offset and reason.", nullptr, nullptr);
  return type;
}

void setError(llvm::Error error) {
  llvm::handleAllErrors(
      std::move(error),
      [](const IoError &io) {
        PyRef path = PyRef::steal(PyUnicode_DecodeFSDefault(io.path.c_str()));
        // OSError(errno, text, path) picks the subclass.
        PyRef arguments =
            path ? PyRef::steal(Py_BuildValue("(isO)", io.number, std::strerror(io.number), path.get())) : PyRef();
        if (arguments)
          PyErr_SetObject(PyExc_OSError, arguments.get());
      },
      [](const llvm::ErrorInfoBase &other) {
        PyRef text = PyRef::steal(PyUnicode_DecodeFSDefault(other.message().c_str()));
        if (text)
          PyErr_SetObject(dataErrorType(), text.get());
      });
}

} // namespace blockcov
