// What has ended the server's process too often and is not run: an operator releases it, or drops a room.

import { every, h, notice } from "../ui.js";
import { get, pathOf, post } from "./api.js";
import { actorLink, careful, section, table, when } from "./parts.js";
import { sentence, t } from "./words.js";

export function quarantine(root, { fail }) {
  let closed = false;
  let seen = null;  // the last answer, as text
  const place = h("div", { id: "quarantined" });

  async function order(path, args, done, name) {
    try {
      await post(path, args);
      notice(t(done, { name }));
    } catch (problem) {
      if (problem.status === 401) return fail(problem);
      notice(sentence(problem));
    }
    await stop.now();
  }

  function cells(row) {
    const { scope, kind, id, part, sender } = row;
    const name = [id ? `${kind}/${id}` : kind, part].filter(Boolean).join(": ");
    return [
      id ? actorLink(`${kind}/${id}`) : h("span", { class: "id" }, kind), part || "*", sender, row.crashes, when(row.last),
      `${row.last_part}: ${row.why}`,
      h("span", { class: "row" },
        careful(t("release"), t("release_sure"), () => order("/release", { scope, kind, id, part, sender }, "done_release", name), { class: "small", "data-release": name }),
        scope === "actor" ? careful(t("drop"), t("drop_sure"), () => order(`${pathOf(kind, id)}/drop`, {}, "done_drop", name), { class: "small grave", "data-drop": name }) : null)];
  }

  async function look() {
    // A button that waits to be pressed again stays where it is.
    if (closed || root.querySelector("[data-armed]")) return;
    try {
      const rows = (await get("/quarantine")).quarantine;
      const now = JSON.stringify(rows);
      if (closed || now === seen || root.querySelector("[data-armed]")) return;
      seen = now;
      place.replaceChildren(rows.length
        ? table(t("quarantine"), [[t("actors")], [t("part")], [t("player")], [t("crashes"), "number"], [t("latest")], [t("reason")], [""]], rows.map(cells))
        : h("p", { class: "soft" }, t("nothing")));
    } catch (problem) {
      if (!closed) fail(problem);
    }
  }

  root.className = "quarantine stack";
  root.replaceChildren(h("h1", {}, t("quarantine")), section(t("quarantine"), t("quarantine_hint"), place));
  document.title = `${t("quarantine")} · parlor`;
  const stop = every(4000, look);
  return {
    close() {
      closed = true;
      stop();
    },
  };
}
