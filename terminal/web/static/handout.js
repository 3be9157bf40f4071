// What a customer takes home: the list of materials and the sample forms of a kind, to be printed.

import { h, icon, kbd } from "./dom.js";
import { head } from "./parts.js";
import { printPages } from "./print.js";
import { pick, t } from "./words.js";
import { viewer } from "./viewer.js";

let view = null;

/** Draw the papers of an offer; `which` is the list, or a sample by its step. */
export function handout(offer, which, draw) {
  if (!offer) return { main: [h("h1", { tabindex: "-1", id: "title" }, t("handout.none"))], one: true };
  const address = `/ui/api/offers/${offer.code}/${which === "list" ? "checklist" : `sample/${which}`}`;
  if (view?.address !== address) view = { address, page: 1 };
  const print = () => printPages(address);
  const back = () => (location.hash = "/new");
  const papers = [["list", t("handout.list")], ...offer.steps.map((step, at) => [String(at + 1),
    t(offer.steps.length > 1 ? "handout.sample-of" : "handout.sample", { what: pick(step) })])];
  return {
    main: [
      head(pick(offer), t("handout.how"),
        h("button", { class: "btn btn-primary", type: "button", id: "print-handout", onclick: print }, icon("printer"), t("handout.print"), " ", kbd("P")),
        h("a", { class: "btn", href: "#/new", id: "back" }, t("handout.back"), " ", kbd("Esc"))),
      h("nav", { class: "row", "aria-label": t("handout.papers") }, papers.map(([key, name]) =>
        h("a", { class: "btn btn-s", id: `paper-${key}`, href: `#/handout/${offer.code}/${key}`,
          "aria-current": key === which ? "page" : null }, name))),
      viewer(view, papers.find(([key]) => key === which)?.[1] ?? "", draw),
    ],
    one: true,
    keys: { Escape: back, p: print },
  };
}
