//===- marshal_functions.h - what is marshalled is the original -*- C++ -*-===//
//
// marshal reads the fields of code objects. dumps() and dump() are given what they
// would be without blockcov: the originals of rewritten code objects, also of those in
// containers.
//
//===----------------------------------------------------------------------===//
#pragma once

namespace blockcov {

/// Once per process, after prepareCodeLinks(). False with an error set.
bool prepareMarshal();

} // namespace blockcov
