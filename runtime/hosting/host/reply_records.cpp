#include "runtime/hosting/host/reply_records.hpp"

#include <memory>
#include <string_view>
#include <utility>

#include "runtime/hosting/host/faults.hpp"

namespace parlor {

std::uint64_t fingerprint_of(const call& c) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  auto mix = [&hash](std::string_view text) {
    for (unsigned char byte : text) hash = (hash ^ byte) * 0x100000001b3ULL;
    hash = (hash ^ 0xff) * 0x100000001b3ULL;
  };
  mix(c.command);
  if (c.raw) mix(to_text(*c.raw));
  else mix(c.args);
  return hash;
}

reply_memory::record_ptr record_of(const call& c, const reply& answer, std::uint64_t version, const clock& time) {
  if (c.key.empty() || has_fault(fault::no_record_of_replies)) return {};
  return std::make_shared<reply_record>(reply_record{.player = c.player,
                                                     .key = c.key,
                                                     .fingerprint = fingerprint_of(c),
                                                     .at_ms = to_ms(time.now()),
                                                     .version = version,
                                                     .body = answer.raw ? to_text(*answer.raw) : answer.body});
}

void restore(reply& to, const reply_record& record, const request& r) {
  if (!r.call().command.empty() && r.actor_kind().commands[r.command()].raw) {
    auto raw = read_raw_reply(record.body);
    if (raw) to.raw = std::make_shared<const raw_reply>(std::move(raw.value()));
  } else {
    to.body = record.body;
  }
}

void remember(reply_memory& replies, reply_memory::known reply, instant now, const options& limits) {
  replies.add(std::move(reply), to_ms(now - limits.replies_kept), limits.replies_per_player_max);
}

}  // namespace parlor
