#include "runtime/storage/sqlite_writer.hpp"

namespace parlor::sqlite {

aging_rows::aging_rows(connection& on, const std::string& table)
    : prune_(on, ("DELETE FROM " + table + " WHERE id IN (SELECT id FROM (SELECT id, at_ms FROM " + table +
                  " ORDER BY id LIMIT ?) WHERE at_ms < ?)")
                     .c_str()) {
  statement last(on, ("SELECT max(id) FROM " + table).c_str());
  while (last.next()) next_ = last.number(0) + 1;
}

void aging_rows::prune(std::int64_t oldest_ms) {
  if (++added_ < look_after_) return;
  // The oldest are the first. While some are too old, twice as many as came are looked at, so that the table
  // shrinks; where none is, none will be for a while.
  int looked_at = 2 * (look_after_ == look_often ? added_ : look_often);
  int removed = prune_.bind(looked_at, oldest_ms).run();
  look_after_ = removed > 0 ? look_often : look_seldom;
  added_ = 0;
}

writer::writer(connection& on, const sqlite_store_options& limits)
    : on_(on),
      limits_(limits),
      replies_(on, "replies"),
      rolls_(on, "rolls"),
      begin_(on, "BEGIN IMMEDIATE"),
      commit_(on, "COMMIT"),
      roll_back_(on, "ROLLBACK"),
      find_kind_(on, "SELECT id FROM kinds WHERE name = ?"),
      add_kind_(on, "INSERT INTO kinds (name) VALUES (?)"),
      find_actor_(on, "SELECT id FROM actors WHERE kind = ? AND name = ?"),
      find_last_reply_(on, "SELECT last_reply FROM actors WHERE id = ?"),
      add_actor_(on,
                 "INSERT INTO actors (kind, name, incarnation, version, schema, last_reply, state, events) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"),
      change_actor_(on,
                    "UPDATE actors SET incarnation = ?, version = ?, schema = ?, state = ?, last_reply = ?, "
                    "events = ? "
                    "WHERE id = ? AND version = ?"),
      erase_actor_(on, "DELETE FROM actors WHERE kind = ? AND name = ? AND version = ?"),
      add_reply_(on,
                 "INSERT INTO replies (id, actor, previous, at_ms, version, fingerprint, player, key, body) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      add_roll_(on, "INSERT INTO rolls (id, actor, incarnation, version, at_ms, seed) VALUES (?, ?, ?, ?, ?, ?)"),
      add_message_(on,
                   "INSERT INTO messages (id, to_kind, to_name, command, args, length, chain) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?)"),
      remove_message_(on, "DELETE FROM messages WHERE id = ?"),
      drop_messages_(on, "DELETE FROM messages WHERE (to_kind = ? AND to_name = ?) OR instr(' > ' || chain, ?) > 0"),
      set_reminder_(on,
                    "INSERT INTO reminders (kind, actor, name, due_ms, command, args) "
                    "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET due_ms = excluded.due_ms, "
                    "command = excluded.command, args = excluded.args"),
      forget_reminder_(on, "DELETE FROM reminders WHERE kind = ? AND actor = ? AND name = ?"),
      fired_reminder_(on, "DELETE FROM reminders WHERE kind = ? AND actor = ? AND name = ? AND due_ms = ?"),
      forget_reminders_(on, "DELETE FROM reminders WHERE kind = ? AND actor = ?"),
      letters_(on),
      find_clock_(on, "SELECT seen_ms, held_ms FROM store"),
      keep_clock_(on, "UPDATE store SET seen_ms = ?, held_ms = ?") {
  statement last(on, "SELECT max(id) FROM messages");
  while (last.next()) next_message_ = last.number(0) + 1;
}

void writer::roll_back() {
  // A transaction that failed badly enough has been rolled back by SQLite itself.
  if (sqlite3_get_autocommit(on_.handle()) == 0) roll_back_.bind().run();
  kinds_.clear();
  last_replies_.assign(last_replies_.size(), {});
}

commit_receipt writer::apply(const commit& c) {
  commit_receipt receipt;
  // What caused the command is gone before what it wants is set: it may set the same reminder anew.
  cross_off(c.actor, c.settles);
  receipt.row = put_actor(c);
  if (c.rolled && !c.erase) put_roll(receipt.row, c.next, *c.rolled);
  receipt.first_message = put_messages(c.effects);
  if (c.erase) forget_reminders_.bind(c.actor.kind, c.actor.id).run();
  else put_reminders(c.actor, c.effects.reminders);
  return receipt;
}

std::int64_t writer::kind_id(const std::string& name) {
  if (auto known = kinds_.find(name); known != kinds_.end()) return known->second;
  std::int64_t id = 0;
  find_kind_.bind(name);
  while (find_kind_.next()) id = find_kind_.integer(0);
  if (id == 0) {
    add_kind_.bind(name).run();
    id = sqlite3_last_insert_rowid(on_.handle());
  }
  return kinds_[name] = id;
}

std::uint64_t writer::put_actor(const commit& c) {
  std::int64_t kind = kind_id(c.actor.kind);
  const stored_actor& n = c.next;
  if (c.erase) {
    // An actor that was never stored has nothing to erase.
    if (c.follows > 0 && erase_actor_.bind(kind, c.actor.id, c.follows).run() == 0) refuse_version();
    return 0;
  }
  if (c.follows == 0) return put_new_actor(kind, c);
  std::uint64_t row = n.row != 0 ? n.row : find_actor(kind, c.actor.id);
  if (row == 0) refuse_version();
  std::uint64_t& last = last_reply_of(row);
  if (c.reply) last = put_reply(row, last, *c.reply);
  if (change_actor_.bind(n.incarnation, n.version, n.schema, n.state, last, n.events, row, c.follows).run() == 0)
    refuse_version();
  return row;
}

std::uint64_t writer::put_new_actor(std::int64_t kind, const commit& c) {
  const stored_actor& n = c.next;
  // Its row is inserted first, for the record needs its number; so the record's is named before it is there.
  std::uint64_t reply = c.reply ? replies_.upcoming() : 0;
  if (add_actor_.bind(kind, c.actor.id, n.incarnation, n.version, n.schema, reply, n.state, n.events).run() == 0)
    refuse_version();
  auto row = static_cast<std::uint64_t>(sqlite3_last_insert_rowid(on_.handle()));
  if (c.reply) put_reply(row, 0, *c.reply);
  last_replies_[row % last_replies_.size()] = {row, reply};
  return row;
}

/// The number that the host does not know yet is on its way to it: the commit that made the row is close by.
std::uint64_t writer::find_actor(std::int64_t kind, const std::string& id) {
  std::uint64_t row = 0;
  find_actor_.bind(kind, id);
  while (find_actor_.next()) row = find_actor_.number(0);
  return row;
}

std::uint64_t& writer::last_reply_of(std::uint64_t row) {
  known_reply& known = last_replies_[row % last_replies_.size()];
  if (known.row != row) {
    known = {row, 0};
    find_last_reply_.bind(row);
    while (find_last_reply_.next()) known.number = find_last_reply_.number(0);
  }
  return known.number;
}

void writer::refuse_version() {
  throw error(SQLITE_CONSTRAINT, "the stored version is another than the commit follows");
}

std::uint64_t writer::put_reply(std::uint64_t actor, std::uint64_t previous, const reply_record& r) {
  std::uint64_t number = replies_.next_number();
  add_reply_.bind(number, actor, previous, r.at_ms, r.version, r.fingerprint, r.player, r.key, r.body).run();
  return number;
}

void writer::put_roll(std::uint64_t actor, const stored_actor& made, const roll_record& r) {
  std::span<const unsigned char> seed(r.seed);
  add_roll_.bind(rolls_.next_number(), actor, made.incarnation, made.version, r.at_ms, seed).run();
}

std::uint64_t writer::put_messages(const effects& wanted) {
  static const message_chain unknown{.length = 0};
  const message_chain& chain = wanted.chain ? *wanted.chain : unknown;
  std::uint64_t first = next_message_, length = chain.length;
  for (const message& m : wanted.messages)
    add_message_.bind(next_message_++, m.to.kind, m.to.id, m.command, m.args, length, chain.links).run();
  return first;
}

std::size_t writer::drop_messages(const address& actor) {
  std::string mark = chain_mark(actor);
  return static_cast<std::size_t>(drop_messages_.bind(actor.kind, actor.id, mark).run());
}

void writer::put_reminders(const address& actor, const std::vector<reminder_change>& changes) {
  for (const reminder_change& r : changes) {
    if (r.due) set_reminder_.bind(actor.kind, actor.id, r.name, to_ms(*r.due), r.command, r.args).run();
    else forget_reminder_.bind(actor.kind, actor.id, r.name).run();
  }
}

void writer::cross_off(const address& actor, const delivery& d) {
  if (d.message != 0) remove_message_.bind(d.message).run();
  if (!d.reminder.empty()) fired_reminder_.bind(actor.kind, actor.id, d.reminder, d.due_ms).run();
}

void writer::bury(const address& actor, const delivery& d, const std::string& reason, std::int64_t now_ms) {
  letters_.bury(actor, d, reason, now_ms);
  cross_off(actor, d);
}

clock_record writer::last_clock() {
  clock_record last;
  find_clock_.bind();
  while (find_clock_.next()) last = {from_ms(find_clock_.integer(0)), duration{find_clock_.integer(1)}};
  return last;
}

void writer::keep_clock(const clock_record& now) { keep_clock_.bind(to_ms(now.seen), now.held.count()).run(); }

std::size_t writer::prune(std::int64_t now_ms) {
  std::int64_t oldest_ms = now_ms - limits_.replies_kept.count();
  replies_.prune(oldest_ms);
  rolls_.prune(oldest_ms);
  return letters_.prune();
}

}  // namespace parlor::sqlite
