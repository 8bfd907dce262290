#include "http/settings/tables.hpp"

namespace parlor::http {
namespace {

setting<settings> metrics() {
  static const std::vector<std::pair<std::string, metrics_for>> readers{{"nobody", metrics_for::nobody},
                                                                        {"loopback", metrics_for::loopback},
                                                                        {"admin", metrics_for::admin},
                                                                        {"everyone", metrics_for::everyone}};
  return {"metrics", "who may read /metrics: nobody, loopback (this machine, not through a proxy), admin or everyone",
          [](settings& s, const std::string& v) {
            for (const auto& [name, choice] : readers)
              if (name == v) return s.gate.metrics = choice, true;
            return false;
          },
          [](const settings& s) {
            for (const auto& [name, choice] : readers)
              if (choice == s.gate.metrics) return in_quotes(name);
            return std::string();
          },
          "one of nobody, loopback, admin, everyone"};
}

/// The addresses of a list, with commas between them; nothing if one is none.
std::optional<std::vector<address_range>> ranges_in(const std::string& list) {
  std::vector<address_range> ranges;
  for (std::size_t from = 0; from < list.size();) {
    auto comma = std::min(list.find(',', from), list.size());
    auto range = address_range::parse(list.substr(from, comma - from));
    if (!range) return {};
    ranges.push_back(*range);
    from = comma + 1;
  }
  return ranges;
}

setting<settings> trusted_proxies() {
  return {"trusted_proxies",
          "addresses of proxies whose X-Forwarded-For is believed, separated by commas; such as 10.0.0.0/8",
          [](settings& s, const std::string& v) {
            auto ranges = ranges_in(v);
            if (!ranges) return false;
            s.gate.limits.proxies = *ranges;
            s.proxies = v;
            return true;
          },
          [](const settings& s) { return in_quotes(s.proxies); },
          "addresses such as 10.0.0.1 or 10.0.0.0/8, separated by commas"};
}

constexpr std::uint64_t most = 1'000'000;

}  // namespace

std::vector<setting<settings>> limit_settings() {
  return reloaded<settings>({
      number(
          "player_rate", "requests of a player a second; beyond it 429; 0: no limit",
          +[](settings& s) { return &s.gate.limits.players.count; }, 0, most),
      number(
          "player_burst", "requests that a player may make at once",
          +[](settings& s) { return &s.gate.limits.players.burst; }, 1, most),
      number(
          "guest_rate", "requests of a guest a second; 0: no limit",
          +[](settings& s) { return &s.gate.limits.guests.count; }, 0, most),
      number(
          "guest_burst", "requests that a guest may make at once",
          +[](settings& s) { return &s.gate.limits.guests.burst; }, 1, most),
      number(
          "address_rate", "requests of an address a second; 0: no limit",
          +[](settings& s) { return &s.gate.limits.addresses.count; }, 0, most),
      number(
          "address_burst", "requests that an address may make at once",
          +[](settings& s) { return &s.gate.limits.addresses.burst; }, 1, most),
      number(
          "address_watchers_max", "feeds that those without a token may watch at an address; beyond it 429",
          +[](settings& s) { return &s.gate.limits.watches; }, 0, most),
      number(
          "guests_per_minute", "guests that an address may make a minute; 0: no limit",
          +[](settings& s) { return &s.gate.limits.new_guests.count; }, 0, most),
      number(
          "guests_burst", "guests that an address may make at once",
          +[](settings& s) { return &s.gate.limits.new_guests.burst; }, 1, most),
      flag(
          "limit_loopback", "whether requests from this machine are limited, too",
          +[](settings& s) { return &s.gate.limits.loopback; }),
  });
}

std::vector<setting<settings>> reader_settings() {
  return {
      metrics(),
      flag(
          "operators_through_proxy", "whether /api/admin, and /metrics for administrators, may be read through a proxy",
          +[](settings& s) { return &s.gate.operators_through_proxy; }),
      trusted_proxies(),
  };
}

}  // namespace parlor::http
