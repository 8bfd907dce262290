#include "runtime/values/message_chain.hpp"

namespace parlor {
namespace {

constexpr std::string_view arrow = " > ", left_out = "... > ";

std::string link_of(const address& actor, std::string_view command) {
  std::string link = actor.kind + "/" + actor.id + ":";
  return link += command;
}

/// Takes out the oldest link behind the first when there are too many.
void shorten(std::string& links) {
  std::size_t count = 1;
  for (std::size_t at = links.find(arrow); at != std::string::npos; at = links.find(arrow, at + 1)) ++count;
  std::size_t second = links.find(arrow) + arrow.size();
  bool shortened = links.compare(second, left_out.size(), left_out) == 0;
  if (count - (shortened ? 1 : 0) <= chain_links_max) return;
  std::size_t oldest = second + (shortened ? left_out.size() : 0);
  std::size_t next = links.find(arrow, oldest) + arrow.size();
  links.replace(second, next - second, left_out);
}

}  // namespace

std::string_view message_chain::beginning() const { return std::string_view(links).substr(0, links.find(arrow)); }

bool message_chain::names(const address& actor) const {
  std::string mark = chain_mark(actor);
  return links.starts_with(std::string_view(mark).substr(arrow.size())) || links.find(mark) != std::string::npos;
}

std::string chain_mark(const address& actor) { return std::string(arrow) + link_of(actor, {}); }

message_chain_ptr begin_chain(std::uint64_t begun, const address& actor, std::string_view command,
                              std::string_view player) {
  auto chain = std::make_shared<message_chain>(message_chain{.begun = begun, .links = link_of(actor, command)});
  if (!player.empty()) (chain->links += " by ") += player;
  return chain;
}

message_chain_ptr continue_chain(const message_chain& led, const address& actor, std::string_view command) {
  auto chain = std::make_shared<message_chain>(led);
  ++chain->length;
  (chain->links += arrow) += link_of(actor, command);
  shorten(chain->links);
  return chain;
}

}  // namespace parlor
