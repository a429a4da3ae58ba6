// How the cues become SubRip where no server writes it. `srt` of a cue is its text as a server writes it, with italics
// and colours, as long as nobody has changed it.

export function srt(cues) {
  const wanted = cues.filter((cue) => !cue.out && legal(cue.text));
  const written = (cue, index) => `${index + 1}\n${stamp(cue.start)} --> ${stamp(cue.end)}\n${legal(cue.srt ?? cue.text)}\n\n`;
  return wanted.map(written).join("");
}

function stamp(ms) {
  const two = (number) => String(number).padStart(2, "0");
  const all = Math.floor(ms / 1000);
  const head = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60].map(two).join(":");
  return `${head},${String(ms % 1000).padStart(3, "0")}`;
}

// No empty line inside, which would end the cue.
function legal(text) {
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.trim());
  while (lines.length && !lines[0]) lines.shift();
  while (lines.length && !lines.at(-1)) lines.pop();
  return lines.map((line) => line || "\u00a0").join("\n");
}
