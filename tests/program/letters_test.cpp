#include <catch2/catch.hpp>
#include <future>

#include "runtime/storage/sqlite_store.hpp"
#include "tests/program/serving.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/loopback_client.hpp"

// `parlor letters`, beside a server and without one.
using namespace parlor;
using namespace parlor::testing;
using Catch::Contains;

namespace {

/// A folder in which two invitations to ann were given up.
void leave_letters(const scratch_folder& data) {
  sqlite_store store(data.path());
  commit c{.actor = {"counter", "x"}, .next = {.incarnation = 1, .version = 1, .state = "{}"}};
  for (const char* room : {"r1", "r2"})
    c.effects.messages.push_back(
        {{"session", "ann"}, "entered", R"({"kind":"tictactoe","id":")" + std::string(room) + R"(","guest":false})"});
  c.effects.chain = begin_chain(1, {"tictactoe", "r1"}, "join", "ann");
  std::promise<std::uint64_t> saved;
  store.save(std::move(c), [&saved](auto receipt) { saved.set_value(receipt.value().first_message); });
  std::uint64_t first = saved.get_future().get();
  for (std::uint64_t n : {first, first + 1}) store.bury({"session", "ann"}, {.message = n}, "handler_failed");
}

std::string letters(const scratch_folder& data, std::vector<std::string> args, int ends_with = 0) {
  args.insert(args.begin(), "letters");
  args.insert(args.end(), {"--data", data.path()});
  program p(args);
  CHECK(p.ends() == ends_with);
  return p.output();
}

}  // namespace

TEST_CASE("dead letters are listed, redelivered by the next start, and dropped") {
  scratch_folder data;
  leave_letters(data);
  CHECK_THAT(letters(data, {"list"}),
             Contains(R"( session/ann entered {"kind":"tictactoe","id":"r1","guest":false}: handler_failed, after )"
                      "tictactoe/r1:join by ann") &&
                 Contains("2 dead letters\n"));
  CHECK_THAT(letters(data, {"list", "--number", "2"}), Contains("r2") && Contains("1 dead letters"));
  CHECK_THAT(letters(data, {"list", "--kind", "lobby"}), Contains("0 dead letters"));
  CHECK_THAT(letters(data, {"redeliver"}, 1), Contains("choose letters by --number, --kind and --id, or --all"));
  CHECK_THAT(letters(data, {"drop", "--number", "no"}, 1), Contains("--number must be the number of a letter"));
  CHECK_THAT(letters(data, {"redeliver", "--number", "1"}), Contains("1 are delivered at the next start"));
  CHECK_THAT(letters(data, {"list"}), Contains("1 dead letters"));
  {
    program server(serving(data));
    loopback_client client(server.port());
    loopback_client::headers ann{{"Authorization", "Bearer " + token_for(data, "ann")}};
    CHECK(eventually([&] {
      auto session = client.request("GET", "/api/session", ann).body;
      return session.find("r1") != std::string::npos && session.find("r2") == std::string::npos;
    }));
    // Beside a server they are listed, and that server is the one to ask for the rest.
    CHECK_THAT(letters(data, {"list"}), Contains("1 dead letters"));
    for (const char* action : {"drop", "redeliver"})
      CHECK_THAT(letters(data, {action, "--all"}, 1),
                 Contains("in use by another process: nothing was changed") && Contains("/api/admin/letters"));
    CHECK_THAT(letters(data, {"list"}), Contains("1 dead letters"));
  }
  CHECK_THAT(letters(data, {"drop", "--all"}), Contains("1 dropped"));
  CHECK_THAT(letters(data, {"list"}), Contains("0 dead letters"));
}

TEST_CASE("letters of a folder that is not there are a sentence") {
  scratch_folder data;
  for (const char* action : {"list", "drop"})
    CHECK_THAT(letters(data, {action, "--all"}, 1), Contains("there is no ") && Contains("parlor.db"));
  program wrong({"letters", "burn", "--data", data.path()});
  CHECK(wrong.ends() == 2);
}
