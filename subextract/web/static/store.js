// Where changes go: to the server, which keeps each at once, or into this page where it is a file of its own.

const TEXTUAL = ["styled", "markup", "words", "turns", "italics", "as_read", "srt"];

const AWAY = 401;
const RESTARTED =
  "The server was started again; what was kept until then is safe. Copy what you typed since, and open the link that the terminal shows now.";

export class Refusal extends Error {
  constructor(status, title) {
    super(title);
    this.status = status;
  }
}

export class ServerStore {
  static async load() {
    const told = await asked("api/document");
    return [new ServerStore(told), told];
  }

  constructor(told) {
    this.state = told.state;
    this.made = told.made;
    this.playable = told.playable;
    this.looksInto = told.playable;
    this.last = Promise.resolve();
  }

  step(name, changes, join = false) {
    return this.inTurn(() => asked("api/step", { name, changes, join, revision: this.state.revision }));
  }

  undo() {
    return this.inTurn(() => asked("api/undo", { revision: this.state.revision }));
  }

  redo() {
    return this.inTurn(() => asked("api/redo", { revision: this.state.revision }));
  }

  save(replace) {
    return this.inTurn(() => asked("api/save", { replace }));
  }

  keep(keep) {
    return asked("api/keep", { keep });
  }

  // One after the other, because each says to which revision it belongs.
  inTurn(ask) {
    const answer = this.last.then(ask).then((told) => {
      this.state = told.state;
      return told;
    });
    this.last = answer.catch(() => undefined);
    return answer;
  }

  pictures(cue) {
    if (cue.pictures.length) return cue.pictures.map((number) => `api/pictures/${number}?v=${this.made}`);
    return this.looksInto ? [this.crop(cue)] : [];
  }

  crop(cue) {
    return this.looksInto ? `api/cues/${cue.id}/crop?v=${this.made}-${cue.start}-${cue.end}` : null;
  }

  edge(cue, side) {
    return asked(`api/cues/${cue.id}/edge/${side}`);
  }

  still(time) {
    return `api/still?time=${Math.max(0, Math.round(time))}&v=${this.made}`;
  }

  track() {
    return `api/track.vtt?r=${this.state.revision}`;
  }
}

async function asked(path, body) {
  const how = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  let answer;
  try {
    answer = await fetch(path, how);
  } catch {
    throw new Refusal(0, "The server does not answer; start it again. Nothing that was kept is lost.");
  }
  const told = await answer.json().catch(() => ({ title: "The server's answer makes no sense." }));
  if (answer.status === AWAY) throw new Refusal(AWAY, RESTARTED);
  if (!answer.ok) throw new Refusal(answer.status, told.title);
  return told;
}

export class LocalStore {
  constructor(told) {
    this.told = told;
    this.key = `subextract ${told.name} ${told.made}`;
    this.cues = new Map(told.cues.map((cue) => [cue.id, cue]));
    this.done = [];
    this.undone = [];
    this.revision = 0;
    this.savedAt = 0;
    this.playable = false;
    this.looksInto = false;
    this.recall();
  }

  get state() {
    const names = [this.done.at(-1), this.undone.at(-1)].map((step) => step?.name ?? null);
    return { revision: this.revision, saved: this.savedAt, undo: names[0], redo: names[1] };
  }

  async step(name, changes, join = false) {
    const done = changes.map((change) => this.changed(change));
    this.undone = [];
    const last = this.done.at(-1);
    const joins = join && last?.name === name && last.done.length === 1 && done.length === 1 && last.done[0][0] === done[0][0];
    if (joins) last.done[0][2] = done[0][2];
    else this.done.push({ name, done });
    return this.answer(done, 2);
  }

  async undo() {
    const step = this.done.pop();
    if (step) this.undone.push(step);
    return this.answer(step?.done ?? [], 1);
  }

  async redo() {
    const step = this.undone.pop();
    if (step) this.done.push(step);
    return this.answer(step?.done ?? [], 2);
  }

  // `side` is where an entry as it is to be stands: 1 before, 2 after.
  answer(done, side) {
    for (const each of done) {
      if (each[side]) this.cues.set(each[0], each[side]);
      else this.cues.delete(each[0]);
    }
    this.revision += done.length ? 1 : 0;
    this.remember();
    return { entries: done.map((each) => [each[0], each[side]]), state: this.state };
  }

  changed(change) {
    const source = this.cues.get(change.id ?? change.from);
    if (change.remove) return [source.id, source, null];
    const values = change.set ?? change.make;
    const next = { ...source, ...values };
    if (next.text !== source.text) TEXTUAL.forEach((name) => delete next[name]);
    if (source.out && !next.out) next.kind = null;
    if (!(next.start >= 0 && next.start < next.end)) throw new Refusal(422, "A cue must end after it starts.");
    if (!change.make) return [source.id, source, next];
    const id = Math.max(...this.cues.keys()) + 1;
    this.cues.set(id, null);
    return [id, null, { ...next, id, first: null }];
  }

  saved() {
    this.savedAt = this.revision;
    this.remember();
  }

  pictures(cue) {
    return cue.pictures.map((number) => this.told.pictures[number]).filter(Boolean);
  }

  crop() {
    return null;
  }

  remember() {
    try {
      const kept = { cues: [...this.cues.values()], unsaved: this.revision !== this.savedAt };
      localStorage.setItem(this.key, JSON.stringify(kept));
    } catch {
      // No room, or not allowed for files: then the page keeps changes until it is closed.
    }
  }

  recall() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key));
      if (!kept) return;
      this.told.cues = kept.cues;
      this.cues = new Map(kept.cues.map((cue) => [cue.id, cue]));
      this.revision = kept.unsaved ? 1 : 0;
    } catch {
      // As above.
    }
  }
}
