#include "runtime/storage/sqlite_writer.hpp"

namespace parlor::sqlite {

writer::writer(connection& on, const sqlite_store_options& limits)
    : on_(on),
      limits_(limits),
      begin_(on, "BEGIN IMMEDIATE"),
      commit_(on, "COMMIT"),
      roll_back_(on, "ROLLBACK"),
      savepoint_(on, "SAVEPOINT item"),
      release_(on, "RELEASE item"),
      roll_back_to_(on, "ROLLBACK TO item"),
      find_kind_(on, "SELECT id FROM kinds WHERE name = ?"),
      add_kind_(on, "INSERT INTO kinds (name) VALUES (?)"),
      find_actor_(on, "SELECT id FROM actors WHERE kind = ? AND name = ?"),
      add_actor_(on,
                 "INSERT INTO actors (kind, name, incarnation, version, schema, state) "
                 "VALUES (?, ?, ?, ?, ?, ?)"),
      change_actor_(on,
                    "UPDATE actors SET incarnation = ?, version = ?, schema = ?, state = ? "
                    "WHERE id = ? AND version = ?"),
      change_actor_by_name_(on,
                            "UPDATE actors SET incarnation = ?, version = ?, schema = ?, state = ? "
                            "WHERE kind = ? AND name = ? AND version = ?"),
      erase_actor_(on, "DELETE FROM actors WHERE kind = ? AND name = ? AND version = ?"),
      last_reply_(on, "SELECT last_reply FROM actors WHERE id = ?"),
      add_reply_(on,
                 "INSERT INTO replies (actor, previous, at_ms, version, fingerprint, player, key, body) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      note_reply_(on, "UPDATE actors SET last_reply = ? WHERE id = ?"),
      prune_(on,
             "DELETE FROM replies WHERE id IN (SELECT id FROM "
             "(SELECT id, at_ms FROM replies ORDER BY id LIMIT ?) WHERE at_ms < ?)"),
      add_message_(on, "INSERT INTO messages (id, to_kind, to_name, command, args) VALUES (?, ?, ?, ?, ?)"),
      remove_message_(on, "DELETE FROM messages WHERE id = ?"),
      set_reminder_(on,
                    "INSERT INTO reminders (kind, actor, name, due_ms, command, args) "
                    "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET due_ms = excluded.due_ms, "
                    "command = excluded.command, args = excluded.args"),
      forget_reminder_(on, "DELETE FROM reminders WHERE kind = ? AND actor = ? AND name = ?"),
      fired_reminder_(on,
                      "DELETE FROM reminders WHERE kind = ? AND actor = ? AND name = ? AND due_ms = ?"),
      forget_reminders_(on, "DELETE FROM reminders WHERE kind = ? AND actor = ?"),
      bury_message_(on,
                    "INSERT INTO dead_letters (at_ms, to_kind, to_name, command, args, reason) "
                    "SELECT ?, to_kind, to_name, command, args, ? FROM messages WHERE id = ?"),
      bury_reminder_(on,
                     "INSERT INTO dead_letters (at_ms, to_kind, to_name, command, args, reason) "
                     "SELECT ?, kind, actor, command, args, ? FROM reminders "
                     "WHERE kind = ? AND actor = ? AND name = ? AND due_ms = ?") {
  statement last(on, "SELECT max(id) FROM messages");
  while (last.next()) next_message_ = last.number(0) + 1;
}

void writer::roll_back() {
  // A transaction that failed badly enough has been rolled back by SQLite itself.
  if (sqlite3_get_autocommit(on_.handle()) == 0) roll_back_.bind().run();
  kinds_.clear();
}

commit_receipt writer::apply(const commit& c) {
  savepoint_.bind().run();
  try {
    commit_receipt receipt;
    // What caused the command is gone before what it wants is set: it may set the same reminder anew.
    cross_off(c.who, c.settles);
    receipt.row = put_actor(c);
    if (c.reply && !c.erase) put_reply(receipt.row, *c.reply);
    receipt.first_message = put_messages(c.wanted.tells);
    if (c.erase) forget_reminders_.bind(c.who.kind, c.who.id).run();
    else put_reminders(c.who, c.wanted.reminders);
    release_.bind().run();
    return receipt;
  } catch (...) {
    if (sqlite3_get_autocommit(on_.handle()) == 0) {
      roll_back_to_.bind().run();
      release_.bind().run();
    }
    throw;
  }
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
  const error moved_on(SQLITE_CONSTRAINT, "the stored version is another than the commit follows");
  std::int64_t kind = kind_id(c.who.kind);
  const stored_actor& n = c.next;
  if (c.erase) {
    // An actor that was never stored has nothing to erase.
    if (c.follows > 0 && erase_actor_.bind(kind, c.who.id, c.follows).run() == 0) throw moved_on;
    return 0;
  }
  if (c.follows == 0) {
    find_actor_.bind(kind, c.who.id);
    bool stored = false;
    while (find_actor_.next()) stored = true;
    if (stored) throw moved_on;
    add_actor_.bind(kind, c.who.id, n.incarnation, n.version, n.schema, n.state).run();
    return static_cast<std::uint64_t>(sqlite3_last_insert_rowid(on_.handle()));
  }
  if (n.row != 0) {
    if (change_actor_.bind(n.incarnation, n.version, n.schema, n.state, n.row, c.follows).run() == 0)
      throw moved_on;
    return n.row;
  }
  // The row's number is on its way to the host: the commit that made it is in this very group.
  if (change_actor_by_name_
          .bind(n.incarnation, n.version, n.schema, n.state, kind, c.who.id, c.follows)
          .run() == 0)
    throw moved_on;
  std::uint64_t row = 0;
  find_actor_.bind(kind, c.who.id);
  while (find_actor_.next()) row = find_actor_.number(0);
  return row;
}

void writer::put_reply(std::uint64_t actor, const reply_record& r) {
  std::int64_t previous = 0;
  last_reply_.bind(actor);
  while (last_reply_.next()) previous = last_reply_.integer(0);
  add_reply_.bind(actor, previous, r.at_ms, r.version, r.fingerprint, r.player, r.key, r.body).run();
  ++replies_added_;
  note_reply_.bind(std::int64_t{sqlite3_last_insert_rowid(on_.handle())}, actor).run();
}

std::uint64_t writer::put_messages(const std::vector<outgoing>& messages) {
  std::uint64_t first = next_message_;
  for (const outgoing& m : messages)
    add_message_.bind(next_message_++, m.to.kind, m.to.id, m.command, m.args).run();
  return first;
}

void writer::put_reminders(const address& who, const std::vector<reminder_change>& changes) {
  for (const reminder_change& r : changes) {
    if (r.due)
      set_reminder_.bind(who.kind, who.id, r.name, to_ms(*r.due), r.command, r.args).run();
    else
      forget_reminder_.bind(who.kind, who.id, r.name).run();
  }
}

void writer::cross_off(const address& who, const delivery& d) {
  if (d.message != 0) remove_message_.bind(d.message).run();
  if (!d.reminder.empty()) fired_reminder_.bind(who.kind, who.id, d.reminder, d.due_ms).run();
}

void writer::bury(const address& who, const delivery& d, const std::string& reason,
                  std::int64_t now_ms) {
  if (d.message != 0) bury_message_.bind(now_ms, reason, d.message).run();
  if (!d.reminder.empty())
    bury_reminder_.bind(now_ms, reason, who.kind, who.id, d.reminder, d.due_ms).run();
  cross_off(who, d);
}

void writer::prune_replies(std::int64_t now_ms) {
  // Twice as many as came, so that the table shrinks; the oldest are the first, so that few are looked at.
  if (++replies_added_ < prune_every) return;
  prune_.bind(2 * replies_added_, now_ms - limits_.replies_kept.count()).run();
  replies_added_ = 0;
}

}  // namespace parlor::sqlite
