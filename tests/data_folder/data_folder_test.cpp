#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <thread>

#include "http/admission/credentials.hpp"
#include "http/gateway/gateway.hpp"
#include "http/sockets/server.hpp"
#include "runtime/hosting/runtime.hpp"
#include "runtime/storage/sqlite_store.hpp"
#include "tests/data_folder/clocked.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/json_part.hpp"
#include "tests/support/loopback_client.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/notes.hpp"
#include "tests/support/processes.hpp"
#include "tests/support/program.hpp"
#include "tests/support/scratch_folder.hpp"

// A data folder that an earlier server left when it was killed (README.md), opened by this one: every answer is
// the one that the earlier server gave on a copy of it.
using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

/// A copy of a folder, and what make.py wrote down.
class left_folder {
 public:
  explicit left_folder(const std::string& name = "data") {
    for (const std::string& from : {name, std::string("data/secret")})
      std::filesystem::copy(PARLOR_DATA_FOLDER "/" + from, data.path(),
                            std::filesystem::copy_options::recursive | std::filesystem::copy_options::skip_existing);
    auto parsed = json_document::parse(text_of(std::filesystem::path(PARLOR_DATA_FOLDER "/expected.json")));
    REQUIRE(parsed);
    expected_ = std::move(parsed.value());
    if (name == "data") set(from_ms(*part("opened_ms").as_integer()));
  }
  void set(instant to) { time.advance(to - time.now()); }
  [[nodiscard]] json_value part(const char* name) const { return *expected_.root().find(name); }
  [[nodiscard]] std::string token(const std::string& player) const { return part("tokens").find(player)->as_text(); }

  scratch_folder data;
  manual_clock time;  ///< of `data` it stands a few seconds after the kill, else long before

 private:
  json_document expected_ = std::move(json_document::parse("{}").value());
};

