// How times and texts are written for a person, and read back.

const INVISIBLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
const USUAL = new Set(["\u200c", "\u200d"]); // joiners that scripts and emoji need

export function clock(ms) {
  const two = (number) => String(number).padStart(2, "0");
  const seconds = Math.floor(ms / 1000);
  const head = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(":");
  return `${head}.${String(ms % 1000).padStart(3, "0")}`;
}

// 90, 1:30, 00:01:30.5 or 1:30,500 in milliseconds; null for what is no time.
export function parseClock(text) {
  const found = /^(?:(?:(\d{1,3}):)?([0-5]?\d):)?(\d{1,5})(?:[.,](\d{1,3}))?$/.exec(text.trim());
  if (!found || (found[2] !== undefined && Number(found[3]) > 59)) return null;
  const [hours, minutes, seconds] = [found[1], found[2], found[3]].map((part) => Number(part ?? 0));
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + Number((found[4] ?? "0").padEnd(3, "0"));
}

export function seconds(ms) {
  return `${(ms / 1000).toFixed(ms < 10000 ? 2 : 1)} s`;
}

export function plural(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

// Characters that nobody sees, but that turn or hide others, as something to see.
export function visible(text) {
  return text.replace(INVISIBLE, (mark) => (USUAL.has(mark) ? mark : named(mark)));
}

export function invisibleOnes(text) {
  return [...new Set(text.match(INVISIBLE) ?? [])].filter((mark) => !USUAL.has(mark)).map(named);
}

function named(mark) {
  return `⟨U+${mark.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`;
}

export function letters(text) {
  return [...text.replace(/\s/gu, "")].length;
}
