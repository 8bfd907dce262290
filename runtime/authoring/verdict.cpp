#include "runtime/authoring/verdict.hpp"

namespace parlor {

verdict reject(failure why) {
  if (why.code.empty()) throw std::invalid_argument("a rejection needs a word: reject(\"cell_taken\")");
  verdict v;
  v.why_ = std::move(why);
  return v;
}

verdict reject(std::string_view code, std::string_view detail) {
  std::string word(code);
  if (is_breakdown(find_word(word).cause))
    throw std::invalid_argument("reject(\"" + word +
                                "\"): the server says this of itself; a game has words of its own");
  return reject(failure{.code = std::move(word), .detail = std::string(detail)});
}

}  // namespace parlor
