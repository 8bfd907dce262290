#include "runtime/hosting/requests/request.hpp"

#include <utility>

#include "runtime/hosting/requests/in_flight_requests.hpp"

namespace parlor {

request::~request() {
  refuse("dropped");
  if (counter_) counter_->release(*this);
  if (in_flight_) in_flight_->release(*this);
}

bool request::start() {
  auto expected = phase::waiting;
  return phase_.compare_exchange_strong(expected, phase::started);
}

bool request::refuse(std::string_view code, std::string detail) {
  if (phase_.load() == phase::settled) return false;
  return settle({.why = {.code = std::string(code), .detail = std::move(detail)}}, true);
}

bool request::expire() {
  auto expected = phase::waiting;
  if (!phase_.compare_exchange_strong(expected, phase::settled)) return refuse("outcome_unknown");
  tell({.why = {"deadline_passed"}}, true);
  return true;
}

bool request::settle(reply&& r, bool refused) {
  if (phase_.exchange(phase::settled) == phase::settled) return false;
  tell(std::move(r), refused);
  return true;
}

void request::tell(reply&& r, bool refused) {
  if (in_flight_) in_flight_->count(*this, refused, r.why.code);
  auto answer = std::move(answer_);
  if (answer) answer(std::move(r));
}

}  // namespace parlor
