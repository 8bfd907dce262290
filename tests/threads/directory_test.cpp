#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <condition_variable>
#include <deque>
#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/directory_fixture.hpp"
#include "tests/support/pending_reply.hpp"
#include "tests/support/side_by_side.hpp"

using namespace parlor;
using namespace parlor::testing;
using namespace std::chrono_literals;

namespace {

// Several threads: the runtime's own protocol with toys for its actors.

/// A queue that several threads fill and one empties.
template <class T>
class channel {
 public:
  void put(T item) {
    {
      std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(item));
    }
    filled_.notify_one();
  }
  /// Waits for the next; false once the channel is closed and empty.
  bool take(T& to) {
    std::unique_lock lock(mutex_);
    filled_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
    if (waiting_.empty()) return false;
    to = std::move(waiting_.front());
    waiting_.pop_front();
    return true;
  }
  void close() {
    {
      std::lock_guard lock(mutex_);
      closed_ = true;
    }
    filled_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<T> waiting_;
  bool closed_ = false;
};

/// What became of one activation.
struct life {
  std::atomic<int> put{0};      // requests that entered its mailbox
  std::atomic<int> handled{0};  // requests that its worker answered
  std::atomic<int> drained{0};  // how often somebody was told that it is drained
  std::atomic<bool> ended{false};
};

/// A request on its way to a worker, with the actor that it was delivered to.
struct mail_item {
  request_ptr r;
  std::shared_ptr<life> to;
  directory_entry* at = nullptr;
};

class toy_box final : public mailbox {
 public:
  toy_box(directory_entry& at, channel<mail_item>& workers) : inside_(new parts{at, workers}) {}
  void put(request_ptr r) override {
    ++inside_->owner->put;
    inside_->workers.put({std::move(r), inside_->owner, &inside_->at});
  }
  void retire() override {}
  [[nodiscard]] std::shared_ptr<life> owner() const { return inside_->owner; }

 private:
  struct parts {
    directory_entry& at;
    channel<mail_item>& workers;
    const std::shared_ptr<life> owner = std::make_shared<life>();
  };
  const std::unique_ptr<parts> inside_;
};

std::shared_ptr<life> life_of(directory_entry& s) { return static_cast<toy_box&>(s.box()).owner(); }

/// The registry's protocol over a directory: what does not find its actor awake is routed here, and
/// wakes it; what meets a leaving actor waits here until that one is gone.
class toy_registry {
 public:
  static constexpr int ids = 6;
  static constexpr int clients = 3;
  static constexpr int requests_each = 4000;
  static constexpr int batch = 40;

  void run() {
    std::vector<std::thread> workers, offering;
    std::thread registry([this] { keep_registry(); });
    for (int i = 0; i < 2; ++i) workers.emplace_back([this] { work(); });
    for (int i = 0; i < clients; ++i) offering.emplace_back([this, i] { offer_many(i); });
    for (std::thread& t : offering) t.join();
    to_registry_.put({.finish = true});
    registry.join();
    workers_.close();
    for (std::thread& t : workers) t.join();
  }

  // What came of it; read when `run` has returned.
  std::array<std::atomic<int>, clients * requests_each> answers{};
  std::atomic<int> handled{0}, refused_busy{0};
  std::atomic<int> drained_twice{0}, ended_with_mail{0}, lost_to_the_ended{0};
  int activations = 0;
  directory actors{two_kinds(), 30ms, 20, [this](directory_entry& s) { tell_drained(s); }};

 private:
  struct errand {
    request_ptr route{};
    directory_entry* drained = nullptr;
    std::shared_ptr<life> owner{};
    bool finish = false;
  };

  static const kind& kind_of(int n) { return n % 2 ? dice_game() : chess(); }

  /// Offers requests in batches, and waits for the answers to each: so the mailboxes empty now and
  /// then, and actors that should leave can.
  void offer_many(int client) {
    dice luck(static_cast<std::uint64_t>(client) + 1);
    for (int i = 0; i < requests_each; i += batch) offer_batch(client * requests_each + i, luck);
  }

