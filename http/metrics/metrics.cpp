#include "http/metrics/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <chrono>
#include <utility>
#include <vector>

#include "http/metrics/process_usage.hpp"

namespace parlor::http {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using labels = std::vector<ClientMetric::Label>;

constexpr double second_in_ns = 1e-9;

/// The page as it grows: a family after the other, each with its series.
class page_of_metrics final {
 public:
  void counter(std::string name, std::string help) { begin(std::move(name), std::move(help), MetricType::Counter); }
  void gauge(std::string name, std::string help) { begin(std::move(name), std::move(help), MetricType::Gauge); }
  void histograms(std::string name, std::string help) {
    begin(std::move(name), std::move(help), MetricType::Histogram);
  }

  /// A series of the family begun last.
  template <class Number>
  void add(Number value, labels rows = {}) {
    ClientMetric& m = families_.back().metric.emplace_back();
    m.label = std::move(rows);
    m.counter.value = m.gauge.value = static_cast<double>(value);
  }
  /// `unit`: what 1 in the reading is in the unit of the name.
  void add(const histogram::reading& r, double unit, labels rows = {}) {
    ClientMetric& m = families_.back().metric.emplace_back();
    m.label = std::move(rows);
    m.histogram.sample_count = r.count;
    m.histogram.sample_sum = static_cast<double>(r.sum) * unit;
    std::uint64_t until_here = 0;
    for (std::size_t i = 0; i < r.bounds.size(); ++i) {
      until_here += r.counts[i];
      m.histogram.bucket.push_back({until_here, static_cast<double>(r.bounds[i]) * unit});
    }
  }

  /// The text. A family without a series is left out.
  [[nodiscard]] std::string text() {
    std::erase_if(families_, [](const MetricFamily& f) { return f.metric.empty(); });
    return static_cast<const prometheus::Serializer&>(prometheus::TextSerializer()).Serialize(families_);
  }

 private:
  void begin(std::string name, std::string help, MetricType type) {
    families_.push_back({std::move(name), std::move(help), type, {}});
  }

