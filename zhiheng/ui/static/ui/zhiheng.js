// Small helps on top of pages that work without script.
"use strict";

// A menu closes when the person clicks elsewhere or presses Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

function enhance(root) {
  const summary = root.querySelector("[data-focus]");
  if (summary) summary.focus();

  // On a phone the rows come first, the filters on demand; a filter in error stays open.
  if (window.matchMedia("(max-width: 820px)").matches) {
    for (const fold of root.querySelectorAll("details.filter-fold")) {
      fold.open = Boolean(fold.querySelector(".invalid-feedback"));
    }
  }

  // A table wider than its place, now or when the window has become narrower, can be scrolled with the keyboard, too.
  for (const wrap of root.querySelectorAll(".table-wrap:not([tabindex])")) {
    const widths = new ResizeObserver(() => {
      if (wrap.scrollWidth <= wrap.clientWidth) return;
      const name = wrap.querySelector("caption") || wrap.closest(".card")?.querySelector("h2");
      wrap.tabIndex = 0;
      wrap.setAttribute("role", "region");
      wrap.setAttribute("aria-label", name ? name.textContent.trim() : "表格");
      widths.disconnect();
    });
    widths.observe(wrap);
  }

  // The browser's own calendar beside a field that is typed as text.
  for (const button of root.querySelectorAll("button[data-pick-day]")) {
    const field = document.getElementById(button.dataset.pickDay);
    const picker = document.createElement("input");
    if (!field || typeof picker.showPicker !== "function" || !button.hidden) continue;
    picker.type = "date";
    picker.tabIndex = -1;
    picker.setAttribute("aria-hidden", "true");
    button.after(picker);
    button.hidden = false;
    button.addEventListener("click", () => {
      picker.value = /^\d{4}-\d{2}-\d{2}$/.test(field.value) ? field.value : "";
      picker.showPicker();
    });
    picker.addEventListener("change", () => {
      field.value = picker.value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
    });
  }
}

enhance(document);
document.addEventListener("htmx:afterSettle", (event) => enhance(event.detail.elt.parentElement || document));

// What cannot be taken back asks once; a form is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const words = event.submitter?.dataset.confirm || form.dataset.confirm;
  if (words && !window.confirm(words)) {
    event.preventDefault();
    return;
  }
  if (form.method === "post") {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  }
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
