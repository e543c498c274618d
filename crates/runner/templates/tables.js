// Tables that sort: a button in the head of every column.
{
  const collator = new Intl.Collator("en", { numeric: true });

  /// The number that an entry begins with, for entries such as `12.5 %`, `< 0.001` or `0.10 to 0.25`; NaN for others.
  const number = (text) => {
    const found = /^[<×]?\s*(-?\d[\d.]*(?:e[-+]?\d+)?)/.exec(text.replaceAll("−", "-"));
    return found ? Number(found[1]) : NaN;
  };
  const isMissing = (text) => text === "" || text === "–" || text === "NaN";

  const sort = (table, column, order) => {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => {
      const text = (row.cells[column]?.textContent ?? "").trim();
      return { row, text, number: number(text), missing: isMissing(text) };
    });
    const isNumeric = rows.every((one) => one.missing || !Number.isNaN(one.number));
    rows.sort((a, b) => {
      // What is missing comes last, whatever the order.
      if (a.missing || b.missing) return a.missing - b.missing;
      return order * ((isNumeric ? a.number - b.number : 0) || collator.compare(a.text, b.text));
    });
    body.replaceChildren(...rows.map((one) => one.row));
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = table.tHead.rows[0].cells;
    Array.from(heads).forEach((head, column) => {
      const button = make("button", { type: "button" }, ...head.childNodes);
      head.setAttribute("aria-sort", "none");
      head.append(button);
      button.addEventListener("click", () => {
        const order = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
        for (const other of heads) other.setAttribute("aria-sort", "none");
        head.setAttribute("aria-sort", order > 0 ? "ascending" : "descending");
        sort(table, column, order);
      });
    });
  }
}
