// How a page looks: what axe finds, and what does not fit.

import AxeBuilder from "@axe-core/playwright";

export const WIDE = { width: 1280, height: 900 };
export const NARROW = { width: 360, height: 740 };
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

/** What axe finds against WCAG 2.1 AA. */
export async function faultsOf(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
}

/** What stands out to the right of the window; what is wider scrolls in a region of its own. */
export async function lossOf(page) {
  const { wide, window, lost } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
    lost: [...document.querySelectorAll("main *, header *, nav *, footer *")]
      .filter((element) => !element.closest(".scroll") && element.getBoundingClientRect().right > innerWidth + 1)
      .map((element) => `outside: ${element.outerHTML.slice(0, 120)}`),
  }));
  return wide <= window ? lost : [`${wide} px wide in a window of ${window}`, ...lost];
}
