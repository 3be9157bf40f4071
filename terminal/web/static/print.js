// Prints papers: pages of a PDF as pictures, in a part of the page that only the printer sees.

import { fetchBlob } from "./api.js";
import { h } from "./dom.js";

const WIDTH_PX = 1654; // A4 at 200 dots an inch

/** Print every page of a PDF. */
export async function printPages(address) {
  const join = address.includes("?") ? "&" : "?";
  const first = await fetchBlob(`${address}${join}page=1&width=${WIDTH_PX}`);
  const rest = await Promise.all(
    Array.from({ length: first.pages - 1 }, (_, at) =>
      fetchBlob(`${address}${join}page=${at + 2}&width=${WIDTH_PX}`)),
  );
  const images = [first, ...rest].map(({ url }) => h("img", { src: url, alt: "" }));
  document.getElementById("print")?.remove();
  const sheets = h("div", { id: "print", class: "print-only" }, images);
  document.body.append(sheets);
  document.body.dataset.printing = "paper";
  await Promise.all(images.map((image) => image.decode()));
  for (const image of images) image.classList.toggle("lying", image.naturalWidth > image.naturalHeight);
  const end = () => {
    delete document.body.dataset.printing;
    sheets.remove();
    [first, ...rest].forEach(({ url }) => URL.revokeObjectURL(url));
  };
  window.addEventListener("afterprint", end, { once: true });
  window.print();
}

/** Print a part that only the printer sees. */
export function printPart(part) {
  document.body.append(part);
  document.body.dataset.printing = "paper";
  window.addEventListener("afterprint", () => {
    delete document.body.dataset.printing;
    part.remove();
  }, { once: true });
  window.print();
}
