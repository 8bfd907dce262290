#include "runtime/values/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "runtime/values/json_nodes.hpp"

namespace parlor {
namespace {

using detail::json_node;
using detail::json_nodes;
using nlohmann::json;
using type = json_value::type;

/// What a node counts with 32 bits is no longer than the text.
constexpr std::size_t text_bytes_max = UINT32_MAX;

/// The integer that a number with a point or an exponent is, by its digits; nothing if it has a fraction or does not
/// fit.
std::optional<std::int64_t> integer_in(std::string_view number) {
  std::string digits(number.starts_with('-') ? "-" : "");
  const std::size_t sign = digits.size();
  std::string_view mantissa = number.substr(sign, number.find_first_of("eE") - sign);
  std::string_view exponent = number.substr(std::min(sign + mantissa.size() + 1, number.size()));
  auto point = std::min(mantissa.find('.'), mantissa.size());
  digits.append(mantissa, 0, point).append(mantissa.substr(std::min(point + 1, mantissa.size())));
  digits.erase(sign, std::min(digits.find_first_not_of('0', sign), digits.size()) - sign);
  if (digits.size() == sign) return 0;
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  int shift = 0;
  if (!exponent.empty() && std::from_chars(exponent.begin(), exponent.end(), shift).ec != std::errc{}) return {};
  // How far the point is from the last digit that is not 0.
  auto zeros = digits.size() - 1 - digits.find_last_not_of('0');
  auto behind = std::int64_t(point) - std::int64_t(mantissa.size()) + (point < mantissa.size() ? 1 : 0);
  auto missing = shift + behind + std::int64_t(zeros);
  constexpr int digits_max = 19;
  digits.resize(digits.size() - zeros);
  if (missing < 0 || missing + std::int64_t(digits.size() - sign) > digits_max) return {};
  digits.append(std::size_t(missing), '0');
  std::int64_t value = 0;
  auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return read.ec == std::errc{} ? std::optional(value) : std::nullopt;
}

bool holds(double d, std::int64_t exactly) {
  constexpr double beyond = 9223372036854775808.0;  // 2 to the 63rd
  return d >= -beyond && d < beyond && static_cast<std::int64_t>(d) == exactly;
}

/// Appends nodes as the parser reports what it reads, and refuses deep nesting, which nlohmann/json
/// itself would accept.
class node_builder {
 public:
  explicit node_builder(json_nodes& to) : to_(to) {}

  bool null() {
    put(type::null);
    return true;
  }
  bool boolean(bool value) {
    put(type::boolean).boolean = value;
    return true;
  }
  bool number_integer(std::int64_t value) {
    put(type::integer).integer = value;
    return true;
  }
  bool number_unsigned(std::uint64_t value) {
    json_node& n = put(type::integer);
    n.is_beyond = value > std::uint64_t(INT64_MAX);
    if (n.is_beyond) n.beyond = value;
    else n.integer = static_cast<std::int64_t>(value);
    return true;
  }
  bool number_float(double value, const std::string& text) {
    auto whole = integer_in(text);
    // A double has 53 bits: what it cannot hold exactly stays an integer.
    if (whole && !holds(value, *whole)) return number_integer(*whole);
    json_node& n = put(type::number);
    n.number = value;
    n.is_whole = whole.has_value();
    return true;
  }
  bool string(const std::string& value) {
    json_node& n = put(type::text);
    n.text = to_.keep(value);
    n.size = static_cast<std::uint32_t>(value.size());
    return true;
  }
  bool binary(json::binary_t&) { return refuse("binary values are not JSON"); }
  bool start_object(std::size_t) { return open(type::object); }
  bool start_array(std::size_t) { return open(type::list); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(const std::string& name) {
    json_node& n = add();
    n.key = to_.keep(name);
    n.key_size = static_cast<std::uint32_t>(name.size());
    has_key_ = true;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const json::exception&) {
    return refuse("syntax error near byte " + std::to_string(position));
  }

  /// Ends what is open when the parser gave up: the nodes up to there are whole then.
  void close_all() {
    while (depth_ > 0) close();
  }
  std::string& error() { return error_; }

 private:
  bool refuse(std::string why) {
    error_ = std::move(why);
    return false;
  }

  json_node& add() {
    if (depth_ > 0) ++to_.nodes[open_[depth_ - 1]].size;
    return to_.nodes.emplace_back();
  }

  /// The node of a value: the one that its key made, or a new one.
  json_node& put(type type) {
    json_node& n = has_key_ ? to_.nodes.back() : add();
    has_key_ = false;
    n.type = type;
    return n;
  }

  bool open(type type) {
    if (depth_ >= json_depth_max) return refuse("nested more than " + std::to_string(json_depth_max) + " levels deep");
    put(type);
    open_[depth_++] = static_cast<std::uint32_t>(to_.nodes.size() - 1);
    return true;
  }

  bool close() {
    std::uint32_t index = open_[--depth_];
    to_.nodes[index].span = static_cast<std::uint32_t>(to_.nodes.size() - index);
    return true;
  }

  json_nodes& to_;
  std::uint32_t open_[json_depth_max];
  int depth_ = 0;
  bool has_key_ = false;
  std::string error_;
};

failure malformed(std::string why) { return {.code = "malformed_json", .detail = std::move(why)}; }

constexpr json_node empty_object = [] {
  json_node n;
  n.type = type::object;
  return n;
}();

}  // namespace

result<json_document> json_document::parse(std::string_view text) {
  // Commands without arguments need no parser.
  if (text.empty() || text == "{}") return json_document{nullptr};
  // The parser takes a zero byte for the end of the text, whatever stands behind it.
  if (auto zero = text.find('\0'); zero != std::string_view::npos)
    return malformed("syntax error near byte " + std::to_string(zero));
  if (text.size() > text_bytes_max) return malformed("longer than 4 GiB");
  json_document parsed{nodes_ptr(json_nodes::take())};
  json_nodes& nodes = *parsed.nodes_;
  nodes.make_room(text.size());
  node_builder builder(nodes);
  bool fine = json::sax_parse(text.begin(), text.end(), &builder);
  builder.close_all();
  // A repeated key stands before whatever stopped the parser.
  if (const json_node* twice = nodes.repeated_key())
    return malformed("the key \"" + std::string(twice->name()) + "\" stands twice");
  if (!fine) return malformed(std::move(builder.error()));
  return parsed;
}

json_value json_document::root() const { return json_value{nodes_ ? nodes_->nodes.data() : &empty_object}; }

void json_document::giver_back::operator()(json_nodes* nodes) const { json_nodes::give_back(nodes); }

}  // namespace parlor
