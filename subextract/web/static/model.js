// What is known of the cues, which of them are shown, and which changes there are.

export const FILTERS = {
  all: ["All", (film, cue) => !cue.out],
  doubtful: ["Doubtful", (film, cue) => film.isDoubtful(cue)],
  edited: ["Edited", (film, cue) => isEdited(cue)],
  rejected: ["Rejected", (film, cue) => cue.out],
};
const DISPUTED = 0.3; // doubt of a cue that was read in two ways
const MIXED = 0.2; // doubt of a word with digits among its letters
const MIXTURE = /\p{Ll}\d|\d\p{Ll}(?!\p{L}?\b)|\p{L}\d\p{L}/u; // "g0ut", but not "5th" or "1980s"
const FIRST = ["start", "end", "text", "out"];

export function isEdited(cue) {
  return cue.first === null || FIRST.some((name) => cue[name] !== cue.first[name]);
}

function unsureOf(cue) {
  return typeof cue.score === "number" ? 1 - cue.score : 0;
}

function isDisputed(cue) {
  return cue.others.some((other) => other !== cue.text);
}

export class Film {
  constructor(told) {
    Object.assign(this, { name: told.name, video: told.video, results: told.results, limit: 1 - told.doubtful });
    this.cues = new Map(told.cues.map((cue) => [cue.id, cue]));
    this.filter = "all";
    this.order = "time";
    this.sort();
    this.rerank();
  }

  get frame() {
    return 1000 / (this.video?.frame_rate || 25);
  }

  sort() {
    this.byTime = [...this.cues.values()].sort((a, b) => a.start - b.start || a.end - b.end || a.id - b.id);
  }

  // The order by doubt is that of the moment when it was asked for: a cue that is mended stays where it is.
  rerank() {
    this.rank = new Map(this.byTime.map((cue) => [cue.id, this.doubt(cue)]));
  }

  // Take what a step changed: [[id, cue or null], ...].
  take(entries) {
    for (const [id, cue] of entries) {
      if (cue) this.cues.set(id, cue);
      else this.cues.delete(id);
    }
    this.sort();
    this.byTime.forEach((cue, index) => {
      if (!this.rank.has(cue.id)) this.rank.set(cue.id, this.rank.get(this.byTime[index - 1]?.id) ?? 0);
    });
  }

  // What is worst about it, in a word or two.
  whyDoubtful(cue) {
    if (unsureOf(cue) > this.limit) return `${Math.round(100 * cue.score)} %`;
    return isDisputed(cue) ? "two readings" : "a digit";
  }

  // From 0 to 1: how much somebody should look at it.
  doubt(cue) {
    if (cue.out || cue.checked) return 0;
    return Math.max(unsureOf(cue), isDisputed(cue) ? DISPUTED : 0, MIXTURE.test(cue.text) ? MIXED : 0);
  }

  isDoubtful(cue) {
    return this.doubt(cue) > this.limit;
  }

  // Those that the filter lets through, in the chosen order; `also` is one that stays although it fits no more.
  shown(also = null) {
    const [, fits] = FILTERS[this.filter];
    const found = this.byTime.filter((cue) => cue.id === also || fits(this, cue));
    return this.order === "time" ? found : found.sort((a, b) => this.rank.get(b.id) - this.rank.get(a.id) || a.start - b.start);
  }

  counts() {
    const count = (fits) => this.byTime.reduce((sum, cue) => sum + (fits(this, cue) ? 1 : 0), 0);
    return Object.fromEntries(Object.entries(FILTERS).map(([name, [, fits]]) => [name, count(fits)]));
  }

  next(cue) {
    return this.byTime.slice(this.byTime.indexOf(cue) + 1).find((other) => !other.out);
  }

  // The doubtful one after this in the order of the list, else the first one.
  nextDoubtful(cue) {
    const list = this.order === "doubt" ? this.shown(cue?.id) : this.byTime;
    const doubtful = (other) => other.id !== cue?.id && this.isDoubtful(other);
    return list.slice(list.indexOf(cue) + 1).find(doubtful) ?? list.find(doubtful);
  }

  splitAt(cue, caret) {
    const [before, after] = [cue.text.slice(0, caret).trim(), cue.text.slice(caret).trim()];
    if (!before || !after) return null;
    const share = before.length / (before.length + after.length);
    const middle = Math.round(cue.start + (cue.end - cue.start) * share);
    const time = Math.min(Math.max(middle, cue.start + 1), cue.end - 1);
    return [
      { id: cue.id, set: { text: before, end: time } },
      { from: cue.id, make: { text: after, start: time, end: cue.end, checked: false } },
    ];
  }

  mergeWith(cue, next) {
    const text = [cue.text, next.text].filter(Boolean).join("\n");
    return [
      { id: cue.id, set: { text, end: Math.max(cue.end, next.end) } },
      { id: next.id, remove: true },
    ];
  }

  found(wanted, exact) {
    if (!wanted) return [];
    const pattern = patternOf(wanted, exact);
    return this.byTime.filter((cue) => !cue.out && cue.text.search(pattern) >= 0);
  }

  replacing(cues, wanted, instead, exact) {
    const pattern = patternOf(wanted, exact);
    return cues
      .map((cue) => ({ id: cue.id, set: { text: cue.text.replace(pattern, () => instead) } }))
      .filter((change) => change.set.text !== this.cues.get(change.id).text);
  }
}

export function patternOf(wanted, exact) {
  return new RegExp(wanted.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"), exact ? "gu" : "giu");
}
