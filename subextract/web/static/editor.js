// The selected cue: its picture, its text, what else was read, and its times.

import { byId, part } from "./dom.js";
import { differing } from "./diff.js";
import { Edge } from "./edges.js";
import { Lately } from "./lately.js";
import { invisibleOnes, parseClock } from "./text.js";

const PAUSE = 250; // ms after the last letter until a text is kept
const ENLARGED = 2.5;
const LOWEST = 0.2; // of the width of the crop, below which one is not worth more room

export class Editor {
  // `act` does a step: act(name, changes, join).
  constructor(store, act, say) {
    this.store = store;
    this.act = act;
    this.say = say;
    this.text = byId("text");
    this.crop = byId("crop");
    this.others = byId("others");
    this.lately = new Lately();
    this.edges = ["start", "end"].map((side) => new Edge(side, (which, time) => this.moveEdge(which, time)));
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("blur", () => this.flush());
    for (const edge of this.edges) edge.input.addEventListener("change", () => this.writtenTime(edge));
  }

  async show(film, cue) {
    const other = cue?.id !== this.cue?.id;
    const hadPictures = String(this.cue?.pictures) + this.cue?.box;
    this.film = film;
    this.cue = cue;
    byId("work").inert = !cue;
    if (!cue) return this.empty();
    if (other || (this.text.value !== cue.text && !this.waiting)) this.text.value = cue.text;
    this.text.rows = Math.max(2, cue.text.split("\n").length);
    this.showState(cue);
    this.showOthers(cue);
    this.edges.forEach((edge) => edge.show(film, cue));
    if (other) this.look();
    else this.see(cue, hadPictures !== String(cue.pictures) + cue.box);
  }

  // Never the pictures of one cue beside the text of another.
  look() {
    if (this.lately.soon(() => this.cue && this.see(this.cue, true))) return;
    this.crop.replaceChildren();
    this.edges.forEach((edge) => edge.forget());
  }

  see(cue, anew) {
    if (anew) this.showPictures(cue);
    this.edges.forEach((edge) => edge.look(this.store, cue));
  }

  empty() {
    this.text.value = "";
    this.crop.replaceChildren();
    this.others.replaceChildren();
    this.edges.forEach((edge) => edge.forget());
  }

  showState(cue) {
    byId("checked").checked = cue.checked;
    byId("out").textContent = cue.out ? (cue.kind ? "Take as subtitle" : "Bring back") : "Delete";
    byId("merge").disabled = cue.out || !this.film.next(cue);
    this.text.classList.toggle("gone", cue.out);
    const hidden = invisibleOnes(this.text.value);
    const empty = !cue.out && !this.text.value.trim();
    const marks = byId("marks");
    marks.hidden = !hidden.length && !empty;
    marks.textContent = empty
      ? "A cue without text is not written into the files."
      : `This text has characters that nobody sees: ${hidden.join(" ")}`;
  }

  showPictures(cue) {
    const pictures = this.store.pictures(cue).map((source) => {
      const picture = part("img", "");
      picture.alt = "What was read";
      picture.addEventListener("load", () => fit(picture));
      picture.addEventListener("error", () => this.without(picture, cue), { once: true });
      picture.src = source;
      return picture;
    });
    this.crop.replaceChildren(...(pictures.length ? pictures : [part("p", "none", "There is no picture of this cue.")]));
  }

  // One that was not kept is cut out of the video again.
  without(picture, cue) {
    const again = this.store.crop(cue);
    if (again && !picture.src.includes(again)) picture.src = again;
    else picture.replaceWith(part("p", "none", "There is no picture of this cue."));
  }

  showOthers(cue) {
    const others = readings(cue);
    this.others.hidden = !others.length;
    this.others.replaceChildren(...others.map((other, index) => this.otherButton(cue, other, index)));
  }

  otherButton(cue, other, index) {
    const button = part("button", "other");
    button.type = "button";
    button.title = `Take this reading (${index + 1})`;
    const said = part("span", "reading");
    said.dir = "auto";
    for (const [letters, differs] of differing(cue.text, other)) said.append(part(differs ? "mark" : "span", "", letters));
    button.append(part("kbd", "", String(index + 1)), said);
    button.addEventListener("click", () => this.takeOther(index));
    return button;
  }

  async takeOther(index) {
    await this.flush();
    const other = this.cue ? readings(this.cue)[index] : undefined;
    if (other === undefined) return;
    await this.act("take a reading", [{ id: this.cue.id, set: { text: other } }]);
    this.text.value = this.cue.text;
  }

  typed() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.flush(), PAUSE);
    this.showState({ ...this.cue, text: this.text.value });
  }

  // Whether something is typed that is not kept yet.
  get pending() {
    return this.cue && this.text.value !== this.cue.text;
  }

  // Keep what was typed, if it is not kept yet.
  async flush() {
    clearTimeout(this.waiting);
    this.waiting = undefined;
    if (this.pending) {
      await this.act("edit the text", [{ id: this.cue.id, set: { text: this.text.value } }], true);
    }
  }

  async writtenTime(edge) {
    const { side, input } = edge;
    const time = parseClock(input.value);
    if (time === null) this.say(`${input.value || "Nothing"} is no time; write it like 1:30 or 00:01:30.500.`);
    if (time !== null && (await this.moveEdge(side, time))) edge.settle();
    else edge.refuse();
  }

  // Whether the edge is at that time now.
  async moveEdge(side, time) {
    await this.flush();
    if (!this.cue) return false;
    const other = side === "start" ? time >= this.cue.end : time <= this.cue.start;
    if (other || time < 0) this.say("A cue must end after it starts.");
    else if (this.cue[side] !== time) await this.act(`move the ${side}`, [{ id: this.cue.id, set: { [side]: time } }]);
    return this.cue?.[side] === time;
  }

  async split() {
    await this.flush();
    const caret = this.text.selectionStart;
    const changes = this.cue && this.film.splitAt(this.cue, caret);
    if (!changes) return this.say("Put the caret where the cue is to be split, between two words.");
    await this.act("split", changes);
    this.text.value = this.cue.text;
  }
}

// What else the cue may say: other readings, and what was read at first where somebody has changed it.
export function readings(cue) {
  const all = [...cue.others, ...(cue.first && cue.first.text !== cue.text ? [cue.first.text] : [])];
  return [...new Set(all)].filter((other) => other !== cue.text).slice(0, 9);
}

function fit(picture) {
  const tall = picture.naturalHeight > LOWEST * picture.naturalWidth;
  picture.style.width = `${Math.round(picture.naturalWidth * (tall ? ENLARGED * 0.8 : ENLARGED))}px`;
}
