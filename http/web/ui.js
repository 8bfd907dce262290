// Building blocks of the screens: elements, drawings and the one-line notice at the foot of the page.

// An element: attributes by name, `on...` as listeners, false, null and undefined left out; then its children.
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
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
