/** A worker with Python: the judge's, or one that runs a learner's code and knows nothing else. */

import { boot, readScripts } from "./boot";
import { learn } from "./learner";
import type { Parts } from "./parts";

/** The first message; the second one is the parts. */
export interface Begin {
  role: "judge" | "learner";
  lesson: string;
  scripts: string;
  port: MessagePort;
}

interface Court {
  ask(name: string, asked: string): string;
  heard(event: string): void;
  came(): string;
  get_ready(lesson: string): boolean;
}

/** What the page asks of the judge, or tells it. */
export type Asked = { ask: string; asked: string } | { heard: string } | { came: true } | { ready: string };

async function judge(parts: Parts, port: MessagePort): Promise<void> {
  const { port1: later, port2: again } = new MessageChannel();
  const python = await boot(parts, ["numpy.tar", "learner.tar", "judge.tar"], () => undefined);
  const court = python.runPython("from tito.page.browser import Court; Court()") as Court;
  let broken: unknown;
  let preparing: string | null = null;
  const answer = (data: Exclude<Asked, { ready: string }>) => {
    if ("heard" in data) return court.heard(data.heard);
    if (broken !== undefined) throw broken;
    port.postMessage({ reply: "ask" in data ? court.ask(data.ask, data.asked) : court.came() });
  };
  const prepare = () => {
    if (preparing !== null && court.get_ready(preparing)) later.postMessage(null); // what is asked meanwhile comes first
    else preparing = null;
  };
  const trying = (what: () => void) => {
    try {
      what();
    } catch (error) {
      port.postMessage({ died: String((broken = error)) });
    }
  };
  again.onmessage = () => trying(prepare);
  port.onmessage = ({ data }: MessageEvent<Asked>) =>
    trying(() => {
      if (!("ready" in data)) return answer(data);
      if (preparing === null) later.postMessage(null);
      preparing = data.ready;
    });
}

self.onmessage = ({ data: { role, lesson, scripts, port } }: MessageEvent<Begin>) => {
  const read = readScripts(scripts);
  self.onmessage = ({ data: parts }: MessageEvent<Parts>) => {
    self.onmessage = null;
    read
      .then(() => (role === "judge" ? judge(parts, port) : learn(lesson, parts, port)))
      .then(
        () => port.postMessage({ ready: true }),
        (error: unknown) => port.postMessage({ died: String(error) }),
      );
  };
};
