#include "http/settings/tables.hpp"

#include "http/protocol/query.hpp"

namespace parlor::http {
namespace {

setting<settings> fortune_url() {
  return {"fortune_url", "where fortune asks a model, in the format of OpenAI's chat completions; empty: nowhere",
          [](settings& s, const std::string& v) {
            s.fortune.url = v;
            return v.empty() || v.starts_with("http://") || v.starts_with("https://");
          },
          [](const settings& s) { return in_quotes(s.fortune.url); }, "a URL with http:// or https://"};
}

setting<settings> fortune_key() {
  return {.name = "fortune_key",
          .help = "the endpoint's key; better given by the environment, where others do not see it",
          .read =
              [](settings& s, const std::string& v) {
                s.fortune.key = v;
                return is_visible(v);
              },
          .show = [](const settings& s) { return in_quotes(s.fortune.key); },
          .expects = "visible characters without blanks",
          .is_secret = true};
}

}  // namespace

std::vector<setting<settings>> fortune_settings() {
  return {
      fortune_url(),
      text(
          "fortune_model", "the model that it asks for; empty: the endpoint's own choice",
          +[](settings& s) { return &s.fortune.model; }),
      fortune_key(),
      expecting("a length of time such as 20s, at most 5m",
                time(
                    "fortune_within", "how long the model may take; then fortune answers by itself",
                    +[](settings& s) { return &s.fortune.within; }, std::chrono::minutes(5))),
  };
}

}  // namespace parlor::http
