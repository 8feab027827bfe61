// Sends a check-in once, whatever the connection does. Without scripts the form is an ordinary form.
//
// An entry is written down on the device first, then sent; it is forgotten when the server has shown its
// result. What could not be sent waits in IndexedDB, visibly, and goes out when the connection is back or
// a page is opened again. The server takes a repeat for the same entry (submission_key).
const box = document.getElementById("offline");
const form = document.querySelector("form.checkin");
const owner = box?.dataset.owner ?? "";
const PREFLIGHT_MS = 8000;
let dirty = false;
let leaving = false;

// --- the device's own memory: entries by key, and who used this device last -----------------------------
function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("check-ins", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("entries", { keyPath: "key" });
      request.result.createObjectStore("device");
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function ask(store, mode, act) {
  const database = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const request = act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

const put = (entry) => ask("entries", "readwrite", (store) => store.put(entry));
const forget = (key) => ask("entries", "readwrite", (store) => store.delete(key));
const entries = () => ask("entries", "readonly", (store) => store.getAll());
const device = () => ask("device", "readonly", (store) => store.get("last"));

async function mine() {
  const me = owner || (await device())?.owner;
  return (await entries()).filter((entry) => entry.owner === me);
}

// --- what the page says ------------------------------------------------------------------------------------
function say(name, shown, count) {
  const line = box?.querySelector(`[data-say="${name}"]`);
  if (!line) return;
  line.hidden = !shown;
  if (count !== undefined) line.querySelector("[data-count]").textContent = count === 1 ? line.dataset.one : line.dataset.many.replace("{n}", count);
}

async function show() {
  if (!box) return;
  const found = await mine().catch(() => []);
  const waiting = found.filter((entry) => entry.state === "waiting").length;
  const refused = found.filter((entry) => entry.state === "refused").length;
  say("offline", !navigator.onLine);
  if (!waiting) say("kept", false);
  say("waiting", waiting > 0, waiting);
  say("refused", refused > 0, refused);
  box.hidden = ![...box.querySelectorAll("[data-say]")].some((line) => !line.hidden);
}

// --- sending ---------------------------------------------------------------------------------------------
// "lost": no connection. "signed out": somebody has to sign in first.
async function token() {
  try {
    const answer = await fetch("/fresh-token/", { cache: "no-store", signal: AbortSignal.timeout(PREFLIGHT_MS) });
    if (answer.redirected || answer.status === 403) return "signed out";
    return answer.ok ? await answer.json() : "lost";
  } catch {
    return "lost";
  }
}

async function send(entry, fresh) {
  const body = new URLSearchParams(entry.fields);
  body.set("csrfmiddlewaretoken", fresh.token);
  const answer = await fetch(entry.path, { method: "POST", body, signal: AbortSignal.timeout(30000) });
  if (answer.ok && answer.redirected && answer.url.includes("/result/")) {
    await forget(entry.key);
    return answer.url;
  }
  if (answer.status === 422 || answer.status === 404) await put({ ...entry, state: "refused" });
  return "";
}

async function sendWaiting() {
  if (!box || !navigator.onLine) return;
  await navigator.locks.request("send check-ins", async () => {
    const waiting = (await mine()).filter((entry) => entry.state !== "refused");
    if (!waiting.length) return;
    const fresh = await token();
    say("signed-out", fresh === "signed out");
    for (const entry of waiting) {
      if (fresh.owner !== entry.owner) continue;
      const result = await send(entry, fresh);
      if (!result) continue;
      say("sent", true);
      box.querySelector("[data-result]").href = result;
    }
  }).catch(() => {});
  await show();
}

function written(state) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  const kept = Object.fromEntries(fields);
  kept.captured_at = withOffset(new Date());
  return { key: kept.submission_key, path: form.getAttribute("action") || location.pathname + location.search, fields: kept, state };
}

// the device's clock with its offset, as in 2026-03-12T21:04:00+01:00
function withOffset(at) {
  const ahead = -at.getTimezoneOffset();
  const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  const local = new Date(at.getTime() + ahead * 60000).toISOString().slice(0, 19);
  return `${local}${ahead < 0 ? "-" : "+"}${two(ahead / 60)}:${two(ahead % 60)}`;
}

async function submitted(event) {
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  if (button.disabled) return;
  button.disabled = true;
  try {
    const me = owner || (await device())?.owner;
    const entry = { ...written("sending"), owner: me };
    await put(entry);
    const fresh = await token();
    if (fresh.owner && fresh.owner === me && form.elements.csrfmiddlewaretoken) {
      form.elements.csrfmiddlewaretoken.value = fresh.token;
      leaving = true;
      form.submit();
      return;
    }
    await put({ ...entry, state: "waiting" });
    kept(fresh === "signed out");
  } catch {
    leaving = true; // no memory on this device: an ordinary form
    form.submit();
  } finally {
    if (!leaving) button.disabled = false;
  }
}

async function kept(signedOut) {
  dirty = false;
  form.hidden = true;
  say("kept", true);
  say("signed-out", signedOut);
  await show();
  box.scrollIntoView({ block: "start" });
  box.focus();
}

// --- the page itself -------------------------------------------------------------------------------------
function warnBeforeLeaving(event) {
  if (dirty && !leaving) event.preventDefault();
}

async function startForm() {
  if (!form) return;
  if (form.dataset.keptPage !== undefined) {
    const last = await device().catch(() => undefined);
    form.hidden = !last;
    document.getElementById("unknown-device").hidden = Boolean(last);
    if (last) form.elements.submission_key.value = crypto.randomUUID();
  } else if (form.elements.submission_key) {
    // the server shows this form again: the entry is in the person's hands, not on its way
    const again = (await mine().catch(() => [])).find((entry) => entry.key === form.elements.submission_key.value);
    if (again?.state === "sending") await forget(again.key);
  }
  form.addEventListener("input", () => {
    if (!dirty) addEventListener("beforeunload", warnBeforeLeaving);
    dirty = true;
  });
  form.addEventListener("submit", submitted);
}

// nothing may stand between a person and a number to ring
document.addEventListener("click", (event) => {
  if (!event.target.closest?.('a[href^="tel:"], a[href$="/help/"]')) return;
  leaving = true;
  setTimeout(() => { leaving = false; }, 1500);
}, true);

async function numbers() {
  const last = await device();
  if (owner) {
    const before = last?.owner === owner ? last : {};
    await ask("device", "readwrite", (store) => store.put({ ...before, ...box.dataset }, "last"));
    return;
  }
  for (const place of last ? document.querySelectorAll("[data-number]") : []) {
    const number = last[place.dataset.number];
    if (!number) continue;
    if (place.tagName === "A") place.href = `tel:${number.replaceAll(" ", "")}`;
    place.append(` ${number}`);
    place.hidden = false;
  }
}

async function keepShell() {
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register("/service-worker.js", { scope: "/", updateViaCache: "none" });
  const offer = () => { if (!dirty) registration.waiting?.postMessage("take over"); };
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  offer();
}

async function begin() {
  const sent = document.querySelector("[data-sent]")?.dataset.sent;
  if (sent) await forget(sent).catch(() => {});
  await numbers().catch(() => {});
  await startForm();
  await show();
  await sendWaiting();
}

addEventListener("online", sendWaiting);
addEventListener("offline", show);
document.addEventListener("visibilitychange", () => { if (!document.hidden) sendWaiting(); });
box?.querySelector("[data-remove]")?.addEventListener("click", async () => {
  for (const entry of await mine()) if (entry.state === "refused") await forget(entry.key);
  await show();
});
begin();
// after the page is done: the first visit pays for nothing it does not need
if (document.readyState === "complete") keepShell(); else addEventListener("load", () => setTimeout(keepShell, 0));
