#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/authoring/service.hpp"
#include "runtime/hosting/host/handler_run.hpp"

/// The services of one actor, and the questions that wait for their answers.
///
/// A command that asks a service is cut in two; between its halves it waits here, and no thread waits with it.
/// - A service is made when it is first asked, or warmed up; it stays until the actor sleeps.
/// - A question ends once: by the service's answer, by a timer, or because the actor is to end. What comes behind that
///   goes nowhere. If the service cannot be had, fails or is late, the kind's fallback answers instead.
/// - A request that is sent again under its key meanwhile waits with the first one.
/// - An actor ends when its services have stopped, or the longest time that one of them may take is over.
///
/// Answers come on any thread, at any time: they go through the `listener`, which is to bring them to the actor's own
/// thread, on which all else here runs. No CAF.
namespace parlor {

class service_questions {
 public:
  /// Hears of services, on any thread, even when the actor has ended.
  struct listener {
    std::function<void(std::uint64_t question, result<context::service_reply>)> answered;
    std::function<void(bool late)> stopped;  ///< a service, or the time of all of them is over
  };
  /// A command between its halves.
  struct open_question {
    std::shared_ptr<handler_run> run;
    question asked{};
    timers::id timer{};
    std::vector<request_ptr> repeats{};  ///< sent again under its key meanwhile: they get its answer
    bool fell_back = false;              ///< the answer is that of the kind's fallback
  };

  service_questions(core& shared, directory_entry& entry, listener hears)
      : core_(shared), entry_(entry), hears_(std::move(hears)) {}

  /// Makes all services that can be made, and are not.
  void warm_up(const request_ptr& r);
  /// Asks; the run waits. False, with words in the run, if the kind does not declare the service.
  bool ask(std::shared_ptr<handler_run> run, question&& asked);
  /// Tells whether a request is the same as one that waits here: then it waits with that one.
  bool join(const request_ptr& r);
  /// Ends a question with its answer, or with that of the fallback; a failure has the word for the client then.
  /// Nothing if the question has ended before.
  std::optional<open_question> finish(std::uint64_t number, result<context::service_reply>& answer);
  /// Refuses everything that waits here.
  void refuse_all(std::string_view code);

  /// From now on nothing is to be asked, or it is again.
  void close(bool closed) { closed_ = closed; }
  [[nodiscard]] bool closed() const { return closed_; }
  /// The number of one that waits.
  [[nodiscard]] std::optional<std::uint64_t> first() const;
  /// The services that are asked.
  [[nodiscard]] std::vector<std::string> asked() const;

  /// Has the services stop; false if there are none.
  bool stop();
  /// Takes in that one has stopped, or that all are late. True if the actor need not wait any more.
  bool stopped(bool late);

 private:
  [[nodiscard]] const service_info* declared(std::string_view service) const;
  /// The actor's own; made if need be, which may throw.
  service& service_of(const service_info& info, const caller_info& caller);
  /// Has the kind answer instead of its service. False if it cannot.
  bool fall_back(open_question& q, result<context::service_reply>& answer);

  core& core_;
  directory_entry& entry_;
  const listener hears_;
  std::map<std::string, std::unique_ptr<service>, std::less<>> services_;
  std::map<std::uint64_t, open_question> open_;
  std::uint64_t number_ = 0;  // of the last question
  timers::id timer_;          // of the services that stop
  std::size_t stopping_ = 0;  // services that have not said that they have
  bool closed_ = false;
};

}  // namespace parlor
