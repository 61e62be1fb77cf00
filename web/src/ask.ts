/** Questions that are asked before something happens, in a dialog of the page. */

import { button, fresh, make } from "./dom";
import { compared } from "./lines";

/** Asks; the answer is the key of the button that was pressed, or `null` after Escape. */
function ask(title: string, inside: readonly Node[], answers: readonly (readonly [string, string])[]): Promise<string | null> {
  return new Promise((resolve) => {
    const id = fresh("asked");
    const dialog = make("dialog", { "aria-labelledby": id, class: "asked" }, make("h2", { id }, title), ...inside);
    const buttons = answers.map(([key, name]) => button(name, () => dialog.close(key)));
    dialog.append(make("div", { class: "answers" }, ...buttons));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue || null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

export async function sure(title: string, says: string, yes: string, no: string): Promise<boolean> {
  const answer = await ask(title, [make("p", {}, says)], [
    ["no", no],
    ["yes", yes],
  ]);
  return answer === "yes";
}

const LEGEND = "+ only in this page, − only in the other one";

/** What is asked where both have changed, and where the file on the disk is gone. */
const BOTH = {
  title: "Which one do you keep?",
  says: "Your code was changed in this page, and elsewhere too. Whichever you choose, the text from elsewhere stays among your versions.",
  mine: "Keep the one in this page",
  theirs: "Take the other one",
};
const GONE = {
  title: "Your file is gone",
  says: "It was deleted or moved, or its folder was. This page still has your code.",
  mine: "Write my code again",
  theirs: "Begin anew",
};

/** Shows two texts as one, with the lines that are in one alone marked, until the person has chosen. */
export async function choose(mine: string, theirs: string, gone = false): Promise<"mine" | "theirs"> {
  const words = gone ? GONE : BOTH;
  const shown = make("div", { class: "compared", tabindex: "0", role: "group", "aria-label": "What differs" }, differences(theirs, mine));
  for (;;) {
    const answer = await ask(words.title, [make("p", {}, words.says), make("p", { class: "legend" }, LEGEND), shown], [
      ["mine", words.mine],
      ["theirs", words.theirs],
    ]);
    if (answer === "mine" || answer === "theirs") return answer;
  }
}

const AROUND = 3;

/** The lines that differ, with a few around them: `−` stands in the other text alone, `+` in this one. */
export function differences(before: string, after: string): HTMLElement {
  const rows = compared(before, after);
  const list = make("pre", { class: "rows" });
  let left = false;
  rows.forEach((row, n) => {
    const near = rows.slice(Math.max(0, n - AROUND), n + AROUND + 1).some((other) => other.kind !== " ");
    if (!near) {
      left = true;
      return;
    }
    if (left) list.append(make("span", { class: "left" }, "⋯\n"));
    left = false;
    const sign = row.kind === "-" ? "−" : row.kind;
    const tag = row.kind === "-" ? "del" : row.kind === "+" ? "ins" : "span";
    list.append(make(tag, {}, `${sign} ${row.text}\n`));
  });
  if (list.childElementCount === 0) list.append(make("span", {}, "The two are the same."));
  return list;
}
