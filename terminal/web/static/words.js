// Words in two languages, and numbers, days and times as a bank writes them.

const LANGUAGES = ["zh-CN", "en"];
const catalogues = {};
let language = "zh-CN";

/** Load both catalogues; the page is drawn when they are here. */
export async function loadWords() {
  await Promise.all(
    LANGUAGES.map(async (name) => {
      catalogues[name] = await (await fetch(`/ui/${name}.json`)).json();
    }),
  );
  speak(localStorage.getItem("language") || "zh-CN");
}

/** Speak a language from now on. */
export function speak(name) {
  language = LANGUAGES.includes(name) ? name : "zh-CN";
  document.documentElement.lang = language;
  localStorage.setItem("language", language);
}

/** Say which language is spoken. */
export function spoken() {
  return language;
}

/** Return a text of the catalogue; {name} is replaced. */
export function t(key, values = {}) {
  const text = catalogues[language][key] ?? catalogues["zh-CN"][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Return the text of a value that carries both languages. */
export function pick(both) {
  return (language === "en" && both?.en) || both?.zh || "";
}

/** What stands between two sentences. */
export const gap = () => (language === "en" ? " " : "");

/** End a text as a sentence. */
export function sentence(text) {
  return /[。！？.!?]$/.test(text) ? text : `${text}${language === "en" ? "." : "。"}`;
}

/** Join names or short texts in a list. */
export function list(texts) {
  return texts.filter(Boolean).join(language === "en" ? ", " : "、");
}

const pad = (n) => String(n).padStart(2, "0");

/** 10:31:07, by the wall clock of this counter. */
export function clock(iso) {
  if (!iso) return "";
  const at = new Date(iso);
  return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
}

/** 2026-09-29 */
export function day(iso) {
  if (!iso) return "";
  const at = new Date(iso);
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

/** 10:31 today, 09-28 10:31 on other days. */
export function moment(iso, now = new Date()) {
  if (!iso) return "";
  const short = clock(iso).slice(0, 5);
  return day(iso) === day(now.toISOString()) ? short : `${day(iso).slice(5)} ${short}`;
}

/** 2026-09-29 周二 10:04 */
export function longMoment(iso) {
  const at = new Date(iso);
  return `${day(iso)} ${t(`weekday.${at.getDay()}`)} ${clock(iso).slice(0, 5)}`;
}

/** 1 分 20 秒, 2 小时 5 分: as exactly as anybody needs it. */
export function span(seconds) {
  const s = Math.ceil(seconds);
  if (s < 60) return t("span.s", { s });
  const min = Math.floor(s / 60);
  if (min < 10) return t("span.min-s", { min, s: s % 60 });
  if (min < 60) return t("span.min", { min });
  return t("span.h-min", { h: Math.floor(min / 60), min: min % 60 });
}

/** 5.1 MB */
export function size(bytes) {
  return bytes < 100_000
    ? `${Math.max(1, Math.round(bytes / 1000))} KB`
    : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** 2 分 40 秒; less than a minute in steps of five seconds. */
export function duration(seconds) {
  if (seconds < 60) return t("duration.seconds", { s: Math.max(5, Math.ceil(seconds / 5) * 5) });
  const rounded = Math.round(seconds / 10) * 10;
  const [m, s] = [Math.floor(rounded / 60), rounded % 60];
  return s ? t("duration.both", { m, s }) : t("duration.minutes", { m });
}

/** 410202 001003 GB00012 F00010012 */
export function unitNo(text) {
  const plain = text.replace(/\s/g, "");
  return plain.length === 28
    ? [plain.slice(0, 6), plain.slice(6, 12), plain.slice(12, 19), plain.slice(19)].join(" ")
    : text;
}
