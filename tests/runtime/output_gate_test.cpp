#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "runtime/hosting/output_gate/output_gate.hpp"

// The output gate by itself: what waits for which commit.
using namespace parlor;

namespace {

/// A gate, and what has come out of it: the bodies of replies, or the words of failures.
struct gate_under_test {
  gated_output output(const std::string& body, std::uint64_t after = gated_output::latest) {
    auto answer = [this](reply&& r) { out.push_back(r.ok() ? r.body : r.why.code); };
    auto made = std::make_shared<request>(call{.to = {"chess", "r"}}, chess, 0, instant::max(), std::move(answer));
    return {.request = std::move(made), .answer = {.body = body}, .after = after};
  }
  void release(gated_output& o) {
    first_messages.push_back(o.first_message);
    o.request->answer(std::move(o.answer));
  }
  void pass(gated_output&& o) {
    if (gate.lets_out(o)) release(o);
    else gate.hold(std::move(o));
  }
  void read(const std::string& body) { pass(output(body)); }
  std::uint64_t change(const std::string& body) {
    gated_output o = output(body, gate.begin_commit());
    o.commits = true;
    std::uint64_t commit = o.after;
    pass(std::move(o));
    return commit;
  }
  void settle(std::uint64_t commit, std::uint64_t first_message = 0) {
    gate.settle(commit, first_message, [this](gated_output& o) { release(o); });
  }
  std::vector<std::string> take() {
    first_messages.clear();
    return std::exchange(out, {});
  }

  kind chess{.name = "chess"};
  output_gate gate;
  std::vector<std::string> out;
  std::vector<std::uint64_t> first_messages;
};

using texts = std::vector<std::string>;
using numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("without a commit under way outputs leave at once") {
  gate_under_test g;
  g.read("a");
  CHECK(g.take() == texts{"a"});
  g.change("b");
  g.settle(1);
  g.take();
  g.read("c");
  CHECK(g.take() == texts{"c"});
  CHECK(g.gate.size() == 0);
}

TEST_CASE("a reply waits for its own commit, or for the last that it saw, and the order stays") {
  gate_under_test g;
  CHECK(g.change("first change") == 1);
  g.read("saw the first");
  CHECK(g.change("second change") == 2);
  g.read("saw the second");
  g.read("saw it, too");
  CHECK(g.gate.size() == 5);
  CHECK(g.gate.begun() == 2);
  CHECK(g.take().empty());
  g.settle(1);
  CHECK(g.take() == texts{"first change", "saw the first"});
  g.read("comes while the second is stored");
  CHECK(g.take().empty());
  g.settle(2);
  CHECK(g.take() == texts{"second change", "saw the second", "saw it, too", "comes while the second is stored"});
  CHECK(g.gate.size() == 0);
}

TEST_CASE("what names its commit waits for that one alone") {
  gate_under_test g;
  g.change("first change");
  g.settle(1);
  g.change("second change");
  g.take();
  g.pass(g.output("given again, stored by the first", 1));
  g.pass(g.output("known from a load", 0));
  CHECK(g.take() == texts{"given again, stored by the first", "known from a load"});
  g.pass(g.output("given again, stored by the second", 2));
  CHECK(g.take().empty());
  g.settle(2);
  CHECK(g.take() == texts{"second change", "given again, stored by the second"});
}

TEST_CASE("the store's number for messages goes to the output whose commit has them") {
  gate_under_test g;
  g.read("before");
  g.change("first change");
  g.read("between");
  g.change("second change");
  g.settle(1, 7);
  CHECK(g.first_messages == numbers{0, 7, 0});
  g.settle(2, 9);
  CHECK(g.first_messages == numbers{0, 7, 0, 9});
}

TEST_CASE("a commit that fails refuses everything that waits, in its order, and each once") {
  gate_under_test g;
  g.change("stored");
  g.settle(1);
  g.take();
  g.change("fails");
  g.read("saw it");
  g.change("follows it");
  g.gate.refuse_all("storage_failed");
  CHECK(g.take() == texts{"storage_failed", "storage_failed", "storage_failed"});
  CHECK(g.gate.size() == 0);
  g.settle(3);
  CHECK(g.take().empty());
}

TEST_CASE("who asked for a commit is known while its output waits") {
  gate_under_test g;
  g.change("first change");
  g.read("saw it");
  REQUIRE(g.gate.output_of(1));
  CHECK(g.gate.output_of(1)->answer.body == "first change");
  CHECK_FALSE(g.gate.output_of(2));
  g.settle(1);
  CHECK_FALSE(g.gate.output_of(1));
}
