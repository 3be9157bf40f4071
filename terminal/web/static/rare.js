// Names with rare characters: drawn with the kit's own font, or, where no font has a shape, as a
// box with the code point, so that two of them are never taken for one another.

import { h } from "./dom.js";
import { t } from "./words.js";

/** Return a name as it is drawn; `rare` lists the characters that need care. */
export function drawnName(text, rare = []) {
  const shapeless = new Map(rare.filter((r) => !r.is_drawn).map((r) => [r.character, r.code]));
  if (!shapeless.size) return text;
  return [...text].map((character) =>
    shapeless.has(character)
      ? h("span", { class: "no-glyph" }, h("span", { class: "mono" }, shapeless.get(character)))
      : character,
  );
}

/** Say which code points a name's rare characters have, and what to do about those without a shape. */
export function rareNote(rare = []) {
  if (!rare.length) return null;
  const codes = rare.map((r) => (r.is_drawn ? `${r.character} ${r.code}` : r.code)).join("  ");
  const isShapeless = rare.some((r) => !r.is_drawn);
  return h(
    "p",
    { class: isShapeless ? "note" : "small soft", "data-level": isShapeless ? "manual" : null },
    t("identity.rare", { codes }),
    isShapeless ? [" ", t("identity.no-glyph")] : null,
  );
}
