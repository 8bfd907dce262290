#include <array>
#include <catch2/catch.hpp>
#include <functional>
#include <set>
#include <stdexcept>
#include <string>

#include "runtime/authoring/actor_of.hpp"
#include "tests/support/json.hpp"
#include "tests/support/workbench.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

// A counter with a handler for every way that a handler can go.

struct amount {
  int by = 0;
  static constexpr auto fields = describe(field("by", &amount::by, between(0, 100)));
};

struct tally {
  int n = 0;
  std::vector<std::string> player;
  static constexpr auto fields = describe(field("n", &tally::n), field("who", &tally::player));
};

struct report {
  int n = 0;
  int rolled = 0;
  static constexpr auto fields = describe(field("n", &report::n), field("rolled", &report::rolled));
};

verdict on_add(tally& t, const amount& a, context& ctx) {
  t.n += a.by;
  t.player.push_back(std::string(ctx.player()));
  return accept();
}
verdict on_clear(tally& t, context&) {
  t = {};
  return accept();
}
verdict on_add_and_refuse(tally& t, const amount& a, context& ctx) {
  t.n += a.by;
  ctx.tell({"other", "x"}, "hear");
  return reject("too_much", "that is enough");
}
verdict on_add_and_throw(tally& t, const amount& a, context&) {
  t.n += a.by;
  throw std::runtime_error("the handler fell over");
}
verdict on_add_and_say_nothing_changed(tally& t, const amount& a, context&) {
  t.n += a.by;
  return unchanged();
}
verdict_of<report> on_add_and_answer(tally& t, const amount& a, context& ctx) {
  t.n += a.by;
  return accept(report{t.n, ctx.roll(6)});
}
verdict_of<report> on_ask(const tally& t, context&) { return accept(report{t.n, 0}); }
verdict on_ask_whether(const tally& t, const amount& a, context&) {
  if (t.n < a.by) return reject("less");
  return unchanged();
}
verdict_of<report> on_owe(tally&, context&) { return accept(); }

tally view(const tally& t) { return t; }

actor_of<tally> counter() {
  return {.name = "counter",
          .commands = {{"add", on_add},
                       {"clear", on_clear},
                       {"add_and_refuse", on_add_and_refuse},
                       {"add_and_throw", on_add_and_throw},
                       {"add_and_say_nothing_changed", on_add_and_say_nothing_changed},
                       {"add_and_answer", on_add_and_answer},
                       {"ask", on_ask},
                       {"ask_whether", on_ask_whether},
                       {"owe", on_owe},
                       {"inside", on_clear, open_to::actors}},
          .view = view};
}

/// A context of its own, for the tests of contexts.
struct some_context {
  address self{"chess", "r1"};
  instant time = from_ms(1'700'000'000'000);
  dice luck{7};
  context ctx{{.self = self, .player = "ann", .version = 3, .linger = 10min}, time, luck};
};

const command_info& info_of(const kind& k, std::string_view command) {
  return k.commands.at(k.find_command(command).value());
}

}  // namespace

TEST_CASE("a handler may be an object that knows a part of the configuration") {
  auto add_up_to = [](int most) {
    return [most](tally& t, const amount& a, context&) -> verdict_of<report> {
      if (t.n + a.by > most) return reject("too_much");
      t.n += a.by;
      return accept(report{t.n, 0});
    };
  };
  auto is_most = [most = std::string("more than fits into a function object's own memory")](const tally& t, context&) {
    return t.n < static_cast<int>(most.size()) ? reject("less") : unchanged();
  };
  kind k = actor_of<tally>{.name = "counter",
                           .commands = {{"add", add_up_to(5)},
                                        {"add_more", add_up_to(100), open_to::actors},
                                        {"is_most", is_most},
                                        {"clear", std::function<verdict(tally&, context&)>(on_clear)}},
                           .view = view};

  workbench actor(k);
  CHECK(actor.say("ann", "add", R"({"by":6})") == "too_much");
  CHECK(actor.say("ann", "add", R"({"by":101})") == "bad_arguments");
  CHECK(actor.say("ann", "add", R"({"by":5})") == "ok");
  CHECK(actor.answered == R"({"n":5,"rolled":0})");
  CHECK(actor.say("ann", "is_most") == "less");
  CHECK(actor.say("", "add_more", R"({"by":95})") == "ok");
  CHECK(actor.say("ann", "is_most") == "unchanged");
  CHECK(actor.say("ann", "clear") == "ok");
  CHECK(actor.part("n") == "0");

  // What clients are told of it is what its signature says.
  kind functions = counter();
  CHECK(info_of(k, "add").args_schema == info_of(functions, "add_and_answer").args_schema);
  CHECK(info_of(k, "add").answer_schema == info_of(functions, "add_and_answer").answer_schema);
  CHECK(info_of(k, "add").senders == open_to::players);
  CHECK(info_of(k, "add_more").senders == open_to::actors);
  CHECK(info_of(k, "is_most").reads);
  CHECK_FALSE(info_of(k, "add").reads);
}

