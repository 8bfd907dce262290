#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "runtime/authoring/kind.hpp"
#include "runtime/hosting/requests/actor_order.hpp"
#include "runtime/storage/store.hpp"
#include "runtime/values/address.hpp"
#include "runtime/values/callback.hpp"
#include "runtime/values/caller_info.hpp"
#include "runtime/values/failure.hpp"
#include "runtime/values/instant.hpp"
#include "runtime/values/trace.hpp"

/// One request on its way to an actor, and the promise that it is answered exactly once.
///
/// The holder of a request answers it. The first answer counts, later ones are ignored: a deadline and a
/// handler may race, the client hears one of them. A request that all holders let go of unanswered refuses
/// itself. So no path through the runtime, however it ends, leaves a client waiting.
namespace parlor {

class in_flight_requests;
class directory;
class request;
class directory_entry;
struct subscription;

/// Where a request comes from, which decides whether it keeps its actor awake.
enum class source {
  client_post,  ///< extends the idle time; the only one that does
  client_get,
  actor,      ///< another actor, or a reminder
  operators,  ///< an operator: see operators.hpp
};

/// The version of an actor as clients know it: an ETag.
struct version_tag {
  std::uint64_t incarnation = 0;
  std::uint64_t version = 0;
  friend bool operator==(const version_tag&, const version_tag&) = default;
};

/// What is asked of an actor.
struct call {
  address to;
  std::string player{};  ///< the player who asks; empty: nobody in particular
  source from = source::client_post;
  caller_info caller{};   ///< what bounds know of the player
  std::string command{};  ///< empty: show the actor; from `client_post`, open it: it wakes, with its services
  std::string args{};     ///< JSON text; empty: {}
  raw_request_ptr raw{};  ///< of the raw handler, instead of the arguments
  std::optional<version_tag> if_match{};
  duration patience{0};  ///< 0: the kind's deadline, or the configured one
  std::string key{};     ///< the client's name for this very request; the same again is not run again
  std::shared_ptr<const actor_order> order{};  ///< from `operators`, instead of a command
  std::shared_ptr<subscription> watch{};       ///< a watcher that begins with this look; the runtime's own
  trace_context trace{};                       ///< what it is part of, for the log
  delivery owed{};                             ///< what the store owes this actor and this request pays
  message_chain_ptr chain{};                   ///< what led to it, if another actor sent it
};

/// What came of it. `why.code` is empty if the request was answered as it asked.
struct reply {
  failure why{};
  std::string body{};     ///< JSON
  raw_reply_ptr raw{};    ///< of the raw handler, instead of the body
  std::string current{};  ///< with `stale_version`: the actor as it is now, JSON
  version_tag tag{};
  [[nodiscard]] bool ok() const { return why.code.empty(); }
};

/// Counts an actor's requests: it hears of each that is destroyed.
class request_counter {
 public:
  virtual void release(request& r) = 0;

 protected:
  ~request_counter() = default;
};

class request : public std::enable_shared_from_this<request> {
 public:
  using answer_function = callback<void(reply&&), 128>;

  request(parlor::call&& call, const kind& actor_kind, std::size_t command_index, instant deadline,
          answer_function&& answer)
      : call_(std::move(call)),
        kind_(actor_kind),
        command_(command_index),
        deadline_(deadline),
        answer_(std::move(answer)) {}
  ~request();
  request(const request&) = delete;
  request& operator=(const request&) = delete;

  [[nodiscard]] const parlor::call& call() const { return call_; }
  [[nodiscard]] const kind& actor_kind() const { return kind_; }
  /// The command's index in its kind; meaningless when the call's is empty.
  [[nodiscard]] std::size_t command() const { return command_; }
  [[nodiscard]] instant deadline() const { return deadline_; }
  [[nodiscard]] bool from_client() const { return call_.from != source::actor; }

  /// Claims the request for its handler. False if it was answered already, by its deadline: then it
  /// must not be run.
  bool start();
  /// Answers: the actor, or the rules of its game, have spoken. True if this was the first answer.
  bool answer(reply&& r) { return settle(std::move(r), false); }
  /// Answers that the runtime could not or would not have it handled. True if this was the first.
  bool refuse(std::string_view code, std::string detail = {});
  /// Answers that the deadline passed, in the word that fits what is known.
  bool expire();

 private:
  friend class in_flight_requests;
  friend class directory;
  enum class phase : std::uint8_t { waiting, started, settled };

  bool settle(reply&& r, bool refused);
  /// For the one that settled it.
  void tell(reply&& r, bool refused);

  parlor::call call_;
  const kind& kind_;
  std::size_t command_;
  instant deadline_;
  answer_function answer_;
  std::atomic<phase> phase_{phase::waiting};

  // Places in the books of the requests in flight and of the directory; theirs to use.
  in_flight_requests* in_flight_ = nullptr;
  request* next_ = nullptr;
  request* previous_ = nullptr;
  bool listed_ = false;
  std::size_t bucket_ = 0;
  request_counter* counter_ = nullptr;
  directory_entry* entry_ = nullptr;
};

using request_ptr = std::shared_ptr<request>;

}  // namespace parlor
