// One group commit: takes requests one after the other, each seeing those before it, and gathers
// the rows of those that fit.
#pragma once

#include <rocksdb/write_batch.h>

#include <map>
#include <string>
#include <vector>

#include "events/codec.h"
#include "events/head_cache.h"
#include "events/log.h"
#include "events/rocksdb_database.h"

namespace bitacora::events {

class AppendBatch {
 public:
  // `before` is how the log stands; `heads` are those it has in memory.
  AppendBatch(const LogDatabase& database, const HeadCache& heads, const Counters& before)
      : database_(database), heads_(heads), counters_(before), before_(before) {}

  // The answer to the request, provided that the batch is then written.
  Result<Appended> add(const AppendRequest& request);

  // Whether there is nothing to write.
  [[nodiscard]] bool is_empty() const {
    return counters_.last == before_.last && new_commands_.empty();
  }
  // How the log stands after this batch.
  [[nodiscard]] const Counters& counters() const { return counters_; }
  // The rows, to be written at once, those of the counters among them.
  rocksdb::WriteBatch& finish();
  // Tells the cache what this batch, now written, has changed.
  void publish_heads(HeadCache& heads) const;

 private:
  struct SeenHead {
    Head head;
    bool is_changed = false;
  };
  struct Place {
    StreamId stream;
    Version version;
    Position position;
    friend auto operator<=>(const Place&, const Place&) = default;
  };

  Result<Appended> add_command_alone(const CommandKey& command, std::string key);
  Result<std::vector<EncodedEvent>> encode_all(const AppendRequest& request) const;
  Result<std::optional<StoredCommand>> find_command(const std::string& key) const;
  Result<Head> head_of(const StreamId& stream);
  Result<void> check_conditions(const AppendRequest& request);
  RecordedEventPtr write(const NewEvent& event, const EncodedEvent& encoded,
                         const std::string& command_id);

  const LogDatabase& database_;
  const HeadCache& heads_;
  Counters counters_;
  const Counters before_;
  std::size_t bytes_ = 0;
  rocksdb::WriteBatch rows_;
  // What finish() writes in the order of the keys: a skip list takes neighbours one after the other
  // in half the time.
  std::vector<Place> places_;
  std::map<StreamId, SeenHead> seen_heads_;  // of all streams that the requests so far name
  std::map<std::string, StoredCommand> new_commands_;
};

}  // namespace bitacora::events
