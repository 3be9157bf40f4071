// Elements without markup in strings: nothing that comes over the wire can become markup.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element; `on…` attributes are listeners, true and false switch an attribute. */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** Make an SVG element. */
export function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

/** Draw an icon of the sprite. */
export function icon(name) {
  return svg("svg", { class: "icon", "aria-hidden": "true" }, svg("use", { href: `#i-${name}` }));
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) value && element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value);
  }
  element.append(...children.flat(3).filter((c) => c !== null && c !== undefined && c !== false));
  return element;
}

/** Put content into an element while the focus, its selection and the scroll stay where they were. */
export function redraw(element, ...content) {
  const at = document.activeElement;
  const kept = element.contains(at) ? mark(at) : null;
  const { scrollX, scrollY } = window;
  element.replaceChildren(...content.flat(3).filter(Boolean));
  if (kept) put(kept);
  window.scrollTo(scrollX, scrollY);
}

function mark(at) {
  let selection = null;
  try {
    selection = [at.selectionStart, at.selectionEnd];
  } catch {
    // Radio buttons and the like have no selection.
  }
  return { id: at.id, selection };
}

function put({ id, selection }) {
  const element = id && document.getElementById(id);
  if (!element) return;
  element.focus({ preventScroll: true });
  if (selection && selection[0] !== null && element.setSelectionRange)
    element.setSelectionRange(...selection);
}

/** Show a key as it is printed on the keyboard. */
export function kbd(text) {
  return h("kbd", {}, text);
}
