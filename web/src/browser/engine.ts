/** Judge and learners: an answer of the judge is asked again until it needs nothing more of a learner's worker. */

import { Judge, Learner, Stopwatch } from "./hired";
import { fetchParts, type Parts } from "./parts";

const SLOW_MS = 500; // a job that takes longer may need the spare

interface Testing {
  asked: string;
  turn: Promise<unknown>;
}

type Turn = { reply: unknown } | { error: string } | { need: object; anew: boolean };

export class Engine {
  private readonly scripts: string;
  private parts: Promise<Parts> | undefined;
  private judge: Judge | undefined;
  private learner: Learner | undefined;
  private spare: Learner | undefined;
  private waiting: Promise<unknown> = Promise.resolve();
  private testing: Testing | undefined;

  constructor(
    root: string,
    private readonly lesson: string,
    private readonly say: (words: string) => void,
  ) {
    this.scripts = new URL(`${root}_runtime/`, location.href).href;
  }

  /** Begins to fetch Python, and starts the workers. */
  begin(): Promise<unknown> {
    if (this.parts === undefined) {
      const parts = (this.parts = fetchParts(this.scripts, (part) => this.say(`Fetching Python: ${part} %`)));
      parts.then(
        () => this.say("Starting Python"),
        () => this.forget(),
      );
    }
    this.judge ??= new Judge(this.lesson, this.scripts, this.parts);
    this.spare ??= new Learner(this.lesson, this.scripts, this.parts);
    return this.parts;
  }

  /** The answer of a function of the desk; a text ends the test of the one before, which is told that it is not the newest. */
  ask(call: string, given: object): Promise<unknown> {
    const asked = JSON.stringify(given);
    if (call !== "test") return this.next(() => this.answer(call, asked, () => false));
    if (this.testing?.asked === asked) return this.testing.turn;
    if (this.learner?.used) this.learner.end();
    const testing: Testing = { asked, turn: this.next(() => this.answer(call, asked, () => this.testing !== testing)) };
    this.testing = testing;
    const over = () => void (this.testing === testing && (this.testing = undefined));
    testing.turn.then(over, over);
    return testing.turn;
  }

  /** Does one thing after another. */
  private next(what: () => Promise<unknown>): Promise<unknown> {
    const turn = this.waiting.then(what);
    this.waiting = turn.catch(() => undefined);
    return turn;
  }

  private async answer(call: string, asked: string, overtaken: () => boolean): Promise<unknown> {
    if (overtaken()) return { newer: true };
    await this.begin();
    const judge = this.judge!;
    const watch = new Stopwatch();
    let turn: Turn;
    try {
      turn = (await judge.call({ ask: call, asked })) as Turn;
      while ("need" in turn && !overtaken()) {
        if (turn.anew) this.hire();
        judge.prepare(this.lesson); // while the learner's worker is busy
        await this.learner!.ready;
        if (overtaken()) break;
        const slow = setTimeout(() => this.getSpare(), SLOW_MS);
        await this.learner!.do(turn.need, watch, (what) => judge.hear(what));
        clearTimeout(slow);
        if (!overtaken()) turn = (await judge.call({ came: true })) as Turn;
      }
    } catch (error) {
      judge.end(); // it may answer with what it knew before
      this.learner?.end(); // it may not have begun at all
      this.judge = this.learner = undefined;
      throw error;
    } finally {
      if (this.learner?.used) this.learner.end();
      else this.spare ??= this.learner;
      this.learner = undefined;
      void this.begin().catch(() => undefined); // who asks is told
      this.judge!.prepare(this.lesson);
    }
    if (overtaken() || "need" in turn) return { newer: true };
    if ("error" in turn) throw new Error(turn.error);
    return turn.reply;
  }

  private hire(): void {
    this.learner?.end();
    this.getSpare();
    this.learner = this.spare;
    this.spare = undefined;
  }

  private getSpare(): void {
    if (this.parts !== undefined) this.spare ??= new Learner(this.lesson, this.scripts, this.parts);
  }

  /** What could not be fetched is fetched anew by who asks next. */
  private forget(): void {
    for (const worker of [this.judge, this.learner, this.spare]) worker?.end();
    this.parts = this.judge = this.spare = undefined;
  }
}
