"use strict";
// Sorting, filtering and following the map. The page says everything without it.
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];

  // A way to something that is folded away opens it.
  const reveal = (id) => {
    const target = id && document.getElementById(decodeURIComponent(id));
    if (!target) return;
    const own = target.querySelector(":scope > details");
    if (own) own.open = true;
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
      if (at.classList.contains("finding") && at.hidden) reset();
    }
    target.scrollIntoView({ block: "nearest" });
  };
  addEventListener("hashchange", () => reveal(location.hash.slice(1)));

  const form = document.querySelector(".controls");
  const list = document.querySelector(".findings");
  const rows = all(".finding").map((element) => ({
    element,
    data: element.dataset,
    text: element.textContent.toLowerCase(),
  }));
  const number = (key) => (a, b) => Number(a.data[key]) - Number(b.data[key]);
  const word = (key) => (a, b) => (a.data[key] || "").localeCompare(b.data[key] || "");
  const orders = {
    rank: number("rank"),
    minutes: (a, b) => Number(b.data.minutes) - Number(a.data.minutes),
    level: number("severity"),
    loss: word("class"),
    environment: number("stage"),
    pillar: word("pillar"),
    component: word("component"),
    place: word("place"),
  };
  const choices = ["environment", "level", "loss", "pillar", "component"];

  const apply = () => {
    const value = (name) => (form.elements[name] ? form.elements[name].value : "");
    const words = value("text").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits =
        choices.every((it) => !value(it) || row.data[it] === value(it)) &&
        words.every((it) => row.text.includes(it));
      row.element.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    const order = orders[value("sort")] || orders.rank;
    rows.sort((a, b) => order(a, b) || orders.rank(a, b));
    list.append(...rows.map((it) => it.element));
    const noun = rows.length === 1 ? " finding" : " findings";
    form.elements.shown.value =
      shown === rows.length ? shown + noun : shown + " of " + rows.length + noun;
  };
  const reset = () => {
    form.reset();
    apply();
  };

  if (form) {
    form.hidden = false;
    form.addEventListener("input", apply);
    form.addEventListener("reset", () => setTimeout(apply));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("click", (event) => {
      const open = event.target.dataset.open;
      if (!open) return;
      for (const row of rows) {
        if (!row.element.hidden) row.element.firstElementChild.open = open === "true";
      }
    });
    for (const tally of all(".tally")) {
      tally.addEventListener("click", () => {
        form.reset();
        if (form.elements.level) form.elements.level.value = tally.dataset.level;
        apply();
      });
    }
    // A browser that comes back keeps what was chosen.
    apply();
  }

  // Following the map: what a component needs, and what needs it.
  const arrows = all(".arrow");
  const ways = (from, to) => {
    const by = new Map();
    for (const arrow of arrows) {
      const key = arrow.dataset[from];
      if (!by.has(key)) by.set(key, []);
      by.get(key).push([arrow, arrow.dataset[to]]);
    }
    return by;
  };
  const down = ways("from", "to");
  const up = ways("to", "from");
  const vertices = new Map(all(".vertex").map((it) => [it.dataset.number, it]));

  const follow = (start, by, mark) => {
    const seen = new Set([start]);
    const queue = [start];
    while (queue.length) {
      for (const [arrow, other] of by.get(queue.pop()) || []) {
        arrow.classList.add(mark);
        if (seen.has(other)) continue;
        seen.add(other);
        queue.push(other);
        if (vertices.has(other)) vertices.get(other).classList.add(mark);
      }
    }
    return seen.size - 1;
  };

  let panel = null;
  const clear = () => {
    all(".following").forEach((it) => it.classList.remove("following"));
    all(".vertex, .arrow").forEach((it) => it.classList.remove("chosen", "needs", "needed"));
    if (panel) panel.remove();
    panel = null;
  };
  const element = (name, className, text) => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };
  const choose = (vertex) => {
    const start = vertex.dataset.number;
    clear();
    const figure = vertex.closest(".island");
    figure.classList.add("following");
    vertex.classList.add("chosen");
    const needs = follow(start, down, "needs");
    const needed = follow(start, up, "needed");
    panel = element("div", "panel", "");
    panel.setAttribute("aria-live", "polite");
    const legend = element("p", "legend", "");
    legend.append(
      element("span", "needs", "Reaches " + needs),
      ", ",
      element("span", "needed", "reached by " + needed),
      "."
    );
    const close = element("button", "", "\u00d7");
    close.type = "button";
    close.setAttribute("aria-label", "Close");
    close.addEventListener("click", () => {
      clear();
      vertex.focus();
    });
    panel.append(legend, close);
    const card = document.getElementById("c" + start);
    if (card) {
      const copy = card.cloneNode(true);
      copy.removeAttribute("id");
      panel.append(copy);
    }
    figure.append(panel);
    panel.scrollIntoView({ block: "nearest" });
    vertex.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const id = link.getAttribute("href").slice(1);
    const vertex = /^c\d+$/.test(id) && vertices.get(id.slice(1));
    if (vertex) {
      event.preventDefault();
      const more = vertex.closest("details");
      if (more) more.open = true;
      choose(vertex);
    } else if (location.hash === "#" + id) {
      reveal(id);
    }
  });
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
  });

  // Paper shows everything.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    folded.forEach((it) => (it.open = true));
  });
  addEventListener("afterprint", () => folded.forEach((it) => (it.open = false)));

  reveal(location.hash.slice(1));
})();
