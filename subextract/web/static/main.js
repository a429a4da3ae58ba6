// The page as a whole: which cue is chosen, and what is done with it.

import { byId, part } from "./dom.js";
import { FILTERS, Film } from "./model.js";
import { CueList, ROW } from "./list.js";
import { Editor } from "./editor.js";
import { LocalStore, Refusal, ServerStore } from "./store.js";
import { Search, askWhere, fillKeys } from "./dialogs.js";
import { Stage } from "./stage.js";
import { sayLight, turnLight } from "./light.js";
import { listen } from "./keys.js";
import { plural, visible } from "./text.js";
import { save } from "./saving.js";

class Page {
  constructor(store, told) {
    this.store = store;
    this.film = new Film(told);
    this.stage = new Stage(store);
    this.editor = new Editor(store, (...step) => this.act(...step), (text) => this.say(text));
    this.list = new CueList(byId("list"), (id) => this.choose(id));
    this.search = new Search(this);
    this.stage.open(this.film);
    this.head(told);
    this.buttons();
    fillKeys();
    listen(this);
    this.cue = this.film.shown()[0] ?? null;
    this.refresh();
    if (this.cue) this.stage.show(this.cue);
  }

  head(told) {
    byId("name").textContent = visible(told.name);
    document.title = `${visible(told.name)} – review`;
    byId("keep").checked = told.keep;
    byId("keep-tick").hidden = !this.store.keep;
    const names = told.results.map((result) => visible(result.name)).join(", ");
    byId("save").title = `Ctrl+S: ${this.store.keep ? `write ${names}` : "save the SRT"}`;
    if (told.changed.length) {
      this.notice(`${told.changed.map(visible).join(", ")} was changed by something else since; Save would replace that.`);
    }
  }

  buttons() {
    const does = {
      undo: () => this.undo(),
      redo: () => this.redo(),
      save: () => save(this),
      help: () => this.showKeys(),
      theme: turnLight,
      accept: () => this.accept(),
      split: () => this.editor.split(),
      merge: () => this.merge(),
      out: () => this.toggleOut(),
    };
    for (const [id, act] of Object.entries(does)) byId(id).addEventListener("click", act);
    byId("checked").addEventListener("change", () => this.toggleChecked());
    byId("order").addEventListener("change", (event) => this.reorder(event.target.value));
    byId("keep").addEventListener("change", (event) => this.attempt(() => this.store.keep(event.target.checked)));
    byId("split").addEventListener("mousedown", (event) => event.preventDefault()); // the caret stays in the text
    sayLight();
  }

  // Everything that depends on the cues, anew; the cue that is worked on stays in the list.
  refresh() {
    this.shown = this.film.shown(this.cue?.id);
    const top = this.list.box.scrollTop;
    this.list.show(this.film, this.shown, this.cue?.id);
    this.list.box.scrollTop = top;
    byId("none").hidden = this.shown.length > 0;
    byId("none").textContent = this.film.filter === "all" ? "There are no cues." : `There is nothing ${this.film.filter}.`;
    this.drawFilters();
    this.drawState();
    this.editor.show(this.film, this.cue);
  }

  drawFilters() {
    const counts = this.film.counts();
    const buttons = Object.entries(FILTERS).map(([name, [title]]) => {
      const button = part("button", "");
      button.type = "button";
      button.setAttribute("aria-pressed", this.film.filter === name);
      button.append(part("span", "", title), part("span", "count", counts[name].toLocaleString("en")));
      button.addEventListener("click", (event) => this.sieve(name, this.film.order, event.detail > 0));
      return button;
    });
    byId("filters").replaceChildren(...buttons);
    const checked = this.film.byTime.filter((cue) => cue.checked && !cue.out).length;
    const facts = [plural(counts.all, "cue"), `${counts.doubtful} doubtful`, `${checked} checked`];
    byId("tally").textContent = facts.join(" · ");
  }

  drawState() {
    const { undo, redo, revision, saved } = this.store.state;
    for (const [id, name] of [["undo", undo], ["redo", redo]]) {
      byId(id).disabled = !name;
      byId(id).title = `${id === "undo" ? "Ctrl+Z" : "Ctrl+Y"}${name ? `: ${name}` : ""}`;
    }
    byId("save").textContent = revision === saved ? "Saved" : "Save";
    byId("save").classList.toggle("calm", revision === saved);
  }

  async sieve(filter, order, byMouse = true) {
    await this.editor.flush();
    Object.assign(this.film, { filter, order });
    this.film.rerank();
    byId("order").value = order;
    const shown = this.film.shown();
    if (!shown.some((cue) => cue.id === this.cue?.id)) this.cue = shown[0] ?? null;
    this.list.box.scrollTop = 0;
    this.refresh();
    this.list.reveal(this.cue?.id);
    if (this.cue) this.stage.show(this.cue);
    (byMouse ? byId("list") : byId("filters").querySelector("[aria-pressed=true]")).focus();
  }

  // Who asks for the order by doubt wants to begin with the most doubtful one.
  async reorder(order) {
    await this.sieve(this.film.filter, order, true);
    if (order === "doubt" && this.shown.length) await this.choose(this.shown[0].id);
  }

