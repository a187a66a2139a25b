"use strict";
// What all scripts of the review page share: what is looked at, how the server is asked, and small things. Markup comes
// from the server, which has escaped it; what is made here goes in as text.

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
