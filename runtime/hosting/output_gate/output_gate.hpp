#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "runtime/authoring/context.hpp"
#include "runtime/hosting/feeds/feed.hpp"
#include "runtime/hosting/requests/request.hpp"

/// What an actor has to say, held back until the commits that it depends on are stored.
///
/// An actor does not wait for its store: it takes the next command on a state that is not stored yet. A kill may
/// still undo that state, so nobody may hear of it. Therefore everything that leaves an actor passes this gate.
/// Commits are numbered from 1, in the order in which they begin and are settled. Four rules:
/// - The output of a command that changes the actor (its reply, messages, reminders, news) waits for its own commit.
/// - The reply of a command that only reads waits for the last commit that was begun before it: it saw that state.
///   A reply that is given again waits for the commit that stores it.
/// - Outputs leave in the order in which they came.
/// - If a commit fails, everything that waits is refused: it saw what is not so.
///
/// An actor without commits, as a volatile one is, needs no gate. One thread at a time; no lock, no CAF.
namespace parlor {

/// What one request leads to, once it may be known.
struct gated_output {
  /// Stands for the last commit that was begun when the output comes to the gate.
  static constexpr std::uint64_t latest = std::numeric_limits<std::uint64_t>::max();

  request_ptr request;
  reply answer;
  std::uint64_t after = latest;  ///< the commit that it waits for; 0: none
  bool commits = false;          ///< that commit is its own: it stores these effects
  parlor::effects effects{};
  std::uint64_t first_message = 0;       ///< the store's number for the first of its messages
  std::unique_ptr<announcement> news{};  ///< null: nobody watches
};

class output_gate {
 public:
  /// Numbers the commit that begins now.
  std::uint64_t begin_commit() { return ++begun_; }
  /// The last commit that was begun.
  [[nodiscard]] std::uint64_t begun() const { return begun_; }

  /// Tells whether an output may leave at once.
  [[nodiscard]] bool lets_out(const gated_output& out) const { return wanted_by(out) <= settled_; }
  /// Keeps an output until its commit is settled.
  void hold(gated_output&& out);

  /// Hands everything that waits for a commit, or for one before it, to `release`, in its order. The receipt's number
  /// for messages goes to the output that the commit stored.
  template <class Release>
  void settle(std::uint64_t commit, std::uint64_t first_message, Release release) {
    settled_ = commit;
    std::size_t passed = 0;
    for (; passed < held_.size() && held_[passed].after <= commit; ++passed) {
      gated_output& out = held_[passed];
      if (out.commits && out.after == commit) out.first_message = first_message;
      release(out);
    }
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(passed));
  }
  /// Refuses everything that waits.
  void refuse_all(std::string_view code);

  /// The output that a commit stores, while it waits; null if it does not.
  [[nodiscard]] const gated_output* output_of(std::uint64_t commit) const;
  [[nodiscard]] std::size_t size() const { return held_.size(); }

 private:
  [[nodiscard]] std::uint64_t wanted_by(const gated_output& out) const {
    return out.after == gated_output::latest ? begun_ : out.after;
  }

  std::vector<gated_output> held_;
  std::uint64_t begun_ = 0;
  std::uint64_t settled_ = 0;
};

}  // namespace parlor
