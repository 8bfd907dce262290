#include <sys/socket.h>

#include <asio.hpp>
#include <memory>
#include <restinio/all.hpp>
#include <thread>

#include "bench/control.hpp"

// The foundation: RESTinio as http/sockets/server.cpp sets it up, with the same limits, and a handler that
// answers a constant. What parlor costs beyond this is parlor's own.
namespace parlor::bench {
namespace {

using reuse_port = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

class constant_handler {
 public:
  explicit constant_handler(const std::string& body) : body_(&body) {}
  restinio::request_handling_status_t operator()(const restinio::request_handle_t& request) const {
    return request->create_response()
        .append_header(restinio::http_field::content_type, "application/json")
        .set_body(restinio::const_buffer(body_->data(), body_->size()))
        .done();
  }

 private:
  const std::string* body_;
};

using traits =
    restinio::single_thread_traits_t<restinio::asio_timer_manager_t, restinio::null_logger_t, constant_handler>;
using restinio_server = restinio::http_server_t<traits>;

struct loop {
  asio::io_context context{1};
  std::unique_ptr<restinio_server> listening;
};

std::uint16_t free_port() {
  asio::io_context context;
  asio::ip::tcp::acceptor probe(context, {asio::ip::address_v4::loopback(), 0});
  return probe.local_endpoint().port();
}

void listen(loop& on, std::uint16_t port, const std::string& body) {
  auto configure = [&](auto& settings) {
    settings.address("127.0.0.1")
        .port(port)
        .request_handler(body)
        .read_next_http_message_timelimit(std::chrono::seconds(60))
        .write_http_response_timelimit(std::chrono::seconds(10))
        .handle_request_timeout(std::chrono::minutes(10))
        .concurrent_accepts_count(16)
        .incoming_http_msg_limits(restinio::incoming_http_msg_limits_t{}
                                      .max_url_size(4096)
                                      .max_field_name_size(256)
                                      .max_field_value_size(8192)
                                      .max_field_count(64)
                                      .max_body_size(65536 + 1024 * 1024))
        .acceptor_options_setter([](restinio::acceptor_options_t& options) {
          options.set_option(asio::ip::tcp::acceptor::reuse_address(true));
          options.set_option(reuse_port(true));
        })
        .socket_options_setter(
            [](restinio::socket_options_t& options) { options.set_option(asio::ip::tcp::no_delay(true)); });
  };
  on.listening = std::make_unique<restinio_server>(restinio::external_io_context(on.context), configure);
  on.listening->open_sync();
}

}  // namespace

std::uint16_t serve_with_restinio(const control_options& wanted) {
  static const constant_reply reply(wanted.reply_bytes);
  std::uint16_t port = wanted.port ? wanted.port : free_port();
  for (int i = 0; i < wanted.threads; ++i) {
    // Never destroyed: its thread runs until the process ends.
    auto* item = new loop;
    listen(*item, port, reply.body);
    std::thread([item] {
      auto stay = asio::make_work_guard(item->context);
      item->context.run();
    }).detach();
  }
  return port;
}

}  // namespace parlor::bench
