// How a video is sent, with a bar that shows how much of it has arrived.

import { byId, part } from "./dom.js";
import { visible } from "./text.js";

// `done` is called when it is a job, `refused` with the sentence where it is none.
export function send(file, options, done, refused) {
  const card = part("li", "card");
  const head = part("div", "head");
  head.append(part("span", "title", visible(file.name)), part("span", "tag queued", "sending"));
  const bar = part("progress", "");
  bar.setAttribute("aria-label", `How much of ${visible(file.name)} is sent`);
  const row = part("div", "does");
  const stop = part("button", "quiet", "Stop");
  stop.type = "button";
  row.append(stop);
  card.append(head, bar, row);
  byId("sending").append(card);

  const body = new FormData();
  body.append("options", JSON.stringify(options));
  body.append("file", file);
  const request = new XMLHttpRequest(); // fetch does not say how much is sent
  request.upload.addEventListener("progress", (event) => {
    bar.max = event.total;
    bar.value = event.loaded;
  });
  request.addEventListener("loadend", () => {
    card.remove();
    if (request.status === 202) done();
    else if (request.readyState === XMLHttpRequest.DONE && request.status) refused(`${visible(file.name)}: ${sentence(request)}`);
  });
  request.addEventListener("error", () => refused(`${visible(file.name)}: the server broke the upload off; it may be too large.`));
  stop.addEventListener("click", () => request.abort());
  request.open("POST", "/v1/jobs");
  request.send(body);
}

function sentence(request) {
  try {
    return JSON.parse(request.responseText).title;
  } catch {
    return "the server's answer makes no sense.";
  }
}
