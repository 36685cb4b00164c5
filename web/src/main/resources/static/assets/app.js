// Everything here only makes faster what links and forms do anyway.
const root = document.documentElement;
root.dataset.script = "";

const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const say = text => { const line = $("#say"); if (line) line.textContent = text; };

// The server draws times in the reader's zone from the next page on.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.split("; ").includes(`tz=${zone}`)) {
  document.cookie = `tz=${zone};path=/;max-age=31536000;samesite=lax`;
}

document.addEventListener("click", event => {
  const copy = event.target.closest("[data-copy]");
  if (copy) {
    navigator.clipboard?.writeText(copy.dataset.copy).then(() => say("Copied"), () => say("Could not copy"));
  }
  for (const open of $$("details.menu[open], details.sheet[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

// ---- what was selected for deciding together ----

function tally() {
  const line = $("#bulk-count");
  if (!line) return;
  const picked = $$(".item__pick input:checked").length;
  line.textContent = `${picked} selected`;
  for (const button of $$("#bulk button[name=decision]")) {
    const word = button.value === "approve" ? "Approve" : "Deny";
    ($(".ok", button) ?? button).textContent = `${word} ${picked}`;
  }
}
document.addEventListener("change", event => { if (event.target.closest(".item__pick")) tally(); });
tally();

// ---- what a choice needs ----

for (const choice of $$("select:has(option[data-needs])")) {
  const fields = [...choice.options].map(option => document.getElementById(option.dataset.needs));
  const need = () => fields.forEach(field => { field.required = field.id === choice.selectedOptions[0].dataset.needs; });
  choice.addEventListener("change", need);
  need();
}

// ---- staying current ----

let asking = false;
let again = false;

async function refresh() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "manual" });
    if (!answer.ok) throw new Error(String(answer.status));
    take(new DOMParser().parseFromString(await answer.text(), "text/html"));
    if (again) setTimeout(refresh, 200);
  } finally {
    asking = false;
    again = false;
  }
}

function take(fresh) {
  document.title = fresh.title;
  for (const part of $$("[data-live]")) {
    const next = fresh.getElementById(part.id);
    if (next && part.innerHTML !== next.innerHTML) replace(part, next);
  }
  const shown = $("#review");
  const next = fresh.getElementById("review");
  if (shown && (!next || next.dataset.id !== shown.dataset.id || next.dataset.version !== shown.dataset.version)) changed(shown, next);
  if ($("#main > .blank") && !$(".blank", fresh)) location.reload();
}

// Keeps what a reader did in a list: ticks, open parts, focus, and the place they scrolled to.
function replace(part, next) {
  const known = new Set($$("[data-id]", part).map(row => row.dataset.id));
  const ticked = new Set($$("input:checked", part).map(box => box.id));
  const open = new Set($$("details[open][id]", part).map(one => one.id));
  const focus = part.contains(document.activeElement) ? document.activeElement : null;
  const where = focus && { id: focus.id, href: focus.getAttribute("href") };
  if (focus && focus.matches("input:not([type=checkbox]), textarea, select")) return;
  part.replaceChildren(...next.childNodes);
  for (const attribute of next.attributes) part.setAttribute(attribute.name, attribute.value);
  for (const row of $$("[data-id]", part)) {
    if (known.size && !known.has(row.dataset.id)) row.classList.add("is-new");
  }
  for (const id of ticked) { const box = document.getElementById(id); if (box && !box.disabled) box.checked = true; }
  for (const id of open) { const one = document.getElementById(id); if (one) one.open = true; }
  if (where) {
    const same = where.id ? document.getElementById(where.id) : $$("a", part).find(link => link.getAttribute("href") === where.href);
    same?.focus({ preventScroll: true });
  }
  tally();
}

// Somebody else acted on what is being read: say so, take nothing away, and stop the answer that no longer fits.
function changed(shown, next) {
  const busy = shown.contains(document.activeElement) && document.activeElement !== shown
    || $$("textarea", shown).some(field => field.value) || $$("details[open]", shown).length > 0;
  if (!busy && next && next.dataset.id === shown.dataset.id && !shown.matches(".review")) {
    const top = scrollY;
    shown.replaceWith(next);
    scrollTo(0, top);
    return;
  }
  if ($(".changed", shown)) return;
  const note = document.createElement("p");
  note.className = "note note--warn changed notice";
  note.setAttribute("role", "status");
  const words = document.createElement("span");
  words.textContent = "This action has changed since you opened it. ";
  const link = document.createElement("a");
  link.href = `/admin/actions/${shown.dataset.id}`;
  link.textContent = "See how it stands now";
  words.append(link);
  note.append(words);
  ($(".review__in", shown) ?? shown).prepend(note);
  $("#approve", shown)?.setAttribute("disabled", "");
}

const light = $("#live");
let polling = 0;

function connected(on) {
  if (!light) return;
  light.classList.remove("live--none");
  light.classList.toggle("live--off", !on);
  light.textContent = on ? "Live" : `Last update ${new Date().toTimeString().slice(0, 5)}`;
  if (on) { clearInterval(polling); polling = 0; }
  else if (!polling) polling = setInterval(() => refresh().then(() => connected(false), () => {}), 15_000);
}

