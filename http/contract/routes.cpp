#include "http/contract/routes.hpp"

#include "http/contract/refusals.hpp"
#include "http/contract/schemas.hpp"
#include "runtime/authoring/room_news.hpp"

namespace parlor::http::contract {
namespace {

std::string who_may(const kind& k, const command_info& command) {
  switch (command.senders) {
    case open_to::on_turn: return "For the seat whose turn it is; everyone who plays, where all move at once.";
    case open_to::seated: return "For everyone who has a seat, while the game is on.";
    default: break;
  }
  return k.reached_by == reach::session ? "To the caller's own session." : "For every player.";
}

std::string describe(const kind& k, const command_info& command) {
  std::string about = who_may(k, command);
  if (command.reads) about += " Changes nothing.";
  if (command.asks) about += " Asks a service and waits for its answer, for seconds perhaps.";
  if (k.reached_by == reach::room && command.creates) about += " Makes the actor if there is none of that id.";
  return about;
}

}  // namespace

std::string reference(std::string_view shelf, std::string_view name) {
  return R"({"$ref":"#/components/)" + std::string(shelf) + "/" + std::string(name) + "\"}";
}

route command_route(const kind& k, const command_info& command, std::string path) {
  route r{.method = "post",
          .path = std::move(path),
          .id = k.name + "." + command.name,
          .tag = k.name,
          .summary = command.name,
          .about = describe(k, command),
          .parameters = {reference("parameters", "idempotency_key"), reference("parameters", "if_match")},
          .body = reference("schemas", arguments_name(k, command)),
          .refusals = of_command(k, command),
          .own_words = true};
  if (k.reached_by == reach::room) r.parameters.push_back(reference("parameters", "id"));
  r.answers = {{.about = "It happened.", .schema = reference("schemas", answer_name(k, command)), .headers = {"etag"}}};
  return r;
}

routes all_routes(const catalog& kinds, const gateway_options& options) {
  routes out;
  add_server_routes(out, kinds, options);
  for (const kind& k : kinds.kinds()) {
    if (k.reached_by == reach::room) add_room_routes(out, k, kinds.find(lobby_kind));
    if (k.reached_by == reach::session) add_session_routes(out, k);
  }
  add_operators_routes(out, kinds);
  return out;
}

}  // namespace parlor::http::contract
