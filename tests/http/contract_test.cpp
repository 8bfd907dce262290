#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <regex>
#include <set>

#include "runtime/values/json_text.hpp"
#include "tests/support/check_problem.hpp"
#include "tests/support/json_part.hpp"
#include "tests/support/served.hpp"

// The contract, and that it says what the gateway does. tests/contract/ has the rest: that its schemas hold.
using namespace parlor;
using namespace parlor::testing;

namespace {

using path_parts = std::vector<std::string>;

path_parts parts_of(std::string_view path) {
  path_parts parts;
  while (!path.empty()) {
    path.remove_prefix(1);
    auto end = std::min(path.find('/'), path.size());
    parts.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return parts;
}

/// The document of a server, as a list of paths with their methods.
class documented {
 public:
  explicit documented(const std::string& text) : parsed_(json_document::parse(text)) {
    root().find("paths")->each([this](const std::string& path, json_value operations) {
      paths_.push_back({parts_of(path), path, {}});
      operations.each([this](const std::string& method, json_value) {
        std::string upper;
        for (char c : method) upper += char(std::toupper(c));
        paths_.back().methods.insert(upper);
      });
    });
    ids_ = std::regex(json_part(text, "components.parameters.id.schema.pattern"));
    any_ids_ = std::regex(json_part(text, "components.schemas.player.pattern"));
    for (json_value name : root().find("components")->find("schemas")->find("any_kind")->find("enum")->items())
      kinds_.insert(name.as_text());
  }

  struct path {
    path_parts parts;
    std::string text;
    std::set<std::string> methods;
  };
  const std::vector<path>& paths() const { return paths_; }
  static bool is_for_operators(const path& p) { return p.parts.size() > 1 && p.parts[1] == "admin"; }
  json_value root() const { return parsed_.value().root(); }

  /// The methods of a path of a request; none if it is not in the document. Names go before `{...}`.
  std::set<std::string> methods_of(const path_parts& asked) const {
    const path* found = nullptr;
    for (const path& p : paths_)
      if (is_like(p, asked) && (!found || parameters_of(p) < parameters_of(*found))) found = &p;
    std::set<std::string> methods = found ? found->methods : std::set<std::string>{};
    // A raw kind's program takes POSTs to the path of the feed, which the document cannot say of one path.
    if (found && found->parts.back() == "events" && is_raw(found->parts[1])) methods.insert("POST");
    return methods;
  }

 private:
  bool is_raw(const std::string& kind) const {
    return std::any_of(paths_.begin(), paths_.end(), [&](const path& p) {
      return p.parts.size() == 3 && p.parts[1] == kind && p.parts[2] == "{path}";
    });
  }
  static std::ptrdiff_t parameters_of(const path& p) {
    return std::count_if(p.parts.begin(), p.parts.end(), [](const std::string& s) { return s[0] == '{'; });
  }

  /// Operators' ids may be words that no player's are.
  bool is_id_at(const path& p, const std::string& asked) const {
    return std::regex_match(asked, is_for_operators(p) ? any_ids_ : ids_);
  }

  bool is_like(const path& p, const path_parts& asked) const {
    for (std::size_t i = 0; i < p.parts.size(); ++i) {
      if (p.parts[i] == "{path}") return asked.size() > i;
      if (i == asked.size()) return false;
      if (p.parts[i] == "{player}" && asked[i] == "api") return false;
      if (p.parts[i] == "{kind}" && !kinds_.contains(asked[i])) return false;
      if (p.parts[i] == "{id}" && !is_id_at(p, asked[i])) return false;
      if (p.parts[i] == "{reminder}" && asked[i].empty()) return false;
      if (p.parts[i][0] != '{' && p.parts[i] != asked[i]) return false;
    }
    return p.parts.size() == asked.size();
  }

  result<json_document> parsed_;
  std::vector<path> paths_;
  std::regex ids_, any_ids_;
  std::set<std::string> kinds_;
};

std::string text_of(const path_parts& parts) {
  std::string text;
  for (const std::string& part : parts) text += "/" + part;
  return text;
}

/// The methods that the gateway itself says a path has: it names them to who asks with another one, as an
/// administrator, who is told of every path.
std::set<std::string> methods_at(served& s, const std::string& path, const std::string& token) {
  std::optional<http::web_reply> answer;
  s.gate.handle({.method = "PUT",
                 .path = path,
                 .path_as_sent = path,
                 .authorization = token,
                 .peer = http::client_address::v4({127, 0, 0, 1})},
                [&](http::web_reply&& r) { answer = std::move(r); });
  REQUIRE(answer);  // nothing that is asked so goes to an actor
  std::set<std::string> methods;
  if (answer->status != 405) {
    CHECK((answer->status == 404 || answer->status == 400));
    return methods;
  }
  std::string allow(answer->headers.find("Allow"));
  for (const char* method : {"GET", "POST"})
    if (allow.find(method) != std::string::npos) methods.insert(method);
  return methods;
}

/// Everything that may stand in a path here, and some words that mean something elsewhere.
std::vector<std::string> names_of(const catalog& kinds) {
  std::set<std::string> names{"guest", "stats",  "join",         "leave",  "session", "events",  "status",
                              "open",  "close",  "r1",           "action", "lobby",   "metrics", "api",
                              "admin", "actors", "openapi.json", "docs",   "*",       "ticket",  "a%b",
                              "list",  "create", "nobody",       "",       "healthz", "tidy"};
  for (const kind& k : kinds.kinds()) {
    names.insert(k.name);
    for (const command_info& command : k.commands) names.insert(command.name);
  }
  return {names.begin(), names.end()};
}

/// Paths of operators' routes and such as are almost, to be asked with `check`.
template <class Check>
void check_operators_paths(const path_parts& names, const Check& check) {
  const path_parts kinds{"tictactoe", "counter", "lobby", "chess", ""}, ids{"r1", "join", "a%b", "", "admin"};
  const path_parts last{"view", "sleep", "wake", "close", "reminders", "cancel", "drain", "tidy", "show", ""};
  for (const char* first : {"actors", "drain", "undrain", "accept_clock", "log", "metrics", "kinds", ""})
    for (const std::string& kind : kinds) {
      check({"api", "admin", first, kind});
      for (const std::string& id : ids) {
        check({"api", "admin", first, kind, id});
        for (const std::string& a : names) check({"api", "admin", first, kind, id, a});
        for (const std::string& a : last) {
          check({"api", "admin", first, kind, id, a});
          for (const std::string& b : last) {
            check({"api", "admin", first, kind, id, a, b});
            for (const std::string& c : last) check({"api", "admin", first, kind, id, a, b, c});
          }
        }
        check({"api", "admin", first, kind, id, "reminders", "tidy", "cancel", "x"});
      }
    }
}

/// With everything that a server may have.
documented contract_of(served& s) {
  s.gate.metrics_text = [] { return std::string("ready 1\n"); };
  return documented(s.get("/openapi.json").body);
}

}  // namespace

TEST_CASE("the contract and the gateway agree on every path") {
  served s({}, {.action_kind = "switchboard"});
  documented doc = contract_of(s);
  std::vector<std::string> names = names_of(s.runtime.kinds());
  std::size_t there = 0, asked = 0;
  std::string token = "Bearer " + s.token("root", http::role::admin);
  auto check = [&](const path_parts& parts) {
    std::set<std::string> said = doc.methods_of(parts), done = methods_at(s, text_of(parts), token);
    ++asked;
    there += !said.empty();
    if (said == done) return;
    INFO(text_of(parts));
    CHECK(said == done);
  };
  for (const std::string& a : names) {
    if (a != "" && a != "docs") check({a});
    check({a == "" ? "x" : a, "action"});
    check({"api", a});
    for (const std::string& b : names) {
      check({"api", a, b});
      for (const std::string& c : names) check({"api", a, b, c});
      check({"api", a, b, "join", "x"});
    }
  }
  for (const char* name : {"drain", "undrain", "accept_clock", "log", "metrics", "kinds", ""})
    check({"api", "admin", name});
  check_operators_paths(names, check);
  CHECK(asked > 100'000);
  CHECK(there > 500);
}

TEST_CASE("what the contract says needs a token does, and the rest does not") {
  served s({}, {.action_kind = "switchboard"});
  documented doc = contract_of(s);
  std::size_t needed = 0, free = 0;
  for (const auto& path : doc.paths()) {
    std::string target = std::regex_replace(path.text, std::regex("\\{kind\\}"), "tictactoe");
    target = std::regex_replace(target, std::regex("\\{[a-z]+\\}"), "r1");
    bool for_operators = documented::is_for_operators(path);
    for (const std::string method : {"GET", "POST"}) {
      if (!doc.methods_of(parts_of(target)).contains(method)) {
        INFO(method << " " << target);
        // Who is no administrator is not even told which methods there are.
        CHECK(s.client.request(method, target).status == (for_operators ? 401 : 405));
      }
      if (!path.methods.contains(method)) continue;
      std::string lower = method == "GET" ? "get" : "post";
      json_value operation = *doc.root().find("paths")->find(path.text)->find(lower);
      bool needs = operation.find("security")->text().starts_with(R"([{"bearer":[]})");
      auto answer = s.client.request(method, target);
      INFO(method << " " << target << " " << answer.body);
      // Whose program it is, nobody else is told.
      if (path.parts.back() == "action") CHECK(answer.status == 404);
      else CHECK((answer.status == 401) == needs);
      CHECK(answer.status != 405);
      if (for_operators) check_problem(s.client.request(method, target, s.as("ann")), 403, "forbidden");
      (needs ? needed : free) += 1;
    }
  }
  CHECK(needed > 40);
  CHECK(free > 8);
}

TEST_CASE("every word of the runtime stands at some route of the contract") {
  served s({}, {.action_kind = "switchboard"});
  std::string shared = json_part(s.get("/openapi.json").body, "components.responses");
  // Of paths and methods that the contract does not have; of what raw kinds alone refuse.
  std::set<std::string_view> elsewhere{"method_not_allowed", "bad_request"};
  // What is refused before there is a route.
  for (std::string_view word : {"request_late", "target_too_long", "head_too_large", "expectation_failed",
                                "not_implemented", "version_not_supported", "too_many_connections"})
    elsewhere.insert(word);
  for (const failure_word& word : failure_words()) {
    INFO(word.code);
    bool stands = shared.find("`" + std::string(word.code) + "`: " + std::string(word.title)) != std::string::npos;
    CHECK(stands == !elsewhere.contains(word.code));
  }
}

TEST_CASE("a kind is in the contract as soon as it is in the catalog") {
  served s;
  documented doc = contract_of(s);
  json_value schemas = *doc.root().find("components")->find("schemas");
  CHECK(schemas.find("counter.add.arguments")->text() == schema_of<amount>());
  CHECK(schemas.find("counter.add.answer")->text() == written_schema_of<tally_state>());
  CHECK(schemas.find("talk.view")->text() == written_schema_of<talk>());
  CHECK_FALSE(schemas.find("talk.say.answer"));
}

TEST_CASE("the contract is read again only when it has changed") {
  served s;
  auto first = s.get("/openapi.json");
  CHECK(first.status == 200);
  CHECK(first.header("content-type") == "application/json");
  CHECK(first.header("cache-control") == "no-cache");
  CHECK(first.header("access-control-allow-origin") == "*");
  auto again = s.get("/openapi.json", {{"If-None-Match", first.header("etag")}});
  CHECK(again.status == 304);
  CHECK(again.body.empty());
  served other({}, {.action_kind = "switchboard"});
  CHECK(other.get("/openapi.json").header("etag") != first.header("etag"));
  check_problem(s.post("/openapi.json"), 405, "method_not_allowed");
}

TEST_CASE("what has no seats has no lobby") {
  served s;
  check_problem(s.get("/api/stream"), 404, "not_found");
  check_problem(s.post("/api/numbered", s.as("ann")), 404, "not_found");
  check_problem(s.post("/api/numbered/join", s.as("ann")), 404, "not_found");
}
