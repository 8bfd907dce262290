#pragma once

#include <string>
#include <utility>

#include "http/admission/deny_list.hpp"
#include "http/admission/feed_right.hpp"
#include "http/protocol/message.hpp"
#include "http/protocol/responder.hpp"
#include "runtime/hosting/operators.hpp"
#include "runtime/hosting/runtime.hpp"

/// Where operators deny: they end a player's tokens, ban players and addresses, and lift all that again.
///
/// What is ordered is a command to the actor that keeps the list, so it is stored before it is answered, and stands in
/// the journal. Its answer is the whole list, which is obeyed from then on: by every request, and by the feeds that are
/// open.
namespace parlor::http {

class denial_desk {
 public:
  /// A guest's revocation lasts for `guest_ttl`, which no older token of theirs outlives. All must outlive it.
  denial_desk(runtime& runtime, deny_list& list, const feed_rights& rights, duration guest_ttl)
      : runtime_(runtime), list_(list), rights_(rights), guest_ttl_(guest_ttl) {}

  /// Obeys what is stored. Waits for it: nobody is to be let in before. Throws std::runtime_error with a sentence if it
  /// cannot be read.
  void load();

  // Any thread.

  void show(responder&& answer) const;
  void revoke(const web_request& r, const identity& caller, responder&& answer);
  void ban(const web_request& r, const identity& caller, responder&& answer);
  void ban_address(const web_request& r, const identity& caller, responder&& answer);
  void lift(const web_request& r, const identity& caller, responder&& answer);

 private:
  void deny(deny_order&& order, std::string word, const identity& by, responder&& answer);
  void give(operator_command&& command, std::string about, const identity& by, responder&& answer,
            callback<web_reply(denials&)> show);

  runtime& runtime_;
  deny_list& list_;
  const feed_rights& rights_;
  const duration guest_ttl_;
};

}  // namespace parlor::http
