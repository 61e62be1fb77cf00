/** A worker with Python: the judge's, or one that runs a learner's code and knows nothing else. */

import { boot } from "./boot";
import { learn } from "./learner";
import type { Parts } from "./parts";

export interface Begin {
  role: "judge" | "learner";
  lesson: string;
  parts: Parts;
  port: MessagePort;
}

interface Court {
  ask(name: string, asked: string): string;
  came(events: string): string;
  get_ready(lesson: string): void;
}

/** What the page asks of the judge. */
export type Asked = { ask: string; asked: string } | { came: string } | { ready: string };

async function judge({ parts, port }: Begin): Promise<void> {
  const python = await boot(parts, ["numpy.tar", "learner.tar", "judge.tar"], () => undefined);
  const court = python.runPython("from tito.page.browser import Court; Court()") as Court;
  port.onmessage = ({ data }: MessageEvent<Asked>) => {
    try {
      if ("ready" in data) court.get_ready(data.ready);
      else port.postMessage({ reply: "ask" in data ? court.ask(data.ask, data.asked) : court.came(data.came) });
    } catch (error) {
      port.postMessage({ died: String(error) });
    }
  };
}

self.onmessage = ({ data }: MessageEvent<Begin>) => {
  self.onmessage = null;
  const begun = data.role === "judge" ? judge(data) : learn(data.lesson, data.parts, data.port);
  begun.then(
    () => data.port.postMessage({ ready: true }),
    (error: unknown) => data.port.postMessage({ died: String(error) }),
  );
};
