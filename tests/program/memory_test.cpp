#include "tests/program/serving.hpp"
#include "tests/support/loopback_client.hpp"

// The program's allocator counts, and so what a handler takes is known.
using namespace parlor::testing;
using Catch::Contains;

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("a handler that allocates more than it should is named in the program's log") {
  scratch_folder data;
  program server(serving(data, {"--handler-memory", "16"}));
  loopback_client client(server.port());
  loopback_client::headers ann{{"Authorization", "Bearer " + token_for(data, "ann")}};
  client.request("POST", "/api/tictactoe/r/join", ann);
  CHECK(server.says("handler_memory"));
  CHECK_THAT(server.output(), Contains("tictactoe/r") && Contains("join allocated 0 MiB"));
  CHECK_THAT(client.request("GET", "/metrics").body, !Contains("parlor_hungry_handlers_total 0\n"));
}
#endif
