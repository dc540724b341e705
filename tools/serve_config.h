// The keys of the configuration file, as they are read from TOML for `serve`.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <istream>
#include <string>
#include <vector>

namespace bitacora::tools {

// A flat TOML file whose keys are the options of one subcommand with _ in the place of -
// (`actor_idle_ms = 60000`). Sections and keys that the subcommand does not have are errors that
// name them, so that a typo does not go unnoticed.
class SubcommandConfig final : public CLI::ConfigTOML {
 public:
  // `subcommand` outlives this.
  explicit SubcommandConfig(const CLI::App* subcommand) : subcommand_(subcommand) {}
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;

 private:
  const CLI::App* subcommand_;
};

}  // namespace bitacora::tools
