#pragma once

#include "runtime/authoring/room_of.hpp"

/// The rules of Nim, open to its tests.
namespace parlor::actors {

struct heap {
  int sticks = 21;
  std::optional<int> last;  // the seat that took last
  static constexpr auto fields = describe(field("sticks", &heap::sticks), field("last", &heap::last));
};

struct take {
  int sticks = 1;
  static constexpr auto fields = describe(field("sticks", &take::sticks, between(1, 3)));
};

verdict on_take(heap& h, const take& move, context& ctx);
std::optional<ending> over(const heap& h);

kind nim();

}  // namespace parlor::actors
