//===- descriptors.h - descriptors of ours in the program's table -*- C++ -*-===//
#pragma once

namespace blockcov {

/// Moves `fd` to where the program does not meet it, closed by exec, and returns its new
/// number: above the soft limit on open files where the hard one allows that. There the
/// program loses none of its own descriptors to it, and whoever closes or lists all that
/// there can be, as daemons do, does not find it. Otherwise to a high number. Returns `fd`
/// as it is if there is no room.
///
/// The limit is raised for the time of one system call.
int moveOutOfTheWay(int fd);

} // namespace blockcov
