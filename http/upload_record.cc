#include "http/upload_record.h"

#include <boost/json.hpp>
#include <limits>

#include "http/hash_text.h"
#include "http/json.h"

namespace bitacora::http {

std::string encode_upload_record(const UploadRecord& record) {
  boost::json::object object{{"id", record.id.to_string()},
                             {"owner", record.owner.to_string()},
                             {"name", record.name},
                             {"mime", record.kind.mime},
                             {"size_bytes_max", record.kind.size_bytes_max},
                             {"voice", record.kind.voice},
                             {"length", record.length},
                             {"expires_at", record.expires_at.to_string()}};
  if (!record.key.empty()) object["key"] = record.key;
  if (record.sha256) object["sha256"] = hash_text(*record.sha256);
  return boost::json::serialize(object);
}

events::Result<UploadRecord> decode_upload_record(std::string_view json) {
  constexpr std::uint64_t any = std::numeric_limits<std::int64_t>::max();
  JsonReader reader(json);
  UploadRecord record;
  record.id = reader.id<events::AttachmentId>("id");
  record.owner = reader.parsed("owner", events::Who::parse);
  record.name = reader.text("name", {});
  record.kind.mime = reader.text("mime", {});
  record.kind.size_bytes_max = reader.count("size_bytes_max", any);
  record.kind.voice = reader.flag("voice");
  record.length = reader.count("length", any);
  record.expires_at = reader.parsed("expires_at", events::Instant::parse);
  record.key = reader.optional_text("key", {}).value_or("");
  record.sha256 = reader.optional_parsed("sha256", parse_hash);
  if (const auto read = reader.finish(); !read) {
    return events::error(events::ErrorCode::Corrupt,
                         "a stored upload is not of its form: " + read.error().detail);
  }
  return record;
}

}  // namespace bitacora::http
