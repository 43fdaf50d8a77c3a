// The console in a real browser: accessible on every page in both languages, in light and in dark, without loss on a
// narrow screen and at double size, by keyboard alone, and without any script.

import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import { chromium } from "playwright-core";

import { start } from "./federation.mjs";
import { pages } from "./pages.mjs";

const root = resolve(import.meta.dirname, "../..");
const program = process.env.PASARELA ?? join(root, "target/debug/pasarela");
const shots = join(process.env.PASARELA_SHOTS ?? join(root, "target/browser"));
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const QUIET = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--force-color-profile=srgb",
];
const LANGUAGES = ["es", "en"];
const NARROW = { width: 360, height: 740 };
const DOUBLE = { width: 640, height: 480 };
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

let federation, browser;

before(async () => {
  for (const [what, path] of [["the program (cargo build)", program], ["Debian's chromium", CHROMIUM]]) {
    assert.ok(existsSync(path), `missing: ${what}, looked for at ${path}`);
  }
  mkdirSync(shots, { recursive: true });
  federation = await start(program);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
});

after(async () => {
  await browser?.close();
  await federation?.stop();
});

/** A browser of someone of the staff; signed in unless told otherwise. */
async function visit(slug, options = {}) {
  const { certificate, key } = federation.staff[slug];
  const { signedIn = true, ...rest } = options;
  const context = await browser.newContext({
    baseURL: federation.console,
    ignoreHTTPSErrors: true,
    clientCertificates: [{ origin: federation.console, certPath: certificate, keyPath: key }],
    locale: "es-ES",
    viewport: { width: 1280, height: 900 },
    ...rest,
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  if (signedIn) {
    await page.goto("/entrar");
    await page.locator("main button").click();
    await page.waitForURL((url) => url.pathname === "/");
  }
  return page;
}

function at(path, language) {
  return `${path}${path.includes("?") ? "&" : "?"}lang=${language}`;
}

async function assertAccessible(page, what) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  assert.deepEqual(told, [], what);
}

/** Nothing stands out to the right of the window; what is wider scrolls in a region of its own. */
async function assertFits(page, what) {
  const wide = await page.evaluate(() => ({
    page: document.documentElement.scrollWidth,
    window: document.documentElement.clientWidth,
    lost: [...document.querySelectorAll("main *, header *, nav *, footer *")]
      .filter((element) => !element.closest(".scroll") && element.getBoundingClientRect().right > innerWidth + 1)
      .map((element) => element.outerHTML.slice(0, 120)),
  }));
  assert.ok(wide.page <= wide.window, `${what}: ${wide.page} of ${wide.window}`);
  assert.deepEqual(wide.lost, [], what);
}

describe("every page", () => {
  for (const language of LANGUAGES) {
    test(`is accessible and fits, in ${language}`, async () => {
      const page = await visit("auditora-1");
      for (const [name, path] of pages(federation.console_pages)) {
        const what = `${name} (${language})`;
        await page.setViewportSize({ width: 1280, height: 900 });
        await page.goto(at(path, language));
        assert.equal(await page.locator("html").getAttribute("lang"), language, what);
        assert.equal(await page.locator("h1").count(), 1, what);
        await assertAccessible(page, what);
        await page.screenshot({ path: join(shots, `${name}-${language}.png`), fullPage: true });
        await page.setViewportSize(NARROW);
        await assertFits(page, `${what} at 360 px`);
        if (language === "es") await page.screenshot({ path: join(shots, `${name}-360.png`), fullPage: true });
      }
      await page.context().close();
    });
  }

  test("fits at double size", async () => {
    const page = await visit("auditora-1", { viewport: DOUBLE, deviceScaleFactor: 2 });
    for (const [name, path] of pages(federation.console_pages)) {
      await page.goto(path);
      await assertFits(page, `${name} at 200 %`);
    }
    await page.screenshot({ path: join(shots, "doble.png") });
    await page.context().close();
  });

  test("is accessible in the dark, and to the other roles", async () => {
    for (const slug of ["gestora-1", "supervisora-1"]) {
      const page = await visit(slug, { colorScheme: "dark" });
      const nav = await page.locator("nav a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
      assert.ok(nav.length >= 5, `${slug}: ${nav}`);
      for (const path of nav) {
        await page.goto(path);
        assert.notEqual(await page.locator("[role=alert]").count(), 1, `${slug} ${path}`);
        await assertAccessible(page, `${slug} ${path} in the dark`);
      }
      await page.screenshot({ path: join(shots, `oscuro-${slug}.png`), fullPage: true });
      await page.context().close();
    }
  });
});

describe("by keyboard alone", () => {
  /** What has the focus, and whether one can see that it has. */
  const focused = (page) => page.evaluate(() => {
    const element = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return {
      text: element.textContent.trim(),
      href: element.getAttribute("href"),
      tag: element.tagName,
      seen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    };
  });

  async function tabTo(page, wanted) {
    for (let tries = 0; tries < 40; tries += 1) {
      await page.keyboard.press("Tab");
      const now = await focused(page);
      if (wanted(now)) {
        assert.ok(now.seen, `the focus is not to be seen on ${now.text}`);
        return now;
      }
    }
    return assert.fail(`not to be reached by keyboard: ${wanted}`);
  }

  test("one signs in, walks every page of the navigation, and signs out", async () => {
    const page = await visit("supervisora-1", { signedIn: false });
    await page.goto("/entrar");
    await tabTo(page, ({ tag, text }) => tag === "BUTTON" && text.startsWith("Entrar"));
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === "/");
    await page.keyboard.press("Tab");
    assert.equal((await focused(page)).href, "#contenido", "the way past the navigation comes first");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "contenido");
    const nav = await page.locator("nav a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    for (const path of nav) {
      await page.goto("/");
      await tabTo(page, ({ href, tag }) => tag === "A" && href === path);
      await page.keyboard.press("Enter");
      await page.waitForURL((url) => url.pathname === path);
      assert.equal(await page.locator("nav [aria-current=page]").getAttribute("href"), path);
    }
    await page.goto("/");
    await tabTo(page, ({ tag }) => tag === "BUTTON");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === "/entrar");
    await page.goto("/salud");
    assert.equal(new URL(page.url()).pathname, "/entrar", "the session is over");
    await page.context().close();
  });
});

describe("without any script", () => {
  test("one searches the evidence and reads what was found", async () => {
    const page = await visit("auditora-1", { javaScriptEnabled: false });
    await page.goto("/evidencias");
    await page.fill("#organismo", "L01130473");
    await page.selectOption("#tipo", "entrega");
    await page.locator("main form button").click();
    assert.match(page.url(), /organismo=L01130473/);
    assert.ok((await page.locator("main tbody tr").count()) > 0, "the story of the demonstration left answers");
    await page.context().close();
  });
});

describe("whoever is nobody", () => {
  test("is told so in Spanish and sees nothing", async () => {
    federation.staff.nobody = federation.organisms.herencia;
    const page = await visit("nobody", { signedIn: false });
    const answer = await page.goto("/salud");
    assert.equal(answer.status(), 403);
    assert.match(await page.locator("[role=alert]").textContent(), /no figura entre los del personal/);
    await assertAccessible(page, "refusal");
    assert.equal(await page.locator("nav").count(), 0);
    await page.context().close();
  });
});
