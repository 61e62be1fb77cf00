/** Judge and learners: an answer of the judge is asked again until it needs nothing more of a learner's worker. */

import { Judge, Learner, Stopwatch } from "./hired";
import { fetchParts, type Parts } from "./parts";

const SLOW_MS = 500; // a job that takes longer may need the spare

type Turn = { reply: unknown } | { error: string } | { need: object; anew: boolean };

export class Engine {
  private parts: Promise<Parts> | undefined;
  private judge: Judge | undefined;
  private spare: Learner | undefined;
  private waiting: Promise<unknown> = Promise.resolve();
  private tests = 0;

  constructor(
    private readonly root: string,
    private readonly lesson: string,
    private readonly say: (words: string) => void,
  ) {}

  /** Begins to fetch Python, and starts the workers. */
  async begin(): Promise<void> {
    this.parts ??= fetchParts(this.root, (part) => this.say(`Fetching Python: ${part} %`));
    this.parts.catch(() => (this.parts = undefined));
    const parts = await this.parts;
    if (this.judge === undefined) this.say("Starting Python");
    this.judge ??= new Judge(this.lesson, parts);
    this.spare ??= new Learner(this.lesson, parts);
  }

  /** The answer of a function of the desk; of tests, those that another overtook are not begun. */
  ask(call: string, given: object): Promise<unknown> {
    const number = call === "test" ? ++this.tests : 0;
    const turn = this.waiting.then(() => (number && number < this.tests ? { newer: true } : this.answer(call, given)));
    this.waiting = turn.catch(() => undefined);
    return turn;
  }

  private async answer(call: string, given: object): Promise<unknown> {
    await this.begin();
    const judge = this.judge!;
    const watch = new Stopwatch();
    let learner: Learner | undefined;
    let turn: Turn;
    try {
      turn = (await judge.call({ ask: call, asked: JSON.stringify(given) })) as Turn;
      while ("need" in turn) {
        if (turn.anew) {
          learner?.end();
          learner = await this.hire();
        }
        judge.prepare(this.lesson); // while the learner's worker is busy
        await learner!.ready;
        const slow = setTimeout(() => this.getSpare(), SLOW_MS);
        const came = await learner!.do(turn.need, watch);
        clearTimeout(slow);
        turn = (await judge.call({ came: JSON.stringify(came) })) as Turn;
      }
    } catch (error) {
      judge.end(); // it may answer with what it knew before
      this.judge = new Judge(this.lesson, await this.parts!);
      throw error;
    } finally {
      learner?.end();
      this.getSpare();
      this.judge!.prepare(this.lesson);
    }
    if ("error" in turn) throw new Error(turn.error);
    return turn.reply;
  }

  private async hire(): Promise<Learner> {
    const learner = this.spare ?? new Learner(this.lesson, await this.parts!);
    this.spare = undefined;
    return learner;
  }

  private getSpare(): void {
    void this.parts?.then((parts) => (this.spare ??= new Learner(this.lesson, parts)));
  }
}
