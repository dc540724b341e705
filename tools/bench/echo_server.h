// The ceiling of the edge: a WebSocket server of Beast's and nothing else, that sends every frame
// back as it came.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace bitacora::bench {

// Listens on a port of 127.0.0.1 that the system picks, prints `listening on http://HOST:PORT`, and
// serves until SIGTERM, each connection on one of `threads` threads that share nothing.
int run_echo_server(std::size_t threads);

}  // namespace bitacora::bench
