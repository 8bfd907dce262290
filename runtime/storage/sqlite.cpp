#include "runtime/storage/sqlite.hpp"

namespace parlor::sqlite {

connection::connection(const std::string& file, int flags) {
  // SQLite would count its memory, and take a lock for each allocation to do so; nobody asks for the sum.
  // It heeds this only before its first use in the process.
  [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  int code = sqlite3_open_v2(file.c_str(), &handle_, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    error refused(code, handle_ ? sqlite3_errmsg(handle_) : "out of memory");
    sqlite3_close_v2(handle_);
    throw refused;
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, 5000);
}

void connection::run(const char* sql) {
  int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

void connection::fail(int code) const { throw error(code, sqlite3_errmsg(handle_)); }

statement::statement(connection& on, const char* sql) : on_(on) {
  int code = sqlite3_prepare_v3(on.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &handle_, nullptr);
  if (code != SQLITE_OK) on.fail(code);
}

bool statement::next() {
  int code = sqlite3_step(handle_);
  stands_on_row_ = code == SQLITE_ROW;
  if (stands_on_row_) return true;
  sqlite3_reset(handle_);
  if (code != SQLITE_DONE) on_.fail(code);
  return false;
}

int statement::run() {
  next();
  return sqlite3_changes(on_.handle());
}

std::string statement::text(int column) const {
  auto bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))) : std::string();
}

void statement::put(int index, std::int64_t value) {
  if (int code = sqlite3_bind_int64(handle_, index, value); code != SQLITE_OK) on_.fail(code);
}

void statement::put(int index, std::string_view value) {
  int code =
      sqlite3_bind_text64(handle_, index, value.data() ? value.data() : "", value.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) on_.fail(code);
}

void statement::put(int index, std::span<const unsigned char> bytes) {
  int code = sqlite3_bind_blob64(handle_, index, bytes.data(), bytes.size(), SQLITE_STATIC);
  if (code != SQLITE_OK) on_.fail(code);
}

}  // namespace parlor::sqlite
