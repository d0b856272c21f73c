//===- frame_type.h - places in frames are those of the originals -*- C++ -*-===//
//
// f_lasti and tb_lasti are offsets in co_code, which is the original's
// (code_type.h), so they are as well; TracebackType() takes such an offset back. A
// frame that is sent to another line (f_lineno) goes to a place of the original.
//
//===----------------------------------------------------------------------===//
#pragma once

namespace blockcov {

/// Once per process, after prepareCodeLinks(). False with an error set.
bool prepareFrameType();

} // namespace blockcov
