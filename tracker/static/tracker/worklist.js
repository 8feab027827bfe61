// The list keeps itself up to date, and keys walk through it. Without this file "Refresh" does the first.
const EVERY = 30_000;
const OFF = "aftercare-keys-off";
const list = document.querySelector("[data-list]");
const news = document.querySelector("[data-news]");
const keys = document.getElementById("keys");
const heldBy = () => document.activeElement?.closest("[data-key], [data-part]");
const rows = (root) => [...root.querySelectorAll("[data-key]")];
const order = (root) => rows(root).map((row) => row.dataset.key).join(" ");
let waiting = null; // a newer page, held back because something in the list has the focus

// --- keeping up to date ---------------------------------------------------------------------------

// form tokens are masked anew each time, so they are no difference
const plain = (node) => node.innerHTML.replace(/(name="csrfmiddlewaretoken" value=")[^"]*/g, "$1") + node.className;

function renew(old, fresh) {
  if (!fresh || plain(old) === plain(fresh)) return;
  if (old.contains(document.activeElement)) return; // stays as it is until the focus leaves
  old.replaceWith(document.adoptNode(fresh));
}

function renewParts(page) {
  for (const part of document.querySelectorAll("[data-part]"))
    renew(part, page.querySelector(`[data-part="${part.dataset.part}"]`));
}

function renewRows(fresh) {
  const known = new Map(rows(fresh).map((row) => [row.dataset.key, row]));
  for (const row of rows(list)) renew(row, known.get(row.dataset.key));
}

function show(page) {
  const fresh = page.querySelector("[data-list]");
  if (!fresh) { // signed out meanwhile, or something is wrong: say so instead of growing old in silence
    news.textContent = "";
    location.reload();
    return;
  }
  renewParts(page);
  if (order(list) === order(fresh)) {
    renewRows(fresh);
    hold(null);
  } else if (list.contains(document.activeElement)) {
    renewRows(fresh);
    hold(page); // nothing moves under the hand
  } else {
    replace(fresh);
  }
}

function replace(fresh) {
  const focused = heldBy()?.dataset.key;
  const old = new Map(rows(list).map((row) => [row.dataset.key, row]));
  for (const row of rows(fresh)) {
    const mine = old.get(row.dataset.key);
    if (mine && plain(mine) === plain(row)) row.replaceWith(mine);
  }
  list.replaceChildren(...document.adoptNode(fresh).childNodes);
  if (focused) name(focused)?.focus();
  hold(null);
}

function hold(page) {
  waiting = page;
  if (!page === !news.childElementCount) return;
  news.replaceChildren();
  if (!page) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-small";
  button.textContent = news.dataset.words;
  button.addEventListener("click", bring);
  news.append(button);
}

function bring() {
  if (!waiting) return refresh();
  replace(waiting.querySelector("[data-list]"));
  rows(list)[0]?.querySelector("a")?.focus();
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch { // no connection: the time beside "Refresh" says how old the list is
  }
}

list.addEventListener("focusout", () => setTimeout(() => waiting && !list.contains(document.activeElement) && document.hasFocus() && !news.contains(document.activeElement) && replace(waiting.querySelector("[data-list]"))));
document.addEventListener("visibilitychange", refresh);
document.querySelector("[data-refresh]").addEventListener("click", (event) => {
  event.preventDefault();
  refresh();
});
setInterval(refresh, EVERY);

// --- keys -----------------------------------------------------------------------------------------

const name = (key) => list.querySelector(`[data-key="${key}"] .w-who a`);

function step(by) {
  const all = rows(list), at = all.indexOf(document.activeElement?.closest("[data-key]"));
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.querySelector(".w-who a")?.focus();
}

const does = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
  t: () => document.activeElement?.closest("[data-key]")?.querySelector("[data-take]")?.click(),
  "/": () => document.querySelector(".search input:not([type=hidden])")?.focus(),
  r: bring,
  "?": () => { keys.open = !keys.open; keys.querySelector("summary").focus(); },
};

const off = () => localStorage.getItem(OFF) === "yes";
const box = keys.querySelector("input");
keys.hidden = false;
box.checked = !off();
box.addEventListener("change", () => localStorage.setItem(OFF, box.checked ? "no" : "yes"));
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=checkbox]), textarea, select");
  if (off() || typing || event.ctrlKey || event.metaKey || event.altKey || !does[event.key]) return;
  if (event.key.startsWith("Arrow") && !event.target.closest("[data-key]")) return; // arrows scroll elsewhere
  event.preventDefault();
  does[event.key]();
});
