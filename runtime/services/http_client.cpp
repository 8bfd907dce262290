#include "runtime/services/http_client.hpp"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "runtime/services/descriptor.hpp"

namespace parlor {
namespace {

/// Handles that are kept for later calls; each has some KiB.
constexpr std::size_t spare_max = 64;

/// Once in a process, before any thread uses the library.
void begin_curl() {
  static const CURLcode begun = curl_global_init(CURL_GLOBAL_ALL);
  if (begun != CURLE_OK) throw std::runtime_error("libcurl does not start");
}

struct easy_deleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using easy_ptr = std::unique_ptr<CURL, easy_deleter>;

struct list_deleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// A call under way. Its address is what libcurl is given to write to.
struct transfer {
  transfer(http_call w, http_client::done_function d) : call(std::move(w)), done(std::move(d)) {}

  http_client::id number = 0;
  std::chrono::steady_clock::time_point due;
  http_call call;
  http_client::done_function done;
  easy_ptr easy;
  std::unique_ptr<curl_slist, list_deleter> headers;
  http_response answer;
  std::size_t sent = 0;  // of the body
  bool too_large = false;
  bool no_descriptor = false;
};

/// libcurl does not tell whose fault it is that it has no socket, and nobody is to be blamed for ours.
curl_socket_t open_socket(void* owner, curlsocktype, curl_sockaddr* where) {
  int fd = ::socket(where->family, where->socktype | SOCK_CLOEXEC, where->protocol);
  static_cast<transfer*>(owner)->no_descriptor = fd < 0 && lacks_descriptors(errno);
  return fd < 0 ? CURL_SOCKET_BAD : fd;
}

/// Hands out the body, once: libcurl sends a request again on another connection when one that was used
/// before breaks off, if it can have the body again. The server may have run the first.
std::size_t give_bytes(char* to, std::size_t, std::size_t room, void* from) {
  auto& t = *static_cast<transfer*>(from);
  std::size_t count = t.call.body.copy(to, room, t.sent);
  t.sent += count;
  return count;
}

std::size_t take_bytes(char* bytes, std::size_t, std::size_t count, void* to) {
  auto& t = *static_cast<transfer*>(to);
  t.too_large = t.answer.body.size() + count > t.call.answer_bytes_max;
  if (t.too_large) return 0;
  t.answer.body.append(bytes, count);
  return count;
}

void configure(transfer& t, duration idle_max) {
  CURL* easy = t.easy.get();
  curl_easy_setopt(easy, CURLOPT_URL, t.call.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(t.call.within.count()));
  curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN,
                   static_cast<long>(std::chrono::duration_cast<std::chrono::seconds>(idle_max).count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &t);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &t);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &t);
  if (t.call.connect_only) curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
  if (t.call.direct) curl_easy_setopt(easy, CURLOPT_PROXY, "");
  if (!t.call.unix_socket.empty()) curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, t.call.unix_socket.c_str());
  curl_slist* lines = nullptr;
  for (const std::string& line : t.call.headers) lines = curl_slist_append(lines, line.c_str());
  if (t.call.post) {
    // Else a large body waits a second for a word that many servers do not say.
    lines = curl_slist_append(lines, "Expect:");
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_bytes);
    curl_easy_setopt(easy, CURLOPT_READDATA, &t);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(t.call.body.size()));
    // Of no body there is nothing to have again.
    if (t.call.body.empty()) curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  }
  // Connections that are not kept: a server that serves one at a time would wait for this one's next request.
  bool used_once = !t.call.post || t.call.body.empty();
  if (used_once) curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  t.headers.reset(lines);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lines);
}

failure reason_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return {"service_late", "no answer in time"};
    case CURLE_COULDNT_CONNECT: return {"no_connection", "nobody takes connections there"};
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_SEND_FAIL_REWIND:
    case CURLE_PARTIAL_FILE: return {"broke_off", "the connection broke off"};
    default: return {"service_failed", curl_easy_strerror(code)};
  }
}

/// Of the last response: those before it, such as 100, only announced it.
void add_headers(transfer& t, std::string_view name) {
  curl_header* h = nullptr;
  for (std::size_t i = 0; curl_easy_header(t.easy.get(), name.data(), i, CURLH_HEADER, -1, &h) == CURLHE_OK; ++i)
    t.answer.headers.emplace_back(name, h->value);
}

