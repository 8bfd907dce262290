#pragma once

#include <cstddef>
#include <cstdint>

#include "http/admission/credentials.hpp"
#include "http/protocol/message.hpp"
#include "http/protocol/responder.hpp"
#include "runtime/hosting/operators.hpp"
#include "runtime/hosting/runtime.hpp"

/// Where operators look after messages between actors: they drop those under way, and list, redeliver and drop those
/// that were given up.
namespace parlor::http {

class letter_desk {
 public:
  static constexpr std::uint64_t letters_of_page = 500;

  explicit letter_desk(runtime& runtime) : runtime_(runtime) {}

  // Any thread.

  /// A page of dead letters: of a receiver if one is named.
  void show(const letter_choice& which, std::uint64_t after, std::size_t most, responder&& answer) const;
  void redeliver(const web_request& r, const identity& caller, responder&& answer);
  void drop(const web_request& r, const identity& caller, responder&& answer);
  /// Drops what is under way to an actor, or was told because of it.
  void drop_messages(const address& actor, const identity& caller, responder&& answer);

 private:
  runtime& runtime_;
};

}  // namespace parlor::http
