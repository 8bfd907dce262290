#pragma once

#include <string>

#include "http/operators/recent_log.hpp"
#include "runtime/hosting/operators.hpp"
#include "runtime/hosting/runtime.hpp"

namespace parlor::http {

// The bodies of the operators' routes: docs/console.md.

std::string server_json(const runtime& runtime, const std::string& operator_name);
std::string page_json(const awake_page& page, const catalog& kinds);
std::string actor_json(const address& actor, const inspection& seen, const kind& actor_kind);
std::string log_json(const recent_log::page& page);

}  // namespace parlor::http