  std::vector<MetricFamily> families_;
};

void add_outcomes(page_of_metrics& page, const std::string& family, const std::string& senders, const tally& t) {
  page.counter("parlor_" + family + "_accepted_total", senders + " that the runtime let in.");
  page.add(t.accepted);
  page.counter("parlor_" + family + "_answered_total", senders + " that an actor or its rules answered.");
  page.add(t.answered);
  page.gauge("parlor_" + family + "_in_flight", senders + " that are let in and not answered yet.");
  page.add(t.in_flight);
}

void add_runtime(page_of_metrics& page, const parlor::runtime::statistics& s) {
  page.gauge("parlor_actors_awake", "Actors in memory, by kind.");
  for (const auto& [kind, count] : s.awake_by_kind) page.add(count, {{"kind", kind}});
  page.counter("parlor_actors_woken_total", "Actors that were woken or made.");
  page.add(s.woken);
  add_outcomes(page, "requests", "Requests of clients", s.requests);
  page.counter("parlor_requests_refused_total", "Requests of clients that the runtime refused, by reason.");
  auto refused_by = s.refused_by;
  // Those that did not happen yet are there, too: else the first of them would not show as a rise.
  for (const failure_word& word : failure_words())
    if (is_breakdown(word.cause) || word.code == "actor_busy") refused_by.try_emplace(std::string(word.code), 0);
  for (const auto& [reason, count] : refused_by) page.add(count, {{"reason", reason}});
  add_outcomes(page, "messages", "Messages between actors, and reminders,", s.messages);
  page.counter("parlor_messages_refused_total", "Messages between actors, and reminders, that the runtime refused.");
  page.add(s.messages.refused);
  page.counter("parlor_messages_lost_total", "Messages given up: dead letters, if they were owed; by reason.");
  for (const auto& [reason, count] : s.messages_lost_by) page.add(count, {{"reason", reason}});
  page.gauge("parlor_actors_unreadable", "Actors that were asked for and whose stored states cannot be read.");
  page.add(s.unreadable);
  page.gauge("parlor_messages_unread", "Messages and reminders that wait until such an actor can be read.");
  page.add(s.deliveries_unread);
  page.gauge("parlor_reminders_pending", "Reminders that are set and not due yet.");
  page.add(s.reminders);
  page.gauge("parlor_deletions_held", "1 while nothing is deleted for its age, because the clock may be wrong.");
  page.add(s.holds_deletions ? 1 : 0);
  page.gauge("parlor_deletions_waiting", "Deletions that came while deletions were held.");
  page.add(s.deletions_held);
  page.gauge("parlor_watchers", "Watchers of actors' feeds.");
  page.add(s.watchers);
  page.gauge("parlor_quarantined", "Actors and commands that have ended the process too often and are not run.");
  page.add(s.quarantined);
  page.counter("parlor_slow_handlers_total", "Handlers that ran longer than handler_slow.");
  page.add(s.slow_handlers);
  page.counter("parlor_hungry_handlers_total", "Handlers that allocated more than handler_memory.");
  page.add(s.hungry_handlers);
}

void add_store(page_of_metrics& page, const sqlite_store::statistics& s) {
  page.histograms("parlor_store_commit_duration_seconds",
                  "Time from when a commit is given to the store until it is synced.");
  page.add(s.commit_ns, second_in_ns);
  page.counter("parlor_store_commits_refused_total", "Commits that the store refused.");
  page.add(s.refused);
  page.counter("parlor_letters_let_go_total", "Dead letters that went because there were too many.");
  page.add(s.letters_let_go);
  page.histograms("parlor_store_group_duration_seconds", "Time of a transaction, with its sync.");
  page.add(s.group_ns, second_in_ns);
  page.histograms("parlor_store_group_commits", "Commits in a transaction.");
  page.add(s.group_commits, 1);
  page.histograms("parlor_store_load_duration_seconds",
                  "Time from when a state is asked for until the store has read it.");
  page.add(s.load_ns, second_in_ns);
}

void add_sample(page_of_metrics& page, const state_survey& sampled) {
  page.gauge("parlor_states_sampled", "Stored actors that were looked at when the server started, by kind.");
  for (const kind_survey& seen : sampled) page.add(seen.looked_at(), {{"kind", seen.kind}});
  page.gauge("parlor_states_unreadable", "Those of them that this program cannot read.");
  for (const kind_survey& seen : sampled) page.add(seen.unreadable, {{"kind", seen.kind}});
}

void add_routes(page_of_metrics& page, const route_times& routes) {
  page.histograms("parlor_http_request_duration_seconds",
                  "Time from when a request is read until its answer is there, by route, kind and class of status.");
  for (const route_times::row& row : routes.rows())
    for (std::size_t i = 0; i < row.by_class.size(); ++i) {
      auto times = row.by_class[i].read();
      if (times.count == 0) continue;
      labels rows{{"method", row.method}, {"route", row.path}, {"status", std::to_string(i + 1) + "xx"}};
      if (!row.kind.empty()) rows.push_back({"kind", row.kind});
      page.add(times, second_in_ns, std::move(rows));
    }
}

void add_limits(page_of_metrics& page, const limiter::statistics& s, const parlor::runtime::statistics* runtime) {
  page.counter("parlor_limited_total", "Requests refused because somebody asked too often, by whose limit it was.");
  page.add(s.addresses, {{"limit", "address"}});
  page.add(s.players, {{"limit", "player"}});
  page.add(s.guests, {{"limit", "guest"}});
  page.add(s.new_guests, {{"limit", "new_guest"}});
  page.counter("parlor_bounds_refused_total", "Requests refused because somebody, or all, had as much as they may.");
  for (std::size_t i = 0; i < s.bounds.size(); ++i)
    page.add(s.bounds[i], {{"bound", std::string(limiter::bound_words[i])}});
  if (!runtime) return;
  // The runtime refuses these itself.
  for (const char* word : {"too_many_sessions", "sessions_full"}) {
    auto refused = runtime->refused_by.find(word);
    page.add(refused == runtime->refused_by.end() ? 0 : refused->second, {{"bound", word}});
  }
}

void add_denied(page_of_metrics& page, const std::array<std::uint64_t, 3>& counts) {
  page.counter("parlor_denied_total", "Requests refused because operators or the configuration deny them, by what.");
  for (std::size_t i = 0; i < counts.size(); ++i) page.add(counts[i], {{"reason", std::string(deny_list::reasons[i])}});
}

/// By the limit: the runtime knows of all, of an actor's and of a player's, the gateway of an address's.
void add_refused_watchers(page_of_metrics& page, const limiter::statistics* limited,
                          const parlor::runtime::statistics* runtime) {
  page.counter("parlor_watchers_refused_total", "Watchers refused because there were as many as may be, by the limit.");
  if (runtime)
    for (const auto& [limit, count] : runtime->watchers_refused) page.add(count, {{"limit", limit}});
  if (limited) page.add(limited->watches, {{"limit", "address"}});
}

void add_connections(page_of_metrics& page, const connection_counts& c) {
  page.gauge("parlor_connections", "Connections that are open.");
  page.add(c.open);
  page.gauge("parlor_connections_max", "Connections that may be open.");
  page.add(c.most);
  page.counter("parlor_connections_accepted_total", "Connections that were taken.");
  page.add(c.accepted);
  page.counter("parlor_connections_refused_total", "Connections refused because there were as many as may be.");
  page.add(c.refused_full, {{"limit", "all"}});
  page.add(c.refused_address, {{"limit", "address"}});
  page.counter("parlor_accept_failures_total",
               "Tries to take a connection that failed, for want of descriptors mostly.");
  page.add(c.accept_failed);
  page.counter("parlor_connections_ended_total", "Connections that the server ended, by the reason.");
  for (const auto& [reason, count] : c.ended) page.add(count, {{"reason", std::string(reason)}});
  page.counter("parlor_requests_misframed_total", "What came on a connection and was no request, by the refusal.");
  for (const auto& [reason, count] : c.misframed) page.add(count, {{"reason", std::string(reason)}});
}

void add_programs(page_of_metrics& page, const programs::statistics& s) {
  page.gauge("parlor_programs", "Players' programs, by state; waiting is for a turn to start.");
  page.add(s.waiting, {{"state", "waiting"}});
  page.add(s.starting, {{"state", "starting"}});
  page.add(s.running, {{"state", "running"}});
  page.counter("parlor_programs_replaced_total", "Players' programs that were stopped because they hung.");
  page.add(s.replaced);
}

/// Under the names that Prometheus's own clients use for every process.
void add_process(page_of_metrics& page) {
  process_usage u = read_process_usage();
  page.gauge("process_open_fds", "Descriptors that are open: connections, files, programs.");
  page.add(u.open_fds);
  page.gauge("process_max_fds", "Descriptors that may be open.");
  page.add(u.fds_max);
  // Zeros would look like a restart.
  if (!u.is_known) return;
  page.counter("process_cpu_seconds_total", "Processor time of all threads, in user and kernel.");
  page.add(u.cpu_seconds);
  page.gauge("process_resident_memory_bytes", "Memory that is in the machine's.");
  page.add(u.resident_bytes);
  page.gauge("process_virtual_memory_bytes", "Address space.");
  page.add(u.virtual_bytes);
  page.gauge("process_start_time_seconds", "When the process started, in seconds since 1970.");
  page.add(u.started_at);
  using seconds = std::chrono::duration<double>;
  page.gauge("parlor_uptime_seconds", "For how long the process has run.");
  page.add(seconds(std::chrono::system_clock::now().time_since_epoch()).count() - u.started_at);
}

}  // namespace

