/** Which section one reads: marked in the contents, and told to who wants to follow. */

export function reading(moved: (section: HTMLElement) => void): void {
  const main = document.getElementById("text");
  if (main === null) return;
  const sections = [...main.querySelectorAll<HTMLElement>("section[id]")];
  const links = [...document.querySelectorAll<HTMLAnchorElement>("nav.contents a[href^='#']")];
  let current: HTMLElement | undefined;
  let asked = 0;

  const look = () => {
    asked = 0;
    const line = window.innerHeight * 0.3;
    const begun = sections.filter((section) => section.getBoundingClientRect().top <= line);
    const now = begun.at(-1);
    if (now === undefined || now === current) return;
    current = now;
    for (const link of links) {
      const here = link.hash === `#${now.id}` || (link.hash === "" && now === sections[0]); // Sphinx's link to a page's title
      if (here) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
      if (here) shown(link);
    }
    moved(now);
  };
  const soon = () => {
    asked ||= requestAnimationFrame(look);
  };
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
