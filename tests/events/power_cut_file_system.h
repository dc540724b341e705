// A file system whose power can be cut, for tests of what survives.
//
// Everything is written through to real files, and it is kept in mind which bytes were synced
// since, and which changes of folders (files made, renamed, deleted) were followed by a sync of
// their folder. When the power is cut, every later call fails, so that what goes on running in the
// process can write no more. restore() then puts the folder into a state that a disk could have
// been left in: of each file the synced bytes and a random part of those that follow; of the
// changes of folders the synced ones and a random number of those that follow, in their order,
// the rest undone. Syncs do not reach the real disk, so a test is as quick as the page cache.
//
// A test hands it to RocksDB (RocksdbLogOptions::file_system), says when to cut, works until calls
// fail, lets go of everything that has files open, restores with a seed that it prints, and opens
// again. Thread-safe but for restore().
#pragma once

#include <rocksdb/file_system.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace bitacora::events {

class PowerCutFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  // Deleted files that may have to come back are kept in `graveyard`, a folder that is made, on the
  // same disk, and outside of what is tested.
  explicit PowerCutFileSystem(std::filesystem::path graveyard);
  ~PowerCutFileSystem() override;

  // Cuts the power at once.
  void cut();
  // Cuts it at the `operation`th write, sync or change of a folder from now on (1: the next one),
  // which is left half done.
  void cut_at(std::uint64_t operation);
  [[nodiscard]] bool is_cut() const;
  // Writes, syncs and changes of folders so far.
  [[nodiscard]] std::uint64_t operations() const;
  // Loses what was not synced, by chance from `seed`, and gives the power back. No file may be
  // open. Without a cut before it, it cuts first.
  void restore(std::uint64_t seed);

  const char* Name() const override { return "PowerCutFileSystem"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file,
                                       rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name,
                                      const rocksdb::FileOptions& options,
                                      std::unique_ptr<rocksdb::FSWritableFile>* file,
                                      rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus NewRandomRWFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSRandomRWFile>* file,
                                    rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* folder,
                                 rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus LinkFile(const std::string& from, const std::string& to,
                             const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* context) override;
  rocksdb::IOStatus Truncate(const std::string& name, std::size_t size,
                             const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* context) override;

 private:
  std::shared_ptr<class DoubtfulDisk> disk_;
};

}  // namespace bitacora::events