std::string metrics_page(const metrics_sources& from) {
  page_of_metrics page;
  page.gauge("parlor_build_info", "1; its labels say what was built, and with what.");
  page.add(1, {{"version", from.version}, {"compiler", __VERSION__}});
  std::optional<parlor::runtime::statistics> runtime;
  if (from.runtime_statistics) add_runtime(page, runtime.emplace(from.runtime_statistics()));
  if (from.store) add_store(page, from.store());
  add_sample(page, from.sampled);
  if (from.routes) add_routes(page, *from.routes);
  std::optional<limiter::statistics> limited;
  const auto* of_runtime = runtime ? &*runtime : nullptr;
  if (from.limited) add_limits(page, limited.emplace(from.limited()), of_runtime);
  if (from.denied) add_denied(page, from.denied());
  add_refused_watchers(page, limited ? &*limited : nullptr, of_runtime);
  if (from.closed_by_transport) {
    page.counter("parlor_closed_by_transport_total", "Connections closed without an answer.");
    page.add(from.closed_by_transport());
  }
  if (from.streams) {
    stream_counts s = from.streams();
    page.gauge("parlor_streams", "Connections that carry a stream of events.");
    page.add(s.open);
    page.counter("parlor_streams_cut_off_total", "Readers of streams that were too slow.");
    page.add(s.cut_off);
  }
  if (from.connections) add_connections(page, from.connections());
  if (from.programs) add_programs(page, from.programs());
  add_process(page);
  return page.text();
}

}  // namespace parlor::http
