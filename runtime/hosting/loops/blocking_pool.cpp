#include "runtime/hosting/loops/blocking_pool.hpp"

#include <utility>

#include "runtime/hosting/loops/signal_stack.hpp"

namespace parlor {

blocking_pool::~blocking_pool() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& t : threads_) t.join();
}

void blocking_pool::run(std::function<void()> work) {
  if (threads_max_ == 0) return work();
  {
    std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(work));
    if (waiting_.size() > idle_ && threads_.size() < threads_max_) threads_.emplace_back([this] { serve(); });
  }
  changed_.notify_one();
}

void blocking_pool::serve() {
  signal_stack stack;
  std::unique_lock lock(mutex_);
  while (true) {
    ++idle_;
    changed_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
    --idle_;
    if (ending_) return;
    auto work = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
}

}  // namespace parlor
