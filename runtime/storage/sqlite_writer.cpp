#include "runtime/storage/sqlite_writer.hpp"

namespace parlor::sqlite {

writer::writer(connection& on, const sqlite_store_options& limits)
    : on_(on),
      limits_(limits),
      begin_(on, "BEGIN IMMEDIATE"),
      commit_(on, "COMMIT"),
      roll_back_(on, "ROLLBACK"),
      find_kind_(on, "SELECT id FROM kinds WHERE name = ?"),
      add_kind_(on, "INSERT INTO kinds (name) VALUES (?)"),
      find_actor_(on, "SELECT id FROM actors WHERE kind = ? AND name = ?"),
      add_actor_(on,
                 "INSERT INTO actors (kind, name, incarnation, version, schema, last_reply, state) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?)"),
      change_actor_(on,
                    "UPDATE actors SET incarnation = ?, version = ?, schema = ?, state = ?, "
                    "last_reply = ifnull(nullif(?, 0), last_reply) WHERE id = ? AND version = ?"),
      erase_actor_(on, "DELETE FROM actors WHERE kind = ? AND name = ? AND version = ?"),
      add_reply_(on,
                 "INSERT INTO replies (id, actor, previous, at_ms, version, fingerprint, player, key, body) "
                 // A new actor names this very record already: it has no predecessor.
                 "VALUES (?1, ?2, ifnull(nullif((SELECT last_reply FROM actors WHERE id = ?2), ?1), 0), "
                 "?3, ?4, ?5, ?6, ?7, ?8)"),
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
  statement last_reply(on, "SELECT max(id) FROM replies");
  while (last_reply.next()) next_reply_ = last_reply.number(0) + 1;
}

void writer::roll_back() {
  // A transaction that failed badly enough has been rolled back by SQLite itself.
  if (sqlite3_get_autocommit(on_.handle()) == 0) roll_back_.bind().run();
  kinds_.clear();
}

commit_receipt writer::apply(const commit& c) {
  commit_receipt receipt;
  // What caused the command is gone before what it wants is set: it may set the same reminder anew.
  cross_off(c.who, c.settles);
  receipt.row = put_actor(c);
  receipt.first_message = put_messages(c.wanted.tells);
  if (c.erase) forget_reminders_.bind(c.who.kind, c.who.id).run();
  else put_reminders(c.who, c.wanted.reminders);
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
  std::int64_t kind = kind_id(c.who.kind);
  const stored_actor& n = c.next;
  if (c.erase) {
    // An actor that was never stored has nothing to erase.
    if (c.follows > 0 && erase_actor_.bind(kind, c.who.id, c.follows).run() == 0) refuse_version();
    return 0;
  }
  std::uint64_t reply = c.reply ? next_reply_++ : 0;
  // A number that the host does not know yet is on its way to it: the commit that made the row is close by.
  std::uint64_t row = n.row;
  if (row == 0) {
    find_actor_.bind(kind, c.who.id);
    while (find_actor_.next()) row = find_actor_.number(0);
    if ((row == 0) != (c.follows == 0)) refuse_version();
  }
  if (row == 0) {
    add_actor_.bind(kind, c.who.id, n.incarnation, n.version, n.schema, reply, n.state).run();
    row = static_cast<std::uint64_t>(sqlite3_last_insert_rowid(on_.handle()));
    if (reply != 0) put_reply(reply, row, *c.reply);
    return row;
  }
  if (reply != 0) put_reply(reply, row, *c.reply);
  if (change_actor_.bind(n.incarnation, n.version, n.schema, n.state, reply, row, c.follows).run() == 0)
    refuse_version();
  return row;
}

void writer::refuse_version() {
  throw error(SQLITE_CONSTRAINT, "the stored version is another than the commit follows");
}

void writer::put_reply(std::uint64_t number, std::uint64_t actor, const reply_record& r) {
  ++replies_added_;
  add_reply_.bind(number, actor, r.at_ms, r.version, r.fingerprint, r.player, r.key, r.body).run();
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
