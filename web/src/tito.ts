/** What makes a page of a lesson alive; each part looks for its place in the page, and does nothing without it. */

import { Desk } from "./desk";
import { button, sentence } from "./dom";
import { type Linked, linked } from "./link";
import { listen } from "./listen";
import { local } from "./local";
import { progress } from "./progress";
import { quiz } from "./quiz";
import { reading } from "./reading";
import { theme } from "./theme";
import type { Transport } from "./transport";

const page = document.body.dataset;

async function transport(say: (words: string) => void): Promise<Transport> {
  if (page.transport === "desk") return local;
  const file = new URL("tito-browser.js", import.meta.url).href;
  const loaded = import(file).catch(() => Promise.reject(new Error("A part of this page could not be fetched: is the network there? Reload the page to try again.")));
  const { browserTransport } = (await loaded) as typeof import("./browser/transport");
  return browserTransport(page.root ?? "./", say);
}

/** The code that the address brings, if it is for this page. */
async function guest(lesson: string, refuse: (says: string) => void): Promise<Linked | null> {
  try {
    const found = await linked(location.hash);
    return found?.lesson === lesson ? found : null;
  } catch (error) {
    refuse(sentence(error));
    return null;
  }
}

async function atTheDesk(lesson: string, place: HTMLElement): Promise<void> {
  let desk: Desk | undefined;
  const answers = await transport((words) => desk?.say(words));
  const begun = (desk = new Desk(answers, lesson, place));
  for (const section of document.querySelectorAll<HTMLElement>("#text [data-exercise]")) {
    const exercise = section.dataset.exercise!;
    const write = button(`Write ${exercise}`, () => begun.write(exercise), { class: "write" });
    const heading = section.querySelector("h1, h2, h3, h4, h5, h6");
    if (heading?.parentElement === section) heading.after(write);
    else section.prepend(write);
  }
  reading((section) => begun.reading(section.closest<HTMLElement>("[data-exercise]")?.dataset.exercise));
  window.addEventListener("hashchange", () => void guest(lesson, (says) => begun.refuse(says)).then((one) => one && begun.begin(one)));
  quiz(answers, lesson, document.getElementById("quiz")).catch((error: unknown) => {
    document.getElementById("quiz")?.replaceChildren(sentence(error));
  });
  await begun.begin(await guest(lesson, (says) => begun.refuse(says)));
}

theme();
listen();
const place = document.getElementById("desk");
if (page.lesson !== undefined && place !== null) {
  atTheDesk(page.lesson, place).catch((error: unknown) => place.replaceChildren(sentence(error)));
} else {
  reading(() => undefined);
}
progress(page.transport === "desk" ? local : null).catch(() => undefined); // the map is of use without it
