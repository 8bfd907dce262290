#include "runtime/authoring/room_of.hpp"

namespace parlor {

template bool read_value<table>(json_value, table&, const constraint&, reading&);
template void write_value<table>(std::string&, const table&, const constraint&);
template std::optional<failure> read_fields<no_args>(json_value, no_args&);
template std::optional<failure> read_fields<reservation>(json_value, reservation&);
template std::optional<failure> read_fields<invited_player>(json_value, invited_player&);
template std::string schema_of<no_args>();
template std::string schema_of<reservation>();
template std::string schema_of<invited_player>();

}  // namespace parlor
