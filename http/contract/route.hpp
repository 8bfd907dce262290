#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What the contract says of one route: the unit from which the document is written.
///
/// Routes are made from the catalog (routes_of_rooms.cpp, routes_of_sessions.cpp) and from the
/// gateway's options (routes_of_server.cpp), never by hand for one kind. Operators' routes take the
/// kind in the path. Schemas are JSON text, since that is what the kinds have and what the document
/// takes.
namespace parlor::http::contract {

/// Whether a route takes a token.
enum class token { none, optional, needed };

/// One way in which a route answers when all is well.
struct answer {
  int status = 200;
  std::string about;
  std::string schema{};                     ///< of the body; empty: there is none
  std::vector<std::string_view> headers{};  ///< names of the document's headers
  std::string_view media_type = "application/json";
  bool streams = false;  ///< server-sent events, to who asks for them
};

struct route {
  std::string_view method;  ///< in lower case, as the document has it
  std::string path;
  std::string id;   ///< unique: `kind.command`, or three words for what every kind has
  std::string tag;  ///< the kind, `server` or `operators`
  std::string summary;
  std::string about;  ///< sentences for people
  token needs = token::needed;
  bool or_ticket = false;                 ///< a ticket in the query will do, too
  std::vector<std::string> parameters{};  ///< JSON, each a parameter or a reference to one
  std::string body{};                     ///< the schema of a JSON body; empty: none is read
  bool takes_bytes = false;               ///< the body is of any type
  std::vector<answer> answers{};
  std::vector<std::string_view> refusals{};  ///< the runtime's words that it may answer
  bool own_words = false;                    ///< may answer 422 with words that are the kind's own
};

using routes = std::vector<route>;

/// A reference to a part of the document: `reference("schemas", "problem")`.
std::string reference(std::string_view shelf, std::string_view name);

}  // namespace parlor::http::contract
