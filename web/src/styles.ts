/** CodeMirror's styles as an adopted stylesheet: a policy without inline styles lets it be. */

import { StyleModule as Original, type StyleSpec } from "../node_modules/style-mod/src/style-mod.js";

const roots = new WeakMap<Document, object>();

/** What style-mod takes for a shadow root, whose stylesheets are adopted, never written as an element. */
function adopting(root: Document | ShadowRoot): Document | ShadowRoot {
  const page = root.ownerDocument ?? (root as Document);
  const known = roots.get(page) ?? {
    ownerDocument: page,
    get adoptedStyleSheets() {
      return page.adoptedStyleSheets;
    },
    set adoptedStyleSheets(sheets: CSSStyleSheet[]) {
      page.adoptedStyleSheets = sheets;
    },
  };
  roots.set(page, known);
  return known as Document;
}

export class StyleModule extends Original {
  static override mount(root: Document | ShadowRoot, modules: Original | readonly Original[]): void {
    Original.mount(adopting(root), modules);
  }
}

export type { StyleSpec };
