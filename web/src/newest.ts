/** What is done after a pause in typing, or at once, and at the end for the newest text. */

const PAUSE_MS = 400;

export class Newest {
  private timer = 0;
  private running = false;
  private again = false;

  /**
   * `once` looks at the text as it stands when it is called. It is never called while it runs, unless a newer call
   * overtakes it: then it ends by itself.
   */
  constructor(
    private readonly once: () => Promise<void>,
    private readonly overtakes = false,
  ) {}

  /** Whether something is being done, or will be after the pause. */
  get busy(): boolean {
    return this.running || this.timer !== 0;
  }

  soon(pause = PAUSE_MS): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.now(), pause);
  }

  async now(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.overtakes) return this.once();
    this.again = this.running;
    if (this.running) return;
    this.running = true;
    try {
      do {
        this.again = false;
        await this.once();
      } while (this.again);
    } finally {
      this.running = false;
    }
  }
}
