#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/authoring/raw.hpp"
#include "runtime/values/address.hpp"
#include "runtime/values/callback.hpp"
#include "runtime/values/caller_info.hpp"
#include "runtime/values/failure.hpp"
#include "runtime/values/fields.hpp"
#include "runtime/values/instant.hpp"
#include "runtime/values/json_text.hpp"

/// Services: the things outside of the server that an actor has and waits for.
///
/// A chat with a language model, a stream, a program of its own: it is slow, it fails, and it must be let
/// go of. A kind declares the services of its actors. Each actor has its own, made when a command first
/// asks it, kept while the actor is awake, and stopped when that sleeps, is closed, fails, or the server
/// stops. A command that asks has two halves:
///
///     result<question> on_chat(const talk&, const words& said, const context&) { return ask("teller", said); }
///     verdict on_answer(talk& t, const words& said, const service_answer<words>& answer, context&) { ... }
///
///     .services = {service_from<words, words>("teller", make_teller, teller_at_home)},
///     .commands = {{"chat", on_chat, on_answer}},
///
/// The first half changes nothing and says what to ask. No thread waits for the answer, and no other
/// command of this actor comes between, unless the kind is reentrant; only an operator may cancel a reminder
/// then, which counts a version, or close the actor, which ends the command. The second half is a command
/// like any other: it changes the state and is committed. So a crash in between means that the command did
/// not happen; what the service did meanwhile may happen again.
namespace parlor {

/// One actor's connection to a service.
class service {
 public:
  using answer_function = callback<void(result<std::string>)>;
  using raw_answer_function = callback<void(result<raw_reply>)>;

  virtual ~service() = default;

  /// Asks, in JSON. Must return soon and may throw. `done` is to be called once, on any thread, at any time: what
  /// comes after the patience has ended goes nowhere. A service takes this or raw requests.
  virtual void ask(std::string, answer_function done) { done(failure{"service_failed", "it takes raw requests"}); }
  /// The same with a raw request.
  virtual void ask_raw(raw_request, raw_answer_function done) {
    done(failure{"service_failed", "it takes no raw requests"});
  }

  /// Lets go of everything. Must return soon. Calls `stopped` when that has happened, on any thread, and no
  /// `done` from then on. The service is destroyed then, or when its `stop_within` is over.
  virtual void stop(callback<void()> stopped) = 0;
};

/// The actor that a service is made for, and the client for whose request.
struct service_owner : address {
  caller_info caller{};
};

/// A kind has no more services than that.
inline constexpr std::size_t services_max = 8;

/// The declaration of one of a kind's services.
struct service_info {
  std::string name;
  /// Makes the service of one actor. Must return soon. If it throws, the service cannot be had. Empty: there
  /// is none here, and its fallback always answers.
  std::function<std::unique_ptr<service>(const service_owner& whose)> make;
  /// Answers when the service cannot be had, fails, or is late. May be empty: the command is refused then.
  std::function<result<std::string>(std::string_view question)> fallback{};
  duration patience{std::chrono::seconds(30)};    ///< for an answer; a request's deadline may be sooner
  duration stop_within{std::chrono::seconds(5)};  ///< one that has not stopped by then is let go of
};

/// Declares a service that is asked raw requests and gives raw answers.
inline service_info raw_service(std::string name,
                                std::function<std::unique_ptr<service>(const service_owner& whose)> make,
                                duration patience = std::chrono::seconds(30),
                                duration stop_within = std::chrono::seconds(5)) {
  return {.name = std::move(name), .make = std::move(make), .patience = patience, .stop_within = stop_within};
}

/// Declares a service that is asked `Question` and answers `Answer`.
template <described Question, described Answer>
service_info service_from(std::string name, std::function<std::unique_ptr<service>(const service_owner& whose)> make,
                          Answer (*fallback)(const Question&) = nullptr, duration patience = std::chrono::seconds(30)) {
  service_info s{.name = std::move(name), .make = std::move(make), .patience = patience};
  if (!fallback) return s;
  s.fallback = [fallback](std::string_view text) -> result<std::string> {
    auto json = json_document::parse(text);
    if (!json) return json.why();
    Question q{};
    if (auto wrong = read_fields(json.value().root(), q)) return *wrong;
    return to_json(fallback(q));
  };
  return s;
}

/// The question of a command's first half, and the one of its kind's services that it is for.
struct question {
  std::string service;
  std::string text{};                ///< JSON
  std::optional<raw_request> raw{};  ///< instead of it
};
template <described T>
question ask(std::string service, const T& question) {
  return {.service = std::move(service), .text = to_json(question)};
}

inline question ask(std::string service, raw_request request) {
  return {.service = std::move(service), .raw = std::move(request)};
}

/// The answer that the second half gets.
template <class Answer>
struct service_answer {
  using value_type = Answer;

  Answer value{};
  bool fallback = false;  ///< the service could not be had: this is the kind's own answer
};

}  // namespace parlor