/// A server on the folder, by the folder's clock.
class opened {
 public:
  explicit opened(left_folder& folder)
      : folder_(folder),
        store_(folder.data.path()),
        tokens_(http::secret_in(folder.data.path())),
        runtime(kinds_, {}, store_, folder.time, log),
        gate_(runtime, tokens_, {}),
        sockets_(gate_, runtime.loops(), {.address = "127.0.0.1", .port = 0}, 65'536, log),
        client_(sockets_.port()) {
    settle();
  }
  ~opened() {
    runtime.stop();
    sockets_.stop(1s);
  }

  /// Waits until no message is under way between actors.
  void settle() const {
    CHECK(eventually([&] { return runtime.stats().messages.in_flight == 0; }));
  }

  http_answer ask(const std::string& player, const std::string& method, const std::string& path,
                  const std::string& body = {}, const std::string& key = {}) {
    loopback_client::headers with{{"Authorization", "Bearer " + folder_.token(player)}};
    if (!body.empty()) with.emplace("Content-Type", "application/json");
    if (!key.empty()) with.emplace("Idempotency-Key", key);
    return client_.request(method, path, with, body);
  }

  /// Asks what make.py asked, in the same order.
  void check_answers(const char* part) {
    for (json_value wanted : folder_.part(part).items()) {
      auto text = [&](const char* name) { return wanted.find(name)->as_text(); };
      INFO(part << ": " << text("player") << " " << text("path") << " " << text("key"));
      auto answer = ask(text("player"), text("method"), text("path"), text("body"), text("key"));
      CHECK(answer.status == wanted.find("status")->as_integer());
      CHECK(answer.header("etag") == text("etag"));
      CHECK(answer.body == text("answer"));
      settle();
    }
  }

  /// Whether the actor at that path of the operators' API has a reminder of that name, due then.
  bool has_reminder(const std::string& path, const std::string& name, instant due) {
    auto reminders = reminders_in(ask("root", "GET", path).body);
    std::string begins = name + " " + to_text(due) + " ";
    return std::any_of(reminders.begin(), reminders.end(), [&](const std::string& r) { return r.starts_with(begins); });
  }

  /// Compares each actor, awake or asleep, with what the store held.
  void check_actors() {
    for (json_value wanted : folder_.part("actors").items()) {
      std::string path = wanted.find("path")->as_text(), recorded = wanted.find("answer")->as_text();
      INFO(path);
      auto answer = ask("root", "GET", path);
      CHECK(answer.status == wanted.find("status")->as_integer());
      for (const char* part : {"code", "kind", "id", "exists", "version", "schema", "replies_kept", "events"})
        CHECK(json_part(answer.body, part) == json_part(recorded, part));
      if (json_part(recorded, "exists") == "true")  // awake without existing it has a state, asleep none
        check_keeps(answer.body, recorded);
      CHECK(reminders_in(answer.body) == reminders_in(recorded));
    }
  }

  /// A state has all that was recorded, and may have fields of later versions.
  static void check_keeps(const std::string& actor, const std::string& recorded) {
    INFO(json_part(actor, "state") << " of " << json_part(recorded, "state"));
    auto now = json_document::parse(actor), then = json_document::parse(recorded);
    CHECK(has_all(*now.value().root().find("state"), *then.value().root().find("state")));
  }
  static bool has_all(json_value now, json_value then) {
    if (now.type_of() != then.type_of()) return false;
    bool kept = true;
    if (then.type_of() == json_value::type::list) {
      if (now.size() != then.size()) return false;
      for (std::size_t i = 0; i < then.size(); ++i) kept = kept && has_all(now.at(i), then.at(i));
    } else if (then.type_of() == json_value::type::object) {
      then.each([&](const std::string& key, json_value member) {
        auto found = now.find(key);
        kept = kept && found && has_all(*found, member);
      });
    } else {
      kept = text_of(now) == text_of(then);
    }
    return kept;
  }

  /// The reminders of an actor, `name due command args` each.
  static std::vector<std::string> reminders_in(const std::string& actor) {
    std::vector<std::string> found;
    auto parsed = json_document::parse(actor);
    if (auto list = parsed.value().root().find("reminders"))
      for (json_value r : list->items())
        found.push_back(r.find("name")->as_text() + " " + r.find("due")->as_text() + " " +
                        r.find("command")->as_text() + " " + text_of(*r.find("args")));
    std::sort(found.begin(), found.end());
    return found;
  }

  /// Nothing waits any more: every room has gone, and the players' own actors know.
  void check_all_over() {
    CHECK(eventually([&] { return runtime.stats().reminders == 0; }));
    settle();
    for (json_value actor : folder_.part("actors").items()) {
      std::string path = actor.find("path")->as_text();
      INFO(path);
      auto answer = ask("root", "GET", path);
      if (path.find("/session/") != std::string::npos && json_part(answer.body, "exists") == "true") {
        CHECK(json_part(answer.body, "state.rooms") == "[]");
      } else if (path.find("/lobby/") != std::string::npos && json_part(answer.body, "exists") == "true") {
        CHECK(json_part(answer.body, "state.rooms") == "[]");
      } else if (path.find("/fortune/") == std::string::npos) {
        CHECK(json_part(answer.body, "exists") != "true");
      }
    }
    CHECK(runtime.stats().messages_lost == 0);
    CHECK(log.count("message_lost") == 0);
  }

 private:
  left_folder& folder_;
  const catalog kinds_ = kinds_with_clocked();
  sqlite_store store_;
  http::credentials tokens_;

 public:
  notes log;
  parlor::runtime runtime;

 private:
  http::gateway gate_;
  http::server sockets_;
  loopback_client client_;
};

/// Lets the server look twice at what is due.
void look_twice() { std::this_thread::sleep_for(120ms); }

/// When the clock of a room's turn ends.
instant clock_end(opened& server, const std::string& room) {
  std::string body = server.ask("root", "GET", "/api/admin/actors/pile/" + room).body;
  return from_ms(std::stoll(json_part(body, "state.table.turn_ends_ms")));
}

/// The seat that has won a room's game; `absent` while it is played.
std::string winner(opened& server, const std::string& room) {
  return json_part(server.ask("ann", "GET", "/api/pile/" + room).body, "outcome.winner");
}

}  // namespace

