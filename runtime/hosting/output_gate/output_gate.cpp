#include "runtime/hosting/output_gate/output_gate.hpp"

#include <utility>

namespace parlor {

void output_gate::hold(gated_output&& out) {
  out.after = wanted_by(out);
  held_.push_back(std::move(out));
}

void output_gate::refuse_all(std::string_view code) {
  for (gated_output& out : std::exchange(held_, {})) out.request->refuse(code);
}

const gated_output* output_gate::output_of(std::uint64_t commit) const {
  for (const gated_output& out : held_)
    if (out.commits && out.after == commit) return &out;
  return nullptr;
}

}  // namespace parlor
