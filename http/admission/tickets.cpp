#include "http/admission/tickets.hpp"

#include <openssl/crypto.h>

#include <utility>

#include "runtime/values/fields.hpp"
#include "runtime/values/json_text.hpp"

namespace parlor::http {
namespace {

struct leave {
  std::string path;
  std::string player;
  int as = 0;                       // the role
  std::int64_t opens_until_ms = 0;  // of the ticket alone
  std::int64_t until_ms = 0;        // with its mark
  std::int64_t issued_ms = 0;       // when its token was; a ticket of an earlier server does not say
  static constexpr auto fields =
      describe(field("path", &leave::path), field("player", &leave::player), field("as", &leave::as),
               field("opens_until_ms", &leave::opens_until_ms), field("until_ms", &leave::until_ms),
               field("issued_ms", &leave::issued_ms, or_default));
};

// What is signed begins with a word of its own: no token is a ticket, no ticket a mark.
constexpr std::string_view ticket_word = "ticket", mark_word = "mark";

bool same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

failure not_a_ticket(std::string why) { return {"unauthorized", std::move(why)}; }

}  // namespace

std::string tickets::issue(const identity& caller, std::string_view path, instant now) const {
  leave l{std::string(path),        caller.player,          static_cast<int>(caller.as), to_ms(now + lasts),
          to_ms(caller.expires_at), to_ms(caller.issued_at)};
  std::string body = base64url(to_json(l));
  std::string signed_text = keys_.sign_parts(std::string(ticket_word) + "." + body);
  return signed_text.substr(ticket_word.size() + 1);
}

result<identity> tickets::check(std::string_view ticket, std::string_view path, std::string_view mark,
                                instant now) const {
  std::string_view body = ticket.substr(0, ticket.find('.'));
  std::string expected = keys_.sign_parts(std::string(ticket_word) + "." + std::string(body));
  if (!same(ticket, std::string_view(expected).substr(ticket_word.size() + 1)))
    return not_a_ticket("the ticket is not ours");
  auto text = from_base64url(body);
  auto json = json_document::parse(text ? *text : std::string_view("?"));
  leave l;
  if (!json || read_fields(json.value().root(), l)) return not_a_ticket("the ticket cannot be read");
  if (l.path != path) return not_a_ticket("the ticket is for another feed");
  bool opened = same(mark, mark_of(ticket));
  if (now >= from_ms(opened ? l.until_ms : l.opens_until_ms)) return not_a_ticket("the ticket has expired");
  return identity{std::move(l.player), static_cast<role>(l.as), from_ms(l.until_ms), from_ms(l.issued_ms)};
}

std::string tickets::mark_of(std::string_view ticket) const {
  std::string signed_text = keys_.sign_parts(std::string(mark_word) + "." + std::string(ticket));
  return signed_text.substr(signed_text.rfind('.') + 1);
}

}  // namespace parlor::http
