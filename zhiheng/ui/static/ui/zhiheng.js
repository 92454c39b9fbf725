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

// A part of a page that one was led to opens.
function openTarget() {
  const target = window.location.hash && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement && !target.open) {
    target.open = true;
    target.scrollIntoView();
  }
}
window.addEventListener("hashchange", openTarget);
document.addEventListener("DOMContentLoaded", openTarget);

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

  showPickers(root);
  foldOptional(root);
  foldRows(root);
}

// On a phone a long table of figures shows its first rows, the others on demand.
function foldRows(root) {
  if (!window.matchMedia("(max-width: 820px)").matches) return;
  for (const table of root.querySelectorAll("table.figures")) {
    const rest = [...table.querySelectorAll("tbody tr")].slice(12);
    if (rest.length < 6) continue;
    const more = document.createElement("button");
    more.type = "button";
    more.className = "btn btn-sm more-rows";
    more.textContent = `显示其余 ${rest.length} 项`;
    for (const row of rest) row.hidden = true;
    table.after(more);
    more.addEventListener("click", () => {
      for (const row of rest) row.hidden = false;
      more.remove();
      rest[0].querySelector("a")?.focus();
    });
  }
}

// On a phone what need not be answered, and is not, comes on demand; places for files and what is wrong always stand there.
function foldOptional(root) {
  if (!window.matchMedia("(max-width: 820px)").matches) return;
  const holds = (field) =>
    field.type === "file" || (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value.trim() !== "");
  for (const grid of root.querySelectorAll("[data-optional]")) {
    const empty = [...grid.children].filter(
      (cell) => !cell.querySelector(".invalid-feedback") && ![...cell.querySelectorAll("input, select, textarea")].some(holds)
    );
    if (empty.length < 3) continue;
    const more = document.createElement("button");
    more.type = "button";
    more.className = "btn btn-sm";
    more.textContent = `显示其余 ${empty.length} 项可选栏目`;
    for (const cell of empty) cell.hidden = true;
    grid.append(more);
    more.addEventListener("click", () => {
      for (const cell of empty) cell.hidden = false;
      more.remove();
      empty[0].querySelector("input, select, textarea")?.focus();
    });
  }
}

// The browser's own calendar, with a clock where hours count, beside a field that is typed as text.
function showPickers(root) {
  for (const button of root.querySelectorAll("button[data-pick]")) {
    const field = document.getElementById(button.dataset.pickFor);
    const timed = button.dataset.pick === "datetime-local";
    const picker = document.createElement("input");
    if (!field || typeof picker.showPicker !== "function" || !button.hidden) continue;
    picker.type = button.dataset.pick;
    picker.tabIndex = -1;
    picker.setAttribute("aria-hidden", "true");
    button.after(picker);
    button.hidden = false;
    button.addEventListener("click", () => {
      const typed = field.value.trim();
      if (timed) picker.value = /^\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}$/.test(typed) ? typed.replace(" ", "T") : "";
      else picker.value = /^\d{4}-\d{2}-\d{2}$/.test(typed) ? typed : "";
      picker.showPicker();
    });
    picker.addEventListener("change", () => {
      if (!picker.value) return;
      field.value = picker.value.replace("T", " ");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
    });
  }
}

