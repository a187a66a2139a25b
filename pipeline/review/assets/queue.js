"use strict";
// The queue: its lines, which of them are shown, and which one is looked at.

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
