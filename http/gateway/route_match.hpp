#pragma once

#include <cstddef>
#include <string_view>

#include "http/gateway/pages.hpp"
#include "http/operators/operator_match.hpp"
#include "http/protocol/path_parts.hpp"
#include "http/protocol/route_times.hpp"
#include "runtime/authoring/catalog.hpp"

/// Which route a request goes.
///
/// A path is read once, here, into a value: the route, the kind, the command, the id. All that follows asks the
/// value: which row counts the request, which method the route takes, whether it needs a token. A path without a
/// route says in a word why, and a client hears that word only when its token and its body are right.
///
/// The method takes part where two routes share a path: a list of rooms is read there, a room is created.
/// Nothing is copied, and nothing is allocated: the views live as long as the path.
namespace parlor::http {

/// What a route takes.
struct route_rule {
  std::string_view method = "GET";
  std::string_view allow = method;  ///< all methods that its path takes
  bool needs_token = false;
};

struct route_match {
  route_id is = route_id::none;
  bool in_api = false;               ///< the path begins with `/api`: the token comes first
  std::string_view wrong{};          ///< the word for why nothing is there; empty: something is
  const route_rule* rule = nullptr;  ///< of a route; it lives as long as the program
  const kind* actor_kind = nullptr;
  std::size_t command = 0;     ///< of `command`, and of `raw`: its index in the kind
  std::string_view id{};       ///< of a room; of `action` the player
  const page* file = nullptr;  ///< of `page`
  operator_match operators{};  ///< of `operators`
};

class route_matcher {
 public:
  /// `action_kind` is the raw kind that takes `/{player}/action`, or the name of none. The kinds must outlive it.
  route_matcher(const catalog& kinds, std::string_view action_kind);

  [[nodiscard]] route_match match(std::string_view method, std::string_view path) const;
  /// Whether a feed could be at that path.
  [[nodiscard]] bool is_feed(std::string_view path) const;

 private:
  void match_api(route_match& m, std::string_view method, const path_parts& path) const;

  const catalog& kinds_;
  const kind* action_kind_;
};

}  // namespace parlor::http
