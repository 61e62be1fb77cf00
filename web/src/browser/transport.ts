/** The transport to Python in this browser's workers. */

import { asking, type Transport } from "../transport";
import { Engine } from "./engine";

export { Engine };

/** `_runtime/answers.json`: what is the same for all, so that nobody waits for Python to read and write. */
interface Known {
  course: Awaited<ReturnType<Transport["course"]>>;
  lessons: Record<string, { stub: { text: string }; quiz: Awaited<ReturnType<Transport["quiz"]>> }>;
}

export function browserTransport(root: string, say: (words: string) => void): Transport {
  const engine = new Engine(root, document.body.dataset.lesson!, say);
  void engine.begin().catch(() => undefined); // who asks is told
  const answers = asking((call, given) => engine.ask(call, given), null);
  const known = fetch(`${root}_runtime/answers.json`)
    .then((reply) => reply.json() as Promise<Known>)
    .catch(() => Promise.reject(new Error("The lesson could not be fetched: is the network there? Reload the page to try again.")));
  known.catch(() => undefined); // who asks is told
  let kept = false;
  return {
    ...answers,
    course: async () => (await known).course,
    stub: async (lesson) => (await known).lessons[lesson]!.stub,
    quiz: async (lesson, seed) => (seed === null ? (await known).lessons[lesson]!.quiz : answers.quiz(lesson, seed)),
    test: async (...given) => {
      const verdict = await answers.test(...given);
      if (!kept) void keep(root);
      kept = true;
      return verdict;
    },
  };
}

/** Keeps the site for when there is no network; the first verdict comes before. */
async function keep(root: string): Promise<void> {
  await navigator.serviceWorker?.register(new URL(`${root}offline.js`, location.href)).catch(() => undefined);
}
