"use strict";
// The page of the PDF with its mentions outlined.

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
