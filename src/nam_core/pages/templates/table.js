"use strict";
// Columns of a table.sortable sort when their heading is pressed: upwards, then downwards. Cells with data-key sort
// as numbers, empty keys last; the others as text. aria-sort tells screen readers which column it is.
for (const table of document.querySelectorAll("table.sortable")) {
  const headings = [...table.tHead.rows[0].cells];
  const body = table.tBodies[0];
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      for (const other of headings) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows];
      rows.sort((a, b) => compareCells(a.cells[column], b.cells[column], down ? -1 : 1));
      body.append(...rows);
    });
  });
}

function compareCells(a, b, direction) {
  const [x, y] = [a.dataset.key, b.dataset.key];
  if (x === undefined) return direction * a.textContent.localeCompare(b.textContent, "en", { numeric: true });
  if (x === "" || y === "") return (x === "") - (y === "");
  return direction * (Number(x) - Number(y));
}
