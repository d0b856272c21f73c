//===- constant_type.h - what probes and landing pads share -----*- C++ -*-===//
//
// Both are constants of rewritten code, and such code may be marshalled,
// pickled or copied. Where blockcov is not there they must turn into something
// falsy that does nothing: marshal writes an object with a buffer as bytes, here
// b"", and pickle what __reduce__ says, here False.
//
//===----------------------------------------------------------------------===//
#pragma once

#include "importhook/py_ref.h"

namespace blockcov {

/// bf_getbuffer: an empty read-only buffer.
int constantBuffer(PyObject *self, Py_buffer *view, int flags);

/// tp_methods: __reduce__ and __reduce_ex__ give False; __copy__ and __deepcopy__ itself.
extern PyMethodDef constantMethods[];

} // namespace blockcov