TEST_CASE("a verdict accepts, rejects, or finds nothing to change") {
  CHECK(accept().accepted());
  CHECK(accept().changed());
  CHECK(accept().result().empty());
  CHECK(unchanged().accepted());
  CHECK_FALSE(unchanged().changed());
  CHECK(verdict(accept(amount{5})).result() == R"({"by":5})");
  verdict no = reject("cell_taken", "somebody was quicker");
  CHECK_FALSE(no.accepted());
  CHECK(no.why().code == "cell_taken");
  CHECK(no.why().detail == "somebody was quicker");
}

TEST_CASE("a rejection may say what would have been allowed") {
  verdict no = reject("cell_taken").legal(amount{3});
  CHECK_FALSE(no.accepted());
  CHECK(no.why().legal == R"({"by":3})");
}

TEST_CASE("a context tells who, where and when") {
  some_context t;
  CHECK(t.ctx.player() == "ann");
  CHECK_FALSE(t.ctx.from_actor());
  CHECK(t.ctx.self() == address{"chess", "r1"});
  CHECK(t.ctx.version() == 3);
  CHECK(t.ctx.linger() == 10min);
  CHECK(t.ctx.seat() == -1);
  CHECK(t.ctx.time() == t.time);
}

TEST_CASE("what a handler wants to happen is collected, in order, and not done") {
  some_context t;
  t.ctx.tell({"session", "ann"}, "entered", amount{1});
  t.ctx.tell({"session", "bob"}, "departed");
  t.ctx.remind("wake", 5s, "ring", json("by", 1));
  t.ctx.forget("other");
  effects& wanted = t.ctx.effects();
  REQUIRE(wanted.messages.size() == 2);
  CHECK(wanted.messages[0].to == address{"session", "ann"});
  CHECK(wanted.messages[0].command == "entered");
  CHECK(wanted.messages[0].args == R"({"by":1})");
  CHECK(wanted.messages[1].args == "{}");
  REQUIRE(wanted.reminders.size() == 2);
  CHECK(wanted.reminders[0].name == "wake");
  CHECK(wanted.reminders[0].due == t.ctx.time() + 5s);
  CHECK(wanted.reminders[0].command == "ring");
  CHECK(wanted.reminders[0].args == R"({"by":1})");
  CHECK(wanted.reminders[1].name == "other");
  CHECK_FALSE(wanted.reminders[1].due);
  CHECK_FALSE(wanted.erase);
  t.ctx.erase();
  CHECK(t.ctx.effects().erase);
}

TEST_CASE("a fresh id can be the id of a room, and nobody else has it") {
  some_context t;
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    std::string id = t.ctx.fresh_id();
    CHECK(id.size() == 20);
    CHECK(is_id(id));
    ids.insert(id);
  }
  CHECK(ids.size() == 1000);
}

TEST_CASE("an accepted command changes the state") {
  workbench c(counter());
  CHECK(c.say("ann", "add", json("by", 3)) == "ok");
  CHECK(c.say("bob", "add", json("by", 4)) == "ok");
  CHECK(c.saved() == R"({"n":7,"who":["ann","bob"]})");
  CHECK(c.say("ann", "clear") == "ok");
  CHECK(c.saved() == R"({"n":0,"who":[]})");
}

TEST_CASE("a rejected command leaves the state as it was") {
  workbench c(counter());
  c.say("ann", "add", json("by", 3));
  std::string before = c.saved();
  CHECK(c.say("ann", "add_and_refuse", json("by", 3)) == "too_much");
  CHECK(c.saved() == before);
  CHECK(c.version() == 1);
}