// A text that may also be picked from what an address offers: a button opens a search; what is chosen is added to what is typed.
function showLookup(field) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm lookup";
  button.textContent = field.dataset.lookupWords;
  field.after(button);
  let dialog, asked;
  function build() {
    dialog = document.createElement("dialog");
    dialog.className = "lookup-sheet";
    dialog.setAttribute("aria-label", field.dataset.lookupWords);
    const search = document.createElement("input");
    search.type = "search";
    search.className = "form-control";
    search.setAttribute("aria-label", "查找");
    search.placeholder = "法规名称、条文序号或者字词，中间空一格";
    const found = document.createElement("div");
    found.className = "lookup-found";
    found.setAttribute("aria-live", "polite");
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn";
    close.textContent = "完成";
    close.addEventListener("click", () => dialog.close());
    const head = document.createElement("div");
    head.className = "lookup-head";
    head.append(search, close);
    dialog.append(head, found);
    // Beside the form, so that what is searched for is no field of it.
    document.body.append(dialog);
    let timer;
    async function draw() {
      asked?.abort();
      asked = new AbortController();
      const address = new URL(field.dataset.lookup, window.location.href);
      address.searchParams.set("q", search.value);
      try {
        const answer = await fetch(address, { signal: asked.signal, redirect: "manual" });
        if (answer.ok) found.innerHTML = await answer.text();
        else found.textContent = "查找没有成功：登录可能已经失效，请直接填写。";
      } catch (error) {
        if (error.name !== "AbortError") found.textContent = "查找没有成功：连接中断，请直接填写。";
      }
    }
    search.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(draw, 250);
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    found.addEventListener("click", (event) => {
      const chosen = event.target.closest("[data-take]");
      if (!chosen) return;
      const before = field.value.trim();
      const lines = field.tagName === "TEXTAREA";
      if (!before.includes(chosen.dataset.take)) field.value = before ? before + (lines ? "\n" : "、") + chosen.dataset.take : chosen.dataset.take;
      chosen.classList.add("taken");
      chosen.setAttribute("aria-pressed", "true");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    dialog.addEventListener("close", () => field.focus());
    draw();
  }
  button.addEventListener("click", () => {
    if (!dialog) build();
    dialog.showModal();
    dialog.querySelector("input").focus();
  });
}
for (const field of document.querySelectorAll("[data-lookup]")) showLookup(field);

// A table typed as lines of text (columns parted by ｜) becomes rows of cells; a block copied from a sheet may be pasted into any cell.
function showRows(area) {
  const columns = JSON.parse(area.dataset.rows);
  const label = document.querySelector(`label[for="${area.id}"]`);
  const title = label ? label.textContent.replace("*", "").trim() : "";
  const group = document.createElement("div");
  group.className = "rows-typed";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", title);
  const hint = document.getElementById(`${area.id}_helptext`);
  if (hint) hint.firstChild.textContent = "每行一项，可从表格粘贴到任一格。";
  if (area.getAttribute("aria-describedby")) group.setAttribute("aria-describedby", area.getAttribute("aria-describedby"));
  const add = document.createElement("button");
  add.type = "button";
  add.className = "btn btn-sm";
  add.textContent = "增加一行";
  add.setAttribute("aria-label", `${title}：增加一行`);

  const cells = (row) => [...row.querySelectorAll("input:not([aria-hidden]), select")];
  let madeCells = 0;
  const rows = () => [...group.querySelectorAll(".row-typed")];
  function written() {
    const lines = rows().map((row) => cells(row).map((cell) => cell.value.trim().replace(/[｜|\t\n]/g, "/")));
    area.value = lines.filter((line) => line.some(Boolean)).map((line) => line.join("｜").replace(/｜+$/, "")).join("\n");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  function number() {
    rows().forEach((row, at) => {
      row.setAttribute("aria-label", `第 ${at + 1} 行`);
      row.querySelector("button").setAttribute("aria-label", `${title}：删去第 ${at + 1} 行`);
    });
  }
  function row(values) {
    const made = document.createElement("div");
    made.className = "row-typed";
    made.setAttribute("role", "group");
    columns.forEach((column, at) => {
      const cell = document.createElement("div");
      const name = document.createElement("label");
      name.textContent = column.title;
      if (column.required) {
        const star = document.createElement("span");
        star.className = "required";
        star.textContent = " *";
        star.setAttribute("aria-hidden", "true");
        name.append(star);
      }
      let field;
      if (column.choices.length) {
        field = document.createElement("select");
        field.className = "form-select";
        for (const words of ["", ...column.choices]) field.add(new Option(words || "请选择", words));
      } else {
        field = document.createElement("input");
        field.className = "form-control";
        if (column.number) field.inputMode = "decimal";
      }
      field.value = values[at] || "";
      field.id = `${area.id || group.id}-cell-${madeCells++}`;
      name.htmlFor = field.id;
      cell.append(name, field);
      if (column.picks) {
        const beside = document.createElement("div");
        beside.className = "with-unit";
        field.replaceWith(beside);
        const button = document.createElement("button");
        button.type = "button";
        button.hidden = true;
        button.tabIndex = -1;
        button.dataset.pick = column.picks;
        button.dataset.pickFor = field.id;
        button.setAttribute("aria-label", column.picksWords);
        button.innerHTML = column.picksIcon;
        beside.append(field, button);
      }
      made.append(cell);
      if (column.lookup) {
        field.dataset.lookup = column.lookup;
        field.dataset.lookupWords = column.lookupWords;
        showLookup(field);
      }
    });
    const gone = document.createElement("button");
    gone.type = "button";
    gone.className = "btn btn-sm";
    gone.textContent = "删去";
    gone.addEventListener("click", () => {
      const here = rows().indexOf(made);
      made.remove();
      if (!rows().length) {
        group.insertBefore(row([]), add);
        showPickers(group);
      }
      number();
      written();
      cells(rows()[Math.max(0, here - 1)])[0].focus();
    });
    made.append(gone);
    return made;
  }
  const parted = (text) => text.split("\n").filter((line) => line.trim()).map((line) => line.split(/[｜|\t]/).map((one) => one.trim()));
  group.append(add);
  for (const values of area.value.trim() ? parted(area.value) : [[]]) group.insertBefore(row(values), add);
  number();
  add.addEventListener("click", () => {
    const made = row([]);
    group.insertBefore(made, add);
    showPickers(made);
    number();
    cells(made)[0].focus();
  });
  group.addEventListener("input", (event) => {
    event.stopPropagation();
    written();
  });
  group.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    if (!/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const here = event.target.closest(".row-typed");
    const before = here && !cells(here).some((cell) => cell.value) ? here : null;
    for (const values of parted(text)) group.insertBefore(row(values), before || add);
    if (before) before.remove();
    showPickers(group);
    number();
    written();
  });
  // Whoever is sent to the field by a summary of errors comes to its first cell.
  group.id = area.id;
  group.tabIndex = -1;
  area.removeAttribute("id");
  area.hidden = true;
  if (label) label.htmlFor = cells(group)[0].id;
  area.after(group);
}
for (const area of document.querySelectorAll("textarea[data-rows]")) showRows(area);

// What is typed into a long form is kept by the server every few seconds; two windows and a lost session are told.
function keepDraft(form) {
  const state = form.querySelector("[data-draft-state]");
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] || "";
  let timer, dirty = false, stuck = "";

  function tell(words, ...buttons) {
    state.textContent = words;
    for (const [label, act] of buttons) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-sm";
      button.textContent = label;
      button.addEventListener("click", act);
      state.append(" ", button);
    }
    state.classList.toggle("why", Boolean(buttons.length));
  }

  async function save(keepalive = false) {
    clearTimeout(timer);
    if (!dirty || form.dataset.sent || stuck === "elsewhere") return;
    const sent = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && name !== "csrfmiddlewaretoken") sent.append(name, value);
    }
    sent.set("draft-place", form.dataset.place);
    sent.set("draft-version", form.dataset.version);
    dirty = false;
    let answer;
    try {
      const headers = { "X-CSRFToken": token() };
      answer = await fetch(form.dataset.draft, { method: "POST", body: sent, headers, keepalive, redirect: "manual" });
    } catch {
      dirty = true;
      tell("草稿没有存下：连接中断，稍后再试。");
      timer = setTimeout(save, 10_000);
      return;
    }
    if (answer.status === 200 || answer.status === 409 || answer.status === 422) {
      const told = await answer.json();
      stuck = answer.status === 409 ? "elsewhere" : "";
      if (answer.status === 200) form.dataset.version = told.version;
      if (stuck) {
        tell(`${told.words}。`, ["载入那份草稿", () => window.location.reload()], ["以本窗口为准", () => {
          form.dataset.version = told.version;
          stuck = "";
          dirty = true;
          save();
        }]);
      } else tell(told.words);
      return;
    }
    // Signed out, or signed in anew elsewhere: nothing is lost as long as this window stays.
    dirty = true;
    stuck = "session";
    tell("登录已失效，内容还在本页。请在新窗口登录后回到这里：", ["打开登录页", () => window.open(form.dataset.signIn, "_blank")]);
  }

  const typed = () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, 1500);
  };
  form.addEventListener("input", typed);
  form.addEventListener("change", typed);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save(true);
    else if (stuck === "session") save();
  });
  form.addEventListener("submit", (event) => {
    // Whoever signed in anew in another window has another token.
    const field = form.querySelector("[name=csrfmiddlewaretoken]");
    if (field && token()) field.value = token();
    if (stuck === "session") {
      event.preventDefault();
      event.stopImmediatePropagation();
      save();
    }
  });
}
for (const form of document.querySelectorAll("form[data-draft]")) keepDraft(form);

