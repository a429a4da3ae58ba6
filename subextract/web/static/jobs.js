// The page of the jobs: what is there, how far it is, and a place to drop a video.

import { byId, part } from "./dom.js";
import { clock, plural, visible } from "./text.js";
import { sayLight, turnLight } from "./light.js";
import { send } from "./sending.js";

const PAUSE = 1500; // ms between two looks; a hidden page looks less often
const OPEN = ["queued", "running"];
const LISTED = 50;

let shown = LISTED;
let refusals = []; // of the videos that were handed over last

async function asked(path, method = "GET") {
  const answer = await fetch(path, { method });
  if (answer.status === 204) return null;
  const told = await answer.json().catch(() => ({ title: "The server's answer makes no sense." }));
  if (!answer.ok) throw new Error(told.title);
  return told;
}

// What went wrong is said until the same `kind` of work goes well: a look, which comes every other second, does not
// take back why a video was refused.
async function attempt(work, kind = "act") {
  try {
    await work();
    if (byId("notice").dataset.kind === kind) byId("notice").hidden = true;
  } catch (error) {
    const away = error instanceof TypeError; // what fetch throws
    notice(away ? "The server does not answer; start it again with: subextract serve." : error.message, kind);
  }
}

function look() {
  return attempt(refresh, "look");
}

function notice(text, kind) {
  byId("notice").textContent = text;
  byId("notice").dataset.kind = kind;
  byId("notice").hidden = false;
}

async function refresh() {
  const told = await asked(`/v1/jobs?limit=${shown}`);
  byId("none").hidden = told.jobs.length > 0;
  byId("more").hidden = !told.next || shown >= 200;
  const open = told.jobs.filter((job) => OPEN.includes(job.state)).length;
  byId("tally").textContent = open ? `${plural(open, "job")} to be done` : "Nothing to be done";
  draw(told.jobs);
}

// Cards that are the same stay, so that the focus does.
function draw(jobs) {
  const list = byId("list");
  const known = new Map([...list.children].map((card) => [card.dataset.id, card]));
  const cards = jobs.map((job) => {
    const state = JSON.stringify(job);
    const card = known.get(String(job.id));
    if (card?.dataset.state === state) return card;
    if (card && OPEN.includes(job.state) && card.dataset.kind === job.state) return moved(card, job, state);
    return made(job, state);
  });
  if (cards.length !== list.children.length || cards.some((card, at) => card !== list.children[at])) {
    list.replaceChildren(...cards);
  }
}

function moved(card, job, state) {
  card.dataset.state = state;
  card.querySelector(".said").textContent = told(job);
  measure(card.querySelector("progress"), job);
  return card;
}

function made(job, state) {
  const card = part("li", "card");
  Object.assign(card.dataset, { id: job.id, state, kind: job.state });
  const head = part("div", "head");
  head.append(part("span", "number", `#${job.id}`), part("span", "title", visible(job.title)));
  head.append(part("span", `tag ${job.state}`, job.state));
  card.append(head, part("p", "said", told(job)));
  if (OPEN.includes(job.state)) {
    const bar = part("progress", "");
    bar.setAttribute("aria-label", `How far ${visible(job.title)} is read`);
    measure(bar, job);
    card.append(bar);
  }
  card.append(does(job));
  return card;
}

function measure(bar, job) {
  if (job.state === "running" && !job.duration) return bar.removeAttribute("value");
  bar.max = job.duration || 1;
  bar.value = job.duration ? job.position : 0;
}

function at(ms) {
  return clock(ms).slice(0, "00:00:00".length);
}

function told(job) {
  if (job.state === "running") return `at ${at(job.position)}${job.duration ? ` of ${at(job.duration)}` : ""}`;
  if (job.state !== "done") return visible(job.reason ?? "");
  const cues = `${plural(job.cues ?? 0, "cue")}${job.language ? ` in ${job.language}` : ""}, read in ${job.seconds} s`;
  return job.reason ? `${cues}. ${visible(job.reason)}` : cues;
}

function does(job) {
  const row = part("div", "does");
  if (job.results.length) row.append(link("Look and mend", job.review));
  for (const result of job.results) {
    const name = [result.part, result.format].filter(Boolean).join(".");
    const each = link(name, result.url);
    each.download = "";
    row.append(each);
  }
  if (OPEN.includes(job.state)) row.append(button("Cancel", job, () => asked(`${job.url}/cancel`, "POST")));
  else row.append(button("Delete", job, () => asked(job.url, "DELETE")));
  return row;
}

function link(text, href) {
  const made = part("a", "", text);
  made.href = href;
  return made;
}

function button(text, job, act) {
  const made = part("button", "quiet", text);
  made.type = "button";
  made.setAttribute("aria-label", `${text} ${visible(job.title)}`);
  made.addEventListener("click", () => attempt(async () => {
    await act();
    await refresh();
  }));
  return made;
}

function wishes() {
  const found = {};
  for (const name of ["language", "translate", "track"]) {
    const value = byId(name).value.trim();
    if (value && value !== "auto") found[name] = value;
  }
  return found;
}

function take(files) {
  refusals = [];
  byId("notice").hidden = true;
  for (const file of files) send(file, wishes(), look, refused);
}

function refused(sentence) {
  refusals.push(sentence);
  notice(refusals.join("\n"), "act");
}

function listen() {
  const drop = byId("drop");
  drop.addEventListener("submit", (event) => event.preventDefault());
  byId("file").addEventListener("change", (event) => {
    take([...event.target.files]);
    event.target.value = "";
  });
  // Anywhere on the page: beside the field, the browser would open the video instead.
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) drop.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    take([...event.dataTransfer.files]);
  });
  byId("more").addEventListener("click", () => {
    shown = Math.min(200, shown + LISTED);
    look();
  });
  byId("theme").addEventListener("click", turnLight);
  sayLight();
}

async function follow() {
  await look();
  setTimeout(follow, document.hidden ? 10 * PAUSE : PAUSE);
}

listen();
follow();
