// One document on the page: who it says its holder is, how that became known, what to look at.

import { fetchBlob, post } from "./api.js";
import { h, icon, svg } from "./dom.js";
import { facts } from "./parts.js";
import { drawnName, rareNote } from "./rare.js";
import { store, tell } from "./store.js";
import { clock, moment, pick, t } from "./words.js";

const WEIGHTS = { bad: ["block", "block"], look: ["manual", "warn"], note: ["info", "info"], good: ["pass", "check"] };
const QUIET = "terminal.photo-undecoded";
const FIELDS = ["permit_no", "issue_count", "renewals", "former_number"];
const shownNumbers = new Map();
const photos = new Map();
/** Documents that were read a moment ago: their places stand out. */
export const fresh = new Set();

/** Nothing of the last draft's people may stand on another one's places. */
export function forgetPeople() {
  for (const kept of [shownNumbers, photos, fresh]) kept.clear();
}

/** One document in one place: another card there is not shown because the last one was. */
const placeOf = (slot) => `${slot.slot_id}/${slot.identity.number}/${slot.identity.read_at}`;

const check = (look, shape, text) =>
  h("span", { class: "check", "data-level": look }, icon(shape), text);

/** What stands beside the place's title: in force or not, read or typed. */
export function checks(slot) {
  const who = slot.identity;
  if (!who) return null;
  return [
    who.is_valid
      ? check("pass", "check", t("identity.valid"))
      : check("correct", "warn", t(isExpired(who) ? "identity.expired" : "identity.not-yet")),
    who.source === "chip"
      ? check(who.is_simulated ? "info" : "pass", who.is_simulated ? "info" : "check",
          t(who.is_simulated ? "identity.simulated" : "identity.chip-good"))
      : check("manual", "manual", t(who.manual?.checked_by ? "identity.typed-checked" : "identity.typed")),
  ];
}

const isExpired = (who) => who.notices.some((n) => n.code === "terminal.document-expired");

/** Draw a document. */
export function person(slot) {
  const who = slot.identity;
  return [
    ...who.notices.filter((n) => n.code !== QUIET).map(notice),
    h(
      "div",
      { class: "idcard" },
      h("div", {}, photo(slot)),
      h(
        "div",
        { class: "stack-s" },
        h("p", { class: "name", lang: "zh-CN" }, drawnName(who.name, who.rare)),
        rareNote(who.rare),
        facts(said(slot), "facts-wide"),
        who.notices.filter((n) => n.code === QUIET).map(quietNotice),
        who.source === "chip" ? reading(who) : typed(who.manual),
      ),
    ),
  ];
}

function said(slot) {
  const who = slot.identity;
  const date = (text) => h("span", { class: "nowrap" }, text);
  const zh = (text) => text && h("span", { lang: "zh-CN" }, text);
  return [
    [t("identity.number"), masked(slot)],
    [t("identity.typed.kind"), t(`idkind.${who.kind}`)],
    [t("identity.latin"), who.latin_name !== who.name ? who.latin_name : ""],
    [t("identity.sex-nation"), who.sex || who.nation ? [t(`sex.${who.sex || 9}`), "　", zh(who.nation)] : ""],
    [t("identity.nationality"), who.nationality],
    [t("identity.period"), who.valid_from || who.valid_to
      ? [date(who.valid_from ?? ""), t("to"), date(who.valid_to ?? t("identity.no-end"))] : ""],
    [t("identity.born"), who.birth_date],
    [t("identity.address"), zh(who.address)],
    [t("identity.issuer"), zh(who.issuer)],
    ...FIELDS.map((name) => [t(`identity.field.${name}`), who.chip_fields[name]]),
  ];
}

/** What the teller must know of a document that was read all the same. */
function notice(told) {
  return h(
    "div",
    { class: "note", "data-level": told.stops ? "correct" : "manual", role: told.stops ? "alert" : null },
    h("p", {}, h("strong", {}, pick(told))),
    h("p", { class: "small soft" }, t("problem.code", { code: told.code })),
  );
}

/** That no photo can be drawn is so for every card at a counter without a decoder: said, not shouted. */
function quietNotice(told) {
  return h("p", { class: "note small", "data-level": "info" }, pick(told), " ",
    h("span", { class: "soft" }, t("problem.code", { code: told.code })));
}

/** How a chip was read: by which reader, how fast, and what its own checks say. */
function reading(who) {
  const urgent = who.checks.filter((c) => c.weight === "bad" || c.weight === "look");
  const line = (c) => {
    const [look, shape] = WEIGHTS[c.weight];
    return h("li", {}, check(look, shape, pick(c)));
  };
  return [
    urgent.length ? h("ul", { class: "plain-list checks" }, urgent.map(line)) : null,
    h(
      "details",
      { class: "small" },
      h("summary", {}, t("identity.reading", { at: clock(who.read_at), s: ((who.took_ms ?? 0) / 1000).toFixed(2) })),
      h("ul", { class: "plain-list checks" }, who.checks.filter((c) => !urgent.includes(c)).map(line)),
      facts([
        [t("identity.device"), who.device],
        [t("identity.module"), who.module && h("span", { class: "mono" }, who.module)],
      ]),
    ),
  ];
}

function typed(manual) {
  if (!manual) return null;
  return h(
    "p",
    { class: "small" },
    t("identity.typed-by", { who: manual.entered_by, at: moment(manual.entered_at), why: pick(manual) }),
    manual.note ? [" ", h("span", { lang: "zh-CN" }, manual.note)] : null,
    " ",
    manual.checked_by
      ? t("identity.checked-by", { who: manual.checked_by, at: moment(manual.checked_at) })
      : null,
  );
}

function masked(slot) {
  const shown = shownNumbers.get(placeOf(slot));
  return h(
    "span",
    { class: "masked" },
    h("span", { class: "mono" }, shown ?? slot.identity.number),
    h(
      "button",
      { class: "plain", type: "button", id: `${slot.slot_id}-eye`, "aria-pressed": String(Boolean(shown)), onclick: () => reveal(slot) },
      icon("eye"),
      t(shown ? "identity.hide" : "identity.show"),
    ),
  );
}

async function reveal(slot) {
  const place = placeOf(slot);
  if (shownNumbers.delete(place)) return tell();
  const told = await post(`/ui/api/drafts/${store.draft.draft_id}/slots/${slot.slot_id}/reveal`);
  shownNumbers.set(place, told.number);
  setTimeout(() => shownNumbers.delete(place) && tell(), 30_000);
  tell();
}

function photo(slot) {
  const key = `${store.draft.draft_id}/${slot.slot_id}/${slot.identity.read_at}`;
  if (slot.identity.has_photo && !photos.has(key)) {
    photos.set(key, "");
    fetchBlob(`/ui/api/drafts/${store.draft.draft_id}/slots/${slot.slot_id}/photo`)
      .then(({ url }) => (photos.set(key, url), tell()))
      .catch(() => {});
  }
  const label = t("identity.photo");
  if (photos.get(key)) return h("img", { class: "photo", src: photos.get(key), alt: label });
  return svg("svg", { class: "photo", role: "img", "aria-label": label }, svg("use", { href: "#i-photo" }));
}
