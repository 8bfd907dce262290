#include "http/settings/deny_settings.hpp"

#include <ostream>

#include "http/settings/settings_error.hpp"
#include "http/settings/text_of_values.hpp"
#include "runtime/values/address.hpp"

namespace parlor::http {
namespace {

constexpr std::size_t reason_max = 200;
/// How the console shows who has denied it.
constexpr const char* by_the_file = "configuration";

denial read_denial(const file_entry& entry) {
  const std::string& why = text_of(entry.value, entry.where);
  if (why.size() > reason_max) throw settings_error(entry.where + ": the reason has more than 200 bytes");
  return {.name = entry.key, .by = by_the_file, .why = why};
}

denial read_banned_player(const file_entry& entry) {
  if (!is_id(entry.key)) throw settings_error(entry.where + " is not a player's name");
  return read_denial(entry);
}

denial read_banned_address(const file_entry& entry) {
  auto range = address_range::parse_denied(entry.key);
  if (!range) throw settings_error(entry.where + " is neither an address nor a range such as 10.0.0.0/8");
  denial made = read_denial(entry);
  made.name = range->text();
  return made;
}

void print_list(const char* heading, const std::vector<denial>& list, std::ostream& out) {
  if (list.empty()) return;
  out << "\n[deny." << heading << "]\n";
  for (const denial& d : list) out << in_quotes(d.name) << " = " << in_quotes(d.why) << "\n";
}

}  // namespace

denials read_denials(const file_entry& table) {
  denials made;
  for (const file_entry& list : table_of(table)) {
    if (list.key != "players" && list.key != "addresses")
      throw settings_error(list.where + " is not a list of what is denied: players, addresses");
    for (const file_entry& entry : table_of(list)) {
      if (list.key == "players") made.players.push_back(read_banned_player(entry));
      else made.addresses.push_back(read_banned_address(entry));
    }
  }
  return made;
}

void print(const denials& denied, std::ostream& out) {
  print_list("players", denied.players, out);
  print_list("addresses", denied.addresses, out);
}

}  // namespace parlor::http
