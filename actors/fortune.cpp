#include <array>
#include <functional>

#include "actors/catalog.hpp"
#include "runtime/authoring/actor_of.hpp"

// A fortune-teller to chat with: each player has a session of their own, which remembers the conversation
// and asks a language model. Without a model, or when it fails, a teller who needs none speaks.
namespace parlor::actors {
namespace {

using namespace std::chrono_literals;

// Of the conversation this much is kept, and sent to the model.
constexpr std::size_t lines_max = 20, bytes_max = 4000;

constexpr const char* persona =
    "You are a fortune-teller in a game. Answer in the player's language, in at most three sentences, kindly and "
    "a little mysteriously. Give no medical, legal or financial advice.";

struct conversation {
  std::vector<chat_line> lines;
  static constexpr auto fields = describe(field("lines", &conversation::lines, at_most(lines_max)));
};

struct message {
  std::string message;
  static constexpr auto fields = describe(field("message", &message::message, at_most(1000)));
};

struct teller_reply {
  std::string response;
  std::string source;
  static constexpr auto fields =
      describe(field("response", &teller_reply::response), field("source", &teller_reply::source));
};

/// Forgets the oldest lines, always a question with its answer.
void bound(conversation& c) {
  auto bytes = [&] {
    std::size_t sum = 0;
    for (const chat_line& line : c.lines) sum += line.content.size();
    return sum;
  };
  while (c.lines.size() > 2 && (c.lines.size() > lines_max || bytes() > bytes_max))
    c.lines.erase(c.lines.begin(), c.lines.begin() + 2);
}

result<question> on_chat(const conversation& c, const message& m, const context&) {
  if (m.message.empty()) return failure{"say_something", "the message is empty"};
  chat_question q{{{"system", persona}}};
  q.lines.insert(q.lines.end(), c.lines.begin(), c.lines.end());
  q.lines.push_back({"user", m.message});
  return ask("teller", q);
}

verdict_of<teller_reply> on_answer(conversation& c, const message& m, const service_answer<chat_answer>& answer,
                                   context&) {
  c.lines.push_back({"user", m.message});
  c.lines.push_back({"assistant", answer.value.text});
  bound(c);
  return accept(teller_reply{answer.value.text, answer.fallback ? "fallback" : "model"});
}

verdict on_forget(conversation& c, context&) {
  c.lines.clear();
  return accept();
}

chat_answer teller_at_home(const chat_question& q) {
  static constexpr std::array fortunes{"A door that you took for a wall opens before the moon is full.",
                                       "What you look for is nearer than what you have lost.",
                                       "Somebody thinks of you kindly today, and will say so.",
                                       "Wait one night; the answer comes with the morning.",
                                       "A small risk brings a large laugh.",
                                       "You will soon be thanked for something that you have forgotten.",
                                       "The stars say little today, and that is good news.",
                                       "Two roads meet where you least expect it."};
  auto drawn = std::hash<std::string>{}(q.lines.back().content) + q.lines.size();
  return {fortunes[drawn % fortunes.size()]};
}

conversation view(const conversation& c) { return c; }

}  // namespace

kind fortune(const environment& around) {
  return actor_of<conversation>{.name = "fortune",
                                .deadline = around.teller.within + 5s,
                                .services = {service_from<chat_question, chat_answer>(
                                    "teller", around.web ? chat_with(*around.web, around.teller) : nullptr,
                                    teller_at_home, around.teller.within)},
                                .commands = {{"chat", on_chat, on_answer}, {"forget", on_forget}},
                                .view = view};
}

}  // namespace parlor::actors
