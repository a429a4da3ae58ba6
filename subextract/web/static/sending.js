// How a video is sent, with a bar that shows how much of it has arrived.

import { byId, part } from "./dom.js";
import { visible } from "./text.js";

let before = Promise.resolve();

// `done` is called when it is a job, `refused` with the sentence where it is none. Videos are sent one after the other,
// because a server takes few at the same time.
export function send(file, options, done, refused) {
  const request = new XMLHttpRequest(); // fetch does not say how much is sent
  const card = cardOf(file, () => {
    request.abort();
    card.remove();
  });
  byId("sending").append(card);
  before = before.then(() => sent(request, file, options, card)).then(() => {
    card.remove();
    if (request.status === 202) done();
    else if (request.status) refused(`${visible(file.name)}: ${sentence(request)}`);
    else if (card.dataset.broken) refused(`${visible(file.name)}: the server broke the upload off; it may be too large.`);
  });
}

// With its bar, and a button that calls `stop`.
function cardOf(file, stop) {
  const card = part("li", "card");
  const head = part("div", "head");
  head.append(part("span", "title", visible(file.name)), part("span", "tag queued", "waits"));
  const bar = part("progress", "");
  bar.value = 0;
  bar.setAttribute("aria-label", `How much of ${visible(file.name)} is sent`);
  const row = part("div", "does");
  const button = part("button", "quiet", "Stop");
  button.type = "button";
  button.addEventListener("click", stop);
  row.append(button);
  card.append(head, bar, row);
  return card;
}

// When all of it is sent, or that has failed, or was stopped; nothing is sent of what was stopped before its turn.
function sent(request, file, options, card) {
  if (!card.isConnected) return undefined;
  const bar = card.querySelector("progress");
  card.querySelector(".tag").textContent = "sending";
  const body = new FormData();
  body.append("options", JSON.stringify(options));
  body.append("file", file);
  request.upload.addEventListener("progress", (event) => {
    bar.max = event.total;
    bar.value = event.loaded;
  });
  request.addEventListener("error", () => (card.dataset.broken = "yes"));
  return new Promise((resolve) => {
    request.addEventListener("loadend", resolve);
    request.open("POST", "/v1/jobs");
    request.send(body);
  });
}

function sentence(request) {
  try {
    return JSON.parse(request.responseText).title;
  } catch {
    return "the server's answer makes no sense.";
  }
}
