// One group commit: takes requests one after the other, each seeing those before it, and gathers
// the rows of those that fit.
#pragma once

#include <rocksdb/write_batch.h>

#include <string>
#include <unordered_map>
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
  [[nodiscard]] bool is_empty() const { return counters_.last == before_.last; }
  // How the log stands after this batch.
  [[nodiscard]] const Counters& counters() const { return counters_; }
  // The rows, to be written at once, those of the counters among them.
  rocksdb::WriteBatch& finish();
  // Tells the cache what this batch, now written, has changed.
  void publish_heads(HeadCache& heads) const;

 private:
  struct Encoded {
    std::vector<EncodedEvent> events;
    std::size_t bytes = 0;
  };

  Result<Encoded> encode_all(const AppendRequest& request) const;
  Result<std::optional<StoredCommand>> find_command(const std::string& key) const;
  Result<Head> head_of(const StreamId& stream);
  Result<void> check_conditions(const AppendRequest& request);
  RecordedEventPtr write(const NewEvent& event, EncodedEvent&& encoded,
                         const std::string& command_id);

  const LogDatabase& database_;
  const HeadCache& heads_;
  Counters counters_;
  const Counters before_;
  std::size_t bytes_ = 0;
  rocksdb::WriteBatch rows_;
  // Heads of all streams that the requests name, as they are after the requests so far.
  std::unordered_map<StreamId, Head> seen_heads_;
  std::unordered_map<std::string, StoredCommand> new_commands_;
};

}  // namespace bitacora::events
