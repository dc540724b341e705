// `bitacora bench`: measures the product on the machine at hand, each figure beside its ceiling.
#pragma once

namespace CLI {
class App;
}

namespace bitacora::tools {

// Adds the subcommand `bench`, and the hidden one that it runs as its ceiling's process.
void add_bench_command(CLI::App& app);

}  // namespace bitacora::tools
