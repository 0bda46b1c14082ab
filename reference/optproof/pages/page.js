// What a page can do: sort a table by a column, and leave only the rows that hold a text.
// A table takes part by its class: "sortable"; <input data-filters="ID"> searches in table ID for
// rows that hold this text; with data-words, all its words. With data-hides nothing is shown until
// something is looked for.
"use strict";
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = (row) => row.cells[column].dataset.key ?? row.cells[column].textContent.trim();
      const order = (a, b) => key(a).localeCompare(key(b), "en", { numeric: true });
      const rows = [...table.tBodies[0].rows].sort((a, b) => (up ? order(a, b) : order(b, a)));
      table.tBodies[0].append(...rows);
    });
  });
}
for (const input of document.querySelectorAll("input[data-filters]")) {
  const table = document.getElementById(input.dataset.filters);
  const rows = [...table.tBodies[0].rows];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const count = document.getElementById(`${input.dataset.filters}-count`);
  const filter = () => {
    const text = input.value.trim().toLowerCase();
    const words = "words" in input.dataset ? text.split(/\s+/) : [text];
    const all = text || !("hides" in input.dataset);
    rows.forEach((row, n) => (row.hidden = !all || !words.every((w) => texts[n].includes(w))));
    const shown = rows.filter((row) => !row.hidden).length;
    table.hidden = !shown;
    if (count) count.textContent = all ? `${shown} of ${rows.length} shown` : "";
  };
  input.addEventListener("input", filter);
  if ("hides" in input.dataset) filter();
}
