// Light or dark, and the colours that charts take from the styles.
import { announce, el } from "./dom.js";

const KEY = "git-risk-theme";
const THEMES = ["system", "light", "dark"];
const SYMBOLS = { system: "◐", light: "☀", dark: "☾" };

/** @type {Set<() => void>} */
const listeners = new Set();

/** @returns {string} */
function chosen() {
  try {
    const theme = localStorage.getItem(KEY);
    return theme !== null && THEMES.includes(theme) ? theme : "system";
  } catch {
    // A browser may refuse to keep anything for a file.
    return document.documentElement.dataset.theme ?? "system";
  }
}

/** @param {string} theme */
function choose(theme) {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Then it holds until the page is closed.
  }
  for (const listener of listeners) listener();
}

/**
 * Calls `then` whenever colours change.
 * @param {() => void} then
 */
export function onTheme(then) {
  listeners.add(then);
}

/**
 * The switch between the themes.
 * @returns {HTMLElement}
 */
export function themeSwitch() {
  const button = el("button", { type: "button", class: "quiet", id: "theme" });
  const tell = () => {
    const theme = chosen();
    button.textContent = `${SYMBOLS[theme]} ${theme}`;
    button.setAttribute("aria-label", `Colours: ${theme}. Change`);
  };
  button.addEventListener("click", () => {
    choose(THEMES[(THEMES.indexOf(chosen()) + 1) % THEMES.length]);
    tell();
    announce(`Colours: ${chosen()}`);
  });
  tell();
  return button;
}

/** Takes up the theme of the last time, and follows that of the system. */
export function startTheme() {
  document.documentElement.dataset.theme = chosen();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const listener of listeners) listener();
  });
}

/**
 * The colours of the styles by their names without the dashes, as they are now.
 * @returns {(name: string) => string}
 */
export function palette() {
  // A custom property is read as it is written; as the colour of an element it is worked out.
  const probe = el("span", { hidden: true });
  document.body.append(probe);
  const colours = new Map();
  return (name) => {
    if (!colours.has(name)) {
      if (!probe.isConnected) document.body.append(probe);
      probe.style.color = `var(--${name})`;
      colours.set(name, getComputedStyle(probe).color);
      probe.remove();
    }
    return colours.get(name);
  };
}

/**
 * Whether black or white is read better on a colour `rgb(r, g, b)`, by the contrast of WCAG 2.
 * @param {string} colour
 */
export function inkOn(colour) {
  const [r, g, b] = (colour.match(/[\d.]+/g) ?? ["0", "0", "0"]).map((part) => {
    const share = Number(part) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff";
}
