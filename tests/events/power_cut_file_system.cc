#include "tests/events/power_cut_file_system.h"

#include <utility>

#include "tests/events/doubtful_disk.h"

namespace bitacora::events {

namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

IOStatus no_power() { return IOStatus::IOError("the power is cut"); }
IOStatus no_such_file(const std::string& name) {
  return IOStatus::PathNotFound("no such file", name);
}

class DoubtfulWritableFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  DoubtfulWritableFile(std::unique_ptr<rocksdb::FSWritableFile>&& target,
                       std::shared_ptr<DoubtfulDisk> disk, DoubtfulFilePtr file)
      : FSWritableFileOwnerWrapper(std::move(target)),
        disk_(std::move(disk)),
        file_(std::move(file)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* context) override {
    const Power power = disk_->next_operation();
    if (power == Power::Off) return no_power();
    const std::uint64_t count = power == Power::On ? data.size() : disk_->part_of(data.size());
    const IOStatus status =
        FSWritableFileOwnerWrapper::Append(Slice(data.data(), count), options, context);
    if (status.ok()) disk_->written(file_, count);
    return power == Power::On ? status : no_power();
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*checksum*/,
                  IODebugContext* context) override {
    return Append(data, options, context);
  }
  IOStatus PositionedAppend(const Slice&, std::uint64_t, const IOOptions&,
                            IODebugContext*) override {
    return IOStatus::NotSupported("a write in the middle of a file");
  }
  IOStatus PositionedAppend(const Slice&, std::uint64_t, const IOOptions&,
                            const rocksdb::DataVerificationInfo&, IODebugContext*) override {
    return IOStatus::NotSupported("a write in the middle of a file");
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options,
                    IODebugContext* context) override {
    if (disk_->next_operation() != Power::On) return no_power();
    disk_->truncated(file_, size);
    return FSWritableFileOwnerWrapper::Truncate(size, options, context);
  }
  // A sync that the power cut interrupts is in doubt altogether.
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    if (disk_->next_operation() != Power::On) return no_power();
    disk_->synced(file_);
    return IOStatus::OK();
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    return Sync(options, context);
  }
  // Begins to write bytes out, and promises nothing.
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return disk_->is_cut() ? no_power() : IOStatus::OK();
  }

 private:
  const std::shared_ptr<DoubtfulDisk> disk_;
  const DoubtfulFilePtr file_;
};

class DoubtfulFolder final : public rocksdb::FSDirectoryWrapper {
 public:
  DoubtfulFolder(std::unique_ptr<rocksdb::FSDirectory>&& target, std::shared_ptr<DoubtfulDisk> disk,
                 std::filesystem::path path)
      : FSDirectoryWrapper(std::move(target)), disk_(std::move(disk)), path_(std::move(path)) {}

  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    if (disk_->next_operation() != Power::On) return no_power();
    disk_->folder_synced(path_);
    return IOStatus::OK();
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* context,
                               const rocksdb::DirFsyncOptions& /*reason*/) override {
    return Fsync(options, context);
  }

 private:
  const std::shared_ptr<DoubtfulDisk> disk_;
  const std::filesystem::path path_;
};

// RocksDB's own diary, which it rotates through other functions than those seen here.
bool is_info_log(const std::filesystem::path& path) {
  return path.filename().string().starts_with("LOG");
}

std::filesystem::path clean(const std::string& name) {
  const auto path = std::filesystem::path(name).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

}  // namespace

PowerCutFileSystem::PowerCutFileSystem(std::filesystem::path graveyard)
    : FileSystemWrapper(rocksdb::FileSystem::Default()),
      disk_(std::make_shared<DoubtfulDisk>(std::move(graveyard))) {}

PowerCutFileSystem::~PowerCutFileSystem() = default;

void PowerCutFileSystem::cut() { disk_->cut(); }
void PowerCutFileSystem::cut_at(std::uint64_t operation) { disk_->cut_at(operation); }
bool PowerCutFileSystem::is_cut() const { return disk_->is_cut(); }
std::uint64_t PowerCutFileSystem::operations() const { return disk_->operations(); }
void PowerCutFileSystem::restore(std::uint64_t seed) { disk_->restore(seed); }