TEST_CASE("a command that throws leaves the state as it was") {
  workbench c(counter());
  c.say("ann", "add", json("by", 3));
  std::string before = c.saved();
  CHECK_THROWS_WITH(c.say("ann", "add_and_throw", json("by", 3)), "the handler fell over");
  CHECK(c.saved() == before);
  CHECK(c.say("ann", "add", json("by", 1)) == "ok");
}

TEST_CASE("a view that throws at the answer leaves the state as it was") {
  auto shaky = counter();
  shaky.view = +[](const tally& t, const viewer&) -> tally {
    if (t.n > 3) throw std::out_of_range("nobody may see that");
    return t;
  };
  workbench c(shaky);
  c.say("ann", "add", json("by", 3));
  std::string before = c.saved();
  CHECK_THROWS_WITH(c.say("ann", "add", json("by", 1)), "nobody may see that");
  CHECK(c.saved() == before);
  // Nobody looks at what another actor is answered.
  CHECK(c.say("", "add", json("by", 1)) == "ok");
}

TEST_CASE("a command that finds nothing to change leaves the state as it was") {
  // It is neither saved nor counted: what it did to its copy would be gone after a sleep.
  workbench c(counter());
  c.say("ann", "add", json("by", 3));
  std::string before = c.saved();
  CHECK(c.say("ann", "add_and_say_nothing_changed", json("by", 3)) == "unchanged");
  CHECK(c.saved() == before);
}

TEST_CASE("wrong arguments are refused before the handler runs") {
  workbench c(counter());
  CHECK(c.say("ann", "add", json("by", 101)) == "bad_arguments");
  CHECK(c.decided.why().field == "by");
  CHECK(c.say("ann", "add", "{}") == "bad_arguments");
  CHECK(c.say("ann", "add", json("by", 1, "to", 2)) == "bad_arguments");
  CHECK(c.decided.why().field == "to");
  CHECK(c.saved() == R"({"n":0,"who":[]})");
}

TEST_CASE("a command without arguments takes none") {
  workbench c(counter());
  CHECK(c.say("ann", "clear", json("by", 1)) == "bad_arguments");
  CHECK(c.say("ann", "ask", json("by", 1)) == "bad_arguments");
  CHECK(c.say("ann", "clear", "[]") == "bad_arguments");
}

TEST_CASE("a query answers and changes nothing") {
  workbench c(counter());
  c.say("ann", "add", json("by", 3));
  CHECK(c.say("ann", "ask") == "ok");
  CHECK(c.decided.result() == R"({"n":3,"rolled":0})");
  CHECK(c.say("ann", "ask_whether", json("by", 9)) == "less");
  CHECK(c.say("ann", "ask_whether", json("by", 2)) == "unchanged");
  kind k = counter();
  CHECK(info_of(k, "ask").reads);
  CHECK(info_of(k, "ask_whether").reads);
  CHECK_FALSE(info_of(k, "add").reads);
}

TEST_CASE("a handler's answer is the reply, and else the view is") {
  workbench c(counter());
  c.say("ann", "add_and_answer", json("by", 3));
  CHECK(json_part(c.decided.result(), "n") == "3");
  CHECK(c.answered == c.decided.result());
  CHECK(c.seen_by("ann") == R"({"n":3,"who":[]})");
  c.say("ann", "add", json("by", 3));
  CHECK(c.answered == R"({"n":6,"who":["ann"]})");
  c.say("ann", "add_and_say_nothing_changed", json("by", 3));
  CHECK(c.answered == R"({"n":6,"who":["ann"]})");
}

TEST_CASE("an actor without a view shows an empty object") {
  auto shy = counter();
  shy.view = {};
  CHECK(workbench(shy).seen_by("ann") == "{}");
}

TEST_CASE("a handler that owes an answer cannot accept without it, and may reject") {
  workbench c(counter());
  CHECK_THROWS_AS(c.say("ann", "owe"), std::logic_error);
  CHECK_THROWS_AS(verdict_of<report>(unchanged()), std::logic_error);
  CHECK(verdict(verdict_of<report>(reject("less"))).why().code == "less");
}

