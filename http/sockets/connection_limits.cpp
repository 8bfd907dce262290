#include "http/sockets/connection_limits.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace parlor::http {
namespace {

/// How many descriptors are in use: each new one gets the lowest number that is free.
std::size_t descriptors_open() {
  int next = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
  if (next < 0) return 0;
  ::close(next);
  return static_cast<std::size_t>(next);
}

/// What the descriptor limit leaves: some are for the programs that are started, and for what they are asked.
std::size_t most_by_descriptors() {
  rlimit descriptors{};
  if (getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return 512;
  auto limit = static_cast<std::size_t>(descriptors.rlim_cur);
  std::size_t left = limit - std::min(limit, descriptors_open());
  return left - std::min(left / 2, std::clamp<std::size_t>(limit / 4, 64, 1024));
}

}  // namespace

connection_limits::connection_limits(const connection_options& options)
    : proxies_(options.proxies),
      loopback_(options.loopback),
      by_descriptors_(most_by_descriptors()),
      most_(most_of(options)),
      by_address_(std::make_shared<watch_permits>(options.of_address)) {}

std::size_t connection_limits::most_of(const connection_options& options) const {
  return options.most > 0 ? std::min(options.most, by_descriptors_) : by_descriptors_;
}

void connection_limits::change(const connection_options& to) {
  loopback_ = to.loopback;
  most_ = most_of(to);
  by_address_->change_most(to.of_address);
}

bool connection_limits::is_counted(const client_address& client) const {
  if (by_address_->most() == 0 || (client.is_loopback() && !loopback_)) return false;
  return std::none_of(proxies_.begin(), proxies_.end(),
                      [&](const address_range& proxy) { return proxy.contains(client); });
}

connection_limits::place connection_limits::take(const client_address& client) {
  if (taken_.fetch_add(1) >= most_) {
    --taken_;
    return {.why = refusal_reason::full};
  }
  connection_permit among_all(this, [self = shared_from_this()](const void*) { --self->taken_; });
  if (!is_counted(client)) return {.permit = std::move(among_all)};
  watch_permit of_address = by_address_->take(name_(client.network().bytes()));
  if (!of_address) return {.why = refusal_reason::address};
  using both = std::pair<connection_permit, watch_permit>;
  return {.permit = std::make_shared<both>(std::move(among_all), std::move(of_address))};
}

}  // namespace parlor::http
