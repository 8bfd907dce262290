#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/hosting/directory/directory.hpp"
#include "tests/support/manual_clock.hpp"

/// A directory with toys for its actors: what tests of the directory begin with.
namespace parlor::testing {

using offered = directory::offered;

inline const std::vector<kind>& two_kinds() {
  static const std::vector<kind> kinds = [] {
    std::vector<kind> k(2);
    k[0].name = "chess";
    k[1].name = "dice";
    return k;
  }();
  return kinds;
}
inline const kind& chess() { return two_kinds()[0]; }
inline const kind& dice_game() { return two_kinds()[1]; }

inline request_ptr a_request(const std::string& id, source from = source::client_post,
                             const kind& of = chess(), request::answer_function answer = {}) {
  return std::make_shared<request>(call{.to = {of.name, id}, .from = from}, of, 0, instant::max(),
                                   std::move(answer));
}

/// A mailbox that keeps what is put into it, until the test takes it out.
struct box final : mailbox {
  explicit box(std::vector<request_ptr>& to) : mail(to) {}
  void put(request_ptr r) override { mail.push_back(std::move(r)); }
  void retire() override {}
  std::vector<request_ptr>& mail;
};

/// A directory on one thread, whose actors the test plays itself.
struct quiet_house {
  explicit quiet_house(std::size_t requests_max = 100)
      : actors(two_kinds(), std::chrono::seconds(30), requests_max,
               [this](slot& s) { drained.push_back(&s); }) {}
  ~quiet_house() { mail.clear(); }

  slot& wake(const std::string& id, const kind& of = chess(),
             duration stay = std::chrono::minutes(10)) {
    auto make = [this](slot& s) { return s.hold<box>(mail); };
    return actors.add(of, id, stay, make, time.now());
  }
  offered offer(const std::string& id, source from = source::client_post,
                const kind& of = chess()) {
    return actors.offer(a_request(id, from, of), time.now());
  }
  /// The actors answer all of their requests.
  void work_off() {
    for (request_ptr& r : mail) r->answer({});
    mail.clear();
  }
  /// Offers a request that the actor answers at once.
  void use(const std::string& id, source from = source::client_post) {
    REQUIRE(offer(id, from) == offered::delivered);
    work_off();
  }
  /// One piece of a sweep. Those who leave are gone at once.
  std::vector<std::string> sweep_piece(std::size_t most, bool& done, bool short_only = false) {
    std::vector<std::string> ids;
    auto found = actors.leave_idle(time.now(), short_only, most);
    for (slot* s : found.slots) {
      ids.emplace_back(s->id());
      actors.remove(*s);
    }
    done = found.done;
    return ids;
  }
  /// A whole sweep, in pieces.
  std::vector<std::string> leave_idle(bool short_only = false, std::size_t most = 2) {
    std::vector<std::string> all;
    for (bool done = false; !done;)
      for (std::string& id : sweep_piece(most, done, short_only)) all.push_back(std::move(id));
    return all;
  }
  std::string leave_coldest() {
    slot* s = actors.leave_coldest();
    return s ? std::string(s->id()) : "nobody";
  }

  manual_clock time;
  std::vector<request_ptr> mail;
  std::vector<slot*> drained;
  directory actors;
};

}  // namespace parlor::testing