IOStatus PowerCutFileSystem::NewWritableFile(const std::string& name,
                                             const rocksdb::FileOptions& options,
                                             std::unique_ptr<rocksdb::FSWritableFile>* file,
                                             IODebugContext* context) {
  const auto path = clean(name);
  if (disk_->next_operation() != Power::On) return no_power();
  disk_->bury(path);
  std::unique_ptr<rocksdb::FSWritableFile> real;
  const IOStatus status = target()->NewWritableFile(path, options, &real, context);
  if (!status.ok()) return status;
  *file = std::make_unique<DoubtfulWritableFile>(std::move(real), disk_, disk_->made(path));
  return status;
}

IOStatus PowerCutFileSystem::ReopenWritableFile(const std::string& name,
                                                const rocksdb::FileOptions& options,
                                                std::unique_ptr<rocksdb::FSWritableFile>* file,
                                                IODebugContext* context) {
  const auto path = clean(name);
  if (!std::filesystem::exists(path)) return NewWritableFile(name, options, file, context);
  if (disk_->next_operation() != Power::On) return no_power();
  std::unique_ptr<rocksdb::FSWritableFile> real;
  const IOStatus status = target()->ReopenWritableFile(path, options, &real, context);
  if (!status.ok()) return status;
  *file = std::make_unique<DoubtfulWritableFile>(std::move(real), disk_, disk_->opened(path));
  return status;
}

IOStatus PowerCutFileSystem::ReuseWritableFile(const std::string&, const std::string&,
                                               const rocksdb::FileOptions&,
                                               std::unique_ptr<rocksdb::FSWritableFile>*,
                                               IODebugContext*) {
  return IOStatus::NotSupported("a file used again");
}

IOStatus PowerCutFileSystem::NewRandomRWFile(const std::string&, const rocksdb::FileOptions&,
                                             std::unique_ptr<rocksdb::FSRandomRWFile>*,
                                             IODebugContext*) {
  return IOStatus::NotSupported("a file written in its middle");
}

IOStatus PowerCutFileSystem::NewDirectory(const std::string& name, const IOOptions& options,
                                          std::unique_ptr<rocksdb::FSDirectory>* folder,
                                          IODebugContext* context) {
  std::unique_ptr<rocksdb::FSDirectory> real;
  const IOStatus status = target()->NewDirectory(name, options, &real, context);
  if (status.ok()) *folder = std::make_unique<DoubtfulFolder>(std::move(real), disk_, clean(name));
  return status;
}

IOStatus PowerCutFileSystem::DeleteFile(const std::string& name, const IOOptions& options,
                                        IODebugContext* context) {
  const auto path = clean(name);
  if (is_info_log(path)) return target()->DeleteFile(name, options, context);
  if (disk_->next_operation() != Power::On) return no_power();
  return disk_->bury(path) ? IOStatus::OK() : no_such_file(name);
}

IOStatus PowerCutFileSystem::RenameFile(const std::string& from, const std::string& to,
                                        const IOOptions& options, IODebugContext* context) {
  if (is_info_log(clean(from))) return target()->RenameFile(from, to, options, context);
  if (disk_->next_operation() != Power::On) return no_power();
  return disk_->rename(clean(from), clean(to)) ? IOStatus::OK() : no_such_file(from);
}

IOStatus PowerCutFileSystem::LinkFile(const std::string&, const std::string&, const IOOptions&,
                                      IODebugContext*) {
  // RocksDB copies instead.
  return IOStatus::NotSupported("a second name of a file");
}

IOStatus PowerCutFileSystem::Truncate(const std::string& name, std::size_t size,
                                      const IOOptions& options, IODebugContext* context) {
  if (disk_->next_operation() != Power::On) return no_power();
  disk_->truncated(disk_->opened(clean(name)), size);
  return target()->Truncate(name, size, options, context);
}

}  // namespace bitacora::events
