"use strict";
// A table that is wider than the page can be reached and scrolled by keyboard; one that fits is no stop on the way.
const fit = box => {
  const wide = box.closest("details:not([open])") || box.scrollWidth > box.clientWidth;
  const name = box.querySelector("caption").textContent;
  for (const [attribute, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", name]]) {
    if (wide) box.setAttribute(attribute, value); else box.removeAttribute(attribute);
  }
};
const fitted = new ResizeObserver(entries => entries.forEach(entry => fit(entry.target)));
for (const box of document.querySelectorAll(".table-box")) {
  fit(box);
  fitted.observe(box);
}
// Saves a chart as a PNG of twice its size: the drawing for a wide page, with the letters that it refers to.
const complete = drawn => {
  const copy = drawn.cloneNode(true);
  const make = (tag, ...inside) => {
    const element = document.createElementNS(copy.namespaceURI, tag);
    element.append(...inside);
    return element;
  };
  const letters = new Set([...copy.querySelectorAll("use[href^='#~']")].map(use => use.getAttribute("href").slice(1)));
  const outlines = [...letters].map(name => document.getElementById(name).cloneNode());
  copy.prepend(make("style", "*{stroke-linejoin:round;stroke-linecap:butt}"), make("defs", ...outlines));
  return "data:image/svg+xml," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
};
for (const button of document.querySelectorAll("button.png")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const picture = new Image();
    picture.src = complete(button.parentElement.querySelector(".drawn"));
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = picture.naturalWidth * 2;
    canvas.height = picture.naturalHeight * 2;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const link = document.createElement("a");
    link.download = button.dataset.name;
    link.href = canvas.toDataURL("image/png");
    link.click();
  });
}
