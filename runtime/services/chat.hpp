#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/authoring/service.hpp"
#include "runtime/services/http_client.hpp"

/// A language model behind an endpoint in the format of OpenAI's chat completions, as a service:
///
///     service_from<chat_question, chat_answer>("teller", chat_with(web, options), teller_at_home)
///
/// A session's own part of it is a few bytes: the connections are the client's, and the conversation is the
/// session's state, which it sends along. It is asked one question at a time, so not by reentrant kinds. The key goes
/// into the request's header and nowhere else. An endpoint's words on a failure are not repeated, for some endpoints
/// repeat the key.
namespace parlor {

struct chat_line {
  std::string role;  ///< system, user or assistant
  std::string content;
  static constexpr auto fields = describe(field("role", &chat_line::role), field("content", &chat_line::content));
};

struct chat_question {
  std::vector<chat_line> lines;  ///< the conversation so far; the last is the player's
  static constexpr auto fields = describe(field("lines", &chat_question::lines));
};

struct chat_answer {
  std::string text;  ///< at most `answer_bytes_max`
  static constexpr auto fields = describe(field("text", &chat_answer::text));
};

struct chat_options {
  std::string url{};    ///< of the endpoint, such as https://api.example/v1/chat/completions; empty: none
  std::string model{};  ///< empty: the endpoint's own choice
  std::string key{};    ///< a secret; empty: none is sent
  duration within{std::chrono::seconds(20)};  ///< for an answer
  int tokens_max = 400;                       ///< asked for; what comes is cut at `answer_bytes_max`
  std::size_t answer_bytes_max = 4000;
};

/// Makes the services of sessions that talk to that model; without a url there is none to be had. The client
/// must outlive them.
std::function<std::unique_ptr<service>(const address& whose)> chat_with(http_client& web, chat_options options);

}  // namespace parlor
