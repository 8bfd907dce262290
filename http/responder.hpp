#pragma once

#include <utility>

#include "http/route_times.hpp"
#include "http/web.hpp"

namespace parlor::http {

/// Where a route's answer goes: to the client, with the header lines that every answer carries.
///
/// It moves from the gateway to the route to the actor's request, and is called once, by whoever
/// has the answer. The lines are the gateway's, made when it was: a responder only points to them. It counts
/// the request and its time, from when it was read until it is answered, under the route that it went.
class responder {
 public:
  /// `common` and `route` must outlive the answer.
  responder(respond to, const header_lines& common, route_times::row& route)
      : to_(std::move(to)), common_(&common), route_(&route) {}

  /// Names the route, once it is known.
  void goes(route_times::row& route) { route_ = &route; }

  void operator()(web_reply&& reply) {
    route_->record(reply.status, route_times::steady::now() - since_);
    reply.headers.add(*common_);
    to_(std::move(reply));
  }

 private:
  respond to_;
  const header_lines* common_;
  route_times::row* route_;
  route_times::steady::time_point since_ = route_times::steady::now();
};

// What a route keeps until an actor has answered, this and a string, fits into the request itself.
static_assert(sizeof(responder) <= 80);

}  // namespace parlor::http
