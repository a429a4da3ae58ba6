// Which letters of one reading differ from another.

const LONGEST = 400; // letters; longer texts are compared as wholes

// Parts of `other` with whether each differs from `text`: [["The harb", false], ["0", true], ["ur", false]]. Where
// letters of `text` are missing, and nothing stands in their place, there is a part without letters.
export function differing(text, other) {
  const from = [...text];
  const to = [...other];
  if (from.length > LONGEST || to.length > LONGEST) return [[other, other !== text]];
  const parts = [];
  const add = (letters, differs) => {
    const last = parts.at(-1);
    if (last && last[1] === differs) last[0] += letters;
    else parts.push([letters, differs]);
  };
  let [i, j] = [0, 0];
  for (const [same, there] of [...common(from, to), [from.length, to.length]]) {
    if (same > i || there > j) add(to.slice(j, there).join(""), true);
    if (there < to.length) add(to[there], false);
    [i, j] = [same + 1, there + 1];
  }
  return parts;
}

// The places, in both, of the letters of a longest common subsequence.
function common(from, to) {
  const width = to.length + 1;
  const length = new Uint16Array((from.length + 1) * width);
  for (let i = from.length - 1; i >= 0; i -= 1) {
    for (let j = to.length - 1; j >= 0; j -= 1) {
      const here = i * width + j;
      length[here] =
        from[i] === to[j] ? length[here + width + 1] + 1 : Math.max(length[here + width], length[here + 1]);
    }
  }
  const found = [];
  for (let i = 0, j = 0; i < from.length && j < to.length; ) {
    if (from[i] === to[j]) {
      found.push([i, j]);
      i += 1;
      j += 1;
    } else if (length[(i + 1) * width + j] >= length[i * width + j + 1]) i += 1;
    else j += 1;
  }
  return found;
}
