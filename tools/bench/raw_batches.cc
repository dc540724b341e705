#include "tools/bench/raw_batches.h"

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <array>
#include <chrono>

#include "events/codec.h"

namespace bitacora::bench {

namespace {

std::string big_endian(std::uint64_t value) {
  std::string bytes(8, '\0');
  for (std::size_t i = 8; i-- > 0; value >>= 8) bytes[i] = static_cast<char>(value & 0xff);
  return bytes;
}

// The rows that the log keeps of one reply with a key: header, body, stream, head, command.
struct MessageRows {
  std::string header;
  std::string body;
  std::string stream = std::string(17, 's');
  std::string command = std::string(17 + 46 + 1 + 16, 'c');

  MessageRows() {
    events::RecordedEvent message;
    const auto now = events::SystemClock().now();
    const auto sender = events::OperatorId::make(now);
    const auto conversation = events::ConversationId::make(now);
    message.event = events::ConversationEvent(events::MessageSent{
        sender,
        {"Buenos días, quisiera saber si el pedido de ayer ya ha salido hacia la oficina."}});
    const auto encoded = events::encode(message.event);
    message.header = {.position = events::Position(1'000'000),
                      .stream = events::StreamId::of(conversation),
                      .version = events::Version(1000),
                      .id = events::EventId::make(now),
                      .type = std::string(encoded.type),
                      .schema = encoded.schema,
                      .at = now,
                      .who = events::Who::of(sender),
                      .command_id = events::Who::of(sender).to_string() + "/b12-63-1234",
                      .body_sha256 = events::sha256(encoded.body)};
    header = events::encode_header(message.header);
    body = encoded.body;
  }
};

class RocksdbBatches final : public RawBatches {
 public:
  explicit RocksdbBatches(std::unique_ptr<rocksdb::DB> database,
                          std::vector<rocksdb::ColumnFamilyHandle*> families)
      : database_(std::move(database)), families_(std::move(families)) {}

  ~RocksdbBatches() override {
    for (auto* family : families_) database_->DestroyColumnFamilyHandle(family);
  }

  double write(std::size_t messages, std::size_t batch) override {
    rocksdb::WriteOptions synced;
    synced.sync = true;
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t written = 0; written < messages;) {
      rocksdb::WriteBatch rows;
      for (std::size_t i = 0; i < batch && written < messages; ++i, ++written) add(rows);
      const auto status = database_->Write(synced, &rows);
      BITACORA_INVARIANT(status.ok(), "a raw batch is written");
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }

 private:
  void add(rocksdb::WriteBatch& rows) {
    const std::string position = big_endian(++position_);
    rows.Put(families_[1], position, rows_.header);
    rows.Put(families_[2], position, rows_.body);
    rows.Put(families_[3], rows_.stream + position, position);
    rows.Put(families_[4], rows_.stream, position + position);
    rows.Put(families_[5], rows_.stream + rows_.command + position, position + rows_.stream);
  }

  std::unique_ptr<rocksdb::DB> database_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
  MessageRows rows_{};
  std::uint64_t position_ = 0;
};

}  // namespace

events::Result<std::unique_ptr<RawBatches>> RawBatches::open(const std::filesystem::path& folder) {
  std::vector<rocksdb::ColumnFamilyDescriptor> families{
      {rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions()}};
  for (const char* name : {"header", "body", "stream", "head", "command"}) {
    families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  }
  rocksdb::DBOptions options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* database = nullptr;
  const auto status = rocksdb::DB::Open(options, folder.string(), families, &handles, &database);
  if (!status.ok()) return events::error(events::ErrorCode::Unavailable, status.ToString());
  return std::unique_ptr<RawBatches>(
      new RocksdbBatches(std::unique_ptr<rocksdb::DB>(database), std::move(handles)));
}

}  // namespace bitacora::bench
