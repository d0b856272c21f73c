// blockcov: the index: folders that open and close, search, filters, sorting. The state is in the address.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const { element, bind } = report;
  const table = document.getElementById("files");
  const body = table.tBodies[0];
  const heads = [...table.querySelectorAll("th[data-sort]")];
  const columns = heads.map((head) => head.dataset.sort);
  const MANY = 400; // more files than that begin with closed folders

  const number = (text) => Number(text.replace(/,/g, ""));
  const nodes = [...body.rows].map((row) => {
    const cells = [...row.cells].slice(1);
    const values = { name: row.dataset.path };
    columns.slice(1).forEach((name, index) => {
      values[name] = name === "cover" ? Number(cells[index].dataset.v) : number(cells[index].textContent);
    });
    const cover = cells[cells.length - 1];
    return {
      row, values, path: row.dataset.path, folded: row.dataset.path.toLowerCase(), of: Number(cover.dataset.of),
      level: Number(row.dataset.level), isFolder: row.className === "d", changed: "changed" in row.dataset,
      gap: values.missing + (values.partial || 0) + (values.never || 0) > 0 || values.cover < 100,
      label: row.cells[0].firstChild.textContent, children: [], open: true, parent: null,
    };
  });
  const top = { children: [], level: -1 };
  let trail = [top];
  for (const node of nodes) {
    trail.length = node.level + 1;
    node.parent = trail[node.level];
    node.parent.children.push(node);
    if (node.isFolder) trail[node.level + 1] = node;
  }
  const files = nodes.filter((node) => !node.isFolder);

  const state = { q: "", missing: false, changed: false, flat: false, sort: "name" };
  const search = element("input", { type: "search", placeholder: "Search files", "aria-label": "Search files", autocomplete: "off", spellcheck: "false" });
  const check = (words) => {
    const box = element("input", { type: "checkbox" });
    return [box, element("label", {}, box, words)];
  };
  const [missing, missingLabel] = check("missing only");
  const [changed, changedLabel] = check(`changed since ${table.dataset.since}`);
  const [flat, flatLabel] = check("flat list");
  const count = element("output", {});
  const filters = element("div", { class: "filters", role: "search" }, search, missingLabel);
  if (table.dataset.since) filters.append(changedLabel);
  if (nodes.length > files.length) filters.append(flatLabel);
  filters.append(count);
  table.before(filters);

  for (const head of heads) {
    const words = head.textContent;
    const button = element("button", { type: "button" }, words);
    button.addEventListener("click", () => {
      const name = head.dataset.sort;
      const first = name === "name" || name === "cover" ? name : `-${name}`;
      const second = first.startsWith("-") ? name : `-${name}`;
      state.sort = state.sort === first ? second : first;
      update();
    });
    head.replaceChildren(button);
  }
  for (const node of nodes.filter((each) => each.isFolder)) {
    const button = element("button", { type: "button", "aria-expanded": "true" }, node.label);
    button.addEventListener("click", (event) => {
      const open = !node.open;
      const every = event.shiftKey ? nodes.filter((each) => each.isFolder && each.path.startsWith(node.path)) : [node];
      for (const each of every) each.open = open;
      show();
    });
    node.row.cells[0].replaceChildren(button);
    node.button = button;
    node.open = files.length <= MANY;
  }

  const collator = new Intl.Collator("en", { numeric: true });
  function sorted(list) {
    const descending = state.sort.startsWith("-");
    const name = state.sort.replace(/^-/, "");
    const sign = descending ? -1 : 1;
    return [...list].sort((a, b) => {
      if (name !== "name" && a.values[name] !== b.values[name]) return sign * (a.values[name] - b.values[name]);
      if (name === "name" && a.isFolder !== b.isFolder) return a.isFolder ? -1 : 1;
      return (name === "name" ? sign : 1) * collator.compare(a.path, b.path);
    });
  }

  function arrange() {
    const rows = [];
    if (state.flat) for (const node of sorted(files)) rows.push(node.row);
    else {
      const walk = (list) => { for (const node of sorted(list)) { rows.push(node.row); walk(node.children); } };
      walk(top.children);
    }
    if (state.flat) for (const node of nodes) if (node.isFolder) rows.push(node.row);
    body.replaceChildren(...rows);
    for (const node of files) {
      const link = node.row.cells[0].firstChild;
      link.textContent = state.flat ? node.path : node.label;
    }
    document.documentElement.classList.toggle("flat", state.flat);
    for (const head of heads) {
      const name = head.dataset.sort;
      if (state.sort === name) head.setAttribute("aria-sort", "ascending");
      else if (state.sort === `-${name}`) head.setAttribute("aria-sort", "descending");
      else head.removeAttribute("aria-sort");
    }
  }

  function show() {
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const filtering = words.length > 0 || state.missing || state.changed;
    const shown = new Set();
    let total = 0, of = 0;
    for (const node of files) {
      if (state.missing && !node.gap) continue;
      if (state.changed && !node.changed) continue;
      if (!words.every((word) => node.folded.includes(word))) continue;
      shown.add(node);
      total += node.values.cover * node.of;
      of += node.of;
      for (let folder = node.parent; folder !== top; folder = folder.parent) shown.add(folder);
    }
    const visible = (node) => {
      if (!shown.has(node)) return false;
      if (state.flat) return !node.isFolder;
      if (words.length) return true; // what was searched for is not behind a closed folder
      for (let folder = node.parent; folder !== top; folder = folder.parent) if (!folder.open) return false;
      return true;
    };
    for (const node of nodes) {
      node.row.hidden = !visible(node);
      if (node.button) node.button.setAttribute("aria-expanded", String(node.open || words.length > 0));
    }
    const matches = files.filter((node) => shown.has(node)).length;
    const cover = of ? Math.min(total / of, 100) : 100;
    const percent = cover > 99 && cover < 100 ? 99 : cover > 0 && cover < 1 ? 1 : Math.round(cover);
    count.textContent = filtering ? `${matches.toLocaleString("en")} of ${files.length.toLocaleString("en")} files, ${percent}%` : "";
  }

  function remember() {
    const parts = new URLSearchParams();
    if (state.q) parts.set("q", state.q);
    for (const name of ["missing", "changed", "flat"]) if (state[name]) parts.set(name, "1");
    if (state.sort !== "name") parts.set("sort", state.sort);
    const hash = parts.toString();
    try { history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search); } catch { /* not here */ }
  }

  function update() { arrange(); show(); remember(); }

  function recall() {
    const parts = new URLSearchParams(location.hash.slice(1));
    state.q = parts.get("q") || "";
    for (const name of ["missing", "changed", "flat"]) state[name] = parts.has(name);
    const sort = parts.get("sort") || "name";
    state.sort = columns.includes(sort.replace(/^-/, "")) ? sort : "name";
    search.value = state.q;
    missing.checked = state.missing;
    changed.checked = state.changed = state.changed && "since" in table.dataset;
    flat.checked = state.flat;
    arrange();
    show();
  }

  search.addEventListener("input", () => { state.q = search.value; show(); remember(); });
  missing.addEventListener("change", () => { state.missing = missing.checked; update(); });
  changed.addEventListener("change", () => { state.changed = changed.checked; update(); });
  flat.addEventListener("change", () => { state.flat = flat.checked; update(); });
  addEventListener("hashchange", recall);

  const links = () => files.length && [...body.querySelectorAll("tr:not([hidden]) > th > :is(a, button)")];
  function move(step) {
    const all = links();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)].focus();
  }
  const toggle = (box) => () => box.click();
  bind(["/"], "search", () => { search.focus(); search.select(); });
  bind(["j"], "next file or folder", () => move(1));
  bind(["k"], "previous file or folder", () => move(-1));
  bind(["m"], "only files that miss something", toggle(missing));
  if (table.dataset.since) bind(["c"], `only files changed since ${table.dataset.since}`, toggle(changed));
  if (nodes.length > files.length) {
    bind(["l"], "flat list, or folders", toggle(flat));
    bind(["e"], "open or close all folders", () => {
      const folders = nodes.filter((node) => node.isFolder);
      const open = !folders.every((node) => node.open);
      for (const node of folders) node.open = open;
      show();
    });
  }
  for (const column of ["name", "missing", "partial", "never", "cover"]) {
    const head = heads.find((each) => each.dataset.sort === column);
    const words = { name: "n", missing: "1", partial: "2", never: "3", cover: "4" };
    if (head) bind([words[column]], `sort by ${{ name: "name", missing: "missing lines", partial: "partial branches", never: "outcomes that never came", cover: "cover" }[column]}`, () => head.firstChild.click());
  }
  bind(["Escape"], "leave the search, then clear it", () => {
    if (document.activeElement === search) { search.blur(); return true; }
    if (!state.q) return false;
    search.value = state.q = "";
    update();
    return true;
  });
  recall();
});
