#include <http_parser.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

#include "tests/framing/framed.hpp"

// What no bytes may do to the framer, for libFuzzer: `./test fuzz [seconds]`.

namespace {

using namespace parlor::testing;
using enum parlor::http::framer::verdict;

void demand(bool holds, const char* rule, std::string_view bytes) {
  if (holds) return;
  std::cerr << rule << ": " << bytes << std::endl;
  std::abort();
}

/// A Host is not passed on, and HTTP/1.1 needs one.
std::string with_host(std::string request) {
  auto end = request.find("\r\n");
  if (std::string_view(request).substr(0, end).ends_with("1.1")) request.insert(end + 2, "Host: a\r\n");
  return request;
}

/// How many requests the server library's parser sees in it, or -1 if it sees none that it could read.
int requests_in(const std::string& text) {
  int seen = 0;
  http_parser_settings on{};
  on.on_message_complete = [](http_parser* p) { return ++*static_cast<int*>(p->data), 0; };
  http_parser parser{};
  http_parser_init(&parser, HTTP_REQUEST);
  parser.data = &seen;
  std::size_t read = http_parser_execute(&parser, &on, text.data(), text.size());
  return read == text.size() && HTTP_PARSER_ERRNO(&parser) == HPE_OK ? seen : -1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  framed whole = frame(bytes);
  // However it comes, it is the same.
  std::size_t first = data[0] % (bytes.size() + 1), second = first + data[1] % (bytes.size() - first + 1);
  framed parts = frame(bytes, {first, second});
  demand(parts.code == whole.code && parts.request == whole.request && parts.rest == whole.rest,
         "in parts it is something else", bytes);
  if (whole.verdict != complete) return 0;
  demand(bytes.ends_with(whole.rest), "what follows was changed", bytes);
  demand(whole.request.size() <= bytes.size(), "it became longer", bytes);
  demand(requests_in(whole.request) == 1, "the parser sees another thing than one request", whole.request);
  demand(frame(with_host(whole.request)).request == whole.request, "it means another thing now", whole.request);
  return 0;
}
