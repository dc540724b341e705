#include "projections/media/media_runner.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <utility>

#include "events/limits.h"
#include "projections/media/sealed_file.h"

namespace bitacora::projections::media {

namespace limits = events::limits;
using events::AttachmentId;
using events::ErrorCode;
using events::ExaminationOutcome;
using events::Result;
using std::chrono::milliseconds;

namespace {

std::size_t count_of_workers(std::size_t asked_for) {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  return asked_for > 0 ? asked_for : std::max<std::size_t>(1, cores / 2);
}

// Music is played as it is: only recordings are made into what every receiver plays.
std::size_t count_of_results(MediaKind kind) {
  if (kind == MediaKind::Mp3) return 0;
  return is_audio(kind) ? 2 : 1;
}

bool has_worn_out(const WorkerProcess& worker) {
  return worker.jobs_done() >= limits::media_worker_jobs_max ||
         worker.resident_bytes() > limits::media_worker_resident_bytes_max;
}

}  // namespace

MediaRunner::MediaRunner(MediaStore& store, const MediaOptions& options)
    : store_(store), options_(options), call_off_(eventfd(0, EFD_CLOEXEC)) {
  BITACORA_INVARIANT(call_off_, "no descriptor to call jobs off");
  for (std::size_t i = 0; i < count_of_workers(options.workers); ++i) {
    threads_.emplace_back([this] { run(); });
  }
}

MediaRunner::~MediaRunner() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  eventfd_write(call_off_.get(), 1);
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void MediaRunner::wake() {
  {
    const std::lock_guard lock(mutex_);
    if (awake_) return;
    awake_ = true;
  }
  changed_.notify_all();
}

MediaFigures MediaRunner::figures() const {
  MediaFigures figures;
  figures.jobs_done = jobs_done_;
  figures.jobs_failed = jobs_failed_;
  figures.workers_started = workers_started_;
  figures.workers_lost = workers_lost_;
  const std::lock_guard lock(mutex_);
  figures.jobs_running = taken_.size();
  return figures;
}

void MediaRunner::run() {
  Workplace place;
  while (const auto id = take_pending(place)) {
    const bool settled = work_on(*id, place);
    put_back(*id);
    if (!settled && rest(limits::media_retry_pause)) return;
  }
}

// The oldest that nobody works on, once there is one; nullopt: it is time to end. A worker that has
// nothing to do for long is let go.
std::optional<AttachmentId> MediaRunner::take_pending(Workplace& place) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto stirred = [&] { return ends_ || awake_; };
    if (!changed_.wait_for(lock, limits::media_worker_idle_max, stirred)) {
      place.worker.reset();
      changed_.wait(lock, stirred);
    }
    if (ends_) return std::nullopt;
    const auto rows = store_.read();
    for (const auto& pending : media_places(*rows, MediaList::Pending, taken_.size() + 1)) {
      if (taken_.insert(pending.id).second) return pending.id;
    }
    awake_ = false;
  }
}

void MediaRunner::put_back(const AttachmentId& id) {
  {
    const std::lock_guard lock(mutex_);
    taken_.erase(id);
    awake_ = true;
  }
  changed_.notify_all();
}

bool MediaRunner::work_on(const AttachmentId& id, Workplace& place) {
  if (!have_worker(place)) return true;
  const auto task = begin(id);
  auto done = task ? Result<void>{} : Result<void>(task.error());
  if (task && *task) done = run_job(**task, place);
  if (!done) options_.warn("attachment " + id.to_string() + ": " + done.error().detail);
  if (place.worker && has_worn_out(*place.worker)) place.worker.reset();
  return static_cast<bool>(done);
}

// Starts one when there is none, again and again with longer pauses. False: it is time to end.
bool MediaRunner::have_worker(Workplace& place) {
  while (!place.worker) {
    auto worker = WorkerProcess::start(*options_.program, options_.bounds, call_off_.get());
    if (worker) {
      place.worker = std::move(*worker);
      place.start_pause = limits::media_worker_pause_min;
      ++workers_started_;
      return true;
    }
    if (rest(milliseconds(0))) return false;
    options_.warn(worker.error().detail);
    if (rest(place.start_pause)) return false;
    place.start_pause = std::min(2 * place.start_pause, limits::media_worker_pause_max);
  }
  return true;
}

