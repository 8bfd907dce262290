#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

/// A function that is called once, later, by somebody else: what an answer goes to.
///
/// It differs from std::function in two things that the hot path needs. It moves and cannot be copied, so
/// that a capture has one owner. And it holds captures of up to `inline_bytes` in itself, so that handing an
/// answer from layer to layer allocates nothing. A larger callable lives on the heap.
namespace parlor {

template <class Signature, std::size_t inline_bytes = 48>
class callback;

template <class R, class... Args, std::size_t inline_bytes>
class callback<R(Args...), inline_bytes> {
 public:
  callback() = default;
  callback(std::nullptr_t) {}
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, callback> &&
           std::is_invocable_r_v<R, std::remove_cvref_t<F>&, Args...>) callback(F&& f) {
    using callable = std::remove_cvref_t<F>;
    if constexpr (fits<callable>) {
      ::new (static_cast<void*>(room_)) callable(std::forward<F>(f));
      does_ = &in_place<callable>;
    } else {
      ::new (static_cast<void*>(room_)) callable*(new callable(std::forward<F>(f)));
      does_ = &on_heap<callable>;
    }
  }
  callback(callback&& from) noexcept { take(from); }
  callback& operator=(callback&& from) noexcept {
    if (this == &from) return *this;
    reset();
    take(from);
    return *this;
  }
  ~callback() { reset(); }

  explicit operator bool() const { return does_ != nullptr; }
  /// Calls it. It must not be empty.
  R operator()(Args... args) { return does_->call(room_, std::forward<Args>(args)...); }

 private:
  struct table {
    R (*call)(void* room, Args&&... args);
    void (*move)(void* from, void* to) noexcept;
    void (*destroy)(void* room) noexcept;
  };

  template <class F>
  static constexpr bool fits = sizeof(F) <= inline_bytes &&
                               alignof(F) <= alignof(std::max_align_t) && std::is_nothrow_move_constructible_v<F>;
  template <class F>
  static constexpr table in_place{
      [](void* room, Args&&... args) -> R { return (*static_cast<F*>(room))(std::forward<Args>(args)...); },
      [](void* from, void* to) noexcept {
        ::new (to) F(std::move(*static_cast<F*>(from)));
        static_cast<F*>(from)->~F();
      },
      [](void* room) noexcept { static_cast<F*>(room)->~F(); }};
  template <class F>
  static constexpr table on_heap{
      [](void* room, Args&&... args) -> R { return (**static_cast<F**>(room))(std::forward<Args>(args)...); },
      [](void* from, void* to) noexcept { ::new (to) F*(*static_cast<F**>(from)); },
      [](void* room) noexcept { delete *static_cast<F**>(room); }};

  void take(callback& from) noexcept {
    does_ = std::exchange(from.does_, nullptr);
    if (does_) does_->move(from.room_, room_);
  }
  void reset() {
    if (does_) std::exchange(does_, nullptr)->destroy(room_);
  }

  alignas(std::max_align_t) std::byte room_[inline_bytes];
  const table* does_ = nullptr;
};

}  // namespace parlor
