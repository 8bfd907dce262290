#include "runtime/storage/sqlite_letters.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace parlor::sqlite {
namespace {

std::string where_chosen() {
  return " WHERE (? = 0 OR id = ?) AND (? = '' OR to_kind = ?) AND (? = '' OR to_name = ?)";
}

std::string select_letters(bool has_chains) {
  return std::string("SELECT id, at_ms, to_kind, to_name, command, args, reason, ") +
         (has_chains ? "length, chain" : "0, ''") + " FROM dead_letters" + where_chosen() +
         " AND id > ? ORDER BY id LIMIT ?";
}

template <class... More>
statement& bind_choice(statement& to, const letter_choice& which, const More&... more) {
  return to.bind(which.number, which.number, which.kind, which.kind, which.id, which.id, more...);
}

std::vector<dead_letter> read_rows(statement& from, const letter_choice& which, std::uint64_t after, std::size_t most) {
  std::vector<dead_letter> found;
  bind_choice(from, which, after, std::min<std::uint64_t>(most, INT64_MAX));
  while (from.next())
    found.push_back({.number = from.number(0),
                     .at_ms = from.integer(1),
                     .message = {{from.text(2), from.text(3)}, from.text(4), from.text(5)},
                     .reason = from.text(6),
                     .length = static_cast<std::uint32_t>(from.integer(7)),
                     .chain = from.text(8)});
  return found;
}

}  // namespace

letters::letters(connection& on)
    : bury_message_(on,
                    "INSERT INTO dead_letters (id, at_ms, to_kind, to_name, command, args, reason, length, chain) "
                    "SELECT ?, ?, to_kind, to_name, command, args, ?, length, chain FROM messages WHERE id = ?"),
      bury_reminder_(on,
                     "INSERT INTO dead_letters (id, at_ms, to_kind, to_name, command, args, reason) "
                     "SELECT ?, ?, kind, actor, command, args, ? FROM reminders "
                     "WHERE kind = ? AND actor = ? AND name = ? AND due_ms = ?"),
      read_(on, select_letters(true).c_str()),
      add_message_(on, "INSERT INTO messages (id, to_kind, to_name, command, args) VALUES (?, ?, ?, ?, ?)"),
      drop_(on, ("DELETE FROM dead_letters" + where_chosen()).c_str()),
      prune_receiver_(on,
                      "DELETE FROM dead_letters WHERE to_kind = ? AND to_name = ? AND id <= (SELECT id FROM "
                      "dead_letters WHERE to_kind = ? AND to_name = ? ORDER BY id DESC LIMIT 1 OFFSET ?)"),
      prune_all_(on,
                 "DELETE FROM dead_letters WHERE id <= "
                 "(SELECT id FROM dead_letters ORDER BY id DESC LIMIT 1 OFFSET ?)") {
  statement last(on, "SELECT max(id) FROM dead_letters");
  while (last.next()) next_letter_ = last.number(0) + 1;
}

void letters::bury(const address& actor, const delivery& d, const std::string& reason, std::int64_t now_ms) {
  if (d.message != 0) bury_message_.bind(next_letter_++, now_ms, reason, d.message).run();
  if (!d.reminder.empty())
    bury_reminder_.bind(next_letter_++, now_ms, reason, actor.kind, actor.id, d.reminder, d.due_ms).run();
  ++buried_;
  receivers_.insert(actor);
}

std::size_t letters::prune() {
  if (buried_ < prune_after) return 0;
  std::size_t gone = 0;
  for (const address& a : receivers_)
    gone += static_cast<std::size_t>(
        prune_receiver_.bind(a.kind, a.id, a.kind, a.id, std::uint64_t{letters_per_actor_max}).run());
  gone += static_cast<std::size_t>(prune_all_.bind(std::uint64_t{letters_max}).run());
  buried_ = 0;
  receivers_.clear();
  return gone;
}

std::vector<dead_letter> letters::read(const letter_choice& which, std::uint64_t after, std::size_t most) {
  return read_rows(read_, which, after, most);
}

std::vector<dead_letter> read_letters(connection& on, const letter_choice& which, bool has_chains) {
  statement read(on, select_letters(has_chains).c_str());
  return read_rows(read, which, 0, SIZE_MAX);
}

std::vector<stored_message> letters::redeliver(const letter_choice& which, std::uint64_t& next_message) {
  std::vector<stored_message> made;
  for (dead_letter& l : read(which, 0, SIZE_MAX)) {
    const message& m = l.message;
    add_message_.bind(next_message, m.to.kind, m.to.id, m.command, m.args).run();
    made.push_back({.number = next_message++, .message = std::move(l.message)});
  }
  drop(which);
  return made;
}

std::size_t letters::drop(const letter_choice& which) {
  return static_cast<std::size_t>(bind_choice(drop_, which).run());
}

message_chain_ptr chain_of_row(std::int64_t length, std::string links) {
  if (length <= 0 || links.empty()) return {};
  return std::make_shared<message_chain>(
      message_chain{.length = static_cast<std::uint32_t>(length), .links = std::move(links)});
}

}  // namespace parlor::sqlite
