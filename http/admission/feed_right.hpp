#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "http/admission/credentials.hpp"
#include "http/admission/deny_list.hpp"
#include "http/admission/open_feeds.hpp"

namespace parlor::http {

/// The right to a feed: that of its token and its address. It is asked for anew whenever something is to be told, so
/// that it is the right of then; and by `feed_rights`, when operators deny somebody something. Any thread.
class feed_right {
 public:
  feed_right(const clock& time, const deny_list& denied, std::shared_ptr<open_feeds> feeds,
             std::optional<identity> caller, const client_address& from)
      : time_(time),
        denied_(denied),
        feeds_(std::move(feeds)),
        caller_(std::move(caller)),
        from_(from),
        ends_(caller_ ? time.of_civil(caller_->expires_at) : instant{}) {}

  /// When it ends by itself, in the time of the runtime; 0: there is no token.
  [[nodiscard]] instant ends() const { return ends_; }
  /// The answer that says why nothing more may be told; nothing while it may.
  [[nodiscard]] std::optional<web_reply> ended() const {
    instant now = time_.now();
    bool expired = caller_ && (ends_ <= now || caller_->expires_at <= time_.civil());
    if (expired) return problem("unauthorized", "the token has expired");
    if (auto refused = denied_.refuse(caller_, from_, now)) return answer_of(*refused, now);
    return {};
  }
  /// Lists a feed of this right, before it asks for the last time by itself.
  [[nodiscard]] open_feeds::entry enter(const std::weak_ptr<open_feed>& feed) const { return feeds_->enter(feed); }

 private:
  const clock& time_;
  const deny_list& denied_;
  const std::shared_ptr<open_feeds> feeds_;
  const std::optional<identity> caller_;
  const client_address from_;
  const instant ends_;
};

/// Gives the rights to feeds. Clock and list must outlive it, it the feeds. Any thread.
class feed_rights {
 public:
  feed_rights(const clock& time, const deny_list& denied) : time_(time), denied_(denied) {}

  [[nodiscard]] feed_right make(std::optional<identity> caller, const web_request& r) const {
    return {time_, denied_, feeds_, std::move(caller), denied_.address_of(r)};
  }
  /// Has every feed ask whether its right has ended.
  void ask_all() const { feeds_->ask_rights(); }

 private:
  const clock& time_;
  const deny_list& denied_;
  const std::shared_ptr<open_feeds> feeds_ = std::make_shared<open_feeds>();
};

}  // namespace parlor::http
