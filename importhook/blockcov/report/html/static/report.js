// blockcov: what index and file pages share: theme, help, keys.
"use strict";

const report = (() => {
  const themes = ["auto", "light", "dark"];
  const keys = new Map(); // key -> [words for the help, action]
  const order = [];

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "onclick") made.addEventListener("click", value);
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  /** Bind keys (the first one is shown) to an action; `words` is its line in the help. */
  function bind(names, words, action) {
    for (const name of names) keys.set(name, action);
    order.push([names, words]);
  }

  const tools = element("div", { class: "tools", role: "toolbar", "aria-label": "Tools" });
  const announcer = element("div", { class: "hidden", role: "status" });

  const themeButton = element("button", { type: "button", onclick: nextTheme });
  function showTheme() {
    const theme = document.documentElement.dataset.theme || "auto";
    themeButton.textContent = { auto: "◐", light: "☀", dark: "☾" }[theme];
    themeButton.title = `Theme: ${theme}`;
    themeButton.setAttribute("aria-label", `Theme: ${theme}. Change`);
  }
  function nextTheme() {
    const now = document.documentElement.dataset.theme || "auto";
    const next = themes[(themes.indexOf(now) + 1) % themes.length];
    if (next === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    try {
      if (next === "auto") localStorage.removeItem("blockcov-theme");
      else localStorage.setItem("blockcov-theme", next);
    } catch { /* it holds until the page is left */ }
    showTheme();
    dispatchEvent(new Event("themechange"));
  }

  let dialog = null;
  function help() {
    if (!dialog) {
      const list = element("dl");
      for (const [names, words] of order) {
        const dt = element("dt");
        names.forEach((name, index) => dt.append(index ? " " : "", element("kbd", {}, shown(name))));
        list.append(dt, element("dd", {}, words));
      }
      const close = element("button", { type: "button", onclick: () => dialog.close() }, "Close");
      dialog = element("dialog", { "aria-labelledby": "help-title" },
        element("h2", { id: "help-title" }, "Keys"), list, close);
      document.body.append(dialog);
      dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    }
    if (dialog.open) dialog.close(); else dialog.showModal();
  }
  const shown = (name) => ({ Escape: "Esc", ArrowUp: "↑", ArrowDown: "↓" })[name] || name;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const typing = event.target.closest("input:not([type=checkbox]), textarea, select");
    if (typing && event.key !== "Escape") return;
    if (dialog && dialog.open && event.key !== "?") return;
    const action = keys.get(event.key);
    if (action && action(event) !== false) event.preventDefault();
  });

  document.addEventListener("DOMContentLoaded", () => {
    bind(["t"], "theme: as the system, light, dark", nextTheme);
    bind(["?"], "this help", help);
    showTheme();
    const helpButton = element("button", { type: "button", title: "Keys", "aria-label": "Keys", onclick: help }, "?");
    tools.append(themeButton, helpButton);
    document.querySelector("header").append(tools);
    document.body.append(announcer);
  });

  return { element, bind, tools, say: (text) => { announcer.textContent = text; } };
})();
