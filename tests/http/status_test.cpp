#include "http/protocol/status.hpp"

#include <catch2/catch.hpp>

using namespace parlor;
using namespace parlor::http;

namespace {

int status_of_word(std::string_view code) { return status_of(find_word(code)); }

}  // namespace

TEST_CASE("the words that clients rely on have the statuses that the HTTP API promises") {
  CHECK(status_of_word("malformed_json") == 400);
  CHECK(status_of_word("bad_arguments") == 400);
  CHECK(status_of_word("unauthorized") == 401);
  CHECK(status_of_word("forbidden") == 403);
  CHECK(status_of_word("unknown_kind") == 404);
  CHECK(status_of_word("unknown_command") == 404);
  CHECK(status_of_word("unknown_room") == 404);
  CHECK(status_of_word("method_not_allowed") == 405);
  CHECK(status_of_word("room_full") == 409);
  CHECK(status_of_word("stale_version") == 412);
  CHECK(status_of_word("body_too_large") == 413);
  CHECK(status_of_word("unsupported_media_type") == 415);
  CHECK(status_of_word("key_reused") == 422);
  CHECK(status_of_word("not_your_turn") == 422);
  CHECK(status_of_word("actor_busy") == 429);
  CHECK(status_of_word("handler_failed") == 500);
  CHECK(status_of_word("service_failed") == 502);
  CHECK(status_of_word("service_late") == 504);
  CHECK(status_of_word("stopping") == 503);
  CHECK(status_of_word("storage_failed") == 503);
  CHECK(status_of_word("deadline_passed") == 504);
}

TEST_CASE("a game's own word is refused by its rules") { CHECK(status_of_word("cell_taken") == 422); }

TEST_CASE("every word has a status with a phrase; a breakdown, and nothing else, is a status of the server's") {
  for (const failure_word& word : failure_words()) {
    INFO(word.code);
    int status = status_of(word);
    CHECK(reason_of(status) != "Unknown");
    // Two requests for what there is not have a status of the server's, by the standard.
    if (status != 501 && status != 505) CHECK((status >= 500) == is_breakdown(word.cause));
    // With these two goes a Retry-After: there must be something to wait for.
    if (status == 429 || status == 503) CHECK(word.retry);
    if (word.retry) CHECK((status == 429 || (status >= 502 && status <= 504)));
  }
}
