#include "runtime/values/json_value.hpp"

#include <algorithm>
#include <stdexcept>

#include "runtime/values/json_writing.hpp"

namespace parlor {
namespace {

using detail::json_node;
using type = json_value::type;

void write(std::string& out, const json_node& n);

void write_list(std::string& out, const json_node& list) {
  out += '[';
  for (const json_node* item = &list + 1; item != list.next(); item = item->next()) {
    if (item != &list + 1) out += ',';
    write(out, *item);
  }
  out += ']';
}

void write_object(std::string& out, const json_node& n) {
  json_object object(out);
  for (const json_node* member = &n + 1; member != n.next(); member = member->next())
    write(object.key(member->name()), *member);
}

/// Recurses as deep as the text is nested, which parsing has limited.
void write(std::string& out, const json_node& n) {
  switch (n.type) {
    case type::null: out += "null"; break;
    case type::boolean: write_json(out, n.boolean); break;
    case type::integer:
      if (n.is_beyond) write_json(out, n.beyond);
      else write_json(out, n.integer);
      break;
    case type::number: write_json(out, n.number); break;
    case type::text: write_json(out, std::string_view(n.text, n.size)); break;
    case type::list: write_list(out, n); break;
    case type::object: write_object(out, n); break;
  }
}

}  // namespace

void json_value::refuse(const char* call) {
  throw std::logic_error(std::string("json_value::") + call + ": the value is of another type");
}

json_value json_value::at(std::size_t index) const {
  if (type_of() != type::list || index >= size()) refuse("at");
  // In a list of nothing but simple values each is one node.
  if (node_->span == node_->size + 1) return json_value{node_ + 1 + index};
  auto item = items().begin();
  while (index-- > 0) ++item;
  return *item;
}

std::optional<json_value> json_value::find(std::string_view key) const {
  if (type_of() != type::object) return {};
  return json_members(*this).find(key);
}

const json_node* json_members::search(std::string_view name) const {
  for (const json_node* member = object_ + 1; member != end_; member = member->next())
    if (member->name() == name) return member;
  return nullptr;
}

std::vector<json_value> json_value::by_key() const {
  std::vector<json_value> members;
  members.reserve(size());
  for (json_value member : items()) members.push_back(member);
  auto before = [](json_value a, json_value b) { return a.key() < b.key(); };
  // What a map wrote is in order already.
  if (!std::is_sorted(members.begin(), members.end(), before)) std::sort(members.begin(), members.end(), before);
  return members;
}

void json_value::each(const std::function<void(const std::string&, json_value)>& visit) const {
  for (json_value member : by_key()) visit(std::string(member.key()), member);
}

std::string json_value::text() const {
  std::string out;
  write(out, *node_);
  return out;
}

}  // namespace parlor
