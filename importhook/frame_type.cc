//===- frame_type.cc ------------------------------------------------------===//
#include "importhook/frame_type.h"

#include "importhook/builtin_patch.h"
#include "importhook/code_link.h"

namespace blockcov {

namespace {

extern PatchedAttribute fLasti, tbLasti;

PyRef codeOf(PyFrameObject *frame) { return PyRef::steal(reinterpret_cast<PyObject *>(PyFrame_GetCode(frame))); }

const OffsetMap *mapFor(const PyRef &code) { return offsetsOf(reinterpret_cast<PyCodeObject *>(code.get())); }

/// `lasti`, in bytes, in the original of the frame's code. New reference, or null with
/// an error set.
PyObject *shownLasti(PyFrameObject *frame, PyObject *lasti) {
  PyRef owner = PyRef::steal(lasti);
  const long offset = lasti ? PyLong_AsLong(lasti) : -1;
  if (offset < 0) // has not started, or an error
    return owner.release();
  PyRef code = codeOf(frame);
  const OffsetMap *offsets = mapFor(code);
  if (!offsets)
    return PyErr_Clear(), owner.release();
  OffsetMap::Place place = offsets->originalOf(static_cast<uint32_t>(offset) / kUnitBytes);
  // Who makes a traceback may give it an odd number.
  return place.unit == OffsetMap::Place::kNone ? owner.release()
                                               : PyLong_FromLong(long(place.unit) * kUnitBytes + offset % kUnitBytes);
}

PyObject *getFrameLasti(PyObject *self, void *) {
  return shownLasti(reinterpret_cast<PyFrameObject *>(self), fLasti.plain(self));
}

PyObject *getTracebackLasti(PyObject *self, void *) {
  return shownLasti(reinterpret_cast<PyTracebackObject *>(self)->tb_frame, tbLasti.plain(self));
}

PatchedAttribute fLasti("f_lasti", getFrameLasti);
PatchedAttribute tbLasti("tb_lasti", getTracebackLasti);

/// frame.f_lineno = n: CPython goes to one of the places where the line begins.
int setLine(PyObject *self, PyObject *value, void *);
PatchedAttribute fLineno("f_lineno", nullptr, setLine);

int setLine(PyObject *self, PyObject *value, void *) {
  PyRef code = codeOf(reinterpret_cast<PyFrameObject *>(self));
  return withoutInsertedLines(reinterpret_cast<PyCodeObject *>(code.get()),
                              [&] { return fLineno.plainSet(self, value); });
}

//===----------------------------------------------------------------------===//
// Sizes are those without the stack slots of probes and pads
//===----------------------------------------------------------------------===//

/// New reference, or null with an error set.
PyObject *shownSize(PyObject *size, PyObject *code) {
  PyRef owner = PyRef::steal(size);
  auto *object = reinterpret_cast<PyCodeObject *>(code);
  const OriginalParts parts = originalParts(object);
  if (!size || !parts)
    return PyErr_Occurred() ? nullptr : owner.release();
  const Py_ssize_t more = Py_ssize_t(sizeof(PyObject *)) * (object->co_stacksize - parts.stackSize);
  return PyLong_FromSsize_t(PyLong_AsSsize_t(size) - more);
}

PyObject *frameSize(PyObject *self, PyObject *);
PatchedFunction sizeOfFrame("__sizeof__", frameSize, METH_NOARGS);

PyObject *frameSize(PyObject *self, PyObject *) {
  PyRef code = codeOf(reinterpret_cast<PyFrameObject *>(self));
  return shownSize(sizeOfFrame.plain(self, nullptr), code.get());
}

/// A generator of any kind has its frame in it. `attribute` is its code object.
template <const char *attribute> PyObject *generatorSize(PyObject *self, PyObject *);

constexpr char kGenerator[] = "gi_code", kCoroutine[] = "cr_code", kAsyncGenerator[] = "ag_code";
template <const char *attribute> PatchedFunction sizeOfGenerator("__sizeof__", generatorSize<attribute>, METH_NOARGS);

template <const char *attribute> PyObject *generatorSize(PyObject *self, PyObject *) {
  PyObject *size = sizeOfGenerator<attribute>.plain(self, nullptr);
  PyRef code = PyRef::steal(PyObject_GetAttrString(self, attribute));
  if (code && PyCode_Check(code.get()))
    return shownSize(size, code.get());
  PyErr_Clear();
  return size;
}

bool installSizes() {
  return sizeOfFrame.installMethod(PyFrame_Type) && sizeOfGenerator<kGenerator>.installMethod(PyGen_Type) &&
         sizeOfGenerator<kCoroutine>.installMethod(PyCoro_Type) &&
         sizeOfGenerator<kAsyncGenerator>.installMethod(PyAsyncGen_Type);
}

//===----------------------------------------------------------------------===//
// Tracebacks that the program makes
//===----------------------------------------------------------------------===//

newfunc plainTraceback = nullptr; ///< set once

/// TracebackType(tb_next, tb_frame, tb_lasti, tb_lineno).
PyObject *newTraceback(PyTypeObject *type, PyObject *arguments, PyObject *keywords) {
  PyRef made = PyRef::steal(plainTraceback(type, arguments, keywords));
  if (!made)
    return nullptr;
  auto *traceback = reinterpret_cast<PyTracebackObject *>(made.get());
  if (traceback->tb_lasti < 0)
    return made.release();
  PyRef code = codeOf(traceback->tb_frame);
  const auto offset = static_cast<uint32_t>(traceback->tb_lasti);
  if (const OffsetMap *offsets = mapFor(code))
    traceback->tb_lasti =
        static_cast<int>(offsets->rewrittenOf(offset / kUnitBytes) * kUnitBytes + offset % kUnitBytes);
  else
    PyErr_Clear();
  return made.release();
}

} // namespace

bool prepareFrameType() {
  if (!fLasti.install(PyFrame_Type) || !tbLasti.install(PyTraceBack_Type) || !fLineno.install(PyFrame_Type) ||
      !installSizes())
    return false;
  if (!plainTraceback)
    plainTraceback = std::exchange(PyTraceBack_Type.tp_new, newTraceback);
  return true;
}

} // namespace blockcov
