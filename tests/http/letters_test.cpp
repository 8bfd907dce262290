#include <catch2/catch.hpp>

#include "tests/support/check_problem.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/json.hpp"
#include "tests/support/json_part.hpp"
#include "tests/support/served.hpp"

// Dead letters and messages under way, as operators see them over a real socket.
using namespace parlor;
using namespace parlor::testing;
using Catch::Contains;

namespace {

loopback_client::headers root(served& s) { return {{"Authorization", "Bearer " + s.token("root", http::role::admin)}}; }

/// Commits `count` messages that an actor does not take, as if they had failed.
void leave_letters(served& s, const std::string& id, int count) {
  commit c{.actor = {"numbered", "sender_of_" + id},
           .next = {.incarnation = 1, .version = 1, .state = R"({"count":0})"}};
  for (int i = 0; i < count; ++i) c.effects.messages.push_back({{"numbered", id}, "add", R"({"by":3})"});
  c.effects.chain = begin_chain(1, c.actor, "pass_on", "ann");
  std::uint64_t first = 0;
  s.store.save(std::move(c), [&first](auto receipt) { first = receipt.value().first_message; });
  for (int i = 0; i < count; ++i)
    s.store.bury({"numbered", id}, {.message = first + static_cast<std::uint64_t>(i)}, "handler_failed");
}

http_answer order(served& s, const std::string& name, const std::string& body) {
  return s.post("/api/admin/letters/" + name, root(s), body);
}

}  // namespace

TEST_CASE("dead letters are listed in pages, by their receiver if one is asked for") {
  served s;
  leave_letters(s, "a", 3);
  leave_letters(s, "b", 1);
  auto page = s.get("/api/admin/letters?limit=3", root(s));
  CHECK(page.status == 200);
  CHECK(json_part(page.body, "letters[0].kind") == "numbered");
  CHECK(json_part(page.body, "letters[0].command") == "add");
  CHECK(json_part(page.body, "letters[0].args") == R"({"by":3})");
  CHECK(json_part(page.body, "letters[0].reason") == "handler_failed");
  CHECK(json_part(page.body, "letters[0].chain") == "numbered/sender_of_a:pass_on by ann");
  CHECK(json_part(page.body, "letters[2].id") == "a");
  auto rest = s.get("/api/admin/letters?after=" + json_part(page.body, "next"), root(s));
  CHECK(json_part(rest.body, "letters[0].id") == "b");
  CHECK_THAT(rest.body, Contains("\"next\":null"));
  CHECK(json_part(s.get("/api/admin/letters?kind=numbered&id=b", root(s)).body, "letters[0].id") == "b");
  CHECK(s.get("/api/admin/letters?kind=chess", root(s)).body == R"({"letters":[],"next":null})");
  for (const char* query : {"?limit=501", "?after=0", "?reason=x"})
    check_problem(s.get(std::string("/api/admin/letters") + query, root(s)), 400, "bad_query");
}

TEST_CASE("a dead letter is redelivered once, and another is dropped") {
  served s;
  s.post("/api/numbered/a/add", s.as("ann"));
  leave_letters(s, "a", 2);
  std::string number = json_part(s.get("/api/admin/letters", root(s)).body, "letters[0].number");
  CHECK(order(s, "redeliver", R"({"number":)" + number + "}").body == R"({"redelivered":1})");
  CHECK(order(s, "redeliver", R"({"number":)" + number + "}").body == R"({"redelivered":0})");
  CHECK(eventually([&] { return s.get("/api/numbered/a").body == R"({"count":4})"; }));
  CHECK(order(s, "drop", R"({"kind":"numbered","id":"a"})").body == R"({"dropped":1})");
  CHECK(s.get("/api/admin/letters", root(s)).body == R"({"letters":[],"next":null})");
  CHECK(s.store.restore().messages.empty());
  CHECK_THAT(s.get("/api/admin/log", root(s)).body, Contains("redeliver " + number + " by root: done, 1"));
}

TEST_CASE("an order about letters says which") {
  served s;
  leave_letters(s, "a", 2);
  for (const char* body : {"{}", R"({"all":false})", R"({"all":true,"kind":"numbered"})", R"({"number":-1})"})
    check_problem(order(s, "drop", body), 400, "bad_arguments");
  check_problem(order(s, "drop", "{"), 400, "malformed_json");
  CHECK(order(s, "drop", R"({"all":true})").body == R"({"dropped":2})");
}

TEST_CASE("an operator drops the messages of an actor") {
  served s;
  CHECK(s.post("/api/admin/actors/numbered/a/messages/drop", root(s)).body == R"({"dropped":0})");
  check_problem(s.post("/api/admin/actors/chess/a/messages/drop", root(s)), 404, "unknown_kind");
  check_problem(s.post("/api/admin/actors/numbered/a/messages", root(s)), 404, "not_found");
  CHECK_THAT(s.get("/api/admin/log", root(s)).body, Contains("drop_messages by root: done, 0"));
}
