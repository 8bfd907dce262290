// Building blocks of the screens: elements, drawings, the one-line notice at the foot of the page, and looking again.

// An element: attributes by name, `on...` as listeners, false, null and undefined left out; then its children.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

// A drawing. The markup is always a constant of this page, never text that came over the wire.
export function draw(size, markup, name = "drawing") {
  const holder = document.createElement("template");
  holder.innerHTML = `<svg viewBox="0 0 ${size} ${size}" class="${name}" aria-hidden="true" focusable="false">${markup}</svg>`;
  return holder.content.firstElementChild;
}

// Sets an element's text only when it differs, so that live regions speak once.
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

let fading = 0;

// Shows a sentence for a few seconds.
export function notice(text) {
  const place = document.getElementById("notice");
  clearTimeout(fading);
  place.hidden = false;
  place.textContent = text;
  fading = setTimeout(hush, 6000);
}

// Takes the notice away.
export function hush() {
  document.getElementById("notice").hidden = true;
}

// Calls `look` now and every so often, or after as long as it says; one call at a time, never while the page is hidden.
// Gives what stops it, and as `now` what has it look at once.
export function every(pace, look) {
  let [timer, busy, again, over] = [0, false, false, false];
  const go = async () => {
    clearTimeout(timer);
    again = busy;
    if (over || busy) return;
    busy = true;
    const wait = document.hidden ? pace : await look() ?? pace;
    busy = false;
    if (!over) timer = setTimeout(go, again ? 250 : wait);
  };
  document.addEventListener("visibilitychange", go);
  go();
  return Object.assign(() => {
    over = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", go);
  }, { now: go });
}
