#pragma once

#include <utility>

#include "http/web.hpp"

namespace parlor::http {

/// Where a route's answer goes: to the client, with the header lines that every answer carries.
///
/// It moves from the gateway to the route to the actor's request, and is called once, by whoever
/// has the answer. The lines are the gateway's, made when it was: a responder only points to them.
class responder {
 public:
  /// `common` must outlive the answer.
  responder(respond to, const header_lines& common) : to_(std::move(to)), common_(&common) {}

  void operator()(web_reply&& reply) {
    reply.headers.add(*common_);
    to_(std::move(reply));
  }

 private:
  respond to_;
  const header_lines* common_;
};

// What a route keeps until an actor has answered, this and a string, fits into the request itself.
static_assert(sizeof(responder) <= 64);

}  // namespace parlor::http
