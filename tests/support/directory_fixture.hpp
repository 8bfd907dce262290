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

inline request_ptr a_request(const std::string& id, source from = source::client_post, const kind& actor_kind = chess(),
                             request::answer_function answer = {}) {
  return std::make_shared<request>(call{.to = {actor_kind.name, id}, .from = from}, actor_kind, 0, instant::max(),
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
struct directory_fixture {
  explicit directory_fixture(std::size_t requests_max = 100)
      : actors(two_kinds(), std::chrono::seconds(30), requests_max,
               [this](directory_entry& s) { drained.push_back(&s); }) {}
  ~directory_fixture() { mail.clear(); }

  directory_entry& wake(const std::string& id, const kind& actor_kind = chess(),
                        duration stay = std::chrono::minutes(10)) {
    auto make = [this](directory_entry& s) { return s.hold<box>(mail); };
    return actors.add(actor_kind, id, stay, make, time.now());
  }
  offered offer(const std::string& id, source from = source::client_post, const kind& actor_kind = chess()) {
    return actors.offer(a_request(id, from, actor_kind), time.now());
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
    for (directory_entry* s : found.entries) {
      ids.emplace_back(s->id());
      actors.remove(*s);
    }
    done = found.done;
    return ids;
  }
  /// A whole sweep, in pieces.
  std::vector<std::string> leave_idle(bool short_only = false, std::size_t most = 2) {
    std::vector<std::string> list;
    for (bool done = false; !done;)
      for (std::string& id : sweep_piece(most, done, short_only)) list.push_back(std::move(id));
    return list;
  }
  std::string leave_coldest() {
    directory_entry* s = actors.leave_coldest();
    return s ? std::string(s->id()) : "nobody";
  }

  manual_clock time;
  std::vector<request_ptr> mail;
  std::vector<directory_entry*> drained;
  directory actors;
};

}  // namespace parlor::testing
