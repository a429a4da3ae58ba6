// The film beside the cue: played where the browser can, else as stills.

import { byId, part } from "./dom.js";
import { clock, letters, seconds } from "./text.js";

const INTO = 0.001; // s; times are rounded down, so that a frame begins up to a ms later than its time

export class Stage {
  constructor(store) {
    [this.video, this.still, this.box] = ["video", "still", "box"].map(byId);
    this.store = store;
    this.time = 0;
    byId("play").addEventListener("click", () => this.toggle());
    byId("frame-back").addEventListener("click", () => this.step(-1));
    byId("frame-on").addEventListener("click", () => this.step(1));
    byId("sound").addEventListener("change", (event) => (this.video.muted = !event.target.checked));
    byId("over").addEventListener("change", (event) => this.subtitles(event.target.checked));
    for (const name of ["play", "pause", "ended"]) this.video.addEventListener(name, () => this.playing());
    this.video.addEventListener("timeupdate", () => this.moved());
    this.video.addEventListener("seeked", () => this.moved());
    this.video.addEventListener("error", () => this.stills());
    this.video.addEventListener("loadedmetadata", () => {
      if (this.video.videoWidth) this.seek(this.time);
      else this.stills(); // sound alone
    });
  }

  open(film) {
    this.film = film;
    document.body.classList.toggle("no-film", !this.store.playable);
    const size = film.video;
    if (size?.width) byId("screen").style.aspectRatio = `${size.width * size.pixel_aspect} / ${size.height}`;
    if (this.store.playable) this.video.src = "video";
  }

  get plays() {
    return this.store.playable && !this.still.dataset.alone;
  }

  stills() {
    if (!this.store.playable || this.still.dataset.alone) return;
    this.still.dataset.alone = "yes";
    this.still.hidden = false;
    this.video.hidden = true;
    for (const id of ["play", "ticks"]) byId(id).hidden = true;
    this.seek(this.time);
  }

  show(cue) {
    this.cue = cue;
    this.facts(cue);
    this.outline(cue);
    this.video.pause();
    this.seek(cue.start);
  }

  seek(time) {
    this.time = Math.max(0, Math.min(time, (this.film.video?.duration ?? Infinity) - 1));
    if (this.plays && this.video.readyState > 0) this.video.currentTime = this.time / 1000 + INTO;
    else if (this.store.looksInto) this.late();
    byId("clock").textContent = clock(Math.round(this.time));
  }

  // A still costs a look into the file: not one for each cue that is passed by.
  late() {
    clearTimeout(this.waiting);
    if (!this.still.dataset.alone) return;
    this.waiting = setTimeout(() => (this.still.src = this.store.still(this.time)), 80);
  }

  step(by) {
    this.video.pause();
    this.seek(this.time + by * this.film.frame);
  }

  toggle() {
    if (!this.plays) return;
    if (this.video.paused) this.video.play().catch(() => this.stills());
    else this.video.pause();
  }

  playing() {
    const plays = !this.video.paused;
    byId("play").textContent = plays ? "Pause" : "Play";
    this.outline(this.cue);
  }

  moved() {
    if (!this.plays) return;
    this.time = Math.max(0, Math.floor((this.video.currentTime - INTO) * 1000 + 0.5));
    byId("clock").textContent = clock(this.time);
  }

  // The cues as a track of the video, as they are now.
  subtitles(on) {
    this.over = on;
    this.video.querySelectorAll("track").forEach((track) => track.remove());
    if (!on) return;
    const track = document.createElement("track");
    Object.assign(track, { kind: "captions", label: "As they are now", default: true, src: this.store.track() });
    this.video.append(track);
    track.track.mode = "showing";
  }

  changed(cue) {
    if (cue) {
      this.cue = cue;
      this.facts(cue);
    }
    if (this.over) this.subtitles(true);
  }

  outline(cue) {
    const size = this.film?.video;
    this.box.hidden = !cue?.box || !size?.width || !this.video.paused;
    if (this.box.hidden) return;
    const [left, top, right, bottom] = cue.box;
    const share = (part, whole) => `${(100 * part) / whole}%`;
    Object.assign(this.box.style, {
      left: share(left, size.width),
      top: share(top, size.height),
      width: share(right - left, size.width),
      height: share(bottom - top, size.height),
    });
  }

  facts(cue) {
    const length = cue.end - cue.start;
    const facts = [
      ["Score", typeof cue.score === "number" ? `${(100 * cue.score).toFixed(1)} %` : "not known"],
      ["Length", seconds(length)],
      ["Letters a second", (letters(cue.text) / (length / 1000)).toFixed(1)],
      ["Place", cue.box ? `${cue.box[0]}, ${cue.box[1]} to ${cue.box[2]}, ${cue.box[3]} px` : "not known"],
      ...(cue.language ? [["Language", cue.language]] : []),
      ...(cue.kind ? [["Kind", cue.kind]] : []),
    ];
    const pairs = facts.map(([name, value]) => {
      const pair = part("div", "");
      pair.append(part("dt", "", name), part("dd", "", value));
      return pair;
    });
    byId("facts").replaceChildren(...pairs);
  }
}