  void offer_batch(int first, dice& luck) {
    auto answered = std::make_shared<std::latch>(batch);
    std::vector<directory::batched_request> together;
    for (int number = first; number < first + batch; ++number) {
      int actor = luck.roll(ids);
      constexpr std::array sources{source::client_post, source::client_get, source::actor};
      source from = sources[static_cast<std::size_t>(luck.roll(3))];
      auto heard = [this, number, answered](const reply& a) {
        if (++answers[static_cast<std::size_t>(number)] > 1) return;
        if (a.why.code == "actor_busy") ++refused_busy;
        answered->count_down();
      };
      auto r = a_request(std::to_string(actor), from, kind_of(actor), heard);
      if (luck.roll(4) > 0) {
        together.push_back({std::move(r)});
      } else {
        offered became = actors.offer(r, time_.now());
        if (became != offered::delivered) turned_away(std::move(r), became);
      }
      if (number % 8 == 0) to_registry_.put({});  // time passes for the registry, too
      if (together.size() == 5 || number + 1 == first + batch) offer_all(together);
    }
    answered->wait();
  }

  void offer_all(std::vector<directory::batched_request>& together) {
    actors.offer_all(together, time_.now());
    for (directory::batched_request& a : together)
      if (a.r) turned_away(std::move(a.r), a.became);
    together.clear();
  }

  void turned_away(request_ptr r, offered became) {
    if (became == offered::actor_busy) r->refuse("actor_busy");
    else to_registry_.put({.route = std::move(r)});
  }

  void work() {
    dice luck(99);
    mail_item item;
    while (workers_.take(item)) {
      if (item.to->ended) ++lost_to_the_ended;
      ++item.to->handled;
      ++handled;
      // While it holds a request, an actor may say that it is worth keeping, or that it is not.
      switch (luck.roll(16)) {
        case 0: actors.keep(*item.at, time_.now()); break;
        case 1: actors.leave_when_unused(*item.at); break;
        default: break;
      }
      item.r->answer({});
      item = {};
    }
  }

  void keep_registry() {
    dice luck(77);
    errand e;
    bool finishing = false;
    while (!(finishing && actors.awake() == 0) && to_registry_.take(e)) {
      if (e.route) route(std::move(e.route));
      if (e.drained) retire(*e.drained, *e.owner);
      if (e.finish) {
        finishing = true;
        for (directory_entry* s : actors.all_awake()) leave(*s);
      } else if (!finishing) {
        disturb(luck);
      }
      e = {};
    }
  }

  void route(request_ptr r) {
    const kind& actor_kind = r->actor_kind();
    std::string id = r->call().to.id;
    offered o = actors.offer(r, time_.now());
    if (o == offered::not_awake) {
      ++activations;
      auto make = [this](directory_entry& s) { return s.hold<toy_box>(s, workers_); };
      actors.add(actor_kind, id, 50ms, make, time_.now());
      o = actors.offer(r, time_.now());
    }
    if (o == offered::leaving) waiting_[{&actor_kind, id}].push_back(std::move(r));
    else if (o == offered::actor_busy) r->refuse("actor_busy");
  }

  /// Now and then somebody has to go.
  void disturb(dice& luck) {
    time_.advance(1ms);
    switch (luck.roll(4)) {
      case 0:
        for (directory_entry* s : actors.leave_idle(time_.now(), luck.roll(2) == 0, 2).entries) drained_by_registry(*s);
        break;
      case 1:
        if (directory_entry* s = actors.leave_coldest()) drained_by_registry(*s);
        break;
      case 2: {
        int actor = luck.roll(ids);
        if (directory_entry* s = actors.find(kind_of(actor), std::to_string(actor))) leave(*s);
        break;
      }
      default: break;
    }
  }

