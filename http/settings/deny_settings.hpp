#pragma once

#include <iosfwd>

#include "http/admission/deny_list.hpp"
#include "http/settings/config_file.hpp"

/// `[deny.players]` and `[deny.addresses]` of the configuration file: whom the server refuses, and why.
///
///     [deny.addresses]
///     "2001:db8::/48" = "makes guests without end"
namespace parlor::http {

/// Reads the table `deny`. Throws settings_error.
denials read_denials(const file_entry& table);

/// Writes the tables as they would be read.
void print(const denials& denied, std::ostream& out);

}  // namespace parlor::http
