#include "runtime/authoring/context.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "runtime/values/json_text.hpp"

namespace parlor {
namespace {

void check_args(std::string_view subject, std::string_view name, std::size_t bytes) {
  if (bytes <= args_bytes_max) return;
  throw std::invalid_argument(std::string(subject) + " \"" + std::string(name) + "\" has " + std::to_string(bytes) +
                              " bytes of arguments, and at most " + std::to_string(args_bytes_max) + " may be");
}

}  // namespace

std::string context::fresh_id() {
  static constexpr char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
  std::string id(20, ' ');
  for (char& c : id) c = letters[roll(36)];
  return id;
}

void context::tell(address to, std::string command, std::string args_json) {
  check_args("the message", command, args_json.size());
  effects_.messages.push_back({std::move(to), std::move(command), std::move(args_json)});
}

bool is_event_name(std::string_view name) {
  constexpr std::array<std::string_view, 6> taken{"snapshot", "version", "closed", "message", "open", "error"};
  return is_kind_name(name) && std::find(taken.begin(), taken.end(), name) == taken.end();
}

void context::emit(std::string name, std::string data_json, audience to) {
  auto json = data_json.empty() ? failure{"malformed_json", "it is empty"} : json_document::parse(data_json);
  if (!json) throw std::invalid_argument("the data of the event \"" + name + "\": " + json.why().detail);
  add_event(std::move(name), std::move(data_json), std::move(to));
}

void context::add_event(std::string name, std::string data_json, audience to) {
  if (!is_event_name(name)) throw std::invalid_argument("\"" + name + "\" cannot be the name of an event");
  if (to.is == audience::scope::seat && (to.seat < 0 || to.seat >= seats_))
    throw std::invalid_argument("an event for seat " + std::to_string(to.seat) + " of " + std::to_string(seats_));
  if (data_json.size() > event_bytes_max)
    throw std::invalid_argument("the event \"" + name + "\" has " + std::to_string(data_json.size()) + " bytes");
  // A spectator's name is empty, too: what is for the player of a free chair is not for them.
  if (to.is == audience::scope::player && to.player.empty()) return;
  auto data = std::make_shared<const std::string>(std::move(data_json));
  effects_.events.push_back({std::move(name), std::move(data), std::move(to)});
}

void context::pass_to(int seat) {
  if (seat < 0 || seat >= seats_)
    throw std::invalid_argument("pass_to(" + std::to_string(seat) + "): the game has " + std::to_string(seats_) +
                                " seats, from 0");
  next_seat_ = seat;
}

void context::remind(std::string name, duration after, std::string command, std::string args_json) {
  check_args("the reminder", name, args_json.size());
  effects_.reminders.push_back({std::move(name), now_ + after, std::move(command), std::move(args_json)});
}

void context::forget(std::string name) { effects_.reminders.push_back({std::move(name), std::nullopt}); }

}  // namespace parlor
