#include "projections/media/sandbox.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/landlock.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "events/limits.h"
#include "projections/media/descriptor.h"

namespace bitacora::projections::media {

namespace limits = events::limits;

namespace {

constexpr int exit_not_confined = 71;  // EX_OSERR of sysexits.h

constexpr int lowest_priority = 19;  // of setpriority(2)

// The shortest turn at a processor that Linux gives: whoever wakes up meanwhile waits for its end,
// whatever the priority. Before Linux 6.12 all turns are equally long.
constexpr std::uint64_t turn_ns = 100'000;

// Of sched_setattr(2), its first version: the kernel's header cannot stand beside the C library's.
struct SchedulingAttributes {
  std::uint32_t size = sizeof(SchedulingAttributes);
  std::uint32_t policy = SCHED_BATCH;
  std::uint64_t flags = 0;
  std::int32_t nice = lowest_priority;
  std::uint32_t real_time_priority = 0;
  std::uint64_t runtime_ns = turn_ns;
  std::uint64_t deadline_ns = 0;
  std::uint64_t period_ns = 0;
};

// Of ioprio_set(2); some versions of the kernel's own header are no C++.
constexpr int ioprio_who_process = 1;
constexpr int ioprio_idle = 3 << 13;

void require(bool done, const char* what) {
  if (done) return;
  std::fprintf(stderr, "media worker: %s: %s\n", what, std::strerror(errno));
  _exit(exit_not_confined);
}

void set_limit(__rlimit_resource resource, std::uint64_t most) {
  const rlimit limit{most, most};
  require(setrlimit(resource, &limit) == 0, "setrlimit");
}

// Of the processors that it has, the last half, at least one. Where such work runs on all of them,
// who wakes up waits for milliseconds, whatever the priority.
void leave_half_the_processors() {
  cpu_set_t processors;
  if (sched_getaffinity(0, sizeof processors, &processors) != 0) return;
  const int all = CPU_COUNT(&processors);
  int to_leave = all - std::max(1, all / 2);
  for (int each = 0; to_leave > 0; ++each) {
    if (!CPU_ISSET(each, &processors)) continue;
    CPU_CLR(each, &processors);
    --to_leave;
  }
  require(sched_setaffinity(0, sizeof processors, &processors) == 0, "sched_setaffinity");
}

// Not SCHED_IDLE: a processor that does nothing else counts as free, and who wakes up is put there,
// where it may wait for the next tick.
void yield_to_everybody() {
  leave_half_the_processors();
  SchedulingAttributes attributes;
  if (syscall(SYS_sched_setattr, 0, &attributes, 0U) != 0) {
    // Where that is forbidden, its turns are as long as everybody's.
    const sched_param none{};
    require(sched_setscheduler(0, SCHED_BATCH, &none) == 0, "sched_setscheduler");
    require(setpriority(PRIO_PROCESS, 0, lowest_priority) == 0, "setpriority");
  }
  // Not every disk's scheduler knows classes.
  syscall(SYS_ioprio_set, ioprio_who_process, 0, ioprio_idle);
}

// What root may do beyond others. Who is not root has none of it.
void drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  require(syscall(SYS_capset, &header, none.data()) == 0, "capset");
}

// Every right over files of Landlock's first version; later ones are taken by restrict_calls().
constexpr std::uint64_t rights_over_files = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1U) - 1;

void allow_reading(int rules, const std::string& path) {
  const Descriptor place(open(path.c_str(), O_PATH | O_CLOEXEC));
  if (!place) return;  // Not every system has every folder of fonts.
  landlock_path_beneath_attr rule{};
  rule.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  rule.parent_fd = place.get();
  require(syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0U) == 0,
          "landlock_add_rule");
}

class CallFilter {
 public:
  CallFilter() : filter_(seccomp_init(SCMP_ACT_ERRNO(EPERM))) {
    require(filter_ != nullptr, "seccomp_init");
    require(seccomp_attr_set(filter_, SCMP_FLTATR_CTL_TSYNC, 1) == 0, "seccomp_attr_set");
  }
  ~CallFilter() { seccomp_release(filter_); }
  CallFilter(const CallFilter&) = delete;
  CallFilter& operator=(const CallFilter&) = delete;

