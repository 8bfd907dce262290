#pragma once

#include "runtime/values/fields_description.hpp"
#include "runtime/values/fields_reading.hpp"
#include "runtime/values/fields_schema.hpp"
#include "runtime/values/fields_writing.hpp"
#include "runtime/values/json_text.hpp"

/// One description of a struct, many uses: `fields`.
///
///     struct place {
///       int cell = 0;
///       static constexpr auto fields = describe(field("cell", &place::cell, between(0, 8)));
///     };
///
/// From this line come strict parsing with errors that name the field, writing, and the JSON
/// schema. Members may be bool, integers, double, std::string, enums (with `one_of`), other
/// described structs, and std::optional, std::array, std::vector and std::map<std::string, ...> of
/// those. A member that is not described does not compile: it would silently not be saved.
///
///     std::optional<failure> wrong = read_fields(json, place);
///     std::string text = to_json(place), schema = schema_of<place>();
///
/// What is only written, as the server's own replies are, may also have members of std::string_view, instant,
/// std::uint64_t and `json_of`, and parts of it may be `flattened`.
///
/// This header is the one to include; the others are its parts.