// On a wide screen the paper stands beside its form and follows the typing.
function showPaper(form) {
  const place = form.parentElement.querySelector("[data-preview-here]");
  const wide = window.matchMedia("(min-width: 1280px)");
  let timer, asked;
  async function draw() {
    clearTimeout(timer);
    if (!wide.matches || !place) return;
    asked?.abort();
    asked = new AbortController();
    const sent = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === "string") sent.append(name, value);
    try {
      const headers = { "X-Part": "1" };
      const answer = await fetch(form.dataset.preview, { method: "POST", body: sent, headers, signal: asked.signal, redirect: "manual" });
      if (answer.ok) {
        const top = place.scrollTop;
        place.innerHTML = await answer.text();
        place.scrollTop = top;
      }
    } catch (error) {
      if (error.name !== "AbortError") timer = setTimeout(draw, 5000);
    }
  }
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(draw, 500);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  wide.addEventListener("change", draw);
  draw();
}
for (const form of document.querySelectorAll("form[data-preview]")) showPaper(form);

// A sentence of a draft says where it came from when it is tapped.
document.addEventListener("click", (event) => {
  const said = event.target.closest?.("[data-paper] .from");
  const line = said?.closest("[data-preview-here], [data-sheets], main")?.querySelector("[data-source]");
  if (!line) return;
  for (const other of document.querySelectorAll("[data-paper] .from-here")) other.classList.remove("from-here");
  said.classList.add("from-here");
  line.textContent = said.title;
});

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
  if (form.method === "post" && !event.submitter?.hasAttribute("formtarget")) {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
  }
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
