/** What the page asks, whoever answers: a server on this machine, or Python in the browser's own workers. */

export interface Exercise {
  name: string;
  task: string;
}

export interface Lesson {
  name: string;
  title: string;
  filename: string;
  exercises: Exercise[];
  /** How many checks passed when it was last tested; `null` where it never was, or nobody here knows. */
  passed: number | null;
  total: number;
}

export interface Mark {
  line: number;
  kind: "failed" | "error" | "todo" | "file";
  exercise: string | null;
  text: string;
}

export interface Part {
  name: string;
  state: string;
  style: string;
  passed: number;
  total: number;
}

/** A report on one text; `sha256` says on which. */
export interface Verdict {
  sha256: string;
  seed: number;
  ok: boolean;
  passed: number;
  total: number;
  standing: string;
  status: string;
  first: { exercise: string; check: string; misconception: string | null; sure: boolean } | null;
  parts: Part[];
  html: string;
  marks: Mark[];
  /** Why it could not be kept, if so. */
  note?: string | null;
}

export interface Hint {
  exercise: string;
  topic: string;
  key: string;
  given: string[];
  degree: number;
  of: number;
  note?: string | null;
  /** What is asked before the solution is shown; `null` before the last hint, and where there is none. */
  solution: string | null;
}

export interface Solution {
  html: string;
  /** Why it could not be noted, if so. */
  note: string | null;
}

export interface Step {
  asks: string;
  kind: "number" | "choice";
  choices: string[];
  unit: string;
}

export interface Question {
  name: string;
  title: string;
  html: string;
  state: "right" | "wrong" | "open";
  steps: Step[];
}

export interface Answered {
  /** `null` where one of the answers is none. */
  right: boolean | null;
  steps: { right: boolean | null; says: string; answer: string }[];
  /** Why, as HTML; empty before all is right or shown. */
  html: string;
  /** Why it will not be remembered, if so. */
  note: string | null;
}

export interface Version {
  id: string;
  when: number;
  passed: number | null;
  total: number | null;
  /** The verdict in a few sentences; those from before it was kept have none. */
  says?: string;
}

export interface OnDisk {
  text: string;
  sha256: string;
  /** `false` where there is no file: then the text is what one begins with. */
  exists?: boolean;
}

/** Nobody answers who can; later perhaps. */
export class NoAnswer extends Error {}

/** Calls a function of the desk (`src/tito/page/desk.py`) with its arguments by name. */
export type Ask = (call: string, given: object) => Promise<unknown>;

export interface Transport {
  course(): Promise<{ lessons: Lesson[] }>;
  stub(lesson: string): Promise<{ text: string }>;
  /** `newer` where another text was sent before this one was judged. */
  test(lesson: string, text: string, seed: number | null, explain: boolean): Promise<Verdict | { newer: true }>;
  /** A hint on what was tested last; `given` says how far each was given, by its key. */
  hint(lesson: string, exercise: string | null, further: boolean, given: Record<string, number>): Promise<Hint | null>;
  /** The reference's own lines; `text` is the learner's, which may lack what they need. */
  solution(lesson: string, exercise: string, text: string): Promise<Solution>;
  /** The questions: with the numbers of the lesson's text, or with fresh ones by a seed. */
  quiz(lesson: string, seed: number | null): Promise<{ seed: number | null; questions: Question[] }>;
  answer(lesson: string, question: string, seed: number | null, answers: string[], reveal: boolean): Promise<Answered>;
  /** The learner's folder, where there is one. */
  readonly folder: Folder | null;
}

export interface Folder {
  file(lesson: string): Promise<OnDisk & { path: string }>;
  save(lesson: string, text: string, base: string, leaving?: boolean): Promise<{ sha256: string } | { conflict: OnDisk }>;
  versions(lesson: string): Promise<{ versions: Version[] }>;
  version(lesson: string, id: string): Promise<{ text: string }>;
  restart(lesson: string): Promise<OnDisk>;
  /** Calls `heard` with the file on the disk, at once and whenever it is another. */
  events(lesson: string, heard: (file: OnDisk) => void): void;
}

/** A transport made of its way to call a function. */
export function asking(ask: Ask, folder: Folder | null): Transport {
  const call = (name: string, given: object) => ask(name, given) as Promise<never>;
  return {
    course: () => call("course", {}),
    stub: (lesson) => call("stub", { lesson }),
    test: (lesson, text, seed, explain) => call("test", { lesson, text, seed, explain }),
    hint: (lesson, exercise, further, given) => call("hint", { lesson, exercise, further, given }),
    solution: (lesson, exercise, text) => call("solution", { lesson, exercise, text }),
    quiz: (lesson, seed) => call("quiz", { lesson, seed }),
    answer: (lesson, question, seed, answers, reveal) => call("answer", { lesson, question, seed, answers, reveal }),
    folder,
  };
}
