// Which key does what. Single letters only outside of fields.

const FIELDS = "textarea, input:not([type=checkbox]), select";

// `page` does what is asked; see main.js.
export function listen(page) {
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    const does = event.ctrlKey || event.metaKey ? withControl(page, event) : alone(page, event);
    if (!does) return;
    event.preventDefault();
    does();
  });
}

function withControl(page, event) {
  const key = event.key.toLowerCase();
  if (event.altKey) return event.code === "KeyV" ? () => page.editor.split() : null;
  if (event.shiftKey) return key === "z" ? () => page.redo() : null;
  if (event.target.matches?.("#search input") && (key === "z" || key === "y")) return null;
  return {
    enter: () => page.accept(),
    s: () => page.save(),
    z: () => page.undo(),
    y: () => page.redo(),
    f: () => page.search.open(),
    h: () => page.search.open(true),
    g: () => page.goTo(),
  }[key];
}

function alone(page, event) {
  if (event.altKey) return null;
  if (event.key === "F8") return () => page.nextDoubtful();
  if (event.key === "F2") return () => page.editor.text.focus();
  if (event.key === "Escape") return () => page.leave(event.target);
  if (event.target.matches?.(FIELDS)) return null;
  const onControl = event.target.matches?.("button, input, summary");
  if (onControl && (event.key === " " || event.key === "Enter")) return null;
  if (/^[1-9]$/.test(event.key)) return () => page.editor.takeOther(Number(event.key) - 1);
  return {
    ArrowUp: () => page.go(-1),
    ArrowDown: () => page.go(1),
    PageUp: () => page.go(-page.pageful()),
    PageDown: () => page.go(page.pageful()),
    Home: () => page.go(-Infinity),
    End: () => page.go(Infinity),
    ArrowLeft: () => page.stage.step(-1),
    ArrowRight: () => page.stage.step(1),
    Enter: () => page.editor.text.focus(),
    " ": () => page.stage.toggle(),
    Delete: () => page.toggleOut(),
    m: () => page.merge(),
    c: () => page.toggleChecked(),
    "?": () => page.showKeys(),
  }[event.key];
}
