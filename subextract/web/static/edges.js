// The frames around the start and the end of a cue, on which these are moved.

import { byId, part } from "./dom.js";
import { clock } from "./text.js";

const TALL = 0.16; // of the width: more than one line

export class Edge {
  constructor(side, move) {
    this.side = side;
    this.move = move;
    this.input = byId(side);
    this.frames = byId(`${side}-frames`);
    this.seen = [];
    this.input.addEventListener("blur", () => this.settle());
    byId(`${side}-back`).addEventListener("click", () => this.step(-1));
    byId(`${side}-on`).addEventListener("click", () => this.step(1));
  }

  show(film, cue) {
    this.film = film;
    this.cue = cue;
    if (document.activeElement !== this.input) this.settle();
  }

  // What stands there when nobody writes is the time of the cue, and no refused one.
  settle() {
    if (this.cue) this.input.value = clock(this.cue[this.side]);
    this.input.classList.remove("wrong");
    this.input.removeAttribute("aria-invalid");
  }

  refuse() {
    this.input.classList.add("wrong");
    this.input.setAttribute("aria-invalid", "true");
  }

  // The frames around the edge of the cue that is shown.
  async look(store, cue) {
    const wanted = `${cue.id} ${cue[this.side]} ${cue.box}`;
    if (wanted === this.shown || !store.looksInto) return;
    this.shown = wanted;
    const seen = await store.edge(cue, this.side).catch(() => []);
    if (this.shown !== wanted) return; // another cue was chosen meanwhile
    this.seen = seen;
    this.draw();
  }

  forget() {
    this.shown = undefined;
    this.seen = [];
    this.frames.replaceChildren();
  }

  draw() {
    this.frames.replaceChildren(...this.seen.map((frame, index) => this.button(frame, index)));
    if (!this.seen.length) this.frames.append(part("p", "none", "There are no pictures here."));
  }

  button(frame, index) {
    const place = index - this.here();
    const chosen = place === 0 && frame.time >= this.cue[this.side];
    const button = part("button", this.isInside(frame) ? "inside" : "outside");
    button.type = "button";
    button.setAttribute("aria-pressed", chosen);
    const first = this.side === "start" ? "first with the text" : "first without it";
    button.setAttribute("aria-label", `${sign(place)}: ${clock(frame.time)}, make it the ${first}`);
    button.title = `${clock(frame.time)}: click to make it the ${first}`;
    const picture = part("img", "");
    picture.src = frame.picture;
    picture.alt = "";
    picture.addEventListener("load", () => picture.classList.add(shapeOf(picture)));
    button.append(part("span", "place", sign(place)), picture);
    button.addEventListener("click", () => this.move(this.side, frame.time));
    return button;
  }

  // The first frame that is not before the edge.
  here() {
    const found = this.seen.findIndex((frame) => frame.time >= this.cue[this.side]);
    return found < 0 ? this.seen.length : found;
  }

  isInside(frame) {
    return frame.time >= this.cue.start && frame.time < this.cue.end;
  }

  // One frame on or back: one that was seen, else as long as frames usually are.
  step(by) {
    const frame = this.seen[this.here() + by];
    this.move(this.side, frame ? frame.time : Math.round(this.cue[this.side] + by * this.film.frame));
  }
}

function shapeOf(picture) {
  const [width, height] = [picture.naturalWidth, picture.naturalHeight];
  return height > width ? "vertical" : height > TALL * width ? "tall" : "flat";
}

function sign(place) {
  return place > 0 ? `+${place}` : place < 0 ? `−${-place}` : "0";
}
