/** Where the learner's text is kept, whichever way: in their folder, or in this browser. */

import type { Verdict, Version } from "../transport";

export interface Keeping {
  /** The text to begin with: theirs, or the lesson's stub. */
  begin(): Promise<string>;
  /** Keeps the text; rejects with a sentence for the person where that cannot be done. */
  keep(text: string): Promise<void>;
  /** The same while the tab is being closed. */
  leave(text: string): void;
  /** Notes how a text stands; it can be had again among the versions. */
  tested(text: string, verdict: Verdict): Promise<void>;
  /** Oldest first. */
  versions(): Promise<Version[]>;
  version(id: string): Promise<string>;
  /** The stub; what there was is kept as a version. */
  restart(): Promise<string>;
}

/** What keeping asks of the page. */
export interface Page {
  /** The person's text, also while the editor shows somebody else's. */
  text(): string;
  /** The text was changed elsewhere, and here nothing was. */
  adopt(text: string, says: string): void;
  /** Both were changed, or the other is `gone` and would be begun anew: shows both, and lets the person choose. */
  choose(mine: string, theirs: string, gone?: boolean): Promise<"mine" | "theirs">;
}
