// What a worker may do once it is confined, asked of a worker that tries.
#include "projections/media/sandbox.h"

#include <linux/landlock.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>

#include "tests/projections/media/fixture.h"

namespace bitacora::projections::media {
namespace {

class Sandbox : public WorkerTest {
 protected:
  void SetUp() override { program_ = misbehaving_program(); }

  // The error number of the refusal; 0: it could.
  std::uint64_t refusal_of(const std::string& deed) {
    const auto result = run(MediaKind::Jpeg, deed);
    BITACORA_INVARIANT(result.end == JobEnd::Answered, "no answer to \"" + deed + "\"");
    BITACORA_INVARIANT(result.findings.failure == Failure::None, "unknown deed: " + deed);
    return result.findings.duration_ms;
  }

  static bool kernel_has_landlock() {
    return syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION) >= 1;
  }
};

TEST_F(Sandbox, RefusesWhateverReachesOut) {
  for (const char* const deed :
       {"make a socket", "fork", "run a program", "kill its parent", "trace its parent",
        "raise its limits", "remove a file", "write to /tmp", "write to a font's folder"}) {
    SCOPED_TRACE(deed);
    const auto refusal = refusal_of(deed);
    EXPECT_TRUE(refusal == EPERM || refusal == EACCES) << refusal;
  }
  EXPECT_FALSE(std::filesystem::exists("/tmp/bitacora-escaped"));
}

TEST_F(Sandbox, RefusesFilesThatAreNoFonts) {
  EXPECT_EQ(refusal_of("read /etc/passwd"), static_cast<std::uint64_t>(EACCES));
  if (kernel_has_landlock() && std::filesystem::exists("/usr/share/fonts")) {
    EXPECT_EQ(refusal_of("read a font's folder"), 0U);
  }
}

TEST_F(Sandbox, LetsItComputeInThreads) { EXPECT_EQ(refusal_of("start a thread"), 0U); }

TEST_F(Sandbox, LeavesHalfOfTheProcessorsToOthers) {
  cpu_set_t ours;
  ASSERT_EQ(sched_getaffinity(0, sizeof ours, &ours), 0);
  EXPECT_EQ(refusal_of("count its processors"),
            static_cast<std::uint64_t>(std::max(1, CPU_COUNT(&ours) / 2)));
}

TEST_F(Sandbox, HasALowerPriorityThanTheServer) {
  const auto worker = static_cast<pid_t>(refusal_of("tell the process id"));
  EXPECT_EQ(sched_getscheduler(worker), SCHED_BATCH);
  EXPECT_EQ(getpriority(PRIO_PROCESS, static_cast<id_t>(worker)), 19);
}

TEST_F(Sandbox, HasShortTurnsAtItsProcessor) {
  const auto worker = static_cast<pid_t>(refusal_of("tell the process id"));
  // Of sched_getattr(2), its first version: six words, of which the fourth is a turn's length, ns.
  std::array<std::uint64_t, 6> attributes{};
  ASSERT_EQ(syscall(SYS_sched_getattr, worker, attributes.data(), sizeof attributes, 0U), 0);
  // Before Linux 6.12 a turn has no length of its own.
  EXPECT_THAT(attributes.at(3), testing::AnyOf(100'000U, 0U));
}

TEST_F(Sandbox, HandsNothingOnFromTheServer) {
  EXPECT_EQ(refusal_of("count its environment"), 0U);
  // The standard ones, the socket, and what the job brings: a source and a result. The way to
  // /dev/null is the worker's own.
  EXPECT_LE(refusal_of("count its descriptors"), 7U);
}

TEST_F(Sandbox, BoundsMemory) {
  WorkerBounds bounds;
  bounds.memory_bytes = 128ul * 1024 * 1024;
  start(bounds);
  // Without the bound it would eat the machine's.
  if constexpr (can_bound_memory) {
    const auto megabytes = refusal_of("eat memory");
    EXPECT_GT(megabytes, 8U);
    EXPECT_LT(megabytes, 128U);
  }
}

TEST_F(Sandbox, BoundsWhatIsWritten) {
  EXPECT_EQ(refusal_of("fill the result"), events::limits::rendition_bytes_max / 1024 / 1024);
}

}  // namespace
}  // namespace bitacora::projections::media
