// A file system that refuses to write, or to sync, from a moment on: a disk that breaks, or one
// that is in trouble for a while.
#pragma once

#include <rocksdb/file_system.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

namespace bitacora::events {

// With WritesForNow the database tries again by itself, once a second.
enum class Trouble : std::uint8_t { None, Writes, WritesForNow, Syncs };

class FailingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FailingFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

  void fail(Trouble trouble) { *trouble_ = trouble; }
  const char* Name() const override { return "FailingFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* context) override {
    std::unique_ptr<rocksdb::FSWritableFile> real;
    auto status = target()->NewWritableFile(name, options, &real, context);
    if (status.ok()) *file = std::make_unique<File>(std::move(real), trouble_);
    return status;
  }

 private:
  using Switch = std::shared_ptr<std::atomic<Trouble>>;

  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile>&& real, Switch trouble)
        : FSWritableFileOwnerWrapper(std::move(real)), trouble_(std::move(trouble)) {}

    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* context) override {
      if (*trouble_ == Trouble::Writes) return broken();
      if (*trouble_ == Trouble::WritesForNow) return busy();
      return FSWritableFileOwnerWrapper::Append(data, options, context);
    }
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             const rocksdb::DataVerificationInfo& /*checksum*/,
                             rocksdb::IODebugContext* context) override {
      return Append(data, options, context);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* context) override {
      if (*trouble_ != Trouble::None) return broken();
      return FSWritableFileOwnerWrapper::Sync(options, context);
    }
    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* context) override {
      return Sync(options, context);
    }

   private:
    static rocksdb::IOStatus broken() { return rocksdb::IOStatus::IOError("the disk is broken"); }
    static rocksdb::IOStatus busy() {
      auto status = rocksdb::IOStatus::IOError("the disk is in trouble");
      status.SetRetryable(true);
      return status;
    }
    const Switch trouble_;
  };

  const Switch trouble_ = std::make_shared<std::atomic<Trouble>>(Trouble::None);
};

}  // namespace bitacora::events
