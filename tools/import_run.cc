#include "tools/import_run.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <istream>
#include <mutex>
#include <optional>
#include <ostream>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "events/codec.h"
#include "tools/dialogue.h"

namespace bitacora::tools {

namespace {

using events::ErrorCode;
using events::Result;
namespace limits = events::limits;

struct NumberedDialogue {
  std::uint64_t line = 0;
  std::size_t bytes = 0;  // of the line
  Dialogue dialogue;
};

// Whether the same step may go through later.
bool passes(ErrorCode code) {
  return code == ErrorCode::Unavailable || code == ErrorCode::Overloaded ||
         code == ErrorCode::Lagging || code == ErrorCode::TooManyAttempts ||
         code == ErrorCode::RequestTimeout;
}

// Whether every other dialogue would meet the same: then the import ends.
bool ends_import(ErrorCode code) {
  return passes(code) || code == ErrorCode::StorageFull || code == ErrorCode::Unauthenticated ||
         code == ErrorCode::Internal || code == ErrorCode::Corrupt;
}

// The reader, the workers and what they share.
class ImportRun {
 public:
  ImportRun(const MakeImportTarget& make_target, const ImportOptions& options, ImportCounts& counts,
            std::ostream& complaints)
      : make_target_(make_target), options_(options), counts_(counts), complaints_(complaints) {}

  Result<void> run(std::istream& lines) {
    std::vector<std::jthread> workers;
    for (std::size_t i = 0; i < limits::import_dialogues_at_once; ++i) {
      workers.emplace_back([this] { work(); });
    }
    read(lines);
    {
      const std::scoped_lock lock(mutex_);
      read_all_ = true;
    }
    changed_.notify_all();
    workers.clear();
    if (ended_by_) return *ended_by_;
    return {};
  }

 private:
  // --- The reader -------------------------------------------------------------------------------

  void read(std::istream& lines) {
    std::string line;
    std::set<events::Sha256> ids;
    for (std::uint64_t number = 1; !ended() && next_line(lines, line); ++number) {
      const std::size_t bytes = line.size() + 1;
      auto dialogue = parse(line, ids);
      if (dialogue) {
        hand_out({number, bytes, *std::move(dialogue)});
      } else {
        counts_.bytes_done += bytes;
        if (!line.empty()) complain_bad(number, dialogue.error().detail);
      }
    }
  }

  // `ids` are the hashes of those before.
  static Result<Dialogue> parse(const std::string& line, std::set<events::Sha256>& ids) {
    if (line.size() > limits::import_line_bytes_max) {
      return events::error(
          ErrorCode::Invalid,
          "it is longer than " + std::to_string(limits::import_line_bytes_max) + " bytes");
    }
    auto dialogue = parse_dialogue(line);
    if (dialogue && !ids.insert(events::sha256(dialogue->id)).second) {
      return events::error(ErrorCode::Invalid, "an earlier line has the same \"id\"");
    }
    return dialogue;
  }

  // As std::getline, but of a line past the bound no more is kept than shows that it is.
  static bool next_line(std::istream& lines, std::string& line) {
    line.clear();
    auto* buffer = lines.rdbuf();
    bool any = false;
    for (auto next = buffer->sbumpc(); next != std::istream::traits_type::eof();
         next = buffer->sbumpc()) {
      any = true;
      const auto byte = std::istream::traits_type::to_char_type(next);
      if (byte == '\n') break;
      if (line.size() <= limits::import_line_bytes_max) line += byte;
    }
    if (!line.empty() && line.back() == '\r') line.pop_back();
    return any;
  }

