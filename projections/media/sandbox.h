// What a media worker takes from itself before it sees a stranger's file: memory, files, the
// network, other processes. A file that takes the worker over gains nothing but a processor for
// some time.
//
// Call in this order, while the process has one thread; each ends the process when the kernel
// refuses what it must have.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace bitacora::projections::media {

// The sanitizers' shadow memory is larger than any bound: a worker built with them has none.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool can_bound_memory = false;
#else
inline constexpr bool can_bound_memory = true;
#endif

// Dies with the process that started it (which must still be `parent`), keeps no descriptors past
// `last_descriptor`, writes no core, and takes no more than this address space (0: without a
// bound, for the sanitizers), files and bytes a file. Runs on half of the processors, and there
// only when nobody else wants to.
void bound_resources(int parent, int last_descriptor, std::size_t memory_bytes_max);

// From here on, files can be opened for reading below these paths and nowhere else (Landlock).
// False when the kernel does not offer it: then pass false to restrict_calls().
bool restrict_files(const std::vector<std::string>& readable);

// From here on every system call fails with EPERM but those of a process that computes on what it
// has (seccomp): no new files for writing, sockets, processes, programs, signals to others. Takes
// all threads. Without `may_open`, no file is opened at all (EACCES).
void restrict_calls(bool may_open);

}  // namespace bitacora::projections::media
