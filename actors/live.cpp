#include <algorithm>
#include <map>

#include "actors/catalog.hpp"
#include "runtime/authoring/actor_of.hpp"
#include "runtime/values/blank_text.hpp"

// Live streams. `live` is the streamer's own side: it goes on air and off. `stream/<streamer>` is
// what everybody watches, for as long as the streamer's session lasts: however that ends, its
// parting ends the stream, and whoever still watches finds nothing there.
namespace parlor::actors {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t title_max = 100, text_max = 200;  // bytes
constexpr std::size_t watchers_max = 1000;
constexpr std::size_t chat_max = 50;
constexpr duration watching_for = 60s;  // after each `watch`

struct titled {
  std::string title;
  static constexpr auto fields = describe(field("title", &titled::title, at_most(title_max)));
};

// The streamer's side.

struct studio {
  bool on_air = false;
  std::string title;
  static constexpr auto fields = describe(field("on_air", &studio::on_air), field("title", &studio::title));
};

struct opened {
  std::string stream;
  static constexpr auto fields = describe(field("stream", &opened::stream));
};

address stream_of(const address& streamer) { return {"stream", streamer.id}; }

verdict_of<opened> on_open(studio& s, const titled& args, context& ctx) {
  if (is_blank(args.title)) return reject("no_title", "a stream has a title");
  s = {true, args.title};
  ctx.tell(stream_of(ctx.self()), "begin", args);
  return accept(opened{ctx.self().id});
}

verdict not_on_air() { return reject("not_on_air", "there is no stream: open one"); }

verdict on_keep(studio& s, context& ctx) {
  if (!s.on_air) return not_on_air();
  // If the server had no room for the stream any more, this brings it back.
  ctx.tell(stream_of(ctx.self()), "begin", titled{s.title});
  return accept();
}

verdict on_end(studio& s, context& ctx) {
  if (!s.on_air) return not_on_air();
  s = {};
  ctx.tell(stream_of(ctx.self()), "off");
  return accept();
}

// The stream has begun. Messages may overtake one another: off air by now, this ends it again.
verdict on_began(studio& s, context& ctx) {
  if (s.on_air) return unchanged();
  ctx.tell(stream_of(ctx.self()), "off");
  ctx.erase();
  return accept();
}

std::vector<message> parting(const studio& s, const address& self) {
  if (!s.on_air) return {};
  return {{stream_of(self), "off", "{}"}};
}

studio view_studio(const studio& s) { return s; }

// The stream that everybody watches.

struct chat_entry {
  std::string player;
  std::string text;
  std::string at;
  static constexpr auto fields =
      describe(field("player", &chat_entry::player), field("text", &chat_entry::text), field("at", &chat_entry::at));
};

using counts = std::map<std::string, int>;

struct broadcast {
  std::string streamer;
  std::string title;
  std::string since;
  std::map<std::string, std::int64_t> watchers;  // until when each counts, in ms
  counts reactions{{"clap", 0}, {"laugh", 0}, {"like", 0}, {"wow", 0}};
  std::vector<chat_entry> chat;  // the latest last
  static constexpr auto fields = describe(field("streamer", &broadcast::streamer), field("title", &broadcast::title),
                                          field("since", &broadcast::since), field("watchers", &broadcast::watchers),
                                          field("reactions", &broadcast::reactions), field("chat", &broadcast::chat));
};

/// Forgets the watchers who have not said for a minute that they watch, and comes back when the next is due.
void count_watchers(broadcast& b, context& ctx) {
  std::erase_if(b.watchers, [&](const auto& w) { return w.second <= to_ms(ctx.time()); });
  if (b.watchers.empty()) return ctx.forget("count");
  auto next = std::min_element(b.watchers.begin(), b.watchers.end(),
                               [](const auto& a, const auto& c) { return a.second < c.second; });
  ctx.remind("count", from_ms(next->second) - ctx.time(), "count");
}

/// Whether the caller may speak here.
bool takes_part(broadcast& b, context& ctx) {
  count_watchers(b, ctx);
  std::string player(ctx.player());
  return player == b.streamer || b.watchers.contains(player);
}

verdict not_watching() { return reject("not_watching", "only who watches, and the streamer, may speak"); }

verdict on_begin(broadcast& b, const titled& args, context& ctx) {
  if (b.streamer.empty()) {
    b.streamer = ctx.self().id;
    b.since = to_text(ctx.time());
    ctx.tell({"live", b.streamer}, "began");
  } else if (b.title == args.title) {
    return unchanged();
  }
  b.title = args.title;
  return accept();
}

verdict on_off(broadcast&, context& ctx) {
  ctx.erase();
  return accept();
}

verdict on_count(broadcast& b, context& ctx) {
  count_watchers(b, ctx);
  return accept();
}

verdict on_watch(broadcast& b, context& ctx) {
  b.watchers[std::string(ctx.player())] = to_ms(ctx.time() + watching_for);
  count_watchers(b, ctx);
  if (b.watchers.size() > watchers_max) return reject("stream_full", "too many watch this stream");
  return accept();
}

verdict on_unwatch(broadcast& b, context& ctx) {
  if (b.watchers.erase(std::string(ctx.player())) == 0) return unchanged();
  count_watchers(b, ctx);
  return accept();
}

struct words {
  std::string text;
  static constexpr auto fields = describe(field("text", &words::text, at_most(text_max)));
};

verdict on_say(broadcast& b, const words& said, context& ctx) {
  if (!takes_part(b, ctx)) return not_watching();
  if (is_blank(said.text)) return reject("say_something", "the text is empty");
  if (b.chat.size() == chat_max) b.chat.erase(b.chat.begin());
  b.chat.push_back({std::string(ctx.player()), said.text, to_text(ctx.time())});
  return accept();
}

struct reaction {
  std::string reaction;
  static constexpr auto fields =
      describe(field("reaction", &reaction::reaction, one_of("like", "laugh", "wow", "clap")));
};

verdict on_react(broadcast& b, const reaction& r, context& ctx) {
  if (!takes_part(b, ctx)) return not_watching();
  ++b.reactions[r.reaction];
  return accept();
}

// The names of the watchers are nobody's business: they are a number.
struct broadcast_view {
  std::string streamer;
  std::string title;
  std::string since;
  int watchers = 0;
  counts reactions;
  std::vector<chat_entry> chat;
  static constexpr auto fields =
      describe(field("streamer", &broadcast_view::streamer), field("title", &broadcast_view::title),
               field("since", &broadcast_view::since), field("watchers", &broadcast_view::watchers),
               field("reactions", &broadcast_view::reactions), field("chat", &broadcast_view::chat));
};

broadcast_view view_broadcast(const broadcast& b) {
  return {b.streamer, b.title, b.since, static_cast<int>(b.watchers.size()), b.reactions, b.chat};
}

}  // namespace

kind live() {
  return actor_of<studio>{
      .name = "live",
      .idle_after = 15min,
      .durable = false,
      .commands = {{"open", on_open}, {"keep", on_keep}, {"end", on_end}, {"began", on_began, open_to::actors}},
      .view = view_studio,
      .parting = parting};
}

kind stream() {
  return actor_of<broadcast>{.name = "stream",
                             .reached_by = reach::room,
                             .idle_after = 24h,  // its end is the streamer's, not that nobody watches
                             .durable = false,
                             .created_by = {"begin"},
                             .commands = {{"begin", on_begin, open_to::actors},
                                          {"off", on_off, open_to::actors},
                                          {"count", on_count, open_to::actors},
                                          {"watch", on_watch},
                                          {"unwatch", on_unwatch},
                                          {"say", on_say},
                                          {"react", on_react}},
                             .view = view_broadcast};
}

}  // namespace parlor::actors
