#include "runtime/values/json_nodes.hpp"

#include <sanitizer/asan_interface.h>  // says nothing in a build without the sanitizer

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace parlor::detail {
namespace {

/// A larger document's storage is freed: it may have been the largest of the day.
constexpr std::size_t spare_letters_max = 16 * 1024;
constexpr std::size_t spare_nodes_max = 1024;
/// Up to here comparing each key with each is quicker than sorting them.
constexpr std::size_t compared_in_pairs_max = 16;

// Trivial, so that storage may be given back even while the thread's own objects are destroyed.
constinit thread_local json_nodes* spare = nullptr;
constinit thread_local bool thread_ends = false;

struct spare_owner {
  ~spare_owner() {
    thread_ends = true;
    delete std::exchange(spare, nullptr);
  }
};

const json_node* repeated_of_few(const json_node& object) {
  for (const json_node* m = &object + 1; m != object.next(); m = m->next())
    for (const json_node* before = &object + 1; before != m; before = before->next())
      if (before->name() == m->name()) return m;
  return nullptr;
}

/// A map was written in this order.
bool is_ascending(const json_node& object) {
  const json_node* before = &object + 1;
  for (const json_node* m = before->next(); m != object.next(); before = m, m = m->next())
    if (before->name() >= m->name()) return false;
  return true;
}

const json_node* repeated_of_many(const json_node& object) {
  if (is_ascending(object)) return nullptr;
  std::vector<const json_node*> members;
  members.reserve(object.size);
  for (const json_node* m = &object + 1; m != object.next(); m = m->next()) members.push_back(m);
  // Equal keys side by side, in the order of the text.
  std::sort(members.begin(), members.end(), [](const json_node* a, const json_node* b) {
    if (a->key_size != b->key_size) return a->key_size < b->key_size;
    int order = std::memcmp(a->key, b->key, a->key_size);
    return order != 0 ? order < 0 : a < b;
  });
  const json_node* first = nullptr;
  for (std::size_t i = 1; i < members.size(); ++i)
    if (members[i]->name() == members[i - 1]->name() && (!first || members[i] < first)) first = members[i];
  return first;
}

}  // namespace

void json_nodes::make_room(std::size_t text_bytes) {
  if (letters_max_ >= text_bytes) return;
  letters_max_ = std::max<std::size_t>(text_bytes, 256);
  letters_ = std::make_unique_for_overwrite<char[]>(letters_max_);
}

const char* json_nodes::keep(std::string_view letters) {
  assert(letters.size() <= letters_max_ - letters_used_);
  char* place = letters_.get() + letters_used_;
  std::memcpy(place, letters.data(), letters.size());
  letters_used_ += letters.size();
  return place;
}

const json_node* json_nodes::repeated_key() const {
  const json_node* first = nullptr;
  for (const json_node& n : nodes) {
    if (n.type != json_value::type::object || n.size < 2) continue;
    auto* found = n.size <= compared_in_pairs_max ? repeated_of_few(n) : repeated_of_many(n);
    if (found && (!first || found < first)) first = found;
  }
  return first;
}

json_nodes* json_nodes::take() {
  json_nodes* nodes = std::exchange(spare, nullptr);
  if (nodes) {
    nodes->allow_access();
  } else {
    nodes = new json_nodes;
    nodes->nodes.reserve(16);
  }
  return nodes;
}

void json_nodes::give_back(json_nodes* used) {
  if (thread_ends || spare || !used->is_small()) {
    delete used;
    return;
  }
  thread_local spare_owner owner;
  used->nodes.clear();
  used->letters_used_ = 0;
  used->forbid_access();
  spare = used;
}

bool json_nodes::is_small() const { return letters_max_ <= spare_letters_max && nodes.capacity() <= spare_nodes_max; }

// A value that is used after its document would read the next text: the sanitizer shall see it.
void json_nodes::forbid_access() {
  ASAN_POISON_MEMORY_REGION(nodes.data(), nodes.capacity() * sizeof(json_node));
  ASAN_POISON_MEMORY_REGION(letters_.get(), letters_max_);
}

void json_nodes::allow_access() {
  ASAN_UNPOISON_MEMORY_REGION(nodes.data(), nodes.capacity() * sizeof(json_node));
  ASAN_UNPOISON_MEMORY_REGION(letters_.get(), letters_max_);
}

}  // namespace parlor::detail
