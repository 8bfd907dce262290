#include "http/contract/refusals.hpp"
#include "http/contract/routes.hpp"

// What belongs to no kind.
namespace parlor::http::contract {
namespace {

constexpr const char* player =
    R"({"name":"player","in":"path","required":true,)"
    R"("schema":{"type":"string","pattern":"^(?!api$)[A-Za-z0-9_-]{1,64}$"},"example":"ann"})";

route of_server(std::string_view method, std::string path, std::string id, std::string about, token needs) {
  return {.method = method,
          .path = std::move(path),
          .id = "server." + id,
          .tag = "server",
          .summary = std::move(id),
          .about = std::move(about),
          .needs = needs};
}

void add_guest(routes& out) {
  route r = of_server("post", "/api/guest", "guest",
                      "Makes a guest player. With a guest's token: a fresh token for that guest. A body is ignored.",
                      token::optional);
  r.answers = {{.status = 201, .about = "A player.", .schema = reference("schemas", "guest")}};
  r.refusals = at_the_gate() + words{"forbidden", "guests_disabled", "body_too_large", "draining", "stopping"};
  out.push_back(std::move(r));
}

void add_stats(routes& out) {
  route r = of_server("get", "/api/stats", "stats", "Who is awake, and what became of each request.", token::optional);
  r.parameters = {R"({"name":"user","in":"query","required":false,"schema":{"type":"string"},)"
                  R"("description":"Adds this player's sessions. For the player and administrators."})"};
  r.answers = {{.about = "The figures.", .schema = reference("schemas", "stats")}};
  r.refusals = at_the_gate() + words{"forbidden"};
  out.push_back(std::move(r));
}

void add_health(routes& out) {
  route alive = of_server("get", "/healthz", "healthz", "Answers as long as the process lives.", token::none);
  alive.answers = {{.about = "Alive.", .schema = reference("schemas", "health")}};
  out.push_back(std::move(alive));
  route ready = of_server("get", "/readyz", "readyz", "Whether to send players here.", token::none);
  ready.answers = {{.about = "Ready.", .schema = reference("schemas", "ready")}};
  ready.refusals = {"stopping", "draining", "storage_failed"};
  out.push_back(std::move(ready));
}

void add_metrics(routes& out, metrics_for whom) {
  if (whom == metrics_for::nobody) return;
  bool needs_token = whom == metrics_for::admin;
  route r = of_server("get", "/metrics", "metrics", "For Prometheus.", needs_token ? token::needed : token::none);
  r.answers = {{.about = "The figures.", .schema = R"({"type":"string"})", .media_type = "text/plain"}};
  r.refusals = {"too_many_requests"};
  if (needs_token) r.refusals.push_back("unauthorized");
  if (whom != metrics_for::everyone) r.refusals.push_back("forbidden");
  out.push_back(std::move(r));
}

void add_contract(routes& out) {
  route r = of_server("get", "/openapi.json", "openapi", "This document.", token::none);
  r.parameters = {reference("parameters", "if_none_match")};
  r.answers = {{.about = "OpenAPI 3.1.", .schema = R"({"type":"object"})", .headers = {"etag"}},
               {.status = 304, .about = "Nothing has changed since If-None-Match.", .headers = {"etag"}}};
  r.refusals = {"too_many_requests"};
  out.push_back(std::move(r));
}

void add_action(routes& out, const kind& program) {
  out.push_back(
      {.method = "post",
       .path = "/{player}/action",
       .id = program.name + ".gateway.action",
       .tag = program.name,
       .summary = "action",
       .about = "The same as `action` of that player's program. For the player and administrators.",
       .parameters = {player, reference("parameters", "idempotency_key")},
       .takes_bytes = true,
       .answers = {{.about = "What the program answers, with whatever status and type.", .media_type = "*/*"}},
       .refusals = at_a_kind() + from_an_actor() + from_a_service() + words{"not_found", "key_reused"},
       .own_words = true});
}

}  // namespace

void add_server_routes(routes& out, const catalog& kinds, const gateway_options& options) {
  add_guest(out);
  add_stats(out);
  add_health(out);
  add_metrics(out, options.metrics);
  add_contract(out);
  const kind* program = options.action_kind.empty() ? nullptr : kinds.find(options.action_kind);
  if (program && program->raw()) add_action(out, *program);
}

}  // namespace parlor::http::contract
