// A signer who goes to another counter of the bank: the slip that he takes along, and what came back.

import { h, icon } from "./dom.js";
import { moment, t } from "./words.js";

const fives = (code) => code.replace(/.{5}(?=.)/g, "$& ");

/** What stands while he is expected there; `acts` are the buttons for it. */
export function slip(one, qr, ...acts) {
  return [
    h("div", { class: "remote-grid" },
      h("div", { class: "stack-s" }, qr,
        h("p", { class: "remote-code voucher mono", id: `code-${one.invitation.slice(0, 6)}` }, fives(one.code))),
      h("div", { class: "stack-s" },
        h("p", {}, t("attended.how")),
        h("p", { class: "small soft" }, t("remote.until", { at: moment(one.expires_at) })),
        h("p", { class: "row" }, acts))),
  ];
}

/** The same on paper: nobody's name, nothing of the case. */
export const slipPaper = (one, qr) =>
  h("div", { class: "print-only" }, h("h1", {}, t("attended.slip")), qr, h("p", { class: "mono" }, fives(one.code)),
    h("p", {}, t("attended.take")), h("p", {}, t("remote.until", { at: moment(one.expires_at) })));

/** Where he signed, before whom, and by which card. */
export function where({ branch, terminal, teller, teller_name: name, reader, read_at: at, is_simulated: isSimulated }) {
  return [
    h("p", {}, t("attended.where", { branch, terminal, teller, name })),
    h("p", { class: "small soft" }, icon("card"), " ", t("attended.read", { at: moment(at), reader }), isSimulated ? ` · ${t("identity.simulated")}` : ""),
  ];
}