  void leave(directory_entry& s) {
    if (actors.leave(s)) drained_by_registry(s);
  }
  void drained_by_registry(directory_entry& s) {
    std::shared_ptr<life> owner = life_of(s);
    if (++owner->drained > 1) ++drained_twice;
    else retire(s, *owner);
  }
  /// Any thread: what the directory calls.
  void tell_drained(directory_entry& s) {
    std::shared_ptr<life> owner = life_of(s);
    if (++owner->drained > 1) ++drained_twice;
    else to_registry_.put({.drained = &s, .owner = owner});
  }
  void retire(directory_entry& s, life& owner) {
    if (owner.handled != owner.put) ++ended_with_mail;
    owner.ended = true;
    std::pair name{&s.actor_kind(), std::string(s.id())};
    actors.remove(s);
    auto waited = waiting_.extract(name);
    if (!waited) return;
    for (request_ptr& r : waited.mapped()) route(std::move(r));
  }

  manual_clock time_;
  channel<mail_item> workers_;
  channel<errand> to_registry_;
  std::map<std::pair<const kind*, std::string>, std::vector<request_ptr>> waiting_;
};

}  // namespace

TEST_CASE("a request for an actor that is not awake is not delivered") {
  directory_fixture fixture;
  CHECK(fixture.offer("r1") == offered::not_awake);
  fixture.wake("r1");
  CHECK(fixture.offer("r2") == offered::not_awake);
  CHECK(fixture.offer("r1", source::client_post, dice_game()) == offered::not_awake);
  CHECK(fixture.offer("r1") == offered::delivered);
  CHECK(fixture.mail.size() == 1);
}

