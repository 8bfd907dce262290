#include "runtime/storage/sqlite_reader.hpp"

#include <algorithm>

#include "runtime/storage/sqlite_letters.hpp"

namespace parlor::sqlite {

reader::reader(const std::string& file, const sqlite_store_options& limits)
    : limits_(limits),
      on_(file, SQLITE_OPEN_READONLY),
      begin_(on_, "BEGIN"),
      end_(on_, "ROLLBACK"),
      find_kind_(on_, "SELECT id FROM kinds WHERE name = ?"),
      find_actor_(on_,
                  "SELECT id, incarnation, version, schema, last_reply, state, events FROM actors "
                  "WHERE kind = ? AND name = ?"),
      find_reply_(on_,
                  "SELECT previous, at_ms, version, fingerprint, player, key, body "
                  "FROM replies WHERE id = ? AND actor = ?") {}

// If either fails, each load has a snapshot of its own, or says itself what is wrong.
reader::snapshot::snapshot(reader& from) : from_(from) {
  try {
    from_.begin_.run();
  } catch (const error&) {}
}
reader::snapshot::~snapshot() {
  try {
    from_.end_.run();
  } catch (const error&) {}
}

result<std::optional<stored_actor>> reader::load(const address& actor, std::int64_t now_ms) {
  try {
    std::optional<stored_actor> found;
    std::int64_t reply = 0;
    find_actor_.bind(kind_id(actor.kind), actor.id);
    while (find_actor_.next()) {
      found = stored_actor{.row = find_actor_.number(0),
                           .incarnation = find_actor_.number(1),
                           .version = find_actor_.number(2),
                           .schema = static_cast<int>(find_actor_.integer(3)),
                           .state = find_actor_.text(5),
                           .events = find_actor_.text(6)};
      reply = find_actor_.integer(4);
    }
    if (found) read_replies(*found, reply, now_ms - limits_.replies_kept.count());
    return found;
  } catch (const error& e) {
    return failure{"storage_failed", e.what()};
  }
}

/// The number of a kind; 0, which is no kind's, if there is none yet.
std::int64_t reader::kind_id(const std::string& name) {
  if (auto known = kinds_.find(name); known != kinds_.end()) return known->second;
  std::int64_t id = 0;
  find_kind_.bind(name);
  while (find_kind_.next()) id = find_kind_.integer(0);
  if (id != 0) kinds_[name] = id;
  return id;
}

/// Follows the chain of records from the latest back. It ends at one that was pruned.
void reader::read_replies(stored_actor& into, std::int64_t id, std::int64_t oldest_ms) {
  for (int n = 0; id != 0 && n < limits_.replies_per_actor_max; ++n) {
    std::int64_t previous = 0;
    find_reply_.bind(id, into.row);
    // To its end even past a record that is too old: a statement at rest holds no snapshot.
    while (find_reply_.next()) {
      if (find_reply_.integer(1) < oldest_ms) continue;
      previous = find_reply_.integer(0);
      into.replies.push_back({.player = find_reply_.text(4),
                              .key = find_reply_.text(5),
                              .fingerprint = find_reply_.number(3),
                              .at_ms = find_reply_.integer(1),
                              .version = find_reply_.number(2),
                              .body = find_reply_.text(6)});
    }
    id = previous < id ? previous : 0;
  }
}

std::vector<stored_message> read_owed(connection& on, std::uint64_t after, std::uint64_t last,
                                      std::size_t messages_max) {
  std::vector<stored_message> found;
  statement messages(on,
                     "SELECT id, to_kind, to_name, command, args, length, chain FROM messages "
                     "WHERE id > ? AND id <= ? ORDER BY id LIMIT ?");
  constexpr std::uint64_t most = INT64_MAX;
  messages.bind(after, std::min(last, most), std::min<std::uint64_t>(messages_max, most));
  while (messages.next())
    found.push_back({messages.number(0),
                     {{messages.text(1), messages.text(2)}, messages.text(3), messages.text(4)},
                     chain_of_row(messages.integer(5), messages.text(6))});
  return found;
}

}  // namespace parlor::sqlite
