// What Linux says of a process: memory and processor time.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace bitacora::bench {

// Resident memory, bytes (VmRSS of /proc/PID/status); 0 when there is no such process.
std::uint64_t resident_bytes(pid_t pid);
// User and system time so far, seconds, to the nanosecond; 0 when there is no such process.
double processor_seconds(pid_t pid);
// The same of all children that have ended and been waited for.
double children_processor_seconds();
// As many open files as the system lets this process and its children have.
void raise_open_files_limit();

}  // namespace bitacora::bench
