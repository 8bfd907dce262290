#include "http/settings/tables.hpp"

namespace parlor::http {
namespace {

setting<settings> origins() {
  return {"allowed_origins", "origins whose pages may call this server, separated by commas; * for all",
          [](settings& s, const std::string& v) {
            s.gate.allowed_origins.clear();
            std::string rest = v;
            while (!rest.empty()) {
              auto comma = rest.find(',');
              s.gate.allowed_origins.push_back(rest.substr(0, comma));
              rest = comma == std::string::npos ? "" : rest.substr(comma + 1);
            }
            return !s.gate.allowed_origins.empty();
          },
          [](const settings& s) {
            std::string text;
            for (const auto& origin : s.gate.allowed_origins) text += (text.empty() ? "" : ",") + origin;
            return in_quotes(text);
          },
          "origins such as https://game.example, separated by commas"};
}

setting<settings> secret() {
  return {.name = "secret",
          .help = "signs tokens; at least 32 characters; by default made and kept in the data folder",
          .read =
              [](settings& s, const std::string& v) {
                s.secret = v;
                return v.size() >= 32;
              },
          .show = [](const settings& s) { return in_quotes(s.secret); },
          .expects = "at least 32 characters",
          .is_secret = true};
}

}  // namespace

std::vector<setting<settings>> server_settings() {
  return {
      text(
          "address", "address to listen on", +[](settings& s) { return &s.listen.address; }),
      number(
          "port", "port to listen on; 0: any free one", +[](settings& s) { return &s.listen.port; }, 0, 65535),
      number(
          "threads", "threads that serve sockets and run actors; 0: one per core",
          +[](settings& s) { return &s.runtime.threads; }, 0, 1024),
      flag(
          "start_again", "whether a small parent starts the server again after a crash",
          +[](settings& s) { return &s.start_again; }),
      text(
          "data", "folder for what must last", +[](settings& s) { return &s.data; }),
      flag(
          "refuse_unreadable", "whether a server that cannot read a sample of its stored actors does not start",
          +[](settings& s) { return &s.refuse_unreadable; }),
      secret(),
      flag(
          "guests", "whether POST /api/guest makes players", +[](settings& s) { return &s.gate.guests; }),
      time(
          "guest_ttl", "how long a guest's token lasts", +[](settings& s) { return &s.gate.guest_ttl; }),
      origins(),
      number(
          "body_bytes_max", "largest body, in bytes; beyond it 413",
          +[](settings& s) { return &s.gate.body_bytes_max; }, 1, 64 * 1024 * 1024),
      time(
          "keep_alive", "a connection without a request for this long is closed",
          +[](settings& s) { return &s.listen.keep_alive; }),
      time(
          "receive_within", "a request that has not come whole for this long is answered 408",
          +[](settings& s) { return &s.listen.receive_within; }),
      time(
          "write_within", "a client that does not take its answer for this long is cut off",
          +[](settings& s) { return &s.listen.write_within; }),
      time(
          "heartbeat", "a stream on which nothing was sent for this long gets a heartbeat",
          +[](settings& s) { return &s.listen.streams.heartbeat; }),
      number(
          "stream_queue_max", "bytes that may wait for a reader of a stream; beyond it the reader is cut off",
          +[](settings& s) { return &s.listen.streams.queued_bytes_max; }, 1024, 1'000'000'000),
  };
}

std::vector<setting<settings>> connection_settings() {
  return reloaded<settings>({
      number(
          "connections_max",
          "connections at once; 0: what the descriptor limit leaves beside the store's and programs'",
          +[](settings& s) { return &s.listen.connections.most; }, 0, 10'000'000),
      number(
          "address_connections_max", "connections of an address at once; beyond it 429; 0: no limit",
          +[](settings& s) { return &s.listen.connections.of_address; }, 0, 10'000'000),
  });
}

std::vector<setting<settings>> log_level_settings() {
  return reloaded<settings>({
      text("log_level", "what is logged: debug, info, warning or error", +[](settings& s) { return &s.log_level; },
           {"debug", "info", "warning", "error"}),
  });
}

std::vector<setting<settings>> log_settings() {
  return {
      text("log_format", "text for people, json for programs: a line each", +[](settings& s) { return &s.log_format; },
           {"text", "json"}),
      flag(
          "console_link", "whether a terminal that shows the log is shown a link to the console",
          +[](settings& s) { return &s.console_link; }),
  };
}

}  // namespace parlor::http
