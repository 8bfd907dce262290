#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/storage/kept_events.hpp"
#include "runtime/values/fields.hpp"

namespace parlor {

/// What is to be seen of an actor by looking into it, as operators are told it. Texts are views of what it is made
/// from.
struct inside_view {
  struct event_row {
    std::uint64_t version = 0;
    std::string_view name{};
    std::optional<std::string> to{};
    raw_json data{};
    static constexpr auto fields = describe(field("version", &event_row::version), field("name", &event_row::name),
                                            field("to", &event_row::to,
                                                  schema_is(R"({"type":["string","null"],"description":)"
                                                            R"("the one player it is for; null: everyone"})")),
                                            field("data", &event_row::data, about("as the kind tells it")));
  };

  bool exists = false;  ///< false: it is awake for somebody who asked for what is not there
  std::uint64_t version = 0;
  std::uint64_t schema = 1;           ///< the version of the declaration that the state is of
  std::uint64_t replies = 0;          ///< kept for requests that are sent again
  std::uint64_t unstored = 0;         ///< answers that wait for a commit to be stored
  std::uint64_t waiting = 0;          ///< requests that wait for a load or a service
  std::vector<std::string> asking{};  ///< the services that it waits for
  std::vector<event_row> events{};    ///< told of late, with whom each is for
  raw_json state{};
  static constexpr auto fields =
      describe(field("exists", &inside_view::exists), field("version", &inside_view::version),
               field("schema", &inside_view::schema, schema_is(R"({"type":"integer","minimum":1})")),
               field("replies_kept", &inside_view::replies), field("unstored", &inside_view::unstored),
               field("waiting", &inside_view::waiting), field("asking", &inside_view::asking),
               field("events", &inside_view::events),
               field("state", &inside_view::state,
                     schema_is(R"({"type":["object","null"],"description":"as the kind declares it"})")));
};
std::vector<inside_view::event_row> rows_of(const kept_events& kept);

}  // namespace parlor
