#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace parlor::sqlite {

/// What SQLite said no to, with its extended result code.
struct error : std::runtime_error {
  error(int the_code, const std::string& text) : std::runtime_error(text), code(the_code) {}
  int code;
};

/// One connection. Used by one thread at a time.
class connection {
 public:
  connection(const std::string& file, int flags);
  ~connection() { sqlite3_close_v2(handle_); }
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Runs statements that answer nothing. Throws `error`.
  void run(const char* sql);
  [[nodiscard]] sqlite3* handle() const { return handle_; }
  [[noreturn]] void fail(int code) const;

 private:
  sqlite3* handle_ = nullptr;
};

/// A prepared statement, used again and again:
///
///     insert.bind(name, 7).run();
///     for (select.bind(7); select.next();) use(select.text(0));
class statement {
 public:
  statement(connection& on, const char* sql);
  ~statement() { sqlite3_finalize(handle_); }
  statement(const statement&) = delete;
  statement& operator=(const statement&) = delete;

  /// Binds all parameters, in order, and begins anew. Texts and bytes must live until the next `bind`.
  template <class... Values>
  statement& bind(const Values&... values) {
    if (std::exchange(stands_on_row_, false)) sqlite3_reset(handle_);
    int index = 0;
    (put(++index, values), ...);
    return *this;
  }
  /// Goes to the next row. False at the end, and the statement is at rest again.
  bool next();
  /// Runs a statement that answers nothing. Returns how many rows it changed.
  int run();

  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(handle_, column); }
  [[nodiscard]] std::uint64_t number(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  [[nodiscard]] std::string text(int column) const;

 private:
  void put(int index, std::int64_t value);
  void put(int index, std::uint64_t value) { put(index, static_cast<std::int64_t>(value)); }
  void put(int index, int value) { put(index, std::int64_t{value}); }
  void put(int index, std::string_view value);
  void put(int index, const std::string& value) { put(index, std::string_view(value)); }
  void put(int index, std::span<const unsigned char> bytes);

  connection& on_;
  sqlite3_stmt* handle_ = nullptr;
  bool stands_on_row_ = false;
};

}  // namespace parlor::sqlite
