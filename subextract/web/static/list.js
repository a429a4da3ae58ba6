// The list of cues. Only rows that can be seen are in the page, however long the film is.

import { part } from "./dom.js";
import { isEdited } from "./model.js";
import { clock, seconds, visible } from "./text.js";

export const ROW = 66; // px; as in style.css
const BEYOND = 6; // rows above and below what can be seen

export class CueList {
  constructor(box, choose) {
    this.box = box;
    this.choose = choose;
    this.cues = [];
    this.rows = new Map();
    this.inner = document.createElement("div");
    this.inner.className = "rows";
    this.inner.setAttribute("role", "presentation");
    box.append(this.inner);
    box.addEventListener("scroll", () => this.soon(), { passive: true });
    new ResizeObserver(() => this.soon()).observe(box);
    this.inner.addEventListener("click", (event) => {
      const row = event.target.closest("[data-id]");
      if (row) this.choose(Number(row.dataset.id));
    });
  }

  show(film, cues, selected) {
    this.film = film;
    this.cues = cues;
    this.selected = selected;
    this.places = new Map(cues.map((cue, index) => [cue.id, index]));
    this.inner.style.height = `${cues.length * ROW}px`;
    this.rows.forEach((row) => row.remove());
    this.rows.clear();
    this.draw();
  }

  select(id) {
    this.selected = id;
    this.rows.forEach((row, index) => this.mark(row, this.cues[index]));
    this.reveal(id);
  }

  reveal(id) {
    const index = this.places?.get(id);
    if (index === undefined) return;
    const [top, height] = [index * ROW, this.box.clientHeight];
    if (top < this.box.scrollTop + ROW / 2) this.box.scrollTop = top - ROW;
    else if (top + ROW > this.box.scrollTop + height - ROW / 2) this.box.scrollTop = top + 2 * ROW - height;
    this.draw();
  }

  soon() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = undefined;
      this.draw();
    });
  }

  draw() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW) - BEYOND);
    const last = Math.min(this.cues.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / ROW) + BEYOND);
    for (const [index, row] of this.rows) {
      if (index < first || index >= last) {
        row.remove();
        this.rows.delete(index);
      }
    }
    for (let index = first; index < last; index += 1) {
      if (!this.rows.has(index)) this.rows.set(index, this.added(index));
    }
    const here = this.places?.has(this.selected) && this.rows.has(this.places.get(this.selected));
    if (here) this.box.setAttribute("aria-activedescendant", `cue-${this.selected}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  added(index) {
    const row = document.createElement("div");
    const cue = this.cues[index];
    row.id = `cue-${cue.id}`;
    row.dataset.id = cue.id;
    row.setAttribute("role", "option");
    row.setAttribute("aria-setsize", this.cues.length);
    row.setAttribute("aria-posinset", index + 1);
    row.style.transform = `translateY(${index * ROW}px)`;
    row.append(this.head(cue), saidOf(cue));
    this.mark(row, cue);
    this.inner.append(row);
    return row;
  }

  head(cue) {
    const head = part("span", "head");
    head.append(part("span", "when", clock(cue.start)), part("span", "long", seconds(cue.end - cue.start)));
    const tags = part("span", "tags");
    if (this.film.isDoubtful(cue)) tags.append(part("span", "tag doubt", this.film.whyDoubtful(cue)));
    if (cue.out) tags.append(part("span", "tag gone", cue.kind ?? "deleted"));
    if (isEdited(cue) && !cue.out) tags.append(part("span", "tag edit", "edited"));
    if (cue.checked && !cue.out) tags.append(part("span", "tag check", "checked"));
    head.append(tags);
    return head;
  }

  mark(row, cue) {
    const chosen = cue?.id === this.selected;
    const state = cue?.out ? "gone" : cue?.checked ? "check" : this.film.isDoubtful(cue) ? "doubt" : "";
    row.className = `row ${state}${chosen ? " chosen" : ""}`;
    row.setAttribute("aria-selected", chosen);
  }
}

function saidOf(cue) {
  const said = part("span", "said", visible(cue.text) || "(no text)");
  said.dir = "auto";
  return said;
}
