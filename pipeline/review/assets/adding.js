"use strict";
// Adding a mention: a box drawn on the page, the words in it, their value.

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
