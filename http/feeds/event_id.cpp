#include "http/feeds/event_id.hpp"

#include "http/protocol/etag.hpp"
#include "http/protocol/number.hpp"

namespace parlor::http {

std::string event_id(const version_tag& tag, unsigned number) {
  etag of_version(tag);
  std::string id(of_version.text().substr(1, of_version.text().size() - 2));
  if (number > 0) id += "." + std::to_string(number);
  return id;
}

std::optional<feed_cursor> parse_event_id(std::string_view text) {
  feed_cursor place;
  auto point = text.find('.');
  if (point != std::string_view::npos && (!read_number(text.substr(point + 1), place.number) || place.number == 0))
    return {};
  std::string version(text.substr(0, point));
  if (!read_number(version, place.version)) {
    auto tag = parse_etag('"' + version + '"');
    if (!tag) return {};
    place.incarnation = tag->incarnation;
    place.version = tag->version;
  }
  // Nothing is told of no version.
  if (place.version == 0 && place.number > 0) return {};
  return place;
}

}  // namespace parlor::http
