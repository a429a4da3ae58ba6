// Light or dark: as the system has it, until somebody turns it.

import { byId } from "./dom.js";

export function turnLight() {
  document.documentElement.dataset.theme = isDark() ? "light" : "dark";
  sayLight();
}

export function sayLight() {
  byId("theme").textContent = isDark() ? "Light" : "Dark";
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}