  void hand_out(NumberedDialogue dialogue) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] {
      return waiting_.size() < limits::import_dialogues_at_once || ended_by_.has_value();
    });
    if (ended_by_) return;
    waiting_.push_back(std::move(dialogue));
    lock.unlock();
    changed_.notify_all();
  }

  // --- A worker ---------------------------------------------------------------------------------

  void work() {
    std::unique_ptr<ImportTarget> target;
    while (auto next = take()) {
      if (!target) {
        auto made = make_target_();
        if (!made) return end(made.error());
        target = *std::move(made);
      }
      if (auto played = play(*target, next->dialogue); played) {
        ++counts_.dialogues;
      } else if (ends_import(played.error().code)) {
        return end(played.error());
      } else {
        ++counts_.lines_refused;
        complain(next->line, "refused: " + played.error().detail);
      }
      counts_.bytes_done += next->bytes;
    }
  }

  std::optional<NumberedDialogue> take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty() || read_all_ || ended_by_.has_value(); });
    if (ended_by_ || waiting_.empty()) return std::nullopt;
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    changed_.notify_all();
    return next;
  }

  Result<void> play(ImportTarget& target, const Dialogue& dialogue) {
    const auto contact =
        patiently([&] { return target.register_contact(dialogue.name, dialogue.key("register")); });
    if (!contact) return contact.error();
    std::string conversation_id;
    for (std::size_t i = 0; i < dialogue.turns.size(); ++i) {
      const auto& turn = dialogue.turns[i];
      const auto key = dialogue.key(std::to_string(i));
      const auto step = patiently([&] {
        return turn.speaker == Speaker::Contact
                   ? target.write_as_contact(contact->subject, turn.text, key)
                   : target.reply(conversation_id, turn.text, key);
      });
      if (!step) return step.error();
      if (turn.speaker == Speaker::Contact) conversation_id = step->subject;
      ++(step->replayed ? counts_.messages_there : counts_.messages_written);
    }
    if (!options_.close) return {};
    const auto closed =
        patiently([&] { return target.close(conversation_id, dialogue.key("close")); });
    if (!closed) return closed.error();
    return {};
  }

  // The step, again and again with growing pauses while its outcome is unknown or it is told to
  // come back; its key keeps it from happening twice.
  template <class Step>
  auto patiently(Step step) -> decltype(step()) {
    constexpr std::chrono::milliseconds pause_first{100};
    constexpr std::chrono::milliseconds pause_max{5'000};
    const auto give_up = std::chrono::steady_clock::now() + options_.retry_max;
    for (auto pause = pause_first;; pause = std::min(pause * 2, pause_max)) {
      auto done = step();
      if (done || !passes(done.error().code)) return done;
      const auto asked = std::chrono::seconds(done.error().retry_after_s.value_or(0));
      const auto wait = std::max<std::chrono::milliseconds>(pause, asked);
      if (std::chrono::steady_clock::now() + wait > give_up || ended_within(wait)) return done;
    }
  }

  // --- The end ----------------------------------------------------------------------------------

  void end(const events::Error& error) {
    {
      const std::scoped_lock lock(mutex_);
      if (!ended_by_) ended_by_ = error;
    }
    changed_.notify_all();
  }

  bool ended() {
    const std::scoped_lock lock(mutex_);
    return ended_by_.has_value();
  }

  bool ended_within(std::chrono::milliseconds wait) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, wait, [this] { return ended_by_.has_value(); });
  }

  void complain_bad(std::uint64_t line, const std::string& what) {
    ++counts_.lines_bad;
    complain(line, "bad: " + what);
  }

  void complain(std::uint64_t line, const std::string& what) {
    const std::scoped_lock lock(complaints_mutex_);
    complaints_ << "line " << line << ": " << what << std::endl;
  }

  const MakeImportTarget& make_target_;
  const ImportOptions& options_;
  ImportCounts& counts_;
  std::ostream& complaints_;
  std::mutex complaints_mutex_{};

  // Guards what follows; `changed_` is told of every change to it.
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::deque<NumberedDialogue> waiting_{};
  bool read_all_ = false;
  std::optional<events::Error> ended_by_{};
};

}  // namespace

Result<void> play_dialogues(std::istream& lines, const MakeImportTarget& make_target,
                            const ImportOptions& options, ImportCounts& counts,
                            std::ostream& complaints) {
  return ImportRun(make_target, options, counts, complaints).run(lines);
}

}  // namespace bitacora::tools
