#include "runtime/hosting/message_orders.hpp"

#include <utility>

#include "runtime/hosting/host/core.hpp"

namespace parlor {
namespace {

address receiver_in(const letter_choice& which) { return {which.kind, which.id}; }

std::string with_number(std::string order, const letter_choice& which) {
  return which.number == 0 ? order : order + " " + std::to_string(which.number);
}

}  // namespace

message_orders::message_orders(core& shared) : core_(shared) { until_the_end_->shared = &shared; }

message_orders::~message_orders() {
  std::lock_guard lock(until_the_end_->mutex);
  until_the_end_->shared = nullptr;
}

void message_orders::drop_messages(const address& actor, order_origin origin, store::counted done) {
  core_.traffic.end(actor, message_traffic::ending::to_it_or_by_way_of_it, core_.time.now());
  core_.store.drop_messages(actor, noted(actor, "drop_messages", std::move(origin), std::move(done)));
}

void message_orders::read(const letter_choice& which, std::uint64_t after, std::size_t most,
                          store::letters_read done) const {
  core_.store.read_letters(which, after, most, std::move(done));
}

void message_orders::redeliver(const letter_choice& which, order_origin origin, store::counted done) {
  auto counted = noted(receiver_in(which), with_number("redeliver", which), std::move(origin), std::move(done));
  auto deliver = [still = until_the_end_,
                  counted = std::move(counted)](result<std::vector<stored_message>> owed) mutable {
    if (!owed) return counted(owed.why());
    {
      // Without a runtime they are owed to the next one.
      std::lock_guard lock(still->mutex);
      for (stored_message& m : owed.value())
        if (still->shared) still->shared->deliver({.message = std::move(m.message), .owed = {.message = m.number}});
    }
    counted(owed.value().size());
  };
  core_.store.redeliver(which, std::move(deliver));
}

void message_orders::drop(const letter_choice& which, order_origin origin, store::counted done) {
  core_.store.drop_letters(
      which, noted(receiver_in(which), with_number("drop_letters", which), std::move(origin), std::move(done)));
}

store::counted message_orders::noted(address about, std::string order, order_origin origin, store::counted done) const {
  return [still = until_the_end_, about = std::move(about), order = std::move(order), origin = std::move(origin),
          done = std::move(done)](result<std::size_t> count) mutable {
    {
      std::lock_guard lock(still->mutex);
      if (still->shared)
        still->shared->log.note(
            journal::level::info, "ordered", about,
            order + " by " + origin.by + ": " + (count ? "done, " + std::to_string(count.value()) : count.why().code),
            origin.trace);
    }
    done(std::move(count));
  };
}

}  // namespace parlor
