#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/loopback_client.hpp"

namespace parlor::testing {

/// Checks that an answer is the problem of that code, in the form that every problem has.
inline void check_problem(const http_answer& a, int status, const std::string& code) {
  INFO(a.body);
  CHECK(a.status == status);
  CHECK(a.code() == code);
  CHECK(a.header("content-type") == "application/problem+json");
  CHECK_THAT(a.body, Catch::Contains("\"type\":\"urn:parlor:problem:" + code + "\""));
  CHECK_THAT(a.body, Catch::Contains("\"status\":" + std::to_string(status)));
}

}  // namespace parlor::testing
