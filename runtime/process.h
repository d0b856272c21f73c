//===- process.h - the shards of this process -------------------*- C++ -*-===//
#pragma once

namespace blockcov {

class Shard;

/// Calls forkPrepare() and so on of `shard` around every fork() of this process,
/// from now on; the shard must never be destroyed.
void followForks(Shard &shard);

/// Seals every shard given to followForks().
void sealFollowed();

} // namespace blockcov
