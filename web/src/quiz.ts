/** The quiz: answers that one types or chooses, the mistake behind a wrong one, a second try, why, fresh numbers. */

import { button, enable, fresh, make, sentence, written } from "./dom";
import { recall, remember } from "./memory";
import type { Answered, Question, Step, Transport } from "./transport";

/** The seed of the numbers that the lesson's text has. */
const AS_IN_THE_TEXT = null;

/** Puts each question into the text where it is asked, or else into `place`. */
export async function quiz(transport: Transport, lesson: string, place: HTMLElement | null): Promise<void> {
  const { questions } = await transport.quiz(lesson, AS_IN_THE_TEXT);
  const rest: HTMLElement[] = [];
  for (const question of questions) {
    const asked = new Asked(transport, lesson, question);
    const section = document.getElementById(`question-${question.name}`);
    if (section === null) rest.push(asked.element);
    else asked.within(section);
  }
  if (place === null) return;
  place.hidden = rest.length === 0;
  if (rest.length > 0) place.replaceChildren(make("h2", {}, "Quiz"), ...rest);
}

class Asked {
  readonly element = make("div", { class: "question", role: "group" });
  private readonly text = make("div", { class: "asks", id: fresh("question") });
  private readonly form = make("form", { novalidate: true, autocomplete: "off" });
  private readonly said = make("div", { class: "said", "aria-live": "polite" });
  private readonly send = make("button", { type: "submit", class: "main" }, "Answer");
  private readonly another = button("Ask again", () => this.again(), { hidden: true });
  private steps: Field[] = [];
  private seed: number | null = AS_IN_THE_TEXT;
  private tries = 0;
  private inText = false;

  constructor(
    private readonly transport: Transport,
    private readonly lesson: string,
    private question: Question,
  ) {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.answer();
    });
    this.element.append(this.text, this.form);
    this.text.append(written(question.html));
    this.element.setAttribute("aria-labelledby", this.text.id);
    this.ask();
    if (question.state === "right" || recall<string[]>(this.had, []).includes(question.name)) {
      this.said.append(make("p", { class: "good" }, "You have answered this correctly before."));
    }
  }

  /** Below the question as the lesson's text asks it, which then is the group's name. */
  within(section: HTMLElement): void {
    const asks = [...section.children].filter((child) => !/^(H\d|SECTION|DIV)$/.test(child.tagName));
    for (const paragraph of asks) paragraph.id ||= fresh("asks");
    this.inText = true;
    this.text.replaceChildren();
    if (asks.length === 0) this.text.append(written(this.question.html));
    else this.element.setAttribute("aria-labelledby", asks.map(({ id }) => id).join(" "));
    (asks.at(-1) ?? section.lastElementChild)?.after(this.element);
  }

  private get had(): string {
    return `quiz.${this.lesson}`;
  }

  private ask(): void {
    this.tries = 0;
    this.steps = this.question.steps.map((step) => new Field(step));
    this.send.hidden = false;
    this.send.textContent = "Answer";
    this.another.hidden = true;
    this.said.replaceChildren();
    const foot = make("div", { class: "answers" }, this.send, this.another);
    this.form.replaceChildren(...this.steps.map(({ element }) => element), this.said, foot);
  }

  private async answer(): Promise<void> {
    if (this.send.ariaDisabled === "true") return;
    const answers = this.steps.map(({ value }) => value);
    const missing = this.steps.find(({ value }) => value === "");
    if (missing !== undefined) {
      missing.say(null, missing.empty);
      missing.focus();
      return;
    }
    const last = this.tries > 0;
    enable(this.send, false);
    try {
      const answered = await this.transport.answer(this.lesson, this.question.name, this.seed, answers, last);
      this.tell(answered, last);
    } catch (error) {
      this.said.replaceChildren(make("p", { class: "bad" }, sentence(error)));
    } finally {
      enable(this.send, true);
    }
  }

  private tell(answered: Answered, last: boolean): void {
    answered.steps.forEach(({ right, says, answer }, n) => this.steps[n]?.say(right, [says, answer].filter(Boolean).join(" ")));
    const open = answered.steps.findIndex(({ right }) => right === null);
    if (open >= 0) {
      this.steps[open]?.focus();
      return;
    }
    this.tries += 1;
    if (answered.right) remember(this.had, [...new Set([...recall<string[]>(this.had, []), this.question.name])]);
    const done = answered.right === true || last;
    const head = last ? "Not this time." : "Not yet. Try once more.";
    this.said.replaceChildren(...(answered.right ? [] : [make("p", { class: "bad" }, make("strong", {}, head))]));
    if (answered.note) this.said.append(make("p", {}, answered.note));
    if (done && answered.html) this.said.append(make("div", { class: "why" }, written(answered.html)));
    if (!done) this.steps[answered.steps.findIndex(({ right }) => !right)]?.focus();
    for (const step of this.steps) if (done) step.close();
    this.send.textContent = "Answer again";
    this.another.hidden = !done;
    if (done && this.form.contains(document.activeElement)) this.another.focus();
    this.send.hidden = done;
  }

  private async again(): Promise<void> {
    const seed = 1 + Math.floor(Math.random() * (2 ** 31 - 1));
    try {
      const { questions, seed: used } = await this.transport.quiz(this.lesson, seed);
      const same = questions.find(({ name }) => name === this.question.name);
      if (same === undefined) return;
      const renewed = same.html !== this.question.html;
      [this.question, this.seed] = [same, used];
      if (renewed) {
        const other = this.inText ? [make("p", {}, make("strong", {}, "With other numbers:"))] : [];
        this.text.replaceChildren(...other, written(same.html));
        this.element.setAttribute("aria-labelledby", this.text.id);
      }
      this.ask();
      this.steps[0]?.focus();
    } catch (error) {
      this.said.replaceChildren(make("p", { class: "bad" }, sentence(error)));
    }
  }
}

