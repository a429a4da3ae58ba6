// How the subtitle files are written: by the server, or as a file that the browser takes.

import { byId, part } from "./dom.js";
import { ask } from "./dialogs.js";
import { Refusal } from "./store.js";
import { plural, visible } from "./text.js";
import { srt } from "./srt.js";

const CHANGED = "A subtitle file was changed by something else since it was written. Saving replaces that.";

// `page` is that of main.js.
export async function save(page) {
  await page.flush();
  if (!page.store.keep) return download(page);
  try {
    written(page, await page.store.save(false));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status !== 409) page.notice(error.message);
    else if (await ask("Replace the file?", CHANGED, "Replace")) {
      await page.attempt(async () => written(page, await page.store.save(true)));
    }
  }
}

function written(page, answer) {
  byId("notice").hidden = true;
  page.drawState();
  page.say(`Written: ${answer.paths.map(visible).join(", ")}.${leftOut(answer.without_text)}`);
}

function leftOut(count) {
  return count ? ` ${plural(count, "cue")} without text ${count === 1 ? "is" : "are"} not in it.` : "";
}

function download(page) {
  const link = part("a", "");
  link.href = URL.createObjectURL(new Blob([srt(page.film.byTime)], { type: "application/x-subrip" }));
  link.download = nameOf(page.film);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  page.store.saved();
  page.drawState();
  const empty = page.film.byTime.filter((cue) => !cue.out && !cue.text.trim()).length;
  page.say(`${plural(page.film.counts().all - empty, "cue")} saved as ${link.download}.${leftOut(empty)}`);
}

// As the file of the run is called; else after the film.
function nameOf(film) {
  const written = film.results.find((result) => result.format === "srt");
  return written?.name ?? `${(film.results[0]?.name ?? film.name).replace(/\.[^.]*$/, "")}.srt`;
}
