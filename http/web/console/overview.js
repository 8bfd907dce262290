// The overview: who is awake, how much is asked, how fast it is answered, what is refused. Every number is worked
// out here, from two readings of the metrics.

import { every, h, notice } from "../ui.js";
import { get, post, text } from "./api.js";
import { all, grown, quantile, rate, read, sum } from "./numbers.js";
import { bytes, careful, count, line, logLines, section, span, table } from "./parts.js";
import { t } from "./words.js";

const pace = 2000;
const kept = 60;  // readings, for the lines
const recent = 61_000;  // milliseconds
const times = "parlor_http_request_duration_seconds";

// The console's own questions are left out.
const theirs = ({ route }) => (route.startsWith("/api/admin") ? null : "");

export function overview(root, { server, refresh, fail }) {
  const readings = [];
  let lines = [];
  const places = Object.fromEntries(["tiles", "house", "routes", "refused", "latest"].map((name) => [name, h("div", { id: name })]));

  const drain = () => (server.draining
    ? h("button", { type: "button", id: "drain", onclick: () => order("undrain", "undrained") }, t("undrain"))
    : careful(t("drain"), t("drain_sure"), () => order("drain", "drained"), { id: "drain" }));
  let drains = server.draining;
  let button = drain();

  // Another operator may have given the order.
  function showDrain() {
    if (drains === server.draining) return;
    drains = server.draining;
    const has = document.activeElement === button;
    button.replaceWith(button = drain());
    if (has) button.focus();
  }

  const held = h("p", { id: "held" }, `${t("deletions_held")} `,
    careful(t("accept_clock"), t("accept_clock_sure"), () => order("accept_clock", "clock_accepted"), { id: "accept-clock" }));
  function showHeld() {
    held.hidden = !server.deletions_held;
  }

  async function order(what, done) {
    try {
      Object.assign(server, await post(`/${what}`));
      showDrain();
      showHeld();
      notice(t(done));
      await refresh();
    } catch (problem) {
      fail(problem);
    }
  }

  const tile = (name, title, value, hint, values) => h("div", { class: "tile", "data-tile": name },
    h("h2", {}, title), h("p", { class: "figure" }, value), h("p", { class: "soft" }, hint), values ? line(values) : null);

  // What `of` gives for each reading and the one before it.
  const over = (of) => readings.slice(1).map((now, i) => of(readings[i], now));

  function showTiles(before, now) {
    const answered = (a, b) => grown(a, b, times, theirs).get("") ?? { count: 0, buckets: [] };
    const asked = answered(before, now);
    const commit = grown(before, now, "parlor_store_commit_duration_seconds").get("");
    const batch = grown(before, now, "parlor_store_group_commits").get("");
    const commits = (a, b) => rate(a, b, "parlor_store_commit_duration_seconds_count");
    const requests = (a, b) => answered(a, b).count / ((b.at - a.at) / 1000 || 1);
    const part = (of, q) => span(of ? quantile(of, q) : null);
    places.tiles.replaceChildren(
      tile("awake", t("awake"), count(sum(now, "parlor_actors_awake")), t("reminders_set", { count: count(sum(now, "parlor_reminders_pending")) }),
        readings.map((one) => sum(one, "parlor_actors_awake"))),
      tile("requests", t("requests_rate"), count(requests(before, now)), `${t("per_second")} · ${t("in_flight", { count: count(sum(now, "parlor_requests_in_flight")) })}`, over(requests)),
      tile("latency", t("latency"), `${part(asked, 0.5)} · ${part(asked, 0.99)}`, t("p50_p99"), over((a, b) => quantile(answered(a, b), 0.99) ?? 0)),
      tile("commits", t("commits"), count(commits(before, now)), [t("per_second"), t("commit_time", { p50: part(commit, 0.5), p99: part(commit, 0.99) }),
        ...(batch?.count > 0 ? [t("batch", { count: count(batch.sum / batch.count) })] : [])].join(" · "), over(commits)),
      tile("memory", t("memory"), bytes(sum(now, "process_resident_memory_bytes")), t("up_for", { time: span(sum(now, "parlor_uptime_seconds")) }),
        readings.map((one) => sum(one, "process_resident_memory_bytes"))),
      tile("refused", t("refused"), count(rate(before, now, "parlor_requests_refused_total")), t("per_second"), over((a, b) => rate(a, b, "parlor_requests_refused_total"))),
    );
  }

  // A small door for each kind, lit where somebody is awake.
  function showHouse(now) {
    const doors = all(now, "parlor_actors_awake").map(({ of: { kind }, value }) => h("li", {},
      h("a", { class: "arch-small", href: `#/actors?kind=${kind}`, "data-lit": value > 0 ? "yes" : null, title: t("house_hint") },
        h("span", { class: "number" }, count(value)), h("span", { class: "id" }, ...kind.split(/(?<=_)/).flatMap((part) => [part, h("wbr")])))));
    replace(places.house, h("ul", { class: "house" }, ...doors));
  }

  function showRoutes(before, now) {
    const seconds = (now.at - before.at) / 1000;
    const named = ({ method, route, kind = "" }) => `${method} ${route.replace("{kind}", kind)}`.trim();
    const rows = [...grown(before, now, times, (of) => (theirs(of) === null ? null : named(of))).entries()]
      .filter(([, one]) => one.count > 0).sort(([, a], [, b]) => b.count - a.count).slice(0, 12)
      .map(([route, one]) => [h("span", { class: "id" }, route), count(one.count / seconds), span(quantile(one, 0.5)), span(quantile(one, 0.99))]);
    places.routes.replaceChildren(rows.length
      ? table(t("routes"), [[t("route")], [t("rate"), "number"], [t("median"), "number"], [t("p99"), "number"]], rows)
      : h("p", { class: "soft" }, t("quiet")));
  }

  function showRefused(before, now) {
    const then = new Map(all(before, "parlor_requests_refused_total").map(({ of, value }) => [of.reason, value]));
    const rows = all(now, "parlor_requests_refused_total").filter(({ value }) => value > 0).sort((a, b) => b.value - a.value)
      .map(({ of: { reason }, value }) => [h("span", { class: "id" }, reason), count(value), count(value - (then.get(reason) ?? 0))]);
    places.refused.replaceChildren(rows.length
      ? table(t("refused"), [[t("reason")], [t("total"), "number"], [t("last_minute"), "number"]], rows)
      : h("p", { class: "soft" }, t("none_refused")));
  }

  // A link that has the focus keeps it.
  function replace(place, ...content) {
    const at = document.activeElement?.closest(`#${place.id}`) ? document.activeElement.getAttribute("href") : null;
    place.replaceChildren(...content);
    if (at) place.querySelector(`[href="${CSS.escape(at)}"]`)?.focus({ preventScroll: true });
  }

  async function look() {
    try {
      const [metrics, log] = await Promise.all([text("/metrics"), get("/log?limit=8")]);
      const now = read(metrics);
      const age = (one) => sum(one, "parlor_uptime_seconds");
      // A server that began anew counts anew.
      if (readings.length && age(now) < age(readings.at(-1))) readings.length = 0;
      readings.push(now);
      if (readings.length > kept) readings.shift();
      const before = readings.find(({ at }) => now.at - at < recent);
      showDrain();
      showHeld();
      showTiles(before, now);
      showHouse(now);
      showRoutes(before, now);
      showRefused(before, now);
      if (log.next !== lines.next) replace(places.latest, logLines(log.lines.reverse()));
      lines = log;
      root.dataset.readings = readings.length;
    } catch (problem) {
      fail(problem);
    }
  }

  showHeld();
  root.className = "overview";
  root.replaceChildren(
    h("div", { class: "title" }, h("h1", {}, t("overview")), button), held, places.tiles,
    section(t("house"), t("house_hint"), places.house),
    h("div", { class: "columns" }, section(t("routes"), t("routes_hint"), places.routes), section(t("refused"), t("refused_hint"), places.refused)),
    section(t("latest"), null, places.latest));
  document.title = `${t("overview")} · parlor`;
  return { close: every(pace, look) };
}
