// Makes the README's picture: one game of tic-tac-toe in two windows, as each of its two players sees it.
//
//   tests/browser/run $PWD/build/release/http/parlor $PWD/docs/pictures picture.mjs

import path from "node:path";
import { base, checkComplaints, close, launch, player, shots } from "./browser.mjs";

const viewport = { width: 350, height: 530 };

// A window as a desktop frames it; which desktop does not matter.
const frame = ([shot, name]) => `
  <figure><figcaption><i></i><i></i><i></i><span>${name}</span></figcaption>
  <img src="data:image/png;base64,${shot.toString("base64")}"></figure>`;

const sheet = (windows) => `<!doctype html><style>
  body { margin: 0; padding: 12px; display: inline-flex; gap: 24px; font: 13px sans-serif }
  figure { margin: 0; border-radius: 9px; overflow: hidden; border: 1px solid #8c959f }
  figcaption { display: flex; gap: 7px; padding: 8px 12px; background: #d0d7de; color: #24292f }
  i { width: 12px; height: 12px; border-radius: 6px; background: #8c959f }
  span { flex: 1; text-align: center; margin-right: 57px }
  img { display: block }
</style>${windows.map(frame).join("")}`;

// Presses the cells one after the other, each in the window of the player whose turn it is.
async function play(windows, cells) {
  for (const index of cells) {
    const mine = (page) => page.locator('#screen[data-mood="mine"]').waitFor().then(() => page);
    const mover = await Promise.any(windows.map(mine));
    await mover.locator(`[data-cell="${index}"]`).click();
    for (const page of windows) await page.locator(`[data-cell="${index}"]:not([data-value="0"])`).waitFor();
  }
}

await launch();
const ann = await player({ viewport, colorScheme: "light" });
const bob = await player({ viewport, colorScheme: "dark" });
await ann.goto(new URL("#/tictactoe", base).href);
await ann.locator("#create").click();
await bob.goto(await ann.locator("#link").inputValue());
await play([ann, bob], [4, 0, 2, 6, 3]);

// Its one Chinese word would need a font that not every machine has.
for (const page of [ann, bob]) await page.locator("#language").evaluate((button) => { button.style.visibility = "hidden"; });
const windows = [[await ann.screenshot(), "one player"], [await bob.screenshot(), "the other"]];
const page = await player();
await page.setContent(sheet(windows));
await page.locator("body").screenshot({ path: path.join(shots, "two-windows.png"), omitBackground: true });
await checkComplaints();
await close();
