#include "http/feeds/event_stream.hpp"

#include <utility>

#include "http/feeds/event_text.hpp"

namespace parlor::http {
namespace {

using text_ptr = std::shared_ptr<const std::string>;

/// One after the other many watchers hear the same: the last text that this thread made serves them all.
text_ptr shared_text(const feed_update_ptr& update) {
  static thread_local feed_update_ptr last;
  static thread_local text_ptr text;
  if (last != update) {
    text = std::make_shared<const std::string>(as_event_stream(*update, {}));
    last = update;
  }
  return text;
}

}  // namespace

void event_stream::keep(watch_handle w, open_feeds::entry entry) {
  std::lock_guard lock(mutex_);
  if (closed_ || ended_) return;
  watch_ = std::move(w);
  entry_ = std::move(entry);
}

void event_stream::ask_right() {
  if (right_.ended()) end(watch_end::time_up);
}

void event_stream::hear(feed_update_ptr update) {
  if (right_.ended()) return end(watch_end::time_up);
  send(mark_.empty() ? shared_text(update) : std::make_shared<const std::string>(as_event_stream(*update, mark_)));
  // The client comes back, learns that there is nothing, and stops.
  if (update->is == feed_update::type::closed) end(watch_end::behind);
}

void event_stream::send(text_ptr text) {
  std::shared_ptr<outlet> to;
  {
    std::lock_guard lock(mutex_);
    if (closed_ || ended_) return;
    if (!to_) return early_.push_back(std::move(text));
    to = to_;
  }
  to->write(std::move(text));
}

void event_stream::end(watch_end) {
  std::shared_ptr<outlet> to;
  {
    std::lock_guard lock(mutex_);
    ended_ = true;
    to = to_;
  }
  if (to) to->end();
}

void event_stream::open(std::shared_ptr<outlet> to) {
  to->write(std::make_shared<const std::string>(stream_beginning()));
  // Without the lock: a connection that is cut off says so at once. What is heard meanwhile joins the early ones.
  for (;;) {
    std::vector<text_ptr> early;
    {
      std::lock_guard lock(mutex_);
      early.swap(early_);
      if (early.empty()) {
        if (!closed_) to_ = to;
        if (!ended_) return;
        break;
      }
    }
    for (text_ptr& text : early) to->write(std::move(text));
  }
  to->end();
}

void event_stream::closed() {
  watch_handle over;
  open_feeds::entry entry;
  std::lock_guard lock(mutex_);
  closed_ = true;
  over = std::move(watch_);
  entry = std::move(entry_);
  to_.reset();
}

}  // namespace parlor::http
