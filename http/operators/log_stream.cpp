#include "http/operators/log_stream.hpp"

#include <string>
#include <utility>

#include "http/feeds/event_text.hpp"
#include "runtime/values/fields_writing.hpp"

namespace parlor::http {

void log_stream::open(std::shared_ptr<outlet> to) {
  to_ = std::move(to);
  to_->write(std::make_shared<const std::string>(stream_beginning()));
  // Refused when it was asked for, unless many came at once.
  if (!log_.follow(after_, shared_from_this())) to_->end();
}

void log_stream::hear(const recent_log::page& more) {
  if (time_.now() >= until_) return to_->end();
  auto text = std::make_shared<std::string>();
  append_event(*text, "lines", std::to_string(more.next), to_json(more));
  to_->write(std::move(text));
}

}  // namespace parlor::http
