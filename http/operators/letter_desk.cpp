#include "http/operators/letter_desk.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/operators/operator_replies.hpp"
#include "http/operators/operator_requests.hpp"
#include "runtime/values/json_text.hpp"

namespace parlor::http {
namespace {

/// Reads which letters an order is about; or what is wrong with it.
result<letter_choice> read_choice(const web_request& r) {
  letters_args asked;
  auto json = json_document::parse(r.body);
  if (auto wrong = json ? read_fields(json.value().root(), asked) : json.why()) return std::move(*wrong);
  bool chooses = asked.number != 0 || !asked.kind.empty() || !asked.id.empty();
  if (chooses == asked.everything)
    return failure{.code = "bad_arguments",
                   .detail = "choose letters by number, kind and id, or say that all of them are meant",
                   .field = "all"};
  return letter_choice{static_cast<std::uint64_t>(asked.number), std::move(asked.kind), std::move(asked.id)};
}

order_origin origin_of(const identity& caller, const responder& answer) { return {caller.player, answer.trace()}; }

store::counted counts_as(std::string member, responder&& answer) {
  return [member = std::move(member), answer = std::move(answer)](result<std::size_t> count) mutable {
    if (!count) return answer(problem(count.why()));
    answer(fresh("{\"" + member + "\":" + std::to_string(count.value()) + "}"));
  };
}

}  // namespace

void letter_desk::show(const letter_choice& which, std::uint64_t after, std::size_t most, responder&& answer) const {
  auto shown = [most, answer = std::move(answer)](result<std::vector<dead_letter>> found) mutable {
    if (!found) return answer(problem(found.why()));
    answer(fresh(to_json(letters_page_of(found.value(), most))));
  };
  runtime_.operators().messages().read(which, after, most + 1, std::move(shown));
}

void letter_desk::redeliver(const web_request& r, const identity& caller, responder&& answer) {
  auto which = read_choice(r);
  if (!which) return answer(problem(which.why()));
  auto origin = origin_of(caller, answer);
  runtime_.operators().messages().redeliver(which.value(), std::move(origin),
                                            counts_as("redelivered", std::move(answer)));
}

void letter_desk::drop(const web_request& r, const identity& caller, responder&& answer) {
  auto which = read_choice(r);
  if (!which) return answer(problem(which.why()));
  auto origin = origin_of(caller, answer);
  runtime_.operators().messages().drop(which.value(), std::move(origin), counts_as("dropped", std::move(answer)));
}

void letter_desk::drop_messages(const address& actor, const identity& caller, responder&& answer) {
  auto origin = origin_of(caller, answer);
  runtime_.operators().messages().drop_messages(actor, std::move(origin), counts_as("dropped", std::move(answer)));
}

}  // namespace parlor::http
