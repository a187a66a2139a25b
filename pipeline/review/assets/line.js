"use strict";
// One line: its card, and the decisions about it.

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

// Draws a line again, since its picture was late or somebody else decided; not while somebody is typing.
async function again(id) {
  const answer = await safely(() => ask("item.json", { id }));
  if (!answer?.ok || item?.id !== id || here !== id || busy || isTyping()) return;
  put(answer.data);
  outline(false);
  if (item.late) setTimeout(() => again(id), LATE);
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
  const { id, version: seen } = item;
  const from = here;
  busy = true;
  const answer = await safely(() => tell("decide", { id, action, who: reviewer(), why, version: seen, value }));
  busy = false;
  if (answer === null) return;
  if (answer.status === 409) {
    settle(answer.data);
    if (from === here) put(answer.data);
    mistake(answer.data.message);
    return;
  }
  if (!answer.ok) {
    const form = get("item").querySelector("form.editing");
    const beside = action === "edit" && form && complain(form, answer.data);
    if (!beside) mistake(answer.data.message || Object.values(answer.data.fields || {})[0] || "");
    if (button && action !== "edit") button.focus();
    return;
  }
  mine.push({ id, decision: answer.data.decision });
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
