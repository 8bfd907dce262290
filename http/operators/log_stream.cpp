#include "http/operators/log_stream.hpp"

#include <string>
#include <utility>

#include "http/feeds/event_text.hpp"
#include "runtime/values/fields_writing.hpp"

namespace parlor::http {

void log_stream::open(std::shared_ptr<outlet> to) {
  to->write(std::make_shared<const std::string>(stream_beginning()));
  bool over;
  {
    std::lock_guard lock(mutex_);
    to_ = to;
    over = ended_;
  }
  // Refused when it was asked for, unless many came at once.
  if (over || !log_.follow(after_, shared_from_this())) to->end();
}

void log_stream::hear(const recent_log::page& more) {
  if (right_.ended()) return end();
  auto text = std::make_shared<std::string>();
  append_event(*text, "lines", std::to_string(more.next), to_json(more));
  std::lock_guard lock(mutex_);
  if (to_ && !ended_) to_->write(std::move(text));
}

void log_stream::ask_right() {
  if (right_.ended()) end();
}

void log_stream::end() {
  std::lock_guard lock(mutex_);
  ended_ = true;
  if (to_) to_->end();
}

void log_stream::closed() {
  log_.leave(*this);
  timer_ = {};
  entry_.reset();
  std::lock_guard lock(mutex_);
  to_.reset();
}

}  // namespace parlor::http