if ($("[data-live]") && window.EventSource) {
  const stream = new EventSource("/admin/stream");
  let soon = 0;
  stream.addEventListener("hello", () => connected(true));
  stream.addEventListener("changed", () => {
    clearTimeout(soon);
    soon = setTimeout(() => refresh().catch(() => {}), 120);
  });
  stream.addEventListener("error", () => connected(false));
  addEventListener("pagehide", () => stream.close());
  setInterval(() => { if (!document.hidden) refresh().catch(() => {}); }, 60_000);
  const rebuilding = () => $("#projections")?.dataset.rebuilding === "true";
  setInterval(() => { if (rebuilding()) refresh().catch(() => {}); }, 1_000);
}

// ---- what runs by itself ----

function countdown(left) {
  if (left <= 0) return "due";
  const minutes = Math.floor(left / 60);
  return minutes >= 60 ? `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`
    : minutes ? `${minutes} min ${String(left % 60).padStart(2, "0")}` : `${left} s`;
}
setInterval(() => {
  for (const one of $$("[data-until]")) one.textContent = countdown(Math.ceil((new Date(one.dataset.until) - Date.now()) / 1_000));
}, 1_000);

// ---- a trial over the past, under way ----

const follow = $("[data-follow]");
if (follow && window.EventSource) {
  const stream = new EventSource(follow.dataset.follow);
  stream.addEventListener("progress", event => {
    const { processed, total } = JSON.parse(event.data);
    const bar = $("progress", follow);
    bar.max = Math.max(total, 1);
    bar.value = processed;
    $("#b-said").textContent = `${processed.toLocaleString("en")} of about ${total.toLocaleString("en")} actions looked at`;
  });
  stream.addEventListener("done", () => { stream.close(); location.reload(); });
  addEventListener("pagehide", () => stream.close());
}

// ---- a draft, read while it is written ----

const draft = $("form[data-checks]");
if (draft) {
  const text = $("textarea", draft);
  let soon = 0;
  let later = 0;
  let asked = 0;

  const look = async intent => {
    const mine = ++asked;
    const body = new URLSearchParams(new FormData(draft));
    body.set("intent", intent);
    const answer = await fetch(draft.action, { method: "POST", body, headers: { Accept: "text/html" }, redirect: "manual" });
    if (mine !== asked || !answer.ok && answer.status !== 422) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("checked");
    if (!fresh || mine !== asked) return;
    const faults = $$("#faults li", fresh).length;
    $("#checked").replaceChildren(...fresh.childNodes);
    if (faults) text.setAttribute("aria-invalid", "true");
    else text.removeAttribute("aria-invalid");
    say(faults ? `${faults} ${faults === 1 ? "fault" : "faults"}, listed below the text` : "Sound");
  };

  text.addEventListener("input", () => {
    clearTimeout(soon);
    clearTimeout(later);
    asked++;
    soon = setTimeout(() => look("GLANCE").catch(() => {}), 400);
    later = setTimeout(() => look("CHECK").catch(() => {}), 2_000);
  });
}

// ---- keys ----

const typing = target => target.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
let goingTo = 0;

const keys = {
  j: () => step("#go-next", 1),
  k: () => step("#go-previous", -1),
  a: () => {
    const button = $("#approve");
    if (!button || button.disabled) return;
    if (document.activeElement === button) button.click();
    else { button.focus(); say("Approve is ready. Press A or Enter again to approve."); }
  },
  d: () => {
    const sheet = $("#deny");
    if (!sheet) return;
    sheet.open = true;
    $("textarea", sheet)?.focus();
  },
  x: () => {
    const box = $('.item[aria-current="true"] .item__pick input, .item:has(:focus) .item__pick input');
    if (box?.disabled) say(box.title);
    else box?.click();
  },
  "/": () => $(".search input")?.focus(),
  "?": () => $("#help")?.togglePopover(),
  g: () => { goingTo = Date.now(); },
  i: () => { if (Date.now() - goingTo < 1_500) location.href = "/admin/inbox"; },
};

function step(link, by) {
  const onward = $(link);
  if (onward) { sessionStorage.setItem("focus", "title"); onward.click(); return; }
  const rows = $$("#main tbody th a, #main .piece h2 a");
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement);
  rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))].focus();
}

document.addEventListener("keydown", event => {
  if (event.key === "Escape") {
    for (const open of $$("details.menu[open], details.sheet[open]")) {
      open.open = false;
      $("summary", open)?.focus();
    }
    return;
  }
  if (root.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (act) { event.preventDefault(); act(); }
});

// After a decision, and after moving on by key, the title is where reading goes on.
if ($("#notice[data-decided]") || sessionStorage.getItem("focus") === "title") {
  sessionStorage.removeItem("focus");
  $("#r-title")?.focus({ preventScroll: true });
}
$('.item[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
