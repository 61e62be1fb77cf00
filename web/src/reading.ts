/** Which section one reads: marked in the contents, and told to who wants to follow. */

export function reading(moved: (section: HTMLElement) => void): void {
  const main = document.getElementById("text");
  if (main === null) return;
  const sections = [...main.querySelectorAll<HTMLElement>("section[id]")];
  const links = [...document.querySelectorAll<HTMLAnchorElement>("nav.contents a[href^='#']")];
  /** Sphinx leads to a page's title by no hash. */
  const leading = new Map(links.map((link) => [link.hash.slice(1) || sections[0]?.id, link]));
  const contents = document.querySelector<HTMLDetailsElement>("nav.contents details");
  let current: HTMLElement | undefined;
  let asked = 0;

  const look = () => {
    asked = 0;
    const line = window.innerHeight * 0.3;
    const begun = sections.filter((section) => section.getBoundingClientRect().top <= line);
    const now = window.scrollY < 1 ? sections[0] : begun.at(-1);
    if (now === undefined || now === current) return;
    current = now;
    let listed: Element | null | undefined = now;
    while (listed && !leading.has(listed.id)) listed = listed.parentElement?.closest("section[id]");
    const here = listed && leading.get(listed.id);
    for (const link of links) {
      if (link === here) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
    if (here) shown(here);
    contents?.querySelector("summary")?.setAttribute("data-here", here?.textContent ?? "");
    moved(now);
  };
  const soon = () => {
    asked ||= requestAnimationFrame(look);
  };
  contents?.addEventListener("click", (event) => {
    if ((event.target as Element).closest("a") !== null) contents.open = false; // it lies over the text
  });
  window.addEventListener("scroll", soon, { passive: true });
  window.addEventListener("resize", soon, { passive: true });
  look();
}

/** Scrolls the contents alone, never the page. */
function shown(link: HTMLElement): void {
  const list = link.closest("nav");
  if (list === null || list.scrollHeight <= list.clientHeight) return;
  const [inner, outer] = [link.getBoundingClientRect(), list.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) {
    list.scrollTop += inner.top - outer.top - list.clientHeight / 2;
  }
}