// Counts the attempt before it is made, so that a file that takes the server down with its worker
// is not tried for ever. One that takes the machine down may be: the count is not synced. nullopt:
// there is nothing to do, or nothing any more.
Result<std::optional<MediaRunner::Task>> MediaRunner::begin(const AttachmentId& id) {
  const auto row = find_media_row(std::as_const(*store_.read()), id);
  if (!row || row->state != MediaState::Pending) return std::optional<Task>{};
  const auto kind = media_kind_of(row->mime);
  if (row->attempts >= limits::media_attempts_max || !kind) {
    const auto failed = fail(id, kind ? Failure::Crashed : Failure::Broken);
    return failed ? Result<std::optional<Task>>(std::nullopt) : failed.error();
  }
  const auto counted = store_.change(id, [](MediaRow& each, ViewWriter&) { ++each.attempts; });
  if (!counted) return counted.error();
  return std::optional<Task>({id, *kind, row->attempts + 1 >= limits::media_attempts_max});
}

Result<void> MediaRunner::run_job(const Task& task, Workplace& place) {
  const auto blob = options_.blobs->open_blob(task.id);
  if (!blob) {
    if (blob.error().code == ErrorCode::NotFound) return fail(task.id, Failure::Missing);
    return put_off(task.id, blob.error());
  }
  std::vector<Descriptor> results;
  std::vector<int> numbers;
  for (std::size_t i = 0; i < count_of_results(task.kind); ++i) {
    auto file = empty_file();
    if (!file) return put_off(task.id, file.error());
    results.push_back(*std::move(file));
    numbers.push_back(results.back().get());
  }
  const auto result = place.worker->run(task.kind, blob->file.get(), numbers, call_off_.get());
  if (result.end != JobEnd::Answered) place.worker.reset();
  return finish(task, result, results);
}

Result<void> MediaRunner::finish(const Task& task, const JobResult& result,
                                 const std::vector<Descriptor>& results) {
  if (result.end == JobEnd::CalledOff) return take_attempt_back(task.id);
  if (result.end == JobEnd::Answered) {
    if (result.findings.failure != Failure::None) return fail(task.id, result.findings.failure);
    return keep(task, result.findings, results);
  }
  ++workers_lost_;
  // Its worker counted the time itself: it would come to the same end again.
  if (result.end == JobEnd::TooSlow) return fail(task.id, Failure::TooSlow);
  if (!task.last_attempt) return {};
  return fail(task.id, result.end == JobEnd::Hung ? Failure::TooSlow : Failure::Crashed);
}

Result<void> MediaRunner::keep(const Task& task, const Findings& findings,
                               const std::vector<Descriptor>& results) {
  std::vector<std::unique_ptr<const SealedFile>> files;
  for (const Descriptor& result : results) {
    files.push_back(SealedFile::seal(result));
    // A worker that says that it is done and has left nothing of the kind is not to be believed.
    if (!files.back() || !looks_like(task.kind, files.size() - 1, files.back()->bytes())) {
      return fail(task.id, Failure::Broken);
    }
  }
  if (files.size() == 2) {
    for (const auto& [form, file] :
         {std::pair{Rendition::Ogg, files[0].get()}, std::pair{Rendition::Mp3, files[1].get()}}) {
      auto kept = store_.keep_rendition(task.id, form, file->bytes());
      if (!kept) return put_off(task.id, kept.error());
    }
  }
  ++jobs_done_;
  return store_.change(task.id, [&](MediaRow& row, ViewWriter& rows) {
    row.state = MediaState::Done;
    row.attempts = 0;
    if (files.size() == 1) rows.put(thumbnail_key(task.id).view(), files[0]->bytes());
    if (row.noted) return;
    row.findings.outcome = ExaminationOutcome::Done;
    row.findings.thumbnail = files.size() == 1;
    row.findings.renditions = files.size() == 2;
    if (!is_audio(task.kind)) return;
    row.findings.duration_ms = findings.duration_ms;
    row.findings.waveform = findings.waveform;
  });
}

Result<void> MediaRunner::fail(const AttachmentId& id, Failure failure) {
  ++jobs_failed_;
  options_.warn("attachment " + id.to_string() +
                " has no thumbnail or length: " + std::string(failure_name(failure)));
  return store_.change(id, [&](MediaRow& row, ViewWriter&) {
    row.state = MediaState::Failed;
    row.attempts = 0;
    if (row.noted) return;
    row.findings.outcome = ExaminationOutcome::Failed;
    row.findings.reason = failure_name(failure);
  });
}

Result<void> MediaRunner::take_attempt_back(const AttachmentId& id) {
  return store_.change(id, [](MediaRow& row, ViewWriter&) {
    if (row.attempts > 0) --row.attempts;
  });
}

Result<void> MediaRunner::put_off(const AttachmentId& id, const events::Error& why) {
  if (auto back = take_attempt_back(id); !back) return back;
  return why;
}

// True when it is to end.
bool MediaRunner::rest(milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [&] { return ends_; });
  return ends_;
}

}  // namespace bitacora::projections::media
