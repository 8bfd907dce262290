#pragma once

#include <iterator>

namespace parlor::sqlite {

/// Marks a file as parlor's, and the format of its tables: see docs/storage-format.md.
inline constexpr int application_id = 0x7061726c;  // "parl"
inline constexpr int format_version = 5;
inline constexpr int chains_since_format = 5;

inline constexpr const char* schema = R"sql(
  CREATE TABLE kinds (
    id   INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
  );
  CREATE TABLE actors (
    id          INTEGER PRIMARY KEY,
    kind        INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    incarnation INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    schema      INTEGER NOT NULL,
    last_reply  INTEGER NOT NULL DEFAULT 0,
    state       TEXT    NOT NULL,
    events      TEXT    NOT NULL DEFAULT '',
    UNIQUE (kind, name)
  );
  CREATE TABLE replies (
    id          INTEGER PRIMARY KEY,
    actor       INTEGER NOT NULL,
    previous    INTEGER NOT NULL,
    at_ms       INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    fingerprint INTEGER NOT NULL,
    player      TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    body        TEXT    NOT NULL
  );
  CREATE TABLE rolls (
    id          INTEGER PRIMARY KEY,
    actor       INTEGER NOT NULL,
    incarnation INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    at_ms       INTEGER NOT NULL,
    seed        BLOB    NOT NULL
  );
  CREATE TABLE messages (
    id      INTEGER PRIMARY KEY,
    to_kind TEXT NOT NULL,
    to_name TEXT NOT NULL,
    command TEXT NOT NULL,
    args    TEXT NOT NULL,
    length  INTEGER NOT NULL DEFAULT 0,
    chain   TEXT    NOT NULL DEFAULT ''
  );
  CREATE TABLE reminders (
    kind    TEXT    NOT NULL,
    actor   TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    due_ms  INTEGER NOT NULL,
    command TEXT    NOT NULL,
    args    TEXT    NOT NULL,
    PRIMARY KEY (kind, actor, name)
  ) WITHOUT ROWID;
  CREATE TABLE dead_letters (
    id      INTEGER PRIMARY KEY,
    at_ms   INTEGER NOT NULL,
    to_kind TEXT    NOT NULL,
    to_name TEXT    NOT NULL,
    command TEXT    NOT NULL,
    args    TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    length  INTEGER NOT NULL DEFAULT 0,
    chain   TEXT    NOT NULL DEFAULT ''
  );
  CREATE INDEX dead_letters_of ON dead_letters (to_kind, to_name);
)sql";

/// One row, about the store itself: see docs/storage-format.md.
inline constexpr const char* store_table = R"sql(
  CREATE TABLE store (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    era     INTEGER NOT NULL,
    mark    INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL,
    held_ms INTEGER NOT NULL
  );
  INSERT INTO store (id, era, mark, seen_ms, held_ms) VALUES (1, 0, 0, 0, 0);
)sql";

/// What makes a file of each format one of the next, the first format's first.
inline constexpr const char* steps[] = {
    "ALTER TABLE actors ADD COLUMN events TEXT NOT NULL DEFAULT ''",
    "CREATE TABLE rolls (id INTEGER PRIMARY KEY, actor INTEGER NOT NULL, incarnation INTEGER NOT NULL, "
    "version INTEGER NOT NULL, at_ms INTEGER NOT NULL, seed BLOB NOT NULL)",
    store_table,
    "ALTER TABLE messages ADD COLUMN length INTEGER NOT NULL DEFAULT 0; "
    "ALTER TABLE messages ADD COLUMN chain TEXT NOT NULL DEFAULT ''; "
    "ALTER TABLE dead_letters ADD COLUMN length INTEGER NOT NULL DEFAULT 0; "
    "ALTER TABLE dead_letters ADD COLUMN chain TEXT NOT NULL DEFAULT ''; "
    "CREATE INDEX dead_letters_of ON dead_letters (to_kind, to_name)",
};
static_assert(std::size(steps) == format_version - 1);

}  // namespace parlor::sqlite
