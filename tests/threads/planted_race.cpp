#include <cstdio>
#include <thread>

// A data race, planted so that the thread sanitizer can show that it looks: two threads add to one
// number, and nothing orders them.

namespace {

int shared_number = 0;

void add() {
  for (int i = 0; i < 1000; ++i) ++shared_number;
}

}  // namespace

int main() {
  std::thread first(add), second(add);
  first.join();
  second.join();
  std::printf("%d\n", shared_number);
}
