#include "runtime/authoring/kept_members.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "runtime/values/json_text.hpp"
#include "runtime/values/json_writing.hpp"

namespace parlor {
namespace {

using type = json_value::type;

/// A description may leave out what is empty.
bool says_nothing(json_value value) {
  switch (value.type_of()) {
    case type::null: return true;
    case type::text: return value.as_view().empty();
    case type::list:
    case type::object: return value.size() == 0;
    default: return false;
  }
}

std::string text_of(const std::vector<std::string>& path) {
  std::string text;
  for (const std::string& part : path) text.append(text.empty() || part.starts_with('[') ? "" : ".").append(part);
  return text;
}

/// An activation, and what it does not know of its state.
class keeping_activation final : public activation {
 public:
  explicit keeping_activation(std::unique_ptr<activation> inner) : inner_(std::move(inner)) {}

  std::optional<failure> load(json_value saved, unknown_members rest) override {
    kept_ = {};
    auto wrong = inner_->load(saved, rest);
    if (!wrong || inner_->load(saved, unknown_members::passed_over)) return wrong;
    std::string known;
    inner_->save(known);
    auto written = json_document::parse(known);
    if (!written) return written.why();
    auto found = kept_members::between(saved, written.value().root());
    if (!found) return found.why();
    kept_ = std::move(found.value());
    return {};
  }

  void save(std::string& out) const override {
    std::string state;
    inner_->save(state);
    if (!kept_.empty()) kept_.add_to(state);
    out += state;
  }

  verdict run(std::size_t command, json_value args, context& ctx, std::string* reply, std::string* saved) override {
    verdict decided = inner_->run(command, args, ctx, reply, saved);
    if (!kept_.empty() && saved && !saved->empty() && decided.accepted()) kept_.add_to(*saved);
    return decided;
  }

  result<question> begin(std::size_t command, json_value args, const context& ctx) const override {
    return inner_->begin(command, args, ctx);
  }
  void show(std::string& out, const viewer& viewer, std::uint64_t version) const override {
    inner_->show(out, viewer, version);
  }
  [[nodiscard]] std::vector<message> parting(const address& self) const override { return inner_->parting(self); }
  void closing(context& ctx) const override { inner_->closing(ctx); }
  void prefetch(int depth) const override { inner_->prefetch(depth); }

 private:
  std::unique_ptr<activation> inner_;
  kept_members kept_;
};

}  // namespace

result<kept_members> kept_members::between(json_value saved, json_value known) {
  kept_members found;
  path here;
  if (auto lost = found.find(saved, known, here, false))
    return failure{"state_unreadable", *lost + " is not a known field, and stands in a list, where none can be kept"};
  return found;
}

std::optional<std::string> kept_members::find(json_value saved, json_value known, path& here, bool in_list) {
  if (saved.type_of() == type::list && known.type_of() == type::list) {
    auto item = known.items().begin();
    std::size_t count = std::min(saved.size(), known.size()), index = 0;
    for (json_value part : saved.items()) {
      if (index == count) break;
      here.push_back('[' + std::to_string(index++) + ']');
      if (auto lost = find(part, *item, here, true)) return lost;
      here.pop_back();
      ++item;
    }
  }
  if (saved.type_of() != type::object || known.type_of() != type::object) return {};
  for (json_value part : saved.items()) {
    std::string name(part.key());
    if (auto same = known.find(name)) {
      here.push_back(std::move(name));
      if (auto lost = find(part, *same, here, in_list)) return lost;
      here.pop_back();
    } else if (!in_list) {
      members_.push_back({here, std::move(name), part.text()});
    } else if (!says_nothing(part)) {
      here.push_back(std::move(name));
      return text_of(here);
    }
  }
  return {};
}

void kept_members::add_to(std::string& state) const {
  auto parsed = json_document::parse(state);
  if (!parsed) return;
  std::string whole;
  path here;
  write(whole, parsed.value().root(), here);
  state = std::move(whole);
}

void kept_members::write(std::string& out, json_value object, path& here) const {
  json_object body(out);
  for (json_value part : object.items()) {
    here.emplace_back(part.key());
    if (part.type_of() == type::object && any_below(here)) write(body.key(part.key()), part, here);
    else body.add_raw(part.key(), part.text());
    here.pop_back();
  }
  for (const member& m : members_)
    if (m.inside == here && !object.find(m.name)) body.add_raw(m.name, m.text);
}

bool kept_members::any_below(const path& here) const {
  return std::any_of(members_.begin(), members_.end(), [&](const member& m) {
    return m.inside.size() >= here.size() && std::equal(here.begin(), here.end(), m.inside.begin());
  });
}

std::function<std::unique_ptr<activation>()> keeping_unknown(std::function<std::unique_ptr<activation>()> make) {
  return [make = std::move(make)] { return std::make_unique<keeping_activation>(make()); };
}

}  // namespace parlor
