"""What can be measured on a rendered page: where its text stands, what hides it, how large it is."""

from __future__ import annotations

LINES = r"""
(() => {
  // Every line of text that a reader can see: what it says, where, how large, and in which element.
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || ["SCRIPT", "STYLE"].includes(element.tagName)) continue;
    if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true, contentVisibilityAuto: true })) continue;
    if (element.closest(".skip, .up, noscript")) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1) continue;
      const middle = (box.top + box.bottom) / 2;
      found.push({ element, text: node.data.trim().slice(0, 40), size,
        left: box.left, right: box.right, top: middle - size / 2 + scrollY, bottom: middle + size / 2 + scrollY });
    }
  }
  return found;
})()
"""
"""Boxes are as high as the letters, not as the line."""

MEASURED = f"""
(() => {{
  const lines = {LINES};

  // Outside the window, or of a box that cuts off; what a reader can scroll to is not lost.
  const outside = lines.filter(line => {{
    let [left, right] = [0, document.documentElement.clientWidth];
    for (let box = line.element; box; box = box.parentElement) {{
      const style = getComputedStyle(box);
      if (["auto", "scroll"].includes(style.overflowX) && box !== document.body) return false;
      if (style.clipPath !== "none") return false;
      if (style.overflowX === "hidden") {{
        const edge = box.getBoundingClientRect();
        [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
      }}
    }}
    return line.left < left - 1 || line.right > right + 1;
  }});

  // Two lines of text on one another; what is scrolled away in one table is not held against the next.
  const overlapping = [];
  const seen = lines.filter(line => !line.element.closest("caption")).sort((a, b) => a.top - b.top);
  const scroller = line => line.element.closest(".table-box");
  seen.forEach((line, at) => {{
    for (let next = at + 1; next < seen.length && seen[next].top < line.bottom - 2; next += 1) {{
      const other = seen[next];
      const across = Math.min(line.right, other.right) - Math.max(line.left, other.left);
      const down = Math.min(line.bottom, other.bottom) - Math.max(line.top, other.top);
      if (across > 2 && down > 2 && scroller(line) === scroller(other)) overlapping.push([line.text, other.text]);
    }}
  }});
  return {{
    lines: lines.length, outside: outside.map(line => line.text), overlapping,
    sizes: lines.map(line => [line.size, line.text]),
  }};
}})()
"""
"""How many lines there are, which of them are outside or on one another, and how large the letters are."""

DRAWN_TEXT = r"""
[...document.querySelectorAll(".drawn")].filter(drawing => drawing.checkVisibility()).map(drawing => {
  // Outlines are drawn in hundredths of the letter's size; the picture is scaled to its place.
  const style = getComputedStyle(drawing);
  const shown = drawing.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return { shown, natural: drawing.viewBox.baseVal.width * 4 / 3 };
})
"""
"""Width of each chart as shown and as drawn, in pixels."""

SMALL_TARGETS = r"""
[...document.querySelectorAll("a[href], button, summary, input")]
  .filter(element => element.checkVisibility({ visibilityProperty: true }) && !element.matches(".skip"))
  // a number in a sentence is as high as its line, as any link in a text is
  .filter(element => !element.matches("p .num, li .num, figcaption .num, td .num"))
  .map(element => [element, element.getBoundingClientRect()])
  .filter(([, box]) => box.width < 23.99 || box.height < 23.99)
  .map(([element, box]) => [element.outerHTML.slice(0, 90), box.width, box.height])
"""

TILES_APART = r"""
[...document.querySelectorAll(".tiles")].every(tiles => {
  const boxes = [...tiles.children].map(tile => tile.getBoundingClientRect());
  return boxes.every((a, i) => boxes.slice(i + 1).every(b =>
    a.right <= b.left + 1 || b.right <= a.left + 1 || a.bottom <= b.top + 1 || b.bottom <= a.top + 1));
})
"""

COVERED = r"""
(() => {
  // Headings that a jump from the contents leaves covered by something, or out of sight.
  const links = [...document.querySelectorAll("nav.side a, .menu nav a")];
  const aims = [...new Set(links.map(link => link.hash.slice(1)))].map(id => document.getElementById(id));
  return aims.filter(aim => {
    aim.scrollIntoView({ behavior: "instant" });
    const heading = aim.matches("h2, h3, h4") ? aim : aim.querySelector("h2, h3, h4");
    const range = document.createRange();
    range.selectNodeContents(heading);
    const box = range.getClientRects()[0];
    const top = document.elementFromPoint(box.left + 3, box.top + box.height / 2);
    return !(top && (top === heading || heading.contains(top)));
  }).map(aim => aim.id);
})()
"""
