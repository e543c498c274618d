// What is enlarged: one dialog for figures and pictures. Escape closes it and gives the focus back.
const enlarged = {
  dialog: $("enlarged"),
  step: null,

  /// Shows a title and elements; `step` goes on by so many, where there are more.
  show(title, elements, { step = null, full = false } = {}) {
    this.step = step;
    this.dialog.classList.toggle("full", full);
    this.dialog.querySelector("h2").textContent = title;
    this.dialog.querySelector(".body").replaceChildren(...elements);
    this.dialog.querySelector(".foot").hidden = !step;
    if (!this.dialog.open) this.dialog.showModal();
  },
};
{
  const { dialog } = enlarged;
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
    const by = event.target.dataset?.step;
    if (by) enlarged.step?.(Number(by));
  });
  dialog.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by && enlarged.step) { event.preventDefault(); enlarged.step(by); }
  });
  for (const image of document.querySelectorAll("img[data-enlarge]")) {
    const button = make("button", { type: "button", class: "zoom", "aria-label": `Enlarge: ${image.alt}` });
    image.replaceWith(button);
    button.append(image);
    button.addEventListener("click", () => {
      enlarged.show(image.alt, [make("img", { src: image.src, alt: image.alt })], { full: true });
    });
  }
}