result<http_response> outcome_of(transfer& t, CURLcode code) {
  if (t.too_large)
    return failure{"service_failed", "its answer is larger than " + std::to_string(t.call.answer_bytes_max) + " bytes"};
  if (code != CURLE_OK && t.no_descriptor) return failure{"overloaded", "the server has no descriptor left"};
  if (code != CURLE_OK) return reason_of(code);
  long status = 0;
  const char* type = nullptr;
  curl_easy_getinfo(t.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(t.easy.get(), CURLINFO_CONTENT_TYPE, &type);
  t.answer.status = static_cast<int>(status);
  if (type) t.answer.content_type = type;
  for (std::string_view name : t.call.headers_wanted) add_headers(t, name);
  return std::move(t.answer);
}

}  // namespace

struct http_client::parts {
  explicit parts(http_client::limits l) : bounds(l) {
    begin_curl();
    multi = curl_multi_init();
    if (!multi) throw std::runtime_error("libcurl does not start");
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, bounds.connections_per_host_max);
    thread = std::thread([this] { run(); });
  }

  ~parts() {
    {
      std::lock_guard lock(mutex);
      ended = true;
    }
    curl_multi_wakeup(multi);
    thread.join();
    for (auto& [number, t] : under_way) curl_multi_remove_handle(multi, t->easy.get());
    under_way.clear();
    curl_multi_cleanup(multi);
  }

  void run() {
    while (take_orders()) {
      int running = 0;
      curl_multi_perform(multi, &running);
      int left = 0;
      while (CURLMsg* message = curl_multi_info_read(multi, &left))
        if (message->msg == CURLMSG_DONE) finish(message->easy_handle, message->data.result);
      curl_multi_poll(multi, nullptr, 0, static_cast<int>(rest().count()), nullptr);
    }
  }

  /// Until the next call that is to begin later.
  duration rest() const {
    duration least = std::chrono::seconds(1);
    auto now = std::chrono::steady_clock::now();
    for (const auto& [number, t] : later) least = std::min(least, std::chrono::ceil<duration>(t->due - now));
    return std::max(least, duration{0});
  }

  /// Begins and cancels what others wanted. False at the end.
  bool take_orders() {
    std::vector<id> drop;
    {
      std::lock_guard lock(mutex);
      if (ended) return false;
      later.merge(wanted);
      drop.swap(unwanted);
    }
    for (id number : drop) {
      later.erase(number);
      if (auto found = under_way.extract(number)) let_go(*found.mapped());
    }
    auto now = std::chrono::steady_clock::now();
    for (auto next = later.begin(); next != later.end();) {
      auto item = next++;
      if (item->second->due <= now) begin(later.extract(item));
    }
    return true;
  }

  void begin(std::map<id, std::unique_ptr<transfer>>::node_type&& call) {
    transfer& t = *call.mapped();
    t.easy = spare_handle();
    if (t.easy) configure(t, bounds.idle_max);
    if (t.easy && curl_multi_add_handle(multi, t.easy.get()) == CURLM_OK) under_way.insert(std::move(call));
    else t.done(failure{"service_failed", "there is no memory for the call"});
  }

  easy_ptr spare_handle() {
    if (spare.empty()) return easy_ptr(curl_easy_init());
    easy_ptr item = std::move(spare.back());
    spare.pop_back();
    return item;
  }

  void let_go(transfer& t) {
    curl_multi_remove_handle(multi, t.easy.get());
    curl_easy_reset(t.easy.get());
    if (spare.size() < spare_max) spare.push_back(std::move(t.easy));
  }

  void finish(CURL* easy, CURLcode code) {
    transfer* t = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &t);
    auto answer = outcome_of(*t, code);
    auto done = std::move(t->done);
    let_go(*t);
    under_way.erase(t->number);
    done(std::move(answer));
  }

  const http_client::limits bounds;
  CURLM* multi = nullptr;
  // The thread's own.
  std::map<id, std::unique_ptr<transfer>> later;  // not begun yet
  std::map<id, std::unique_ptr<transfer>> under_way;
  std::vector<easy_ptr> spare;
  // Anybody's.
  std::mutex mutex;
  id last = 0;
  std::map<id, std::unique_ptr<transfer>> wanted;
  std::vector<id> unwanted;
  bool ended = false;
  std::thread thread;
};

http_client::http_client(limits l) : parts_(std::make_unique<parts>(l)) {}
http_client::~http_client() = default;

http_client::id http_client::send(http_call call, done_function done) {
  auto t = std::make_unique<transfer>(std::move(call), std::move(done));
  t->due = std::chrono::steady_clock::now() + t->call.after;
  std::unique_lock lock(parts_->mutex);
  id number = t->number = ++parts_->last;
  parts_->wanted.emplace(number, std::move(t));
  lock.unlock();
  curl_multi_wakeup(parts_->multi);
  return number;
}

void http_client::cancel(id call) {
  std::unique_lock lock(parts_->mutex);
  parts_->unwanted.push_back(call);
  lock.unlock();
  curl_multi_wakeup(parts_->multi);
}

}  // namespace parlor