TEST_CASE("a view may depend on who looks") {
  auto whispering = counter();
  whispering.view = +[](const tally& t, const viewer& viewer) {
    amount seen;
    if (viewer.player == "ann") seen.by = t.n;
    return seen;
  };
  workbench c(whispering);
  c.say("ann", "add", json("by", 3));
  CHECK(c.seen_by("ann") == R"({"by":3})");
  CHECK(c.seen_by("bob") == R"({"by":0})");
  CHECK(c.seen_by("") == R"({"by":0})");
  CHECK(c.actor_kind().view_schema == written_schema_of<amount>());
}

TEST_CASE("a reply of the declaration's own replaces answer and view alike") {
  auto own = counter();
  own.reply = [](std::string& out, const tally& t, const viewer& viewer, std::uint64_t version,
                 std::string_view result) {
    json_object body(out);
    body.add("n", t.n).add("for", viewer.player).add("version", version);
    if (!result.empty()) body.add_raw("result", result);
  };
  workbench c(own);
  c.say("ann", "add", json("by", 3));
  CHECK(c.answered == R"({"n":3,"for":"ann","version":1})");
  CHECK(c.seen_by("bob") == R"({"n":3,"for":"bob","version":1})");
  c.say("ann", "ask");
  CHECK(c.answered == R"({"n":3,"for":"ann","version":1,"result":{"n":3,"rolled":0}})");
}

TEST_CASE("an actor goes on from its saved state") {
  workbench c(counter());
  c.say("ann", "add", json("by", 3));
  std::string before = c.saved();
  c.sleep_and_wake();
  CHECK(c.saved() == before);
  CHECK(c.say("ann", "add", json("by", 1)) == "ok");
  CHECK(json_part(c.saved(), "n") == "4");
}

TEST_CASE("a saved state that does not fit is refused, not guessed at") {
  kind k = counter();
  for (const char* saved : {R"({"n":1})", R"({"n":1,"who":[],"old":1})", R"({"n":"1","who":[]})", "[]"}) {
    INFO(saved);
    auto parsed = json_document::parse(saved);
    REQUIRE(parsed.ok());
    CHECK(k.make_activation()->load(parsed.value().root()).has_value());
  }
}

TEST_CASE("activations of one kind share nothing but the declaration, wherever the kind is moved") {
  kind first_place = counter();
  std::unique_ptr<activation> woken = first_place.make_activation(), two = first_place.make_activation();
  kind k = std::move(first_place);  // as into a catalog
  address self{"counter", "ann"};
  dice luck(1);
  context ctx({.self = self, .player = "ann"}, from_ms(0), luck);
  auto args = json_document::parse(R"({"by":3})");
  CHECK(woken->run(0, args.value().root(), ctx, nullptr).accepted());
  std::string first, second;
  woken->save(first);
  two->save(second);
  CHECK(json_part(first, "n") == "3");
  CHECK(json_part(second, "n") == "0");
}

TEST_CASE("a declaration lowers to a kind that says the same") {
  auto declared = counter();
  declared.reached_by = reach::room;
  declared.idle_after = 3min;
  declared.linger = 4min;
  declared.durable = false;
  declared.blocking = true;
  declared.created_by = {"add"};
  kind k = declared;
  CHECK(k.name == "counter");
  CHECK(k.reached_by == reach::room);
  CHECK(k.idle_after == 3min);
  CHECK(k.linger == 4min);
  CHECK_FALSE(k.durable);
  CHECK(k.blocking);
  CHECK(k.seats_max == 0);
  CHECK(k.view_schema == written_schema_of<tally>());
  CHECK(info_of(k, "add").creates);
  CHECK_FALSE(info_of(k, "clear").creates);
  CHECK(info_of(k, "add").senders == open_to::players);
  CHECK(info_of(k, "inside").senders == open_to::actors);
  CHECK(info_of(k, "add").args_schema == schema_of<amount>());
  CHECK(info_of(k, "clear").args_schema == schema_of<no_args>());
  CHECK(info_of(k, "add").answer_schema.empty());
  CHECK(info_of(k, "ask").answer_schema == written_schema_of<report>());
  CHECK_FALSE(k.find_command("multiply"));
}

TEST_CASE("without a list of makers every command makes the actor") {
  kind k = counter();
  for (const command_info& command : k.commands) CHECK(command.creates);
}
