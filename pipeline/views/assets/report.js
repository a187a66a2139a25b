"use strict";
// The cards come as strings that the template has escaped; they are put into the page a screenful at a time.
const data = JSON.parse(document.getElementById("data").textContent);
const chunks = [...document.querySelectorAll("script.crops")];
const pictures = new Map();
const list = document.getElementById("list");
const STEP = 40;
let shown = [];
let placed = 0;
let here = -1;
let group = "";
let tier = -1;

function crop(number) {
  const at = Math.floor(number / data.chunk);
  if (!pictures.has(at)) pictures.set(at, JSON.parse(chunks[at].textContent));
  return "data:image/webp;base64," + pictures.get(at)[number % data.chunk];
}

function heading(name, text, small) {
  const element = document.createElement(name);
  element.textContent = text;
  if (small) {
    element.append(" ");
    element.append(Object.assign(document.createElement("small"), { textContent: small }));
  }
  return element;
}

function place(until) {
  const end = Math.min(until, shown.length);
  const fragment = document.createDocumentFragment();
  for (; placed < end; placed += 1) {
    const [cardTier, , , report, file] = data.index[shown[placed]];
    const holder = document.createElement("template");
    if (cardTier !== tier) {
      tier = cardTier;
      group = "";
      fragment.append(heading("h2", data.tiers[tier]));
    }
    if (group !== report + "/" + file) {
      group = report + "/" + file;
      fragment.append(heading("h3", data.reports[report] || data.files[file] || "All submissions", data.reports[report] && data.files[file]));
    }
    holder.innerHTML = data.cards[shown[placed]];
    for (const image of holder.content.querySelectorAll("img[data-crop]")) image.src = crop(Number(image.dataset.crop));
    fragment.append(holder.content);
  }
  list.insertBefore(fragment, sentinel);
}

const sentinel = document.createElement("div");
const watcher = new IntersectionObserver((entries) => {
  if (entries.some((entry) => entry.isIntersecting) && placed < shown.length) {
    place(placed + STEP);
    watcher.unobserve(sentinel);
    watcher.observe(sentinel);
  }
}, { rootMargin: "1500px" });

function chosen(name) {
  return new Set([...document.querySelectorAll(`input[name=${name}]:checked`)].map((box) => Number(box.value)));
}

function refresh() {
  const kinds = chosen("kind");
  const sorts = chosen("sort");
  const report = document.getElementById("report").value;
  const wanted = document.getElementById("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  shown = [];
  data.index.forEach(([, sort, kind, at, , words], number) => {
    if (!kinds.has(kind) || !sorts.has(sort) || (report !== "" && at !== Number(report))) return;
    if (wanted.every((word) => words.includes(word))) shown.push(number);
  });
  placed = 0;
  here = -1;
  group = "";
  tier = -1;
  list.replaceChildren(sentinel);
  document.getElementById("count").textContent =
    shown.length === data.index.length ? `${many(shown.length)} changes` : `${many(shown.length)} of ${many(data.index.length)} changes`;
  if (!shown.length) list.prepend(nothing());
  place(STEP);
}

function many(number) {
  return number.toLocaleString("en");
}

function nothing() {
  const note = heading("p", "Nothing fits the filters. ");
  note.className = "none";
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: "Show everything" });
  button.addEventListener("click", showEverything);
  note.append(button);
  return note;
}

function showEverything() {
  for (const box of document.querySelectorAll("#filters input[type=checkbox]")) box.checked = true;
  document.getElementById("report").value = "";
  document.getElementById("search").value = "";
  refresh();
}

function go(step) {
  const target = Math.max(0, Math.min(here + step, shown.length - 1));
  if (!shown.length) return;
  if (target >= placed) place(target + STEP);
  const cards = list.getElementsByClassName("card");
  if (here >= 0 && cards[here]) cards[here].classList.remove("here");
  here = target;
  cards[here].classList.add("here");
  cards[here].scrollIntoView({ block: "center" });
  cards[here].focus({ preventScroll: true });
}

function choose(event) {
  const card = event.target.closest(".card");
  if (!card) return;
  const cards = [...list.getElementsByClassName("card")];
  if (here >= 0) cards[here].classList.remove("here");
  here = cards.indexOf(card);
  card.classList.add("here");
}

if (data.index.length) {
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("filters").addEventListener("change", (event) => {
    if (event.target.id !== "search") refresh();
  });
  document.getElementById("search").addEventListener("input", refresh);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.matches("input[type=search], select");
    if (typing) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key === "j" || event.key === "k") go(event.key === "j" ? 1 : -1);
    else if (event.key === "/") document.getElementById("search").focus();
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", choose);
  window.addEventListener("beforeprint", () => place(shown.length));
  refresh();
  watcher.observe(sentinel);
}