TEST_CASE("a folder that an earlier server left holds what it held, and what was owed arrives once") {
  left_folder folder;
  for (int time : {1, 2}) {
    INFO("opened for the " << time << ". time");
    opened server(folder);
    CHECK(server.runtime.stats().reminders == folder.part("reminders").size());
    server.check_actors();
    server.check_answers("again");
    server.check_answers("views");
    server.check_answers("feeds");
    server.check_actors();
  }
}

TEST_CASE("games that an earlier server left are played to their end") {
  left_folder folder;
  opened server(folder);
  server.check_answers("on");
  server.check_answers("ended");
  folder.time.advance(24h * 31);
  server.check_all_over();
}

TEST_CASE("every reminder that an earlier server left comes when it is due") {
  left_folder folder;
  opened server(folder);
  REQUIRE(folder.part("reminders").size() > 10);
  for (json_value reminder : folder.part("reminders").items()) {
    std::string path = reminder.find("path")->as_text(), name = reminder.find("name")->as_text();
    instant due = from_ms(*reminder.find("due_ms")->as_integer());
    INFO(path << " " << name);
    if (folder.time.now() < due) {  // else it was due with the one before
      folder.set(due - 1ms);
      look_twice();
      CHECK(server.has_reminder(path, name, due));
      folder.time.advance(1ms);
    }
    CHECK(eventually([&] { return !server.has_reminder(path, name, due); }));
    server.settle();
  }
  folder.time.advance(24h);  // a game that went on since its reminder was set has set it again
  server.check_all_over();
}

TEST_CASE("what was due in the month since an earlier server ended comes at the start") {
  left_folder folder;
  folder.time.advance(24h * 31);
  opened server(folder);
  server.check_all_over();
}

TEST_CASE("a clock that an earlier server had set runs out when it should") {
  left_folder folder("clocks");
  opened server(folder);
  instant end = clock_end(server, "going_on");
  CHECK(json_part(server.ask("bob", "GET", "/api/pile/going_on").body, "turn_ends_at") == to_text(end));
  REQUIRE(clock_end(server, "begun") < end);
  folder.set(clock_end(server, "begun") - 1ms);
  CHECK(server.ask("ann", "POST", "/api/pile/begun/take").status == 200);
  folder.set(end - 1ms);
  look_twice();
  CHECK(winner(server, "going_on") == "absent");
  folder.set(end);
  CHECK(eventually([&] { return winner(server, "going_on") == "0"; }));
  CHECK(winner(server, "begun") == "absent");
}

TEST_CASE("a clock that ran out since an earlier server ended leaves ten seconds") {
  left_folder folder("clocks");
  folder.set(clock_end(*std::make_unique<opened>(folder), "going_on") + 1h);
  opened server(folder);
  folder.time.advance(10s - 1ms);
  look_twice();
  CHECK(winner(server, "begun") == "absent");
  CHECK(server.ask("bob", "POST", "/api/pile/going_on/take").status == 200);
  folder.time.advance(1ms);
  CHECK(eventually([&] { return winner(server, "begun") == "1"; }));
  CHECK(winner(server, "going_on") == "absent");
}

TEST_CASE("the program serves a folder that an earlier one left") {
  left_folder folder;
  program checked({"verify", "--data", folder.data.path()});
  CHECK(checked.ends() == 0);
  CHECK_THAT(checked.output(), Contains(" actors, 0 wrong, 0 dead letters"));
  program server({"serve", "--address", "127.0.0.1", "--port", "0", "--threads", "2", "--data", folder.data.path()});
  loopback_client client(server.port());
  auto answer = client.request("GET", "/api/fortune", {{"Authorization", "Bearer " + folder.token("ann")}});
  CHECK(answer.status == 200);
  CHECK_THAT(answer.body, Contains(R"({"role":"user","content":"And tomorrow?"})"));
  server.signal(SIGTERM);
  CHECK(server.ends() == 0);
}
