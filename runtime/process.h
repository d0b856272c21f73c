//===- process.h - the shards of this process -------------------*- C++ -*-===//
#pragma once

namespace blockcov {

class Shard;

/// Calls forkPrepare() and so on of `shard` around every fork() of this process,
/// from now on; the shard must never be destroyed.
void followForks(Shard &shard);

/// Tells whether the child of the fork() that is about to come is going to be another
/// program, and counts nothing before that unless continueInChild() is called there.
using LeadsToExec = bool (*)();
void setLeadsToExec(LeadsToExec ask);

/// In a forked child of which LeadsToExec said so: it counts after all. False, and
/// nothing is done, in any other process.
bool continueInChild();

/// Seals every shard given to followForks(), or removes those of a forked child that
/// has counted nothing (Shard::removeIfIdle).
void sealFollowed();

} // namespace blockcov
