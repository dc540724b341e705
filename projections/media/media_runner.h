// Runs the jobs of pending rows, each thread with one worker.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "projections/media/media.h"
#include "projections/media/media_store.h"

namespace bitacora::projections::media {

class MediaRunner {
 public:
  MediaRunner(MediaStore& store, const MediaOptions& options);
  // Calls off what is under way, and ends the threads and the workers.
  ~MediaRunner();
  MediaRunner(const MediaRunner&) = delete;
  MediaRunner& operator=(const MediaRunner&) = delete;

  // There may be pending rows: to be called once the view has caught up, and from then on.
  void wake();
  // All but `pending` and `position`. Any thread.
  [[nodiscard]] MediaFigures figures() const;

 private:
  // What a thread works on.
  struct Task {
    events::AttachmentId id;
    MediaKind kind{};
    bool last_attempt = false;
  };
  struct Workplace {
    std::unique_ptr<WorkerProcess> worker;
    std::chrono::milliseconds start_pause = events::limits::media_worker_pause_min;
  };

  void run();
  std::optional<events::AttachmentId> take_pending(Workplace& place);
  void put_back(const events::AttachmentId& id);
  // False when it is to be tried again after a pause.
  bool work_on(const events::AttachmentId& id, Workplace& place);
  bool have_worker(Workplace& place);
  events::Result<std::optional<Task>> begin(const events::AttachmentId& id);
  events::Result<void> run_job(const Task& task, Workplace& place);
  events::Result<void> finish(const Task& task, const JobResult& result,
                              const std::vector<Descriptor>& results);
  events::Result<void> keep(const Task& task, const Findings& findings,
                            const std::vector<Descriptor>& results);
  events::Result<void> fail(const events::AttachmentId& id, Failure failure);
  // The job is as if it had not begun.
  events::Result<void> take_attempt_back(const events::AttachmentId& id);
  // The same, and the error, for which it is tried again after a pause.
  events::Result<void> put_off(const events::AttachmentId& id, const events::Error& why);
  bool rest(std::chrono::milliseconds time);

  MediaStore& store_;
  const MediaOptions& options_;
  const Descriptor call_off_;

  std::atomic<std::uint64_t> jobs_done_{0};
  std::atomic<std::uint64_t> jobs_failed_{0};
  std::atomic<std::uint64_t> workers_started_{0};
  std::atomic<std::uint64_t> workers_lost_{0};

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false;
  // Whether something may be pending that nobody works on.
  bool awake_ = false;
  std::set<events::AttachmentId> taken_;
  std::vector<std::thread> threads_;
};

}  // namespace bitacora::projections::media
