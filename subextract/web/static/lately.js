// What costs the server a look into the film is done for a cue on which somebody stays, not for those passed by.

const SETTLED = 100; // ms; a key that is held repeats about every 33

export class Lately {
  // Do `work` at once, or, where something was asked for a moment ago, when nothing else is for a moment. Whether it
  // was done at once.
  soon(work) {
    const [now, last] = [performance.now(), this.last ?? -Infinity];
    this.last = now;
    clearTimeout(this.waiting);
    if (now - last < SETTLED) this.waiting = setTimeout(work, SETTLED);
    else work();
    return now - last >= SETTLED;
  }
}
