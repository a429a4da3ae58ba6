// What is asked: search and replace, where to go, the keys, and yes or no.

import { byId, part } from "./dom.js";
import { patternOf } from "./model.js";
import { parseClock, plural } from "./text.js";

export const KEYS = [
  ["↑ ↓", "the cue before, the next one"],
  ["Enter, F2", "into the text"],
  ["Ctrl+Enter", "accept, and to the next doubtful one"],
  ["F8", "the next doubtful one"],
  ["1 … 9", "take another reading"],
  ["Space", "play from the start of the cue, or pause"],
  ["← →", "one frame back or on"],
  ["C", "checked, or not"],
  ["Del", "delete, or bring back"],
  ["M", "merge with the next one"],
  ["Ctrl+Alt+V", "split at the caret"],
  ["Ctrl+Z, Ctrl+Y", "undo, redo"],
  ["Ctrl+F, Ctrl+H", "search, and replace"],
  ["Ctrl+G", "go to a number or a time"],
  ["Ctrl+S", "write the files"],
  ["Esc", "out of the text"],
  ["?", "these keys"],
];

export function fillKeys() {
  const pairs = KEYS.map(([keys, does]) => {
    const pair = part("div", "");
    pair.append(part("dt", "", keys), part("dd", "", does));
    return pair;
  });
  byId("keys-list").replaceChildren(...pairs);
}

// Whether somebody says yes.
export function ask(title, text, yes) {
  const dialog = byId("ask");
  byId("ask-title").textContent = title;
  byId("ask-text").textContent = text;
  byId("ask-yes").textContent = yes;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

export function askWhere(film, choose, say) {
  const dialog = byId("goto");
  const where = byId("goto-where");
  where.value = "";
  dialog.returnValue = "";
  byId("goto-cancel").onclick = () => dialog.close("");
  dialog.showModal();
  dialog.addEventListener(
    "close",
    () => {
      if (dialog.returnValue !== "go") return;
      const found = placed(film, where.value.trim());
      if (found) choose(found.id);
      else say(`There is no cue at ${where.value}; write a number, or a time like 1:30.`);
    },
    { once: true },
  );
}

// A bare number is that of a cue in its file; anything else a time.
function placed(film, where) {
  const kept = film.byTime.filter((cue) => !cue.out);
  if (/^\d+$/.test(where)) return kept[Number(where) - 1];
  const time = parseClock(where);
  return time === null ? undefined : (kept.find((cue) => cue.end > time) ?? kept.at(-1));
}

export class Search {
  // `page` has film, cue, choose(id), act(name, changes) and say(text).
  constructor(page) {
    this.page = page;
    [this.form, this.wanted, this.instead, this.exact] = ["search", "wanted", "instead", "exact"].map(byId);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.next();
    });
    for (const input of [this.wanted, this.exact]) input.addEventListener("input", () => this.count());
    byId("replace").addEventListener("click", () => this.replaceOne());
    byId("replace-all").addEventListener("click", () => this.replaceAll());
    byId("search-close").addEventListener("click", () => this.close());
    byId("find").addEventListener("click", () => (this.form.hidden ? this.open() : this.close()));
  }

  open(replacing = false) {
    this.form.hidden = false;
    byId("find").setAttribute("aria-expanded", "true");
    const field = replacing && this.wanted.value ? this.instead : this.wanted;
    field.focus();
    field.select();
    this.count();
  }

  close() {
    this.form.hidden = true;
    byId("find").setAttribute("aria-expanded", "false");
    byId("list").focus();
  }

  found() {
    return this.page.film.found(this.wanted.value, this.exact.checked);
  }

  count() {
    const matches = byId("found");
    matches.textContent = this.wanted.value ? `in ${plural(this.found().length, "cue")}` : "";
  }

  async next() {
    await this.page.flush();
    const [found, here] = [this.found(), this.page.cue];
    const later = found.find((cue) => !here || cue.start > here.start || (cue.start === here.start && cue.id > here.id));
    const cue = later ?? found[0];
    if (!cue) return this.page.say("Nothing was found.");
    await this.page.choose(cue.id);
    const text = byId("text");
    const at = patternOf(this.wanted.value, this.exact.checked).exec(text.value);
    if (at) text.setSelectionRange(at.index, at.index + at[0].length);
  }

  async replaceOne() {
    await this.page.flush();
    const { film, cue } = this.page;
    const changes = cue ? film.replacing([cue], this.wanted.value, this.instead.value, this.exact.checked) : [];
    if (this.wanted.value && changes.length) await this.page.act("replace", changes);
    await this.next();
    this.count();
  }

  async replaceAll() {
    await this.page.flush();
    if (!this.wanted.value) return;
    const { film } = this.page;
    const changes = film.replacing(this.found(), this.wanted.value, this.instead.value, this.exact.checked);
    if (changes.length) await this.page.act("replace all", changes);
    this.page.say(`Replaced in ${plural(changes.length, "cue")}.`);
    this.count();
  }
}
