/** The page's hold on a worker: start it, talk to it through a port of its own, end it. */

import type { Told } from "./learner";
import type { Parts } from "./parts";
import type { Asked, Begin } from "./python.worker";

const GRACE_S = 0.5; // for a learner's worker to say itself that its time is up
/** How browsers say that their stack is at its end. */
const NO_ROOM = /call stack|recursion/;
const TOO_DEEP = "This text is nested too deeply for Python in a browser: an expression in it has too many parts within parts. Take it apart, then press Test.";
const RUN_S = 20; // for all that learners' workers do in one run, as `tito test` has it

export class Hired {
  readonly ready: Promise<void>;
  protected readonly port: MessagePort;
  private readonly worker: Worker;

  /** Begins before the parts are there: the scripts take a while to read. */
  constructor(role: Begin["role"], lesson: string, scripts: string, parts: Promise<Parts>) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    this.worker = new Worker(new URL("python.worker.js", import.meta.url), { type: "module", name: role });
    this.worker.postMessage({ role, lesson, scripts, port: port2 } satisfies Begin, [port2]);
    this.ready = new Promise((resolve, reject) => {
      parts.then((all) => this.worker.postMessage(all), reject);
      this.worker.onerror = () => reject(new Error("Python did not start in this browser."));
      this.port.onmessage = ({ data }: MessageEvent<{ ready?: true; died?: string }>) => {
        if (data.ready) resolve();
        else reject(new Error(`Python did not start in this browser: ${data.died}`));
      };
    });
    this.ready.catch(() => undefined); // whoever needs it is told
  }

  end(): void {
    this.port.close();
    this.worker.terminate();
  }
}

/** What came of a job, when: as `tito.page.browser` reads it. */
export type Happened = Omit<Told, "done"> & { at: number };

/** Runs a learner's file, once. */
export class Learner extends Hired {
  /** Whether it was given something to do. */
  used = false;
  private over: () => void = () => undefined;

  constructor(lesson: string, scripts: string, parts: Promise<Parts>) {
    super("learner", lesson, scripts, parts);
  }

  /** Does a job, of which `watch` says how long it took; what comes of it is told at once. */
  async do(job: { limit_s?: number; load_limit_s?: number }, watch: Stopwatch, tell: (what: Happened) => void): Promise<void> {
    await this.ready;
    this.used = true;
    watch.go();
    const limit = job.limit_s ?? job.load_limit_s ?? 0;
    return new Promise((resolve) => {
      let timer = 0;
      this.over = () => {
        clearTimeout(timer);
        this.port.onmessage = null;
        watch.stop();
        resolve();
      };
      const wait = () => {
        clearTimeout(timer);
        timer = window.setTimeout(() => {
          tell({ output: "", at: watch.seconds });
          this.end();
        }, Math.min(limit + GRACE_S, Math.max(RUN_S - watch.seconds, 0)) * 1000);
      };
      this.port.onmessage = ({ data: { done, ...told } }: MessageEvent<Told>) => {
        tell({ ...told, at: watch.seconds });
        if (told.left !== undefined) this.end();
        else if (done) this.over();
        else if (told.said !== undefined) wait();
      };
      wait();
      this.port.postMessage(JSON.stringify(job));
    });
  }

  /** Ends the job with it. */
  override end(): void {
    super.end();
    this.over();
  }
}

export class Judge extends Hired {
  constructor(lesson: string, scripts: string, parts: Promise<Parts>) {
    super("judge", lesson, scripts, parts);
  }

  async call(asked: Extract<Asked, { ask: string } | { came: true }>): Promise<unknown> {
    await this.ready;
    return new Promise((resolve, reject) => {
      this.port.onmessage = ({ data }: MessageEvent<{ reply?: string; died?: string }>) => {
        if (data.reply !== undefined) resolve(JSON.parse(data.reply));
        else reject(new Error(NO_ROOM.test(data.died!) ? TOO_DEEP : `The test itself broke down: ${data.died}`));
      };
      this.port.postMessage(asked);
    });
  }

  /** Tells it what came of the job that it needs. */
  hear(what: Happened): void {
    this.port.postMessage({ heard: JSON.stringify(what) } satisfies Asked);
  }

  /** Lets it get ready for the next text, whenever it has time. */
  prepare(lesson: string): void {
    this.port.postMessage({ ready: lesson } satisfies Asked);
  }
}

/** How long learners' workers were at work in one run: nothing else counts against its limits. */
export class Stopwatch {
  private before = 0;
  private begun: number | null = null;

  get seconds(): number {
    return this.before + (this.begun === null ? 0 : (performance.now() - this.begun) / 1000);
  }

  go(): void {
    this.begun = performance.now();
  }

  stop(): void {
    this.before = this.seconds;
    this.begun = null;
  }
}