TEST_CASE("each of thousands is found by its own address, while others come and go") {
  // The table grows and shrinks by one bucket at a time; nobody may be lost on the way.
  directory_fixture fixture;
  std::map<std::string, directory_entry*> awake;
  dice luck(5);
  auto wrong = [&] {
    int n = 0;
    for (const auto& [id, s] : awake) {
      n += fixture.actors.find(chess(), id) != s || s->id() != id;
      n += fixture.actors.find(dice_game(), id) != nullptr;
    }
    return n + static_cast<int>(fixture.actors.awake() != awake.size());
  };
  for (int crowd : {8000, 3, 500, 0}) {
    while (awake.size() < static_cast<std::size_t>(crowd)) {
      std::string id = std::to_string(luck.roll(1'000'000'000));
      if (awake.contains(id)) continue;
      awake[id] = &fixture.wake(id);
    }
    while (awake.size() > static_cast<std::size_t>(crowd)) {
      auto item = awake.lower_bound(std::to_string(luck.roll(1'000'000'000)));
      if (item == awake.end()) item = awake.begin();
      REQUIRE(fixture.actors.leave(*item->second));
      fixture.actors.remove(*item->second);
      awake.erase(item);
    }
    CHECK(wrong() == 0);
    CHECK(fixture.actors.all_awake().size() == awake.size());
  }
}

TEST_CASE("an id may have any length") {
  directory_fixture fixture;
  for (std::size_t length : {0, 1, 20, 64, 5000}) {
    std::string id(length, 'x');
    directory_entry& s = fixture.wake(id);
    CHECK(s.id() == id);
    CHECK(s.name() == address{"chess", id});
    CHECK(fixture.offer(id) == offered::delivered);
    fixture.work_off();
  }
  CHECK(fixture.actors.awake() == 5);
}

TEST_CASE("who is awake is counted, by kind") {
  directory_fixture fixture;
  directory_entry& first = fixture.wake("r1");
  fixture.wake("r2");
  fixture.wake("r1", dice_game());
  CHECK(fixture.actors.awake() == 3);
  CHECK(fixture.actors.awake(chess()) == 2);
  CHECK(fixture.actors.awake(dice_game()) == 1);
  REQUIRE(fixture.actors.leave(first));
  CHECK(fixture.actors.awake() == 3);  // leaving is not gone
  fixture.actors.remove(first);
  CHECK(fixture.actors.awake() == 2);
  CHECK(fixture.actors.awake(chess()) == 1);
  CHECK(fixture.actors.find(chess(), "r1") == nullptr);
}

TEST_CASE("of an awake actor is told when it woke, when it was used, and which activation it is") {
  directory_fixture fixture;
  CHECK_FALSE(fixture.actors.look(chess(), "r1"));
  instant woken = fixture.time.now();
  fixture.wake("r1");
  fixture.time.advance(5s);
  fixture.use("r1");
  auto seen = fixture.actors.look(chess(), "r1");
  REQUIRE(seen);
  CHECK(seen->since == woken);
  CHECK(seen->last_used == woken + 5s);
  fixture.wake("r2");
  CHECK(fixture.actors.look(chess(), "r2")->activation == seen->activation + 1);
}

TEST_CASE("an actor holds only so many requests of clients, and any number of its fellows'") {
  directory_fixture fixture(2);
  fixture.wake("r1");
  CHECK(fixture.offer("r1") == offered::delivered);
  CHECK(fixture.offer("r1", source::client_get) == offered::delivered);
  CHECK(fixture.offer("r1") == offered::actor_busy);
  CHECK(fixture.offer("r1", source::client_get) == offered::actor_busy);
  CHECK(fixture.offer("r1", source::actor) == offered::delivered);
  // Room is made by what is gone, not by what is answered only.
  for (request_ptr& r : fixture.mail) r->answer({});
  CHECK(fixture.offer("r1") == offered::actor_busy);
  fixture.mail.clear();
  CHECK(fixture.offer("r1") == offered::delivered);
}

TEST_CASE("an actor without requests is drained as soon as it leaves") {
  directory_fixture fixture;
  directory_entry& s = fixture.wake("r1");
  CHECK(fixture.actors.leave(s));
  CHECK(fixture.offer("r1") == offered::leaving);
  CHECK_FALSE(fixture.actors.look(chess(), "r1"));
  CHECK(fixture.actors.find(chess(), "r1") == &s);
  CHECK(fixture.actors.all_awake().empty());
  CHECK_FALSE(fixture.actors.leave(s));  // once is enough
  CHECK(fixture.drained.empty());        // `leave` said it already
}

TEST_CASE("an actor with requests is drained when the last of them is gone, once") {
  directory_fixture fixture;
  directory_entry& s = fixture.wake("r1");
  fixture.offer("r1");
  fixture.offer("r1", source::actor);
  CHECK_FALSE(fixture.actors.leave(s));
  CHECK_FALSE(fixture.actors.leave(s));
  fixture.mail.erase(fixture.mail.begin());
  CHECK(fixture.drained.empty());
  fixture.mail.back()->answer({});
  CHECK(fixture.drained.empty());  // answered, and still being worked on
  fixture.mail.clear();
  CHECK(fixture.drained == std::vector{&s});
  fixture.actors.remove(s);
  CHECK(fixture.actors.awake() == 0);
}

TEST_CASE("an actor that does not exist leaves with the last request that asked for it") {
  directory_fixture fixture;
  directory_entry& s = fixture.wake("nothing");
  fixture.offer("nothing", source::client_get);
  fixture.offer("nothing", source::client_get);
  fixture.actors.leave_when_unused(s);
  fixture.mail.pop_back();
  CHECK(fixture.drained.empty());
  CHECK(fixture.offer("nothing") == offered::delivered);  // who comes meanwhile is let in
  fixture.mail.pop_back();
  fixture.mail.pop_back();
  CHECK(fixture.drained == std::vector{&s});
  CHECK(fixture.offer("nothing") == offered::leaving);
}

TEST_CASE("an actor that is made after all by a request that waited stays") {
  directory_fixture fixture;
  directory_entry& s = fixture.wake("r1");
  fixture.offer("r1", source::client_get);
  fixture.offer("r1");
  fixture.actors.leave_when_unused(s);
  fixture.mail.erase(fixture.mail.begin());
  fixture.actors.keep(s, fixture.time.now());
  fixture.work_off();
  CHECK(fixture.drained.empty());
  CHECK(fixture.offer("r1") == offered::delivered);
  fixture.work_off();
  fixture.time.advance(10min);
  CHECK(fixture.leave_idle() == std::vector<std::string>{"r1"});
}

TEST_CASE("a request is taken from the caller if it is delivered, and only then") {
  directory_fixture fixture(1);
  auto first = a_request("r1"), second = a_request("r1");
  CHECK(fixture.actors.offer(std::move(first), fixture.time.now()) == offered::not_awake);
  REQUIRE(first);
  fixture.wake("r1");
  CHECK(fixture.actors.offer(std::move(first), fixture.time.now()) == offered::delivered);
  CHECK_FALSE(first);
  CHECK(fixture.actors.offer(std::move(second), fixture.time.now()) == offered::actor_busy);
  CHECK(second);
}

TEST_CASE("a request that nobody answers answers for itself, and leaves its actor") {
  directory_fixture fixture;
  directory_entry& s = fixture.wake("r1");
  pending_reply answer;
  REQUIRE(fixture.actors.offer(a_request("r1", source::client_post, chess(), answer.receiver()), fixture.time.now()) ==
          offered::delivered);
  CHECK_FALSE(fixture.actors.leave(s));
  fixture.mail.clear();
  CHECK(answer.word() == "dropped");
  CHECK(fixture.drained == std::vector{&s});
}

TEST_CASE("no request is lost or doubled while actors come and go under it") {
  auto registry = std::make_unique<toy_registry>();
  registry->run();
  int answered_once = 0;
  for (const auto& times : registry->answers) answered_once += times == 1;
  CHECK(answered_once == toy_registry::clients * toy_registry::requests_each);
  CHECK(registry->handled + registry->refused_busy == answered_once);
  CHECK(registry->drained_twice == 0);
  CHECK(registry->ended_with_mail == 0);
  CHECK(registry->lost_to_the_ended == 0);
  CHECK(registry->actors.awake() == 0);
  CHECK(registry->actors.awake(chess()) == 0);
  CHECK(registry->actors.awake(dice_game()) == 0);
  // The run was worth it: actors did come and go.
  CHECK(registry->activations > 4 * toy_registry::ids);
}

TEST_CASE("the coldest actor is told to leave once, though it may be leaving by itself just then") {
  // A worker finds that an actor is not needed, while the registry looks for the coldest.
  constexpr int rounds = 20'000;
  std::vector<request_ptr> mail;
  std::vector<directory_entry*> slots;
  std::vector<std::atomic<int>> drained(rounds);
  manual_clock time;
  directory actors(two_kinds(), 30s, 100,
                   [&](directory_entry& s) { ++drained[static_cast<std::size_t>(std::stoi(std::string(s.id())))]; });
  std::atomic<int> worked{0};
  // Each round has a directory with one actor that is awake: the round's own.
  auto add = [&](int n) {
    auto make = [&](directory_entry& s) { return s.hold<box>(mail); };
    slots.push_back(&actors.add(chess(), std::to_string(n), 10min, make, time.now()));
  };
  add(0);
  int wrong = 0;
  int raced = side_by_side(
      rounds,
      [&](int n) {
        auto look = [&] {
          if (actors.leave_coldest()) ++drained[static_cast<std::size_t>(n)];
        };
        watch_for([&] { return look(), worked == n + 1; });
        look();
        wrong += drained[static_cast<std::size_t>(n)] != 1;
        actors.remove(*slots.back());
        add(n + 1);
      },
      [&](int n) {
        if (actors.offer(a_request(std::to_string(n)), time.now()) == offered::delivered) {
          actors.leave_when_unused(*slots[static_cast<std::size_t>(n)]);
          mail.clear();
        }
        worked = n + 1;
      });
  CHECK(raced > 0);
  CHECK(wrong == 0);
}