  void allow(int call) { add(SCMP_ACT_ALLOW, call, {}); }
  void allow(int call, scmp_arg_cmp when) { add(SCMP_ACT_ALLOW, call, when); }
  void refuse(int call, int error_number) {
    add(SCMP_ACT_ERRNO(static_cast<std::uint32_t>(error_number)), call, {});
  }
  void load() { require(seccomp_load(filter_) == 0, "seccomp_load"); }

 private:
  void add(std::uint32_t action, int call, std::optional<scmp_arg_cmp> when) {
    const scmp_arg_cmp condition = when.value_or(scmp_arg_cmp{});
    require(seccomp_rule_add_array(filter_, action, call, when ? 1 : 0, &condition) == 0,
            "seccomp_rule_add");
  }

  scmp_filter_ctx filter_;
};

// What a computing process with threads calls, on descriptors that it has.
constexpr std::array calls_of_computing{
    // memory
    SCMP_SYS(brk), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(mprotect),
    SCMP_SYS(madvise), SCMP_SYS(membarrier),
    // threads and their end
    SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(rseq), SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(exit),
    SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
    // signals to itself
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    // time and chance
    SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),
    // descriptors that are open
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(pread64),
    SCMP_SYS(pwrite64), SCMP_SYS(lseek), SCMP_SYS(fstat), SCMP_SYS(ftruncate), SCMP_SYS(fcntl),
    SCMP_SYS(fadvise64), SCMP_SYS(dup), SCMP_SYS(close), SCMP_SYS(poll), SCMP_SYS(ppoll),
    SCMP_SYS(eventfd2), SCMP_SYS(sendmsg), SCMP_SYS(recvmsg),
    // names of files, without what is in them
    SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(access),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(getcwd),
    SCMP_SYS(getdents64), SCMP_SYS(fstatfs),
    // itself and the machine
    SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(getrusage),
    SCMP_SYS(sysinfo), SCMP_SYS(uname)};

void allow_threads(CallFilter& calls) {
  calls.allow(SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
  // Its flags cannot be seen by a filter: the C library goes on with clone().
  calls.refuse(SCMP_SYS(clone3), ENOSYS);
  calls.allow(SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
  const auto self = static_cast<scmp_datum_t>(getpid());
  calls.allow(SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, self));
  // Reading limits; a null pointer sets none.
  calls.allow(SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0));
}

}  // namespace

void bound_resources(int parent, int last_descriptor, std::size_t memory_bytes_max) {
  require(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
  if (getppid() != parent) _exit(0);
  require(close_range(static_cast<unsigned>(last_descriptor) + 1, ~0U, 0) == 0, "close_range");
  // Writing past the largest file is an error of the write, not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  set_limit(RLIMIT_CORE, 0);
  set_limit(RLIMIT_NOFILE, limits::media_worker_open_files_max);
  set_limit(RLIMIT_FSIZE, limits::rendition_bytes_max);
  if (memory_bytes_max > 0) set_limit(RLIMIT_AS, memory_bytes_max);
  yield_to_everybody();
  // Nobody of the same user may look into it or take it over, nor it them.
  require(prctl(PR_SET_DUMPABLE, 0) == 0, "prctl");
  require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "prctl");
  drop_capabilities();
}

bool restrict_files(const std::vector<std::string>& readable) {
  const auto version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return false;
  const landlock_ruleset_attr all{.handled_access_fs = rights_over_files};
  const Descriptor rules(
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &all, sizeof all, 0U)));
  require(static_cast<bool>(rules), "landlock_create_ruleset");
  for (const std::string& path : readable) allow_reading(rules.get(), path);
  require(syscall(SYS_landlock_restrict_self, rules.get(), 0U) == 0, "landlock_restrict_self");
  return true;
}

void restrict_calls(bool may_open) {
  CallFilter calls;
  for (const int call : calls_of_computing) calls.allow(call);
  allow_threads(calls);
  if (may_open) {
    const scmp_datum_t more_than_reading = O_ACCMODE | O_CREAT | O_TRUNC | O_TMPFILE;
    const scmp_datum_t directory = O_DIRECTORY;  // a bit of O_TMPFILE, and harmless
    calls.allow(SCMP_SYS(openat),
                SCMP_A2(SCMP_CMP_MASKED_EQ, more_than_reading & ~directory, O_RDONLY));
  } else {
    calls.refuse(SCMP_SYS(openat), EACCES);
  }
  calls.load();
}

}  // namespace bitacora::projections::media
