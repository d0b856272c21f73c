// blockcov: a file page: walking the gaps, counts of operands, links to lines, the map of gaps at the edge.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const { element, bind, tools, say } = report;
  const source = document.getElementById("source");
  const byId = (line) => document.getElementById(`L${line}`);
  const lineOf = (row) => Number(row.id.slice(1));
  const GAP = ".o.g1, .o.g2, .o.g0";

  // Stops: the first line of lines that never ran together; else the operands of a line, or the line itself.
  const stops = [];
  let before = null;
  for (const row of source.querySelectorAll(".b > .m, .b > .p")) {
    const isMissing = row.classList.contains("m");
    if (!isMissing) {
      const operands = row.querySelectorAll(GAP);
      if (operands.length) for (const operand of operands) stops.push({ row, operand });
      else stops.push({ row, operand: null });
    } else if (!before || !follows(before, row)) stops.push({ row, operand: null });
    before = isMissing ? row : null;
  }
  /** Whether only blank lines and comments lie between two rows. */
  function follows(first, second) {
    for (let line = lineOf(first) + 1; line < lineOf(second); line++) {
      const row = byId(line);
      if (row.className && row.className !== "d") return false;
    }
    return true;
  }

  let at = -1;
  const place = element("output", {});
  const stopButton = (words, mark, step) =>
    element("button", { type: "button", title: words, "aria-label": words, onclick: () => walk(step) }, mark);
  const details = [...source.querySelectorAll("details:not(.contexts)")];
  if (details.length) {
    const all = element("button", { type: "button", "aria-pressed": "false", title: "Show why every line is partial (w)" }, "why");
    all.addEventListener("click", () => whyAll());
    tools.prepend(all);
  }
  if (stops.length) tools.prepend(stopButton("Previous gap (p)", "↑", -1), place, stopButton("Next gap (n)", "↓", 1));
  else if (source.querySelector(".b")) tools.prepend(element("output", {}, "no gaps"));
  function whyAll() {
    const open = !details.every((each) => each.open);
    for (const each of details) each.open = open;
    tools.querySelector("[aria-pressed]").setAttribute("aria-pressed", String(open));
  }
  function showPlace() { place.textContent = at < 0 ? `${stops.length} gap${stops.length === 1 ? "" : "s"}` : `${at + 1} of ${stops.length}`; }
  showPlace();

  function mark(row, operand) {
    for (const each of source.querySelectorAll(".at, .now")) each.classList.remove("at", "now");
    row.classList.add("at");
    row.scrollIntoView({ block: "center" });
    const target = operand || row;
    if (operand) operand.classList.add("now");
    target.setAttribute("tabindex", "-1");
    target.focus({ preventScroll: true });
    if (operand) tip(operand); else hide();
    try { history.replaceState(null, "", `#${row.id}`); } catch { /* not here */ }
  }
  function walk(step) {
    if (!stops.length) return;
    if (at < 0) {
      const line = currentLine();
      const next = stops.findIndex((stop) => lineOf(stop.row) > line || (line === lineOf(stop.row) && step > 0));
      at = step > 0 ? (next < 0 ? 0 : next) : (next < 0 ? stops.length : next) - 1;
    } else at += step;
    at = (at + stops.length) % stops.length;
    const { row, operand } = stops[at];
    mark(row, operand);
    showPlace();
    const why = row.querySelector("details:not(.contexts) summary");
    say(`Line ${lineOf(row)}: ${row.classList.contains("m") ? "never ran" : why ? why.textContent : ""}`);
  }
  function currentLine() {
    const marked = source.querySelector(".at, .b > :target");
    return marked ? lineOf(marked) : 0;
  }
  function walkOperands(step) {
    const all = [...source.querySelectorAll(".b > :not(.m) .o")];
    if (!all.length) return;
    const now = source.querySelector(".o.now");
    let index = all.indexOf(now);
    if (index < 0) {
      const line = currentLine();
      index = all.findIndex((each) => lineOf(each.closest("[id]")) >= line) - (step > 0 ? 1 : 0);
    }
    const operand = all[(index + step + all.length) % all.length];
    at = stops.findIndex((stop) => stop.operand === operand);
    showPlace();
    mark(operand.closest("[id]"), operand);
    say(`${operand.textContent}: ${operand.dataset.counts || operand.title}`);
  }

  // Counts of an operand: a tooltip of our own in place of the browser's slow one.
  let bubble = null;
  function tip(operand) {
    hide();
    if (operand.title) { operand.dataset.counts = operand.title; operand.removeAttribute("title"); }
    bubble = element("div", { class: "tip", role: "tooltip", id: "tip" }, operand.dataset.counts);
    document.querySelector("main").append(bubble);
    operand.setAttribute("aria-describedby", "tip");
    const box = operand.getClientRects()[0] || operand.getBoundingClientRect();
    const left = Math.min(box.left, document.documentElement.clientWidth - bubble.offsetWidth - 8);
    bubble.style.left = `${Math.max(4, left) + scrollX}px`;
    bubble.style.top = `${box.top + scrollY - bubble.offsetHeight - 3}px`;
  }
  function hide() {
    if (!bubble) return;
    bubble.remove();
    bubble = null;
    for (const each of source.querySelectorAll("[aria-describedby]")) each.removeAttribute("aria-describedby");
  }
  source.addEventListener("mouseover", (event) => {
    const operand = event.target.closest(".o");
    if (operand) tip(operand); else hide();
  });
  source.addEventListener("mouseleave", hide);
  source.addEventListener("focusin", (event) => { if (event.target.matches(".o")) tip(event.target); });
  source.addEventListener("focusout", hide);
  source.addEventListener("click", (event) => { // also on a screen without a mouse
    const operand = event.target.closest(".o");
    if (operand && !event.target.closest("summary, a") && getSelection().isCollapsed) {
      for (const each of source.querySelectorAll(".now")) each.classList.remove("now");
      operand.setAttribute("tabindex", "-1");
      operand.focus({ preventScroll: true });
      tip(operand);
    }
  });

  // #L12, #L12-L20, and #t12 as coverage.py has it.
  function follow() {
    for (const each of source.querySelectorAll(".at, .now")) each.classList.remove("at", "now");
    const match = /^#[Lt](\d+)(?:-L?(\d+))?$/.exec(location.hash);
    if (!match) return;
    const first = Number(match[1]), last = Math.max(first, Number(match[2] || first));
    const row = byId(first);
    if (!row) return;
    for (let line = first; line <= Math.min(last, first + 5000) && byId(line); line++) byId(line).classList.add("at");
    at = -1;
    showPlace();
    row.scrollIntoView({ block: "center" });
    requestAnimationFrame(() => row.scrollIntoView({ block: "center" })); // heights are known now
  }
  addEventListener("hashchange", follow);

  // The map: where the gaps are in the whole file.
  const header = document.querySelector("header");
  const canvas = element("canvas", { class: "map", "aria-hidden": "true" });
  const rows = source.querySelectorAll(".b > div");
  const last = rows.length ? lineOf(rows[rows.length - 1]) : 0;
  function measure() { document.documentElement.style.setProperty("--top", `${header.offsetHeight}px`); draw(); }
  const marked = [...source.querySelectorAll(".b > .m, .b > .p")].map((row) => [lineOf(row), row.classList.contains("m")]);
  function draw() {
    const height = canvas.clientHeight, width = canvas.clientWidth, scale = devicePixelRatio || 1;
    if (!height || !last) return;
    canvas.width = width * scale;
    canvas.height = height * scale;
    const context = canvas.getContext("2d");
    const probe = element("span", {});
    document.body.append(probe);
    const colour = (name) => { probe.style.color = `var(${name})`; return getComputedStyle(probe).color; };
    const colours = [colour("--part"), colour("--miss")];
    probe.remove();
    const each = canvas.height / last;
    for (const [line, isMissing] of marked) {
      context.fillStyle = colours[Number(isMissing)];
      context.fillRect(isMissing ? 2 * scale : 5 * scale, (line - 1) * each, canvas.width, Math.max(each, 2 * scale));
    }
  }
  if (stops.length) {
    document.body.append(canvas);
    canvas.addEventListener("click", (event) => {
      const line = Math.ceil((event.offsetY / canvas.clientHeight) * last);
      const row = byId(Math.min(Math.max(line, 1), last));
      if (row) row.scrollIntoView({ block: "center" });
    });
  }
  addEventListener("resize", measure);
  addEventListener("themechange", draw);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);

  const closed = [];
  addEventListener("beforeprint", () => { for (const each of details) if (!each.open) { closed.push(each); each.open = true; } });
  addEventListener("afterprint", () => { for (const each of closed.splice(0)) each.open = false; });

  const go = (selector) => () => { const link = document.querySelector(selector); if (!link) return false; link.click(); return true; };
  bind(["n", "j"], "next gap", () => walk(1));
  bind(["p", "k"], "previous gap", () => walk(-1));
  bind(["o"], "next operand, also a covered one", () => walkOperands(1));
  bind(["O"], "previous operand", () => walkOperands(-1));
  bind(["Enter"], "why this line is partial", (event) => {
    if (event.target.closest("a, button, summary")) return false;
    const row = source.querySelector(".at");
    const why = row && row.querySelector("details:not(.contexts)");
    if (!why) return false;
    why.open = !why.open;
    if (why.open) say(why.textContent);
    return true;
  });
  bind(["w"], "why every line is partial", () => { if (details.length) whyAll(); });
  bind(["f"], "to the functions", () => { const link = document.querySelector("#functions tbody a"); if (!link) return false; link.focus(); return true; });
  bind(["["], "previous file", go("footer a[rel=prev]"));
  bind(["]"], "next file", go("footer a[rel=next]"));
  bind(["u"], "up to all files", go("header nav a"));
  bind(["Escape"], "hide the mark", () => {
    hide();
    at = -1;
    showPlace();
    for (const each of source.querySelectorAll(".at, .now")) each.classList.remove("at", "now");
  });
  measure();
  follow();
});