/** One number, text or choice that is asked for. */
class Field {
  readonly element: HTMLElement;
  readonly empty: string;
  private readonly inputs: HTMLInputElement[];
  private readonly told = make("p", { class: "told", id: fresh("told"), hidden: true });

  constructor(private readonly step: Step) {
    if (step.kind === "choice") {
      this.empty = "Choose one of these.";
      const name = fresh("choice");
      this.inputs = step.choices.map((value) => make("input", { type: "radio", name, value, "aria-describedby": this.told.id }));
      const labels = step.choices.map((text, n) => make("label", {}, this.inputs[n]!, make("span", {}, text)));
      this.element = make("fieldset", { class: "step" }, make("legend", {}, step.asks), ...labels, this.told);
    } else {
      this.empty = step.kind === "number" ? "Type a number, such as 1250, 1,250 or 1.25." : "Type an answer.";
      const id = fresh("answer");
      const input = make("input", { type: "text", id, inputmode: step.kind === "number" ? "decimal" : "text", "aria-describedby": this.told.id });
      this.inputs = [input];
      const unit = step.unit ? [make("span", { class: "unit" }, step.unit)] : [];
      this.element = make("div", { class: "step" }, make("label", { for: id }, step.asks), input, ...unit, this.told);
    }
  }

  get value(): string {
    if (this.step.kind === "choice") return this.inputs.find(({ checked }) => checked)?.value ?? "";
    return this.inputs[0]?.value.trim() ?? "";
  }

  focus(): void {
    (this.inputs.find(({ checked }) => checked) ?? this.inputs[0])?.focus();
  }

  /** Tells how the answer is; `null` where it is none yet. */
  say(right: boolean | null, says: string): void {
    this.element.dataset.state = right === null ? "open" : right ? "right" : "wrong";
    this.told.hidden = says === "";
    this.told.textContent = says;
    for (const input of this.inputs) input.setAttribute("aria-invalid", String(right !== true));
  }

  close(): void {
    for (const input of this.inputs) {
      if (input.type === "text") input.readOnly = true;
      else input.disabled = !input.checked;
    }
  }
}
