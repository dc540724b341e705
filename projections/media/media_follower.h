// Follows the log into the media view, and tells the log what was found.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "projections/media/media.h"
#include "projections/media/media_store.h"

namespace bitacora::projections::media {

// A thread of its own.
class MediaFollower {
 public:
  // `followed` is called on that thread when the view has caught up, and when it has had more.
  MediaFollower(MediaStore& store, const MediaOptions& options, std::function<void()> followed);
  // Ends the thread.
  ~MediaFollower();
  MediaFollower(const MediaFollower&) = delete;
  MediaFollower& operator=(const MediaFollower&) = delete;

  // Whether the view has had everything that the log had when it was opened: only then it is known
  // what has been examined before.
  [[nodiscard]] bool has_caught_up() const;

 private:
  using Clock = std::chrono::steady_clock;

  // Answers to notes; they may come when the follower has gone.
  struct Answers {
    std::mutex mutex;
    std::vector<std::pair<events::AttachmentId, events::Result<void>>> given;
  };

  void run();
  bool follow();
  void note_what_was_found();
  void take_answers();
  // True when it is to end.
  bool rest(std::chrono::milliseconds time);

  MediaStore& store_;
  const MediaOptions& options_;
  const std::function<void()> followed_;
  const events::Position last_at_opening_;
  const std::shared_ptr<Answers> answers_ = std::make_shared<Answers>();
  // Under way, and those that are to be told again at a time.
  std::map<events::AttachmentId, Clock::time_point> noting_;
  Clock::time_point note_from_{};

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool ends_ = false;
  bool caught_up_ = false;
  std::thread thread_;
};

}  // namespace bitacora::projections::media
