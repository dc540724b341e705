// What the tests of media share: workers, sources and results, and the attachments to test with.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "projections/media/worker_process.h"
#include "tests/shared_folder.h"

namespace bitacora::projections::media {

// A file in memory.
Descriptor file_of(std::string_view bytes);
std::string bytes_of(const Descriptor& file);

std::shared_ptr<const WorkerProgram> real_program();
std::shared_ptr<const WorkerProgram> misbehaving_program();

// A worker and what its last job left.
class WorkerTest : public testing::Test {
 protected:
  // As `program` when there is none yet, or the last one has died.
  JobResult run(MediaKind kind, std::string_view source);
  JobResult run_file(MediaKind kind, const std::string& name);
  void start(const WorkerBounds& bounds = {});

  std::shared_ptr<const WorkerProgram> program_ = real_program();
  std::unique_ptr<WorkerProcess> worker_;
  std::vector<std::string> results_;
  Descriptor call_off_ = file_of("");
};

}  // namespace bitacora::projections::media
