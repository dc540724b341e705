#include <sys/eventfd.h>

#include <csignal>

#include "tests/projections/media/fixture.h"

namespace bitacora::projections::media {
namespace {

using std::chrono::milliseconds;

class Worker : public WorkerTest {
 protected:
  void SetUp() override { program_ = misbehaving_program(); }
  JobEnd end_of(const std::string& deed) { return run(MediaKind::Jpeg, deed).end; }
};

TEST_F(Worker, TakesManyJobsInOneProcess) {
  const auto first = run(MediaKind::Jpeg, "tell the process id");
  const auto second = run(MediaKind::Webm, "tell the process id");
  EXPECT_EQ(first.findings, second.findings);
  EXPECT_EQ(first.findings.duration_ms, static_cast<std::uint64_t>(worker_->pid()));
  EXPECT_EQ(worker_->jobs_done(), 2U);
  EXPECT_GT(worker_->resident_bytes(), 0U);
}

TEST_F(Worker, DiesAloneWhenItCrashes) {
  EXPECT_EQ(end_of("crash"), JobEnd::Died);
  EXPECT_EQ(end_of("answer"), JobEnd::Answered);
}

TEST_F(Worker, IsFoundDeadWhenItLeaves) {
  EXPECT_EQ(end_of("leave"), JobEnd::Died);
  start();
  kill(worker_->pid(), SIGKILL);
  EXPECT_EQ(end_of("answer"), JobEnd::Died);
}

TEST_F(Worker, IsEndedWhenItTakesTooMuchProcessorTime) {
  WorkerBounds bounds;
  bounds.job_processor = milliseconds(200);
  start(bounds);
  EXPECT_EQ(end_of("spin"), JobEnd::TooSlow);
}

TEST_F(Worker, IsEndedWhenItHangs) {
  WorkerBounds bounds;
  bounds.job_stall = milliseconds(300);
  for (const char* const deed : {"sleep", "wait"}) {
    start(bounds);
    EXPECT_EQ(end_of(deed), JobEnd::Hung) << deed;
  }
  start(bounds);
  kill(worker_->pid(), SIGSTOP);
  EXPECT_EQ(end_of("answer"), JobEnd::Hung);
}

TEST_F(Worker, IsEndedWhenItTakesTooLongAltogether) {
  WorkerBounds bounds;
  bounds.job_wall = milliseconds(300);
  start(bounds);
  EXPECT_EQ(end_of("spin"), JobEnd::Hung);
}

TEST_F(Worker, IsCalledOff) {
  start();
  ASSERT_EQ(eventfd_write(call_off_.get(), 1), 0);
  EXPECT_EQ(end_of("sleep"), JobEnd::CalledOff);
}

TEST_F(Worker, IsGoneWhenItsOwnerIs) {
  start();
  const pid_t pid = worker_->pid();
  worker_.reset();
  EXPECT_EQ(kill(pid, 0), -1);
}

TEST_F(Worker, DoesNotStartWithoutAProgram) {
  auto program = WorkerProgram::of_bytes(std::as_bytes(std::span("no program", 10)));
  ASSERT_TRUE(program);
  call_off_ = Descriptor(eventfd(0, EFD_CLOEXEC));
  const auto worker = WorkerProcess::start(**program, {}, call_off_.get());
  ASSERT_FALSE(worker);
  EXPECT_EQ(worker.error().code, events::ErrorCode::Unavailable);
}

TEST_F(Worker, StartsFromBytesInMemory) {
  const auto bytes = read_file(BITACORA_MISBEHAVING_WORKER);
  auto program = WorkerProgram::of_bytes(std::as_bytes(std::span(bytes)));
  ASSERT_TRUE(program) << program.error().detail;
  program_ = *program;
  EXPECT_EQ(run(MediaKind::Jpeg, "answer").findings.duration_ms, 7U);
}

}  // namespace
}  // namespace bitacora::projections::media
