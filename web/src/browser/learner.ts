/** The learner's worker: does the judge's jobs, and says what came of them through a port of its own. */

import { boot } from "./boot";
import type { Parts } from "./parts";

/** What a worker tells: a message for the judge, what was printed, how it ended. */
export interface Told {
  said?: string;
  output: string;
  left?: number;
  done?: boolean;
}

interface Confined {
  get_ready(lesson: string): void;
  do(job: string): number | undefined;
}

const MOST_OUTPUT = 1 << 20;
const AT_ONCE = 1000; // writes that are told at once, so that they outlive the worker
const FAULT = -11; // a segmentation fault's exit code: nothing else ends Python here
const LOST = 70; // the exit code of a worker that can no longer talk to the judge
const MOST_SAID = 1 << 22; // characters in one message
const AROUND = 4; // messages of a job besides those of its checks

export async function learn(lesson: string, parts: Parts, port: MessagePort): Promise<void> {
  const tell = port.postMessage.bind(port) as (told: Told) => void;
  const text = new TextDecoder();
  let output = "";
  let printed = 0;
  let writes = 0;
  const write = (bytes: Uint8Array) => {
    if (printed > MOST_OUTPUT) return;
    printed += bytes.length;
    output += text.decode(bytes, { stream: true });
    if (printed > MOST_OUTPUT) told({ left: 0 });
    else if (++writes < AT_ONCE) told({});
  };
  const told = (what: Omit<Told, "output">) => {
    tell({ ...what, output });
    output = "";
  };
  const python = await boot(parts, ["numpy.tar", "learner.tar"], write);
  const confined = python.runPython("from tito.page.confined import Confined; Confined") as unknown as (post: (said: string) => void) => Confined;
  let left = 0; // so many messages may a job still send: a file that found `post` talks no page to death
  const learner = confined((given) => {
    const said = String(given);
    if (left < 0) return;
    if (--left < 0 || said.length > MOST_SAID) told({ left: LOST });
    else told({ said });
  });
  learner.get_ready(lesson);
  port.onmessage = ({ data }: MessageEvent<string>) => {
    try {
      left = AROUND + ((JSON.parse(data) as { checks?: string[] }).checks?.length ?? 0);
      const ended = learner.do(data);
      told(ended === undefined ? { done: true } : { left: ended });
    } catch (error) {
      told({ left: exitCode(error) });
    }
  };
}

function exitCode(error: unknown): number {
  const status = (error as { status?: unknown }).status;
  return typeof status === "number" ? status : FAULT;
}
