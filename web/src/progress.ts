/** How far one is in each lesson, on the map of the course. */

import { make } from "./dom";
import { recall } from "./memory";
import type { Transport } from "./transport";

interface Standing {
  passed: number | null;
  total: number;
}

/** Looks at what was tested, by `tito` or in this browser; nothing is said of a lesson that never was. */
export async function progress(transport: Transport | null): Promise<void> {
  const items = [...document.querySelectorAll<HTMLElement>("[data-lesson] .standing")];
  if (items.length === 0) return;
  const course = transport === null ? [] : (await transport.course()).lessons;
  for (const item of items) {
    const lesson = item.closest<HTMLElement>("[data-lesson]")!.dataset.lesson!;
    const told = course.find(({ name }) => name === lesson);
    const { passed, total } = told ?? recall<Standing>(`progress.${lesson}`, { passed: null, total: 0 });
    if (passed === null) continue;
    const bar = make("progress", { max: String(total), value: String(passed), "aria-hidden": "true" }); // the words say the same
    item.replaceChildren(bar, ` ${passed} of ${total} checks pass`);
  }
}
