//===- py_code.h - between PyCodeObject and plain views ---------*- C++ -*-===//
//
// The only place that knows how CPython's minor versions differ.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"
#include "instrument/pipeline.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <optional>

namespace blockcov {

/// The UTF-8 of a str. Lone surrogates are encoded as if they were characters,
/// so that every str has one; decodeText() is the exact reverse.
class Text {
public:
  /// Nothing, with a Python error set, if memory is short.
  static std::optional<Text> of(PyObject *string);
  llvm::StringRef bytes() const { return bytes_; }

private:
  PyRef owner_; ///< keeps `bytes_` alive
  llvm::StringRef bytes_;
};

/// New reference to the str, or null with an error set.
PyObject *decodeText(llvm::StringRef bytes);

/// A code object as the compiler wants it. Owns what the view borrows.
class PyCodeView {
public:
  /// Nothing, with a Python error set, if memory is short.
  static std::optional<PyCodeView> of(PyCodeObject *code);
  const CodeView &view() const { return view_; }

private:
  PyRef code_, bytes_;
  std::optional<Text> name_, qualname_;
  CodeView view_;
};

/// What a copy has in place of its model's.
struct CodeParts {
  PyObject *code, *lines, *exceptions; ///< bytes, borrowed
  PyObject *constants;                 ///< a tuple, borrowed
  int stackSize;
};

/// New reference, or null with an error set.
PyObject *copyCode(PyCodeObject *model, const CodeParts &parts);

/// A code object like `original` but with other constants (a tuple, borrowed)
/// and, if `rewritten` is not null, its instructions and tables. New reference,
/// or null with an error set.
PyObject *copyCode(PyCodeObject *original, const Rewritten *rewritten, PyObject *constants);

/// Slots of the code objects' "extra" data. `release` is called with the value
/// when it is replaced, and with the value, which may be null, when a code object
/// with a value in any slot dies.
Py_ssize_t requestCodeSlot(freefunc release);
void *codeSlot(PyCodeObject *code, Py_ssize_t slot);                ///< null if never set
bool setCodeSlot(PyCodeObject *code, Py_ssize_t slot, void *value); ///< false with an error set

/// The unit of `code` that raised `exception`, where the interpreter says it was
/// `unit`: 3.11 reports the second of two fused LOAD_FAST at the first.
uint32_t faultingUnit(PyCodeObject *code, uint32_t unit, PyObject *exception);

/// What lies two below `top` on the stack of the running frame, if that is a lasti
/// that is no object (3.14): [.., lasti, exception, top].
std::optional<uint32_t> lastiBelow(PyObject *top);

#ifdef Py_GIL_DISABLED
/// Calls `visit(code, lasti)` for each frame of a thread that does not run now, or
/// of this one, but for those that have not started. `lasti` is in bytes, `code`
/// borrowed. Makes no objects.
void forEachFrame(PyThreadState *thread, llvm::function_ref<void(PyCodeObject *, int)> visit);
#endif

/// Puts the clean units of a site back, as the interpreter would have them by now
/// (quickened, fused). Does nothing if others have changed the place or watch the
/// code: a debugger, sys.settrace, sys.monitoring.
void cleanSite(PyCodeObject *code, const PatchSite &site);

/// Gives `code`, which may be running, another exception table. Does nothing while
/// others watch the code, as above.
void setExceptionTable(PyCodeObject *code, llvm::ArrayRef<uint8_t> table);

/// Empty with an error set.
inline PyRef newBytes(llvm::ArrayRef<uint8_t> bytes) {
  return PyRef::steal(
      PyBytes_FromStringAndSize(reinterpret_cast<const char *>(bytes.data()), static_cast<Py_ssize_t>(bytes.size())));
}

/// The dictionary of a built-in type. New reference, or null with an error set.
PyObject *typeDictionary(PyTypeObject &type);

/// Whether marshal.dumps() takes keywords.
inline constexpr bool kMarshalTakesKeywords = PY_VERSION_HEX >= 0x030d0000;

/// The .pyc magic number of this interpreter, without "\r\n".
uint16_t bytecodeMagic();

} // namespace blockcov
