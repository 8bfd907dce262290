#include "http/gateway/coded_text.hpp"

#include <zlib.h>

#include "http/protocol/etag.hpp"
#include "http/protocol/weights.hpp"

namespace parlor::http {
namespace {

/// In the format of gzip, without a time in it; empty if that cannot be done.
std::string gzip(std::string_view text) {
  constexpr int window_of_gzip = MAX_WBITS + 16, memory = 8;
  z_stream z{};
  if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, window_of_gzip, memory, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&z, text.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  bool whole = deflate(&z, Z_FINISH) == Z_STREAM_END;
  out.resize(whole ? z.total_out : 0);
  deflateEnd(&z);
  return out;
}

/// Whether a client takes it, and would not rather have the text as it is (RFC 9110, 12.5.3).
bool wants_gzip(std::string_view accept_encoding) {
  auto weight = weight_of(accept_encoding, "gzip");
  if (!weight) weight = weight_of(accept_encoding, "x-gzip");
  if (!weight) weight = weight_of(accept_encoding, "*");
  return weight && *weight > 0 && *weight >= weight_of(accept_encoding, "identity").value_or(0);
}

}  // namespace

coded_text::coded_text(std::string_view text, std::string_view etag)
    : text_(text), etag_(etag), compressed_(gzip(text)), compressed_etag_(etag.substr(0, etag.size() - 1)) {
  if (compressed_.size() >= text_.size()) compressed_.clear();
  compressed_etag_ += "-gzip\"";
}

void coded_text::put_into(web_reply& reply, const web_request& r) const {
  bool smaller = !compressed_.empty() && wants_gzip(r.accept_encoding);
  const std::string& tag = smaller ? compressed_etag_ : etag_;
  reply.headers.add("ETag", tag).add("Cache-Control", "no-cache").add("Vary", "Accept-Encoding");
  if (lists_tag(r.if_none_match, tag)) {
    reply.status = 304;
    return;
  }
  if (smaller) reply.headers.add("Content-Encoding", "gzip");
  reply.body = smaller ? std::string_view(compressed_) : text_;
}

}  // namespace parlor::http
