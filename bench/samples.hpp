#pragma once

#include <chrono>
#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/client.hpp"

/// What an open-loop client saw, request by request, written to a file at the end: the harness
/// computes percentiles, of the whole or of a stretch of time, for it knows what the server was
/// doing when.
namespace parlor::bench {

struct sample {
  double intended_s;        ///< when it should have been sent, by CLOCK_MONOTONIC
  float latency_us;         ///< from then until its answer
  std::uint32_t operation;  ///< a number that the program gives a meaning to
};
static_assert(sizeof(sample) == 16, "the harness reads records of 16 bytes");

class samples {
 public:
  /// Room for that many: a list that moves as it grows would be a stall of our own.
  explicit samples(std::size_t expected) { seen_.reserve(expected); }

  void add(steady::time_point intended, std::uint32_t operation) {
    auto latency = std::chrono::duration<float, std::micro>(steady::now() - intended);
    seen_.push_back({std::chrono::duration<double>(intended.time_since_epoch()).count(), latency.count(), operation});
  }
  void write(const std::string& file) const {
    std::ofstream out(file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(seen_.data()), static_cast<std::streamsize>(seen_.size() * sizeof(sample)));
    if (!out.flush()) throw std::runtime_error("cannot write " + file);
  }
  [[nodiscard]] std::size_t size() const { return seen_.size(); }

 private:
  std::vector<sample> seen_;
};

}  // namespace parlor::bench
