"use strict";
// The queue, the line that is looked at, and the page it stands on. Markup comes from the server, which has escaped
// it; what is made here goes in as text.

const get = (id) => document.getElementById(id);
const STEP = 120;
const GROUPS = ["date", "count", "money", "country", "organization", "structure", "problems", "derived"];
const TICKS = { accepted: "accepted", rejected: "rejected", edited: "edited", added: "added", stale: "again" };
const WAITING = new Set(["open", "stale"]);
const POLL = 4000;
const LATE = 2000;

let queue = "";
let lines = [];
let states = {};
let fitting = [];
let shown = [];
let placed = 0;
let here = "";
let item = null;
let files = [];
let sheet = { of: "", page: 0 };
let version = 0;
let mine = [];
let found = null;
let touched = false;
let wantsPage = false;
let busy = false;
let asked = 0;

// Asking

async function ask(path, query = {}) {
  const answer = await fetch(`${path}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } });
  return { ok: answer.ok, status: answer.status, ...(await words(answer)) };
}

async function tell(path, body) {
  const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  return { ok: answer.ok, status: answer.status, ...(await words(answer)) };
}

async function words(answer) {
  try {
    return { data: await answer.json() };
  } catch {
    return { data: { message: "This page no longer belongs to a running review. Open the address that was printed last." } };
  }
}

async function safely(work) {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    notice("The review does not answer. Is `pipeline review` still running? What was decided is saved.");
    return null;
  }
}

// Small things

function make(name, className, text) {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function many(number) {
  return number.toLocaleString("en");
}

function notice(text) {
  get("notice").textContent = text;
  get("notice").hidden = !text;
}

function toast(text, canUndo) {
  const box = get("toast");
  box.querySelector("span").textContent = text;
  box.querySelector("button").hidden = !canUndo;
  box.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { box.hidden = true; }, 6000);
}

// What a reload finds again; another tab is another reviewer's.

function keep(name, value) {
  sessionStorage.setItem(name, JSON.stringify(value));
}

function kept(name, usual) {
  try {
    return JSON.parse(sessionStorage.getItem(name)) ?? usual;
  } catch {
    return usual;
  }
}

function reviewer() {
  return kept("reviewer", "");
}

function setReviewer(name) {
  keep("reviewer", name);
  get("reviewer").textContent = name || "Who are you?";
}

function askReviewer() {
  get("who-name").value = reviewer();
  get("who-mistake").hidden = true;
  get("who").showModal();
  get("who-name").select();
}

// The queue

function state(id) {
  return (states[id] || ["open", ""])[0];
}

function isWaiting(line) {
  return line[10] && WAITING.has(state(line[0]));
}

async function openQueue(name, wanted = "") {
  queue = name;
  keep("place", { queue, here: wanted, sheet });
  for (const tab of get("tabs").children) tab.setAttribute("aria-current", String(tab.dataset.queue === name));
  get("below-field").hidden = name !== "unsure";
  get("quiet-field").hidden = name !== "changes";
  if (name === "pages") {
    wantsPage = true;
    await turnTo(sheet.of || files[0]?.[0], sheet.page || files[0]?.[2][0], true);
    return;
  }
  await loadQueue(wanted);
}

async function loadQueue(wanted = "") {
  const name = queue;
  const answer = await safely(() => ask("queue.json", { name, below: get("below").value, of: get("file").value }));
  if (answer === null || name !== queue) return;
  if (!answer.ok) { notice(answer.data.message); return; }
  lines = answer.data.lines;
  states = answer.data.states;
  version = answer.data.version;
  notice(answer.data.notice);
  chips();
  refresh(wanted);
}

function chips() {
  chipRow(get("groups"), 1, GROUPS.map((group) => [group, group]), ["derived"]);
  const sorts = new Map(queue === "changes" ? lines.map((line) => [line[3], line[4]]) : []);
  chipRow(get("sorts"), 3, [...sorts], []);
}

function chipRow(holder, column, known, off) {
  const counts = new Map();
  for (const line of lines) counts.set(line[column], (counts.get(line[column]) || 0) + 1);
  const before = new Map([...holder.querySelectorAll("input")].map((box) => [box.value, box.checked]));
  const labels = known.filter(([value]) => counts.has(value)).map(([value, words]) => {
    const label = make("label");
    const box = Object.assign(make("input"), { type: "checkbox", value, checked: before.get(value) ?? !off.includes(value) });
    label.append(box, make("span", "", `${words} ${many(counts.get(value))}`));
    return label;
  });
  holder.replaceChildren(holder.querySelector("legend"), ...labels);
}

function unchecked(holder) {
  return new Set([...holder.querySelectorAll("input:not(:checked)")].map((box) => box.value));
}

function refresh(stay = here) {
  const off = unchecked(get("groups"));
  const offSorts = unchecked(get("sorts"));
  const wanted = get("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const file = get("file").selectedOptions[0]?.value ? get("file").selectedOptions[0].textContent : "";
  const openOnly = get("open-only").checked;
  const quiet = get("quiet").checked;
  fitting = lines.filter((line) => !off.has(line[1]) && !offSorts.has(line[3]) && (quiet || !line[11]) && (!file || line[7] === file)
    && wanted.every((word) => line[9].includes(word)));
  shown = openOnly ? fitting.filter((line) => isWaiting(line) || line[0] === stay) : fitting;
  placed = 0;
  get("lines").replaceChildren();
  place(Math.max(STEP, shown.findIndex((line) => line[0] === stay) + 20));
  get("count").textContent = shown.length === lines.length ? many(lines.length) : `${many(shown.length)} of ${many(lines.length)}`;
  if (!shown.length) get("lines").append(nothing());
  tally();
  const at = shown.findIndex((line) => line[0] === stay);
  if (at >= 0) show(stay, { fetchItem: stay !== here || item === null });
  else if (shown.length) show((shown.find(isWaiting) || shown[0])[0]);
  else if (queue !== "pages") { here = ""; item = null; get("item").replaceChildren(empty()); get("where").textContent = ""; }
}

function nothing() {
  const note = make("li", "none", lines.length ? "Nothing fits the filters. " : "Nothing here.");
  if (lines.length) {
    const button = Object.assign(make("button", "", "Show everything"), { type: "button" });
    button.addEventListener("click", showEverything);
    note.append(button);
  }
  return note;
}

function empty() {
  const texts = {
    changes: "The two extractions hold the same rows.",
    unsure: "The machine is surer than that of every mention. Choose a higher bound under Filter.",
    problems: "There are no problems.",
    decisions: "Nobody has decided anything yet.",
    pages: "Choose a mention on the page, or add one.",
  };
  return make("p", "none", lines.length ? "Nothing fits the filters." : texts[queue]);
}

function showEverything() {
  for (const box of get("more").querySelectorAll(".chips input")) box.checked = true;
  get("search").value = "";
  get("file").value = "";
  get("open-only").checked = false;
  get("quiet").checked = true;
  if (queue === "unsure") loadQueue(here);
  else refresh();
}

function place(until) {
  const end = Math.min(until, shown.length);
  const fragment = document.createDocumentFragment();
  for (; placed < end; placed += 1) {
    const line = shown[placed];
    const before = placed ? shown[placed - 1] : null;
    if (line[2] && (!before || before[2] !== line[2])) fragment.append(wrapped(make("h2", "", line[2])));
    fragment.append(row(line));
  }
  get("lines").append(fragment);
}

function wrapped(element) {
  const holder = make("li");
  holder.append(element);
  return holder;
}

function row(line) {
  const [id, group, , badge, badgeWords, subject, value, file, where] = line;
  const button = Object.assign(make("button", "line"), { type: "button" });
  button.dataset.id = id;
  button.append(make("span", `dot ${group}`), make("span", "subject", subject), make("span", `badge ${badge}`, badgeWords));
  if (value) button.append(make("span", "value", value));
  if (queue !== "pages") button.append(make("span", "at", where || file));
  button.title = [group, file].filter(Boolean).join(" · ");
  dress(button, id, badge, badgeWords);
  return wrapped(button);
}

function dress(button, id, badge, badgeWords) {
  const [now, who] = states[id] || ["open", ""];
  button.classList.toggle("decided", now !== "open" && now !== "stale");
  button.classList.toggle("rejected", now === "rejected");
  button.classList.toggle("here", id === here);
  button.setAttribute("aria-current", String(id === here));
  const mark = button.children[2];
  mark.className = TICKS[now] ? `tickmark ${now}` : `badge ${badge}`;
  mark.textContent = TICKS[now] || badgeWords;
  mark.title = who;
}

function redress() {
  for (const button of get("lines").querySelectorAll(".line")) {
    const line = lines.find((other) => other[0] === button.dataset.id);
    if (line) dress(button, line[0], line[3], line[4]);
  }
}

function tally() {
  const countable = fitting.filter((line) => line[10]);
  const left = countable.filter(isWaiting).length;
  get("progress").max = Math.max(1, countable.length);
  get("progress").value = countable.length - left;
  get("told").textContent = countable.length ? `${many(countable.length - left)} decided, ${many(left)} left` : "";
  const tab = [...get("tabs").children].find((other) => other.dataset.queue === queue);
  if (tab && queue !== "pages") tab.querySelector(".figure").textContent = many(queue === "decisions" ? fitting.length : left + fitting.filter((line) => !line[10]).length);
}

function go(step) {
  const at = shown.findIndex((line) => line[0] === here);
  const target = shown[Math.max(0, Math.min(shown.length - 1, at + step))];
  if (target && target[0] !== here) show(target[0]);
}

function goOn() {
  const at = shown.findIndex((line) => line[0] === here);
  const next = shown.slice(at + 1).find(isWaiting) || shown.slice(0, Math.max(0, at)).find(isWaiting);
  if (next) show(next[0]);
  else toast(`${get("toast").querySelector("span").textContent}. Nothing is left to decide here; “pipeline run” applies the decisions.`, true);
}

// One line

async function show(id, { fetchItem = true, turn = true } = {}) {
  here = id;
  keep("place", { queue, here, sheet });
  const at = shown.findIndex((line) => line[0] === id);
  if (at >= placed) place(at + STEP);
  for (const button of get("lines").querySelectorAll(".line.here")) {
    button.classList.remove("here");
    button.setAttribute("aria-current", "false");
  }
  const button = get("lines").querySelector(`.line[data-id="${CSS.escape(id)}"]`);
  if (button) {
    button.classList.add("here");
    button.setAttribute("aria-current", "true");
    button.scrollIntoView({ block: "nearest" });
  }
  get("where").textContent = at >= 0 ? `${many(at + 1)} of ${many(shown.length)}` : "";
  get("previous").disabled = at <= 0;
  get("next").disabled = at < 0 || at >= shown.length - 1;
  if (!fetchItem || item?.id === id) return;
  item = null; // no key decides on what is not drawn yet
  get("item").setAttribute("aria-busy", "true");
  const number = asked += 1;
  const answer = await safely(() => ask("item.json", { id }));
  if (answer === null || number !== asked) return;
  if (!answer.ok) {
    get("item").removeAttribute("aria-busy");
    get("item").replaceChildren(make("p", "none", answer.data.message));
    return;
  }
  put(answer.data);
  if (item.late) setTimeout(() => again(id), LATE);
  if (turn && wantsPage && item.of && item.page) await turnTo(item.of, item.page);
  outline(true);
  ahead(at);
}

// Asks for a line again whose picture was late, unless somebody is typing.
function again(id) {
  if (item?.id !== id || here !== id || isTyping()) return;
  item = null;
  show(id, { turn: false });
}

function isTyping() {
  return get("item").querySelector("form.editing")?.hidden === false || Boolean(get("why")?.value);
}

// Draws the next line and its page beforehand, so that they are there at once.
async function ahead(at) {
  const next = shown[at + 1];
  if (!next) return;
  try {
    const { data } = await ask("item.json", { id: next[0] });
    load(data.html);
    if (wantsPage && data.of && data.page && (data.of !== sheet.of || data.page !== sheet.page)) {
      load((await ask("sheet.json", { of: data.of, page: data.page })).data.html);
    }
  } catch {
    // what could not be had now is asked for again when it is wanted
  }
}

function load(html) {
  const holder = make("template");
  holder.innerHTML = html || "";
  for (const image of holder.content.querySelectorAll("img")) new Image().src = image.getAttribute("src");
}

function put(data) {
  item = data;
  get("item").removeAttribute("aria-busy");
  if (data.html !== undefined) get("item").innerHTML = data.html;
  for (const time of get("item").querySelectorAll("time")) time.textContent = when(time.dateTime);
  states[data.id] = [data.state, data.who];
  get("detail").scrollTop = 0;
}

function when(text) {
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? text : moment.toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
}

function mistake(text) {
  const place = get("mistake");
  if (!place) { toast(text, false); return; }
  place.textContent = text;
  place.hidden = !text;
}

function complain(form, data) {
  for (const field of form.querySelectorAll(".field.wrong")) {
    field.classList.remove("wrong");
    const hint = field.querySelector(".hint");
    if (hint) hint.textContent = hint.dataset.hint;
  }
  let first = null;
  for (const [name, text] of Object.entries(data.fields || {})) {
    const input = name ? [...form.elements].find((element) => element.name === name && !element.disabled && !element.closest("[disabled]")) : null;
    const field = input?.closest(".field");
    if (!field) continue;
    field.classList.add("wrong");
    const hint = field.querySelector(".hint");
    if (hint) hint.textContent = text;
    first = first || input;
  }
  if (first) first.focus();
  return first !== null;
}

function typed(holder) {
  const value = {};
  for (const input of holder.querySelectorAll("input[name], select[name]")) {
    if (input.name === "why" || input.name === "kind" && input.type === "radio") continue;
    value[input.name] = input.type === "checkbox" ? (input.checked ? "yes" : "") : input.value;
  }
  return value;
}

async function decide(action, value = {}) {
  if (busy || !item || item.version === undefined) return;
  if (!reviewer()) { askReviewer(); return; }
  const button = get("item").querySelector(`[data-do="${action}"]`);
  const why = get("why")?.value || "";
  const from = here;
  busy = true;
  const answer = await safely(() => tell("decide", { id: item.id, action, who: reviewer(), why, version: item.version, value }));
  busy = false;
  if (answer === null) return;
  if (answer.status === 409) { put(answer.data); settle(answer.data); mistake(answer.data.message); return; }
  if (!answer.ok) {
    const form = get("item").querySelector("form.editing");
    const beside = action === "edit" && complain(form, answer.data);
    if (!beside) mistake(answer.data.message || Object.values(answer.data.fields || {})[0] || "");
    if (button && action !== "edit") button.focus();
    return;
  }
  mine.push({ id: item.id, decision: answer.data.decision });
  settle(answer.data);
  toast(answer.data.said, true);
  if (from === here) {
    put(answer.data);
    outline(false);
    if (queue !== "pages") goOn();
  }
  get("detail").focus({ preventScroll: true });
}

function settle(data) {
  states[data.id] = [data.state, data.who];
  version = data.version_of_all ?? version;
  redress();
  tally();
  const mark = data.mention && get("page").querySelector(`.mention[data-id="${CSS.escape(data.mention)}"]`);
  if (mark) mark.setAttribute("class", `mention kind-${mark.dataset.kind} ${data.state}${mark.classList.contains("here") ? " here" : ""}`);
}

async function undo() {
  if (busy || (here && !item)) return;
  if (!reviewer()) { askReviewer(); return; }
  let last = item?.undo ? { id: item.id, decision: item.undo } : mine.at(-1);
  if (!last) { toast("There is nothing to undo.", false); return; }
  busy = true;
  const answer = await safely(() => tell("undo", { decision: last.decision, who: reviewer(), id: last.id }));
  busy = false;
  if (answer === null) return;
  mine = mine.filter((other) => other.decision !== last.decision);
  if (!answer.ok) { mistake(answer.data.message); return; }
  settle(answer.data);
  toast(answer.data.said, false);
  if (!answer.data.html) { item = null; get("item").replaceChildren(empty()); here = ""; } else { here = last.id; put(answer.data); show(last.id, { fetchItem: false }); }
  if (queue === "decisions") await loadQueue(here);
  if (wantsPage && sheet.of) await turnTo(sheet.of, sheet.page, true);
}

function edit(open = true) {
  const form = get("item").querySelector("form.editing");
  if (!item || !form || get("item").querySelector("[data-do=edit]")?.disabled) return;
  form.hidden = !open;
  mistake("");
  if (open) {
    const first = form.querySelector("input, select");
    first.focus();
    if (first.select) first.select();
    form.scrollIntoView({ block: "nearest" });
  } else get("detail").focus({ preventScroll: true });
}

// The page

async function turnTo(of, page, again = false) {
  if (!of || !page) return;
  get("desk").classList.add("with-page");
  get("page").hidden = false;
  get("page-open").setAttribute("aria-pressed", "true");
  if (queue !== "pages") keep("page", true);
  if (again || of !== sheet.of || page !== sheet.page) {
    const answer = await safely(() => ask("sheet.json", { of, page }));
    if (answer === null) return;
    if (!answer.ok) { get("page").replaceChildren(make("p", "none", answer.data.message)); sheet = { of: "", page: 0 }; return; }
    const top = get("page").scrollTop;
    const drawing = draws();
    const off = unchecked(get("page"));
    sheet = { of, page };
    keep("place", { queue, here, sheet });
    get("page").innerHTML = answer.data.html;
    get("page").scrollTop = again ? top : 0;
    for (const box of get("page").querySelectorAll(".legend input")) box.checked = !off.has(box.value);
    legend();
    zoomed();
    if (drawing) startDrawing();
    if (queue === "pages") pageLines(answer.data.mentions);
  }
  outline(false);
}

function pageLines(mentions) {
  const name = files.find((file) => file[0] === sheet.of)?.[1] || "";
  lines = mentions.map(([id, kind, text, value]) => [id, kind, `Page ${sheet.page}`, "metadata", kind, text, value, name, "", `${text} ${value} ${id}`.toLowerCase(), true, false]);
  states = Object.fromEntries(mentions.map(([id, , , , now]) => [id, [now, ""]]));
  chips();
  const stay = lines.some((line) => line[0] === here) ? here : "";
  refresh(stay);
}

// A picture that could not be drawn says why.
async function missing(event) {
  const image = event.target;
  if (!image.matches?.("#page img, #item img")) return;
  const path = image.getAttribute("src");
  const { data } = await fetch(path).then(async (answer) => ({ data: await answer.json() })).catch(() => ({ data: {} }));
  image.replaceWith(make("p", "mistake", data.message || "The picture cannot be had."));
}

function legend() {
  const off = unchecked(get("page"));
  for (const mark of get("page").querySelectorAll(".mention")) mark.classList.toggle("off", off.has(mark.dataset.kind));
}

function outline(scroll) {
  for (const mark of get("page").querySelectorAll(".mention.here")) mark.classList.remove("here");
  for (const mark of get("page").querySelectorAll(".ghost")) mark.remove();
  const known = item?.mention && get("page").querySelector(`.mention[data-id="${CSS.escape(item.mention)}"]`);
  const mark = known || ghost();
  if (!mark) return;
  if (known) known.classList.add("here");
  const box = mark.getBoundingClientRect();
  const pane = get("page").getBoundingClientRect();
  if (!scroll || !window.matchMedia("(min-width: 1181px)").matches) return;
  if (box.top < pane.top + 90 || box.bottom > pane.bottom - 30) get("page").scrollTop += box.top - pane.top - pane.height / 3;
  if (box.left < pane.left || box.right > pane.right) get("page").scrollLeft += box.left - pane.left - pane.width / 4;
}

// Where the older extraction had what is gone.
function ghost() {
  if (!item?.ghost?.length || item.of !== sheet.of || item.page !== sheet.page || !get("sheet")) return null;
  const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
  group.setAttribute("class", "ghost");
  for (const [x0, top, x1, bottom] of item.ghost) {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    for (const [name, value] of Object.entries({ x: x0 - 2, y: top - 2, width: x1 - x0 + 4, height: bottom - top + 4 })) rect.setAttribute(name, value);
    group.append(rect);
  }
  get("sheet").querySelector("svg").append(group);
  return group;
}

function closePage() {
  wantsPage = false;
  keep("page", false);
  stopDrawing();
  get("page").hidden = true;
  get("page-open").setAttribute("aria-pressed", "false");
  get("desk").classList.remove("with-page");
}

async function togglePage() {
  if (!get("page").hidden) { closePage(); return; }
  wantsPage = true;
  if (item?.of && item.page) await turnTo(item.of, item.page);
  else if (sheet.of) await turnTo(sheet.of, sheet.page);
  outline(true);
}

function zoom() {
  if (get("page").hidden || !get("sheet")) return;
  get("page").classList.toggle("zoomed");
  zoomed();
  outline(true);
}

function zoomed() {
  const on = get("page").classList.contains("zoomed");
  get("zoom").setAttribute("aria-pressed", String(on));
  get("zoom").textContent = on ? "−" : "+";
}

function leaf(step) {
  const button = get("page").querySelectorAll("[data-turn]")[step];
  if (button && !button.disabled) turnTo(sheet.of, Number(button.dataset.turn));
}

async function choose(id) {
  if (queue === "pages" || shown.some((line) => line[0] === id)) await show(id, { turn: false });
  else {
    here = id;
    await show(id, { turn: false });
  }
  get("desk").classList.remove("listing");
}

// Drawing a box

function startDrawing() {
  if (get("page").hidden || !get("sheet")) { togglePage().then(() => { if (get("sheet")) startDrawing(); }); return; }
  get("sheet").classList.add("draws");
  get("draw").setAttribute("aria-pressed", "true");
  get("page").querySelector(".drawing").hidden = false;
  get("page").querySelector(".legend").hidden = true; // in its place, so that the page stays where it is
}

function stopDrawing() {
  if (!get("sheet")) return;
  get("sheet").classList.remove("draws");
  get("draw").setAttribute("aria-pressed", "false");
  get("page").querySelector(".drawing").hidden = true;
  get("page").querySelector(".legend").hidden = false;
  get("drawn").setAttribute("hidden", "");
}

function draws() {
  return Boolean(get("sheet")?.classList.contains("draws"));
}

function spot(event) {
  const svg = get("sheet").querySelector("svg");
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const { width, height } = svg.viewBox.baseVal;
  return [Math.max(0, Math.min(width, point.x)), Math.max(0, Math.min(height, point.y))];
}

let corner = null;

function draw(event) {
  if (!corner) return;
  const [x, y] = spot(event);
  const box = get("drawn");
  box.removeAttribute("hidden");
  const edges = { x: Math.min(x, corner[0]), y: Math.min(y, corner[1]), width: Math.abs(x - corner[0]), height: Math.abs(y - corner[1]) };
  for (const [name, value] of Object.entries(edges)) box.setAttribute(name, value);
}

async function drawn(event) {
  if (!corner) return;
  const [x, y] = spot(event);
  const box = [Math.min(x, corner[0]), Math.min(y, corner[1]), Math.max(x, corner[0]), Math.max(y, corner[1])];
  corner = null;
  if (box[2] - box[0] < 2 || box[3] - box[1] < 2) { get("drawn").setAttribute("hidden", ""); return; }
  const answer = await safely(() => tell("words", { of: sheet.of, page: sheet.page, box }));
  if (answer === null) return;
  if (!answer.ok) { toast(answer.data.message, false); get("drawn").setAttribute("hidden", ""); return; }
  found = answer.data;
  found.points = [...found.line];
  openAdding();
}

function openAdding() {
  get("add-place").textContent = `Page ${sheet.page}, § ${found.path} ${found.title}`;
  get("add-mistake").hidden = true;
  complain(get("add-form"), {});
  get("add-form").reset();
  touched = false;
  mark();
  fill(found.suggestion);
  get("add").showModal();
  const first = get("add-form").querySelector("fieldset.value:not([hidden]) input");
  if (first) { first.focus(); first.select(); }
}

function fill(suggestion) {
  const form = get("add-form");
  form.elements.kind.value = suggestion.kind;
  switchKind();
  for (const part of form.querySelectorAll("fieldset.value")) {
    for (const [name, value] of Object.entries(suggestion.values[part.dataset.kind] || {})) {
      const input = part.querySelector(`[name=${name}]`);
      if (input?.type === "checkbox") input.checked = Boolean(value);
      else if (input) input.value = value;
    }
  }
}

async function suggestAgain() {
  const { section_id, field, start, end } = found;
  const answer = await safely(() => tell("suggest", { of: sheet.of, section_id, field, start, end }));
  if (answer?.ok && !touched && found.start === start && found.end === end) fill(answer.data);
}

function mark() {
  const from = found.start - found.line_start;
  const to = found.end - found.line_start;
  const text = (a, b) => found.points.slice(a, b).join("");
  get("add-line").replaceChildren(text(0, from), make("mark", "", text(from, to)), text(to));
}

function stretch(edge, step) {
  const text = found.points.join("");
  const ends = [];
  for (const part of text.matchAll(/[\p{L}\p{N}]+|[^\p{L}\p{N}\s]/gu)) {
    const start = [...text.slice(0, part.index)].length;
    ends.push([start, start + [...part[0]].length]);
  }
  const from = found.start - found.line_start;
  const to = found.end - found.line_start;
  if (edge === "start") {
    const starts = ends.map((end) => end[0]);
    const next = step < 0 ? Math.max(...starts.filter((n) => n < from)) : Math.min(...starts.filter((n) => n > from && n < to));
    if (Number.isFinite(next)) found.start = next + found.line_start;
  } else {
    const stops = ends.map((end) => end[1]);
    const next = step < 0 ? Math.max(...stops.filter((n) => n < to && n > from)) : Math.min(...stops.filter((n) => n > to));
    if (Number.isFinite(next)) found.end = next + found.line_start;
  }
  mark();
  if (!touched) suggestAgain();
}

async function add(event) {
  event.preventDefault();
  if (busy) return;
  if (!reviewer()) { askReviewer(); return; }
  const form = get("add-form");
  const kind = form.elements.kind.value;
  busy = true;
  const answer = await safely(() => tell("add", {
    of: sheet.of, section_id: found.section_id, field: found.field, start: found.start, end: found.end, kind,
    who: reviewer(), why: form.elements.why.value, value: typed(form.querySelector(`fieldset.value[data-kind=${kind}]`)),
  }));
  busy = false;
  if (answer === null) return;
  if (!answer.ok) {
    const beside = complain(form, answer.data);
    get("add-mistake").textContent = beside ? "" : answer.data.message || Object.values(answer.data.fields || {})[0] || "";
    get("add-mistake").hidden = beside;
    return;
  }
  get("add").close();
  stopDrawing();
  mine.push({ id: answer.data.id, decision: answer.data.decision });
  here = answer.data.id;
  put(answer.data);
  settle(answer.data);
  toast(answer.data.said, true);
  await turnTo(sheet.of, sheet.page, true);
  outline(false);
  if (queue === "decisions") await loadQueue(here);
}

function switchKind() {
  const kind = get("add-form").elements.kind.value;
  for (const part of get("add-form").querySelectorAll("fieldset.value")) {
    part.hidden = part.dataset.kind !== kind;
    part.disabled = part.hidden;
  }
}

async function suggest(input) {
  const answer = await safely(() => ask("organizations.json", { q: input.value }));
  if (answer?.ok) get("organizations").replaceChildren(...answer.data.map((name) => Object.assign(make("option"), { value: name })));
}

// Others may decide too

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
