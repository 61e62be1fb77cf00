/** Light, dark, or as the machine has it. */

import { recall, remember } from "./memory";

const THEMES = ["auto", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];
const WORDS: Record<Theme, string> = { auto: "as the system", light: "light", dark: "dark" };

export function chosen(): Theme {
  const kept = recall<Theme>("theme", "auto");
  return THEMES.includes(kept) ? kept : "auto";
}

export function theme(): void {
  let now = chosen();
  const pressed = document.getElementById("theme");
  const set = () => {
    document.documentElement.dataset.theme = now;
    if (pressed === null) return;
    pressed.hidden = false;
    pressed.setAttribute("aria-label", `Theme: ${WORDS[now]}`);
    pressed.title = `Theme: ${WORDS[now]}`;
    pressed.textContent = { auto: "◐", light: "☀", dark: "☾" }[now];
  };
  set();
  pressed?.addEventListener("click", () => {
    now = THEMES[(THEMES.indexOf(now) + 1) % THEMES.length]!;
    remember("theme", now);
    set();
  });
}
