#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/operators/recent_log.hpp"
#include "runtime/authoring/denials.hpp"
#include "runtime/hosting/operators.hpp"
#include "runtime/hosting/runtime.hpp"
#include "runtime/values/fields.hpp"

/// What operators are answered (docs/console.md): each body is described once, here. It is written with `to_json`,
/// and the contract has its schema from there. Texts are views of what the reply is made from.
namespace parlor::http {

/// One of the kinds that there are here.
constexpr auto any_kind = schema_is(R"({"$ref":"#/components/schemas/any_kind"})");

/// `GET /api/admin`.
struct overview {
  struct kind_row {
    std::string_view name{};
    reach reached_by{};
    std::uint64_t seats = 0;
    bool durable = false;
    static constexpr auto fields =
        describe(field("name", &kind_row::name, any_kind),
                 field("reached_by", &kind_row::reached_by, one_of("room", "session", "internal")),
                 field("seats", &kind_row::seats), field("durable", &kind_row::durable));
  };

  std::string_view operator_name{};
  instant time{};
  bool draining = false;
  bool stopping = false;
  std::string store_broken{};
  bool deletions_held = false;
  std::vector<kind_row> kinds{};
  static constexpr auto fields = describe(
      field("operator", &overview::operator_name, an_id), field("time", &overview::time),
      field("draining", &overview::draining), field("stopping", &overview::stopping),
      field("store_broken", &overview::store_broken, about("why; empty: it is not")),
      field("deletions_held", &overview::deletions_held, about("nothing is deleted, for the clock may be wrong")),
      field("kinds", &overview::kinds));
};
overview overview_of(const runtime& runtime, std::string_view operator_name);

/// What operators deny somebody: `GET /api/admin/denials`, and an order's answer.
struct denial_row {
  std::string_view name{};
  instant since{};
  std::optional<instant> until{};
  std::string_view by{};
  std::string_view why{};
  static constexpr auto fields =
      describe(field("name", &denial_row::name, about("the player or the addresses")),
               field("since", &denial_row::since, about("when it was ordered; of a revocation: older tokens are over")),
               field("until", &denial_row::until, about("null: for good")), field("by", &denial_row::by, an_id),
               field("why", &denial_row::why));
};
denial_row row_of(const denial& d);

struct denied_now {
  std::vector<denial_row> revoked{}, players{}, addresses{};
  static constexpr auto fields =
      describe(field("revoked", &denied_now::revoked), field("players", &denied_now::players),
               field("addresses", &denied_now::addresses));
};
/// The rows that hold at a time, as views of the lists.
denied_now denied_now_of(const denials& lists, instant now);

/// `GET /api/admin/quarantine`.
struct quarantine_page {
  struct row {
    quarantined::scope scope{};
    std::string_view kind{}, id{}, part{}, sender{};
    std::uint64_t crashes = 0;
    instant last{};
    std::string_view last_part{};
    std::string_view why{};
    static constexpr auto fields =
        describe(field("scope", &row::scope, quarantine_scopes), field("kind", &row::kind),
                 field("id", &row::id, about("empty: every actor of the kind")),
                 field("part", &row::part, about("a command, or a word such as view; empty: whatever is sent")),
                 field("sender", &row::sender, about("the player; empty: whoever, or no player")),
                 field("crashes", &row::crashes), field("last", &row::last),
                 field("last_part", &row::last_part, about("what ran at the last crash")),
                 field("why", &row::why, about("what the system said of the last crash")));
  };

  std::vector<row> quarantine{};
  static constexpr auto fields = describe(field("quarantine", &quarantine_page::quarantine));
};
/// A view of the rows.
quarantine_page quarantine_page_of(const quarantine::row_map& rows);

/// A message that was given up.
struct letter_row {
  std::uint64_t number = 0;
  instant since{};
  std::string_view kind{}, id{}, command{}, args{}, reason{};
  std::uint64_t length = 0;
  std::string_view chain{};
  static constexpr auto fields =
      describe(field("number", &letter_row::number), field("since", &letter_row::since),
               field("kind", &letter_row::kind, about("of the receiver")), field("id", &letter_row::id),
               field("command", &letter_row::command), field("args", &letter_row::args, about("JSON, as text")),
               field("reason", &letter_row::reason, about("a word")),
               field("length", &letter_row::length, about("messages that led to it; 0: not known")),
               field("chain", &letter_row::chain, about("the first and the latest of them")));
};

/// `GET /api/admin/letters`.
struct letters_page {
  std::vector<letter_row> letters{};
  std::optional<std::uint64_t> next{};
  static constexpr auto fields = describe(field("letters", &letters_page::letters),
                                          field("next", &letters_page::next,
                                                schema_is(R"({"type":["integer","null"],"minimum":1,)"
                                                          R"("description":"null: it is the last page"})")));
};
/// A page of `most` letters, as views of them; another follows if there are more.
letters_page letters_page_of(const std::vector<dead_letter>& found, std::size_t most);

/// `GET /api/admin/actors`.
struct awake_actors {
  struct row {
    std::string_view kind{};
    std::string_view id{};
    std::uint64_t version = 0;
    activation_state awake{};
    static constexpr auto fields = describe(field("kind", &row::kind, any_kind), field("id", &row::id, an_id),
                                            field("version", &row::version), flattened(&row::awake));
  };

  std::vector<row> actors{};
  std::optional<std::string> next{};  // as text: a browser's numbers are too small for it
  static constexpr auto fields = describe(field("actors", &awake_actors::actors),
                                          field("next", &awake_actors::next,
                                                schema_is(R"({"type":["string","null"],"pattern":"^[1-9][0-9]{0,19}$",)"
                                                          R"("description":"null: it is the last page"})")));
};
awake_actors awake_actors_of(const awake_page& page);

/// `GET /api/admin/actors/{kind}/{id}`.
struct actor_inside {
  struct reminder_row {
    std::string_view name{};
    instant due{};
    std::string_view command{};
    raw_json args{};
    static constexpr auto fields = describe(field("name", &reminder_row::name), field("due", &reminder_row::due),
                                            field("command", &reminder_row::command),
                                            field("args", &reminder_row::args, schema_is(R"({"type":"object"})")));
  };

  std::string_view kind{};
  std::string_view id{};
  std::optional<activation_state> awake{};
  std::vector<reminder_row> reminders{};
  json_of<inside_view> inside{};
  static constexpr auto fields =
      describe(field("kind", &actor_inside::kind, any_kind), field("id", &actor_inside::id, an_id),
               field("awake", &actor_inside::awake), field("reminders", &actor_inside::reminders),
               flattened(&actor_inside::inside));
};
actor_inside actor_inside_of(const address& actor, const inspection& seen);

}  // namespace parlor::http
