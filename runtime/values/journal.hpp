#pragma once

#include <string_view>

#include "runtime/values/address.hpp"
#include "runtime/values/trace.hpp"

namespace parlor {

/// Receives what happens in the life of actors, for a log. Any thread.
class journal {
 public:
  enum class level { debug, info, warning, error };

  virtual ~journal() = default;
  /// `event` is a stable word. Of one actor's life: created, expired (it was idle), closed, and cleaned (its
  /// services have stopped), at `info` if its kind has services that can be made, else at `debug`; and at
  /// `debug`: reused, asleep, erased, crowded_out, service_made. Of players' programs: program_started,
  /// program_stopped, program_crowded_out, program_late, program_hangs, program_ended. Of the whole, at `info`: swept.
  /// For operators to see: quarantined, slow_handler, handler_stuck, handler_threw, load_failed, commit_failed,
  /// message_lost, store_broken, service_failed, service_stuck; and ordered: what an operator wanted, who, and what
  /// came of it.
  /// `who` may be empty.
  /// `because_of` is the request that brought it about, if it was one.
  virtual void note(level l, std::string_view event, const address& actor, std::string_view detail,
                    const trace_context& because_of = {}) = 0;
  /// False if notes of this level go nowhere, so that the caller need not make them.
  [[nodiscard]] virtual bool wants(level l) const = 0;
};

/// A journal that keeps nothing.
class no_journal final : public journal {
 public:
  void note(level, std::string_view, const address&, std::string_view, const trace_context&) override {}
  [[nodiscard]] bool wants(level) const override { return false; }
};

}  // namespace parlor
