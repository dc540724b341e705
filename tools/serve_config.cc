#include "tools/serve_config.h"

#include <algorithm>

namespace bitacora::tools {

std::vector<CLI::ConfigItem> SubcommandConfig::from_config(std::istream& input) const {
  auto read = CLI::ConfigTOML::from_config(input);
  for (auto& item : read) {
    const auto key = item.fullname();
    if (!item.parents.empty()) {
      throw CLI::ConfigError("\"" + key + "\": sections are not used; write the key alone");
    }
    std::replace(item.name.begin(), item.name.end(), '_', '-');
    const auto* option = subcommand_->get_option_no_throw("--" + item.name);
    if (option == nullptr || !option->get_configurable() || key.find('-') != std::string::npos) {
      throw CLI::ConfigError("\"" + key + "\" is not a key of the configuration");
    }
    item.parents = {subcommand_->get_name()};
  }
  // CLI11 takes no empty list, which says what leaving the key out says.
  read.erase(std::remove_if(read.begin(), read.end(),
                            [this](const CLI::ConfigItem& item) {
                              const auto* option = subcommand_->get_option("--" + item.name);
                              return item.inputs.empty() && option->get_items_expected_max() > 1;
                            }),
             read.end());
  return read;
}

}  // namespace bitacora::tools
