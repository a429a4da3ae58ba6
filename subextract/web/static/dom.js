// How parts of the page are found and made. Texts become text, never markup.

export function byId(id) {
  return document.getElementById(id);
}

export function part(tag, className, content = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = content;
  return made;
}
