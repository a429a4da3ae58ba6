// The description of the API, as people read it.

import { byId, part } from "./dom.js";

async function show() {
  const told = await (await fetch("/openapi.json")).json();
  byId("tally").textContent = `${told.info.description} Version ${told.info.version}, OpenAPI ${told.openapi}.`;
  byId("example").textContent = [
    `curl -H "Authorization: Bearer $TOKEN" -F file=@film.mp4 ${location.origin}/v1/jobs`,
    `curl -H "Authorization: Bearer $TOKEN" '${location.origin}/v1/jobs/1?wait=60'`,
    `curl -H "Authorization: Bearer $TOKEN" '${location.origin}/v1/jobs/1/result?format=srt'`,
  ].join("\n");
  for (const [path, methods] of Object.entries(told.paths)) {
    for (const [method, operation] of Object.entries(methods)) byId("operations").append(section(path, method, operation));
  }
  byId("operations").append(options(told.components.schemas.Options.properties));
}

function section(path, method, operation) {
  const made = part("section", "operation");
  made.append(title(`${method.toUpperCase()} ${path}`), part("p", "", `${operation.summary}.`));
  const parameters = (operation.parameters ?? []).map((one) => [one.name, one.description ?? `in the ${one.in}`]);
  if (parameters.length) made.append(facts(parameters));
  const body = Object.entries(operation.requestBody?.content ?? {});
  if (body.length) made.append(facts(body.map(([kind, { schema }]) => [kind, Object.keys(schema.properties).join(", ")])));
  made.append(facts(Object.entries(operation.responses).map(([code, answer]) => [code, answer.description])));
  return made;
}

function options(properties) {
  const made = part("section", "operation");
  made.append(title("options"), part("p", "", "Written as in the TOML file."));
  made.append(facts(Object.entries(properties).map(([name, one]) => [name, one.description])));
  return made;
}

function title(text) {
  const made = part("h2", "");
  made.append(part("code", "", text));
  return made;
}

function facts(pairs) {
  const made = part("dl", "");
  for (const [name, what] of pairs) made.append(part("dt", "", name), part("dd", "", what));
  return made;
}

show();
