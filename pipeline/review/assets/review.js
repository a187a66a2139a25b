"use strict";
// What others decide meanwhile, keys and clicks, and the start of it all.

async function poll() {
  if (document.hidden || busy) return;
  let answer;
  try { answer = await ask("version.json"); } catch { return; }
  if (!answer.ok || answer.data.version === version || busy) return;
  version = answer.data.version;
  notice(answer.data.notice);
  if (queue === "pages") { await turnTo(sheet.of, sheet.page, true); return; }
  const name = queue;
  const fresh = await safely(() => ask("queue.json", { name, below: get("below").value, of: get("file").value }));
  if (!fresh?.ok || name !== queue) return;
  lines = fresh.data.lines;
  states = fresh.data.states;
  redress();
  tally();
  if (item && state(item.id) !== item.state) again(item.id);
}

// Keys and clicks

const KEYS = {
  j: () => go(1), k: () => go(-1), a: () => decide("accept"), r: () => decide("reject"), o: () => decide("restore"), e: () => edit(),
  u: undo, p: togglePage, z: zoom, b: startDrawing, "[": () => leaf(0), "]": () => leaf(1), "?": () => get("help").showModal(),
  c: () => get("why")?.focus(), "/": () => get("search").focus(),
};

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const target = event.target;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (draws()) stopDrawing();
    else if (target.closest?.("form.editing")) edit(false);
    else if (target.matches?.("input, select")) {
      event.preventDefault(); // or the browser would empty a search that still filters
      target.blur();
      get("detail").focus({ preventScroll: true });
    }
    return;
  }
  if (target.matches?.("input:not([type=checkbox]), select, textarea")) {
    if (event.key === "Enter" && target.id === "why") { target.blur(); event.preventDefault(); }
    return;
  }
  if ((event.key === "Enter" || event.key === " ") && target.closest?.(".mention")) {
    choose(target.closest(".mention").dataset.id);
    event.preventDefault();
    return;
  }
  const action = KEYS[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function clicked(event) {
  const button = event.target.closest("button, .mention");
  if (!button) return;
  if (button.dataset.queue) openQueue(button.dataset.queue);
  else if (button.matches(".line")) { get("desk").classList.remove("listing"); show(button.dataset.id); }
  else if (button.matches(".mention")) choose(button.dataset.id);
  else if (button.dataset.do === "edit") edit();
  else if (button.dataset.do === "cancel") edit(false);
  else if (button.dataset.do === "undo") undo();
  else if (button.dataset.do) decide(button.dataset.do);
  else if (button.dataset.turn) turnTo(sheet.of, Number(button.dataset.turn));
  else if (button.dataset.edge) stretch(button.dataset.edge, Number(button.dataset.step));
  else if (button.id === "draw") { if (draws()) stopDrawing(); else startDrawing(); }
  else if (button.id === "zoom") zoom();
  else if (button.id === "sheet-close") closePage();
  else if (button.id === "page-open") togglePage();
  else if (button.id === "previous" || button.id === "next") go(button.id === "next" ? 1 : -1);
  else if (button.id === "reviewer") askReviewer();
  else if (button.id === "help-open") get("help").showModal();
  else if (button.id === "add-cancel") get("add").close();
  else if (button.id === "lines-open") get("desk").classList.add("listing");
  else if (button.id === "filters-open") {
    get("more").hidden = !get("more").hidden;
    button.setAttribute("aria-expanded", String(!get("more").hidden));
  } else if (button.closest("#toast")) { get("toast").hidden = true; undoLast(); }
}

function undoLast() {
  const last = mine.at(-1);
  if (last && item?.undo !== last.decision) item = { ...item, undo: "" };
  undo();
}

function changed(event) {
  const target = event.target;
  if (target.id === "file" && queue === "unsure") loadQueue(here);
  else if (target.closest("#more .chips") || target.id === "file" || target.id === "open-only" || target.id === "quiet") refresh();
  else if (target.id === "below") loadQueue(here);
  else if (target.closest(".legend")) legend();
  else if (target.id === "sheet-file") turnTo(target.value, files.find((file) => file[0] === target.value)?.[2][0]);
  else if (target.id === "sheet-page") turnTo(sheet.of, Number(target.value));
  else if (target.closest("fieldset.kinds")) switchKind();
}

async function start() {
  const answer = await safely(() => ask("start.json"));
  if (answer === null) return;
  if (!answer.ok) { notice(answer.data.message); return; }
  files = answer.data.files;
  version = answer.data.version;
  notice(answer.data.notice);
  setReviewer(reviewer() || answer.data.reviewer);
  get("reviewers").replaceChildren(...answer.data.reviewers.map((name) => Object.assign(make("option"), { value: name })));
  get("file").append(...files.map(([id, name]) => Object.assign(make("option", "", name), { value: id })));
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", clicked);
  document.addEventListener("change", changed);
  get("filters").addEventListener("submit", (event) => event.preventDefault());
  get("search").addEventListener("input", () => refresh());
  get("item").addEventListener("submit", (event) => {
    event.preventDefault();
    decide("edit", typed(event.target));
  });
  get("add-form").addEventListener("submit", add);
  get("add").addEventListener("close", () => get("drawn")?.setAttribute("hidden", ""));
  get("who").addEventListener("submit", () => {
    if (get("who-name").value.trim()) setReviewer(get("who-name").value.trim());
  });
  get("who").addEventListener("close", () => get("detail").focus({ preventScroll: true }));
  document.addEventListener("input", (event) => {
    if (event.target.getAttribute("list") === "organizations") suggest(event.target);
    if (event.target.closest("#add-form")) touched = true;
  });
  document.addEventListener("pointerdown", (event) => {
    if (!draws() || !event.target.closest("svg") || event.button !== 0) return;
    corner = spot(event);
    event.target.closest("svg").setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  document.addEventListener("error", missing, true);
  document.addEventListener("pointermove", draw);
  document.addEventListener("pointerup", drawn);
  get("lines").parentElement.addEventListener("scroll", nearEnd);
  window.addEventListener("scroll", nearEnd);
  setInterval(poll, POLL);
  wantsPage = kept("page", window.matchMedia("(min-width: 1181px)").matches);
  if (!reviewer()) askReviewer();
  const place = kept("place", {});
  const known = [...get("tabs").children].some((tab) => tab.dataset.queue === place.queue);
  if (known && place.queue === "pages") {
    here = place.here;
    sheet = place.sheet;
  }
  await openQueue(known ? place.queue : answer.data.queues[0], known ? place.here : "");
}

function nearEnd() {
  const last = get("lines").lastElementChild;
  if (last && placed < shown.length && last.getBoundingClientRect().top < window.innerHeight + 1500) place(placed + STEP);
}

start();
