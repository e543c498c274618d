// The pictures of a run: filtered, ordered, a page at a time; each is cut out of a sheet when its turn comes.
{
  const data = JSON.parse($("pictures").textContent);
  const { columns, rows, label, confidence, width, height } = data;
  const IN_PAGE = 120;
  const isLarge = Math.max(width, height) > 64;
  const grid = $("grid"), form = $("filters"), count = $("count");
  const outcome = columns.findIndex((column) => column.name === "outcome");

  const images = (sheets) => sheets && sheets.urls.map((url) => { const image = new Image(); image.src = url; return image; });
  const sheets = { after: images(data.sheets), before: images(data.before) };
  const ready = Promise.all([...sheets.after, ...(sheets.before ?? [])].map((image) => image.decode()));

  /// Draws a picture, or the one that it was before, onto a canvas of its size.
  const draw = (canvas, number, which = "after") => {
    const of = which === "after" ? data.sheets : data.before;
    const place = number % of.each;
    const [x, y] = [(place % of.columns) * width, Math.floor(place / of.columns) * height];
    canvas.width = width;
    canvas.height = height;
    canvas.getContext("2d").drawImage(sheets[which][Math.floor(number / of.each)], x, y, width, height, 0, 0, width, height);
  };

  const percent = (share) => `${(100 * share).toFixed(share !== 0 && Math.abs(share) < 0.001 ? 4 : 2)} %`;
  const said = (value, kind) => {
    if (value === null) return "–";
    if (kind === "share" && typeof value === "number") return percent(value);
    return String(value).replace(/-/g, typeof value === "number" ? "−" : "-");
  };
  const name = (row) => `${said(row[label], columns[label].kind)} · ${said(row[confidence], "share")}`;
  const missed = (row) => outcome >= 0 && row[outcome] !== "success";

  // Filters: one for each column with several values to pick from, one for confidence, one for the order.
  const picks = [];
  columns.forEach((column, at) => {
    if (!column.filter) return;
    const values = [...new Set(rows.map((row) => row[at]).filter((value) => value !== null).map(String))];
    if (values.length < 2) return;
    values.sort(new Intl.Collator("en", { numeric: true }).compare);
    const select = make("select", { name: column.name }, make("option", { value: "" }, "all"), ...values.map((value) => make("option", { value }, value)));
    form.append(make("label", {}, column.name, select));
    picks.push({ at, select });
  });
  const bound = (title, value) => make("input", { type: "number", min: "0", max: "100", step: "any", value, "aria-label": title, inputmode: "decimal" });
  const [low, high] = [bound("confidence from, percent", "0"), bound("confidence to, percent", "100")];
  form.append(make("fieldset", {}, make("legend", {}, "confidence (%)"), make("div", { class: "pair" }, low, "to", high)));
  const order = make("select", { name: "order" }, make("option", { value: "" }, "as in the file"));
  columns.forEach((column, at) => {
    if (column.kind === "text" || !rows.some((row) => typeof row[at] === "number")) return;
    order.append(make("option", { value: `${at} 1` }, `${column.name}, small first`), make("option", { value: `${at} -1` }, `${column.name}, large first`));
  });
  form.append(make("label", {}, "order", order));
  form.append(make("button", { type: "reset" }, "Show all"));

  form.hidden = rows.length < 2;

  let shown = [], page = 0;
  const chosen = () => {
    const limits = [low, high].map((input, end) => (input.value === "" ? end : Number(input.value) / 100));
    const fits = (row) => picks.every(({ at, select }) => select.value === "" || String(row[at]) === select.value)
      // Up to rounding, so that the ends of the range are within it.
      && (row[confidence] === null || (row[confidence] >= limits[0] - 5e-6 && row[confidence] <= limits[1] + 5e-6));
    const found = rows.map((_, number) => number).filter((number) => fits(rows[number]));
    if (order.value) {
      const [at, sign] = order.value.split(" ").map(Number);
      const value = (number) => rows[number][at] ?? sign * Infinity;
      found.sort((a, b) => sign * (value(a) - value(b)) || a - b);
    }
    return found;
  };

  const tile = (number) => {
    const row = rows[number], canvas = make("canvas", { width: String(width), height: String(height) });
    const button = make("button", { type: "button", tabindex: "-1", "data-number": String(number), class: missed(row) ? "missed" : "",
      "aria-label": `Picture ${number}: ${columns[label].name} ${said(row[label], "text")}, confidence ${said(row[confidence], "share")}${outcome >= 0 ? `, ${row[outcome]}` : ""}` },
      canvas, make("span", { class: "of" }, name(row)));
    draw(canvas, number);
    return make("li", {}, button);
  };

  const render = () => {
    const from = page * IN_PAGE, here = shown.slice(from, from + IN_PAGE);
    grid.replaceChildren(...here.map(tile));
    grid.querySelector("button")?.setAttribute("tabindex", "0");
    const of = shown.length === rows.length ? "" : ` of ${rows.length} fit`;
    count.textContent = shown.length === 0 ? "No picture fits; widen the filters." : of === ""
      ? `Pictures ${from + 1} to ${from + here.length} of ${shown.length}`
      : `${shown.length}${of}; ${from + 1} to ${from + here.length} of them are shown`;
    $("earlier").disabled = page === 0;
    $("later").disabled = from + IN_PAGE >= shown.length;
    $("earlier").parentElement.hidden = shown.length <= IN_PAGE;
  };
  const turn = (by) => { page += by; render(); $("gallery").scrollIntoView(); };
  const again = () => { shown = chosen(); page = 0; render(); };

  /// The change between two drawn canvases, as strong as fits into 256 levels, on grey; says by what it was multiplied.
  const change = (canvas, before, after) => {
    const pixels = (of) => of.getContext("2d").getImageData(0, 0, width, height).data;
    const [a, b] = [pixels(before), pixels(after)];
    let most = 0;
    for (let i = 0; i < a.length; i += 1) if (i % 4 !== 3) most = Math.max(most, Math.abs(b[i] - a[i]));
    const factor = most ? 127 / most : 1, out = new ImageData(width, height);
    for (let i = 0; i < a.length; i += 1) out.data[i] = i % 4 === 3 ? 255 : Math.round(128 + factor * (b[i] - a[i]));
    canvas.getContext("2d").putImageData(out, 0, 0);
    return most ? `change, × ${factor < 10 ? factor.toFixed(1) : factor.toFixed(0)}` : "no change at 256 levels";
  };

  const enlarge = (number) => {
    const row = rows[number];
    const view = (text, canvas) => make("figure", {}, canvas, make("figcaption", {}, text));
    const blank = (text) => make("canvas", { role: "img", "aria-label": text, width: String(width), height: String(height) });
    const after = blank(name(row)), views = [];
    draw(after, number);
    if (data.before) {
      const before = blank("before"), between = blank("change");
      draw(before, number, "before");
      views.push(view("before", before), view(change(between, before, after), between));
    }
    views.push(view(data.before ? `after: ${name(row)}` : name(row), after));
    const value = (column, at) => make("div", {}, make("dt", {}, column.name), make("dd", {}, said(row[at], column.kind)));
    const values = columns.map(value).filter((_, at) => row[at] !== null);
    const at = shown.indexOf(number);
    const step = (by) => { if (shown[at + by] !== undefined) enlarge(shown[at + by]); };
    enlarged.show(`Picture ${number}: ${name(row)}`,
      [make("div", { class: isLarge ? "views smooth" : "views" }, ...views), make("dl", { class: "values" }, ...values)], { step });
  };

  grid.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) enlarge(Number(button.dataset.number));
  });
  // One stop for the Tab key; the arrow keys go on from there.
  grid.addEventListener("keydown", (event) => {
    const buttons = Array.from(grid.querySelectorAll("button")), at = buttons.indexOf(document.activeElement);
    if (at < 0) return;
    const across = buttons.filter((button) => button.offsetTop === buttons[0].offsetTop).length;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - across, ArrowDown: at + across, Home: 0, End: buttons.length - 1 }[event.key];
    if (to === undefined || !buttons[to]) return;
    event.preventDefault();
    buttons[at].setAttribute("tabindex", "-1");
    buttons[to].setAttribute("tabindex", "0");
    buttons[to].focus();
  });
  form.addEventListener("input", again);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(again));
  $("earlier").addEventListener("click", () => turn(-1));
  $("later").addEventListener("click", () => turn(1));
  grid.classList.toggle("smooth", isLarge);
  if (isLarge) grid.style.setProperty("--tile", "9rem");
  ready.then(again, () => { count.textContent = "The pictures in this page are damaged; make the report again."; });
}