  async choose(id) {
    if (id === this.cue?.id) return;
    await this.editor.flush();
    if (this.editor.pending) return; // what was typed is in this page alone
    this.cue = this.film.cues.get(id) ?? null;
    if (!this.shown.some((cue) => cue.id === id)) this.refresh();
    this.list.select(id);
    this.editor.show(this.film, this.cue);
    if (this.cue) this.stage.show(this.cue);
  }

  go(by) {
    const here = this.shown.findIndex((cue) => cue.id === this.cue?.id);
    const there = Math.min(Math.max(here + by, 0), this.shown.length - 1);
    if (this.shown[there]) this.choose(this.shown[there].id);
  }

  pageful() {
    return Math.max(1, Math.floor(this.list.box.clientHeight / ROW) - 1);
  }

  flush() {
    return this.editor.flush();
  }

  async act(name, changes, join = false) {
    await this.attempt(async () => {
      this.take(await this.store.step(name, changes, join));
      this.say(""); // what was said before is no longer so
    });
  }

  take(answer) {
    this.film.take(answer.entries);
    if (this.cue) this.cue = this.film.cues.get(this.cue.id) ?? this.nearest(this.cue);
    this.refresh();
    this.stage.changed(this.cue);
  }

  nearest(cue) {
    return this.film.byTime.find((other) => other.start >= cue.start) ?? this.film.byTime.at(-1) ?? null;
  }

  // What goes wrong is said; a change that met another one shows the page as it is now.
  async attempt(work) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.notice(error.status === 409 ? `${error.message} The page was loaded again.` : error.message);
      if (error.status === 409) await this.reload();
      return null;
    }
  }

  async reload() {
    const [store, told] = await ServerStore.load();
    this.store.state = store.state;
    const { filter, order } = this.film;
    this.film = Object.assign(new Film(told), { filter, order });
    this.cue = this.film.cues.get(this.cue?.id) ?? this.film.shown()[0] ?? null;
    this.refresh();
  }

  async undo() {
    await this.again("undo");
  }

  async redo() {
    await this.again("redo");
  }

  async again(which) {
    await this.editor.flush();
    const name = this.store.state[which];
    if (!name) return;
    await this.attempt(async () => {
      const answer = await this.store[which]();
      this.film.take(answer.entries);
      const id = answer.entries.find(([, cue]) => cue)?.[0] ?? this.cue?.id;
      this.cue = this.film.cues.get(id) ?? (this.cue ? this.nearest(this.cue) : null);
      this.refresh();
      if (this.cue) this.editor.text.value = this.cue.text;
      this.list.select(this.cue?.id);
      if (this.cue) this.stage.show(this.cue);
    });
    this.say(`${which === "undo" ? "Undone" : "Done again"}: ${name}.`);
  }

  async accept() {
    await this.editor.flush();
    if (!this.cue || this.editor.pending) return;
    const [{ id, out, checked }, next] = [this.cue, this.film.nextDoubtful(this.cue)];
    if (!out && !checked) await this.act("check", [{ id, set: { checked: true } }]);
    if (!out && !this.film.cues.get(id)?.checked) return; // it was refused
    if (next) await this.choose(next.id);
    else this.say("There is nothing doubtful any more.");
  }

  nextDoubtful() {
    const next = this.film.nextDoubtful(this.cue);
    if (next) this.choose(next.id);
    else this.say("There is nothing doubtful.");
  }

  async toggleChecked() {
    await this.editor.flush();
    if (this.cue) await this.act("check", [{ id: this.cue.id, set: { checked: !this.cue.checked } }]);
  }

  async toggleOut() {
    await this.editor.flush();
    if (!this.cue) return;
    const { id, out } = this.cue;
    await this.act(out ? "bring back" : "delete", [{ id, set: { out: !out } }]);
    this.say(out ? "Brought back." : "Deleted; Del brings it back.");
  }

  async merge() {
    await this.editor.flush();
    const next = this.cue && !this.cue.out && this.film.next(this.cue);
    if (!next) return this.say("There is no next cue to merge with.");
    await this.act("merge", this.film.mergeWith(this.cue, next));
    this.editor.text.value = this.cue.text;
  }

  goTo() {
    askWhere(this.film, (id) => this.choose(id), (text) => this.say(text));
  }

  leave(target) {
    if (!this.search.form.hidden && target.closest?.("#search")) return this.search.close();
    byId("list").focus();
  }

  save() {
    return save(this);
  }

  showKeys() {
    byId("keys").showModal();
  }

  say(text) {
    byId("status").textContent = text;
    byId("status").classList.add("fresh");
    clearTimeout(this.fading);
    this.fading = setTimeout(() => byId("status").classList.remove("fresh"), 4000);
  }

  notice(text) {
    byId("notice").textContent = text;
    byId("notice").hidden = false;
  }
}

async function begin() {
  const whole = byId("document");
  const [store, told] = whole ? fromPage(JSON.parse(whole.textContent)) : await ServerStore.load();
  window.page = new Page(store, told);
  window.addEventListener("beforeunload", (event) => {
    const unsaved = whole && store.state.revision !== store.state.saved;
    if (unsaved || window.page.editor.pending) event.preventDefault();
  });
  byId("list").focus();
}

function fromPage(told) {
  document.body.classList.add("alone");
  return [new LocalStore(told), told];
}

begin().catch((error) => {
  byId("notice").textContent = `The page could not be opened: ${error.message}`;
  byId("notice").hidden = false;
});
