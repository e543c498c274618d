"use strict";
const $ = (id) => document.getElementById(id);

/// An element with attributes and children.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// Light and dark: the system's choice until somebody makes another one.
{
  const button = $("theme"), system = matchMedia("(prefers-color-scheme: dark)"), root = document.documentElement;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const name = () => { button.textContent = isDark() ? "Light" : "Dark"; button.title = isDark() ? "Switch to light" : "Switch to dark"; };
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("advlab-theme", root.dataset.theme); } catch { /* it holds for this page alone */ }
    name();
  });
  system.addEventListener("change", name);
  name();
  button.hidden = false;
}

// Contents, for screens with room beside the text.
{
  const nav = document.querySelector(".toc"), list = nav.querySelector("ol"), links = new Map();
  for (const head of document.querySelectorAll("main h2[id], main .finding h3[id]")) {
    const link = make("a", { href: `#${head.id}` }, head.tagName === "H2" ? head.textContent : head.id);
    links.set(head, link);
    list.append(make("li", { class: head.tagName === "H3" ? "deep" : "" }, link));
  }
  nav.hidden = links.size < 2;
  const mark = () => {
    let current = null;
    for (const head of links.keys()) if (head.getBoundingClientRect().top < 120) current = head;
    for (const [head, link] of links) {
      if (head === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  };
  let waits = false;
  addEventListener("scroll", () => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => { waits = false; mark(); });
  }, { passive: true });
  mark();
}

// On paper a closed table says where its rows are, as it does on the screen; one of a page or less is printed.
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details.table:not([open])")) {
    if (details.querySelectorAll("tbody tr").length <= 40) { details.open = true; details.dataset.opened = "yes"; }
  }
});
addEventListener("afterprint", () => {
  for (const details of document.querySelectorAll("details[data-opened]")) { details.open = false; delete details.dataset.opened; }
});
