#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/support/simulation.hpp"

namespace parlor::testing {

/// A watcher that writes down what it is told, a line for each thing, in the simulation:
///
///     listener ann(sim, "ann", "counter/a");
///     sim.post("ann", "counter/a", "add");
///     CHECK(ann.heard() == lines{"snapshot 1 {...}", "version 2 {...}"});
class listener {
 public:
  listener(simulation& sim, std::string player, std::string_view actor, std::optional<feed_cursor> after = {},
           duration wait = {}) {
    if (after) kept_->place = *after;
    instant until = wait > duration{0} ? sim.time.now() + wait : instant{};
    watch_ = sim.runtime().watch({.actor = at(actor), .player = std::move(player), .after = after, .until = until},
                                 kept_, [kept = kept_](result<runtime::first_news>&& first) {
                                   if (!first) return kept->say("failed " + first.why().code);
                                   kept->started = true;
                                   for (const feed_update_ptr& h : first.value()) kept->hear(h);
                                 });
    sim.run();
  }

  /// What it was told since the last call.
  std::vector<std::string> heard() { return std::exchange(kept_->lines, {}); }
  [[nodiscard]] bool started() const { return kept_->started; }
  /// Where it should go on: what an SSE client sends as Last-Event-ID.
  [[nodiscard]] feed_cursor place() const { return kept_->place; }
  void leave() { watch_ = {}; }

 private:
  struct notebook final : watcher {
    void say(std::string line) { lines.push_back(std::move(line)); }
    void hear(feed_update_ptr h) override {
      std::string version = std::to_string(h->tag.version);
      for (const auto& e : h->events) say(version + "." + std::to_string(e.number) + " " + e.name + " " + *e.data);
      if (h->is == feed_update::type::closed) return say("closed");
      std::string word = h->is == feed_update::type::snapshot ? "snapshot " : "version ";
      say(word + version + (h->view.empty() ? "" : " " + h->view));
      place = {h->tag.incarnation, h->tag.version, 0};
    }
    void end(watch_end why) override {
      say(std::string("end ") + (why == watch_end::time_up  ? "time_up"
                                 : why == watch_end::behind ? "behind"
                                                            : "stopping"));
    }
    std::vector<std::string> lines;
    feed_cursor place;
    bool started = false;
  };

  std::shared_ptr<notebook> kept_ = std::make_shared<notebook>();
  watch_handle watch_;
};

}  // namespace parlor::testing
