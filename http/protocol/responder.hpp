#pragma once

#include <utility>

#include "http/protocol/message.hpp"
#include "http/protocol/route_times.hpp"
#include "runtime/values/trace.hpp"

namespace parlor::http {

/// Where a route's answer goes: to the client, with the header lines that every answer carries.
///
/// It moves from the gateway to the route to the actor's request, and is called once, by whoever
/// has the answer. The lines are the gateway's, made when it was: a responder only points to them. It counts
/// the request and its time, from when it was read until it is answered, under the route that it went.
class responder {
 public:
  /// `common` and `route` must outlive the answer.
  responder(respond to, const header_lines& common, route_times::row& route, const trace_context& trace)
      : to_(std::move(to)), common_(&common), route_(&route), trace_(trace) {}

  /// The request's own id, and the trace that it is part of.
  [[nodiscard]] const trace_context& trace() const { return trace_; }

  /// Names the route, once it is known.
  void goes(route_times::row& route) { route_ = &route; }

  void operator()(web_reply&& reply) {
    route_->record(reply.status, route_times::steady::now() - since_);
    reply.headers.add("X-Request-Id", hex_text(trace_.request)).add(*common_);
    to_(std::move(reply));
  }

 private:
  respond to_;
  const header_lines* common_;
  route_times::row* route_;
  trace_context trace_;
  route_times::steady::time_point since_ = route_times::steady::now();
};

// What a route keeps until an actor has answered, this and a string, fits into the request itself.
static_assert(sizeof(responder) <= 96);

}  // namespace parlor::http
