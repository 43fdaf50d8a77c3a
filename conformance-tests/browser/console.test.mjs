// The console in a real browser: accessible on every page in both languages, in light and in dark, without loss on a
// narrow screen and at double size, by keyboard alone, and without any script.

import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

import { live } from "./adhesion.mjs";
import { certify } from "./certificates.mjs";
import { start } from "./federation.mjs";
import { joinByKeyboard, joinWithoutScript, lookAtJoining, office } from "./joining.mjs";
import { NARROW, WIDE, faultsOf, lossOf } from "./looks.mjs";
import { lookAtSignIn, signInWithoutScript } from "./oidc.mjs";
import { pages, withForms } from "./pages.mjs";
import { approve, propose } from "./policies.mjs";
import { house } from "./provider.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = process.env.PASARELA ?? join(root, "target/debug/pasarela");
const shots = join(process.env.PASARELA_SHOTS ?? join(root, "target/browser"));
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const QUIET = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--force-color-profile=srgb",
];
const LANGUAGES = ["en", "es"];
const DOUBLE = { width: 640, height: 480 };

let federation, browser;

before(async () => {
  for (const [what, path] of [["the program (cargo build)", program], ["Debian's chromium", CHROMIUM]]) {
    assert.ok(existsSync(path), `missing: ${what}, looked for at ${path}`);
  }
  mkdirSync(shots, { recursive: true });
  federation = await start(program);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: QUIET });
  await propose(await desk("gestora-1"));
});

after(async () => {
  await browser?.close();
  await federation?.stop();
});

/** A browser of its own for someone of the staff, who has not signed in. */
async function visit(slug, options = {}) {
  const { certificate, key } = federation.staff[slug];
  const context = await browser.newContext({
    baseURL: federation.console,
    ignoreHTTPSErrors: true,
    clientCertificates: [{ origin: federation.console, certPath: certificate, keyPath: key }],
    locale: "es-ES",
    viewport: WIDE,
    ...options,
  });
  context.setDefaultTimeout(30_000);
  return context.newPage();
}

const desks = new Map();

/** The page of someone of the staff who has signed in: once, for all the tests that do not sign out. */
function desk(slug) {
  if (!desks.has(slug)) desks.set(slug, signedIn(slug));
  return desks.get(slug);
}

async function signedIn(slug) {
  const page = await visit(slug);
  await page.goto("/entrar");
  await page.locator("main button").click();
  await page.waitForURL((url) => url.pathname === "/");
  return page;
}

function at(path, language) {
  return `${path}${path.includes("?") ? "&" : "?"}lang=${language}`;
}

function shoot(page, name) {
  return page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });
}

/** What is wrong with a page in one language; leaves its pictures. */
async function lookAt(page, name, path, language) {
  const faults = [];
  await page.setViewportSize(WIDE);
  await page.goto(at(path, language));
  if ((await page.locator("html").getAttribute("lang")) !== language) faults.push("in another language");
  if ((await page.locator("h1").count()) !== 1) faults.push("not one h1");
  faults.push(...(await faultsOf(page)));
  await shoot(page, `${name}-${language}`);
  for (const size of [DOUBLE, NARROW]) {
    await page.setViewportSize(size);
    faults.push(...(await lossOf(page)));
  }
  if (language === "es") await shoot(page, `${name}-360`);
  return faults.map((fault) => `${name} (${language}): ${fault}`);
}

describe("every page", () => {
  for (const language of LANGUAGES) {
    test(`is accessible, and fits at 200 % and at 360 px, in ${language}`, async () => {
      const page = await desk("auditora-1");
      const faults = [];
      for (const [name, path] of pages(federation.console_pages)) faults.push(...(await lookAt(page, name, path, language)));
      assert.deepEqual(faults, []);
    });
  }

  for (const slug of ["gestora-1", "supervisora-1"]) {
    test(`is accessible in the dark and fits with the forms of ${slug}`, async () => {
      const page = await desk(slug);
      await page.emulateMedia({ colorScheme: "dark" });
      const faults = [];
      for (const [name, path] of withForms(federation.console_pages, slug)) {
        await page.setViewportSize(WIDE);
        const answer = await page.goto(path);
        if (answer.status() !== 200) faults.push(`${name}: ${answer.status()}`);
        faults.push(...(await faultsOf(page)).map((fault) => `${name}: ${fault}`));
        await shoot(page, `${name}-${slug}`);
        await page.setViewportSize(NARROW);
        faults.push(...(await lossOf(page)).map((fault) => `${name}: ${fault}`));
        await shoot(page, `${name}-${slug}-360`);
      }
      await page.setViewportSize(WIDE);
      await page.emulateMedia({ colorScheme: "light" });
      assert.deepEqual(faults, []);
    });
  }
});

describe("an adhesion", () => {
  test("goes from the first letter to effect by forms alone, and takes two people", async () => {
    const [manager, supervisor] = [await desk("gestora-1"), await desk("supervisora-1")];
    await live(manager, supervisor, shoot);
  });
});

describe("a set of policies", () => {
  test("is proposed by one and approved by another, by forms alone", async () => {
    const [manager, supervisor] = [await desk("gestora-1"), await desk("supervisora-1")];
    await approve(manager, supervisor, shoot);
    assert.deepEqual(await faultsOf(supervisor), []);
  });
});

describe("coverage", () => {
  test("is drawn on the map once there is a list", async () => {
    const page = await desk("gestora-1");
    await page.goto(at("/cobertura", "es"));
    assert.equal(await page.locator("svg.mapa").count(), 0, "no list, no map");
    const form = page.locator("main form").filter({ has: page.locator("#policias") });
    const towns = Buffer.from("codigo;nombre\n13047;Herencia\n24014;Bembibre\n");
    await form.locator("#policias").setInputFiles({ name: "prueba.csv", mimeType: "text/csv", buffer: towns });
    await Promise.all([page.waitForEvent("load"), form.locator("button").click()]);
    assert.match(await page.locator("[role=status]").textContent(), /Importados 2 municipios/);
    assert.match(await page.locator("svg.mapa").textContent(), /Ciudad Real: 1\/1/);
    assert.deepEqual(await faultsOf(page), []);
    await shoot(page, "cobertura-mapa");
    await page.setViewportSize(NARROW);
    assert.deepEqual(await lossOf(page), []);
    await shoot(page, "cobertura-mapa-360");
    await page.setViewportSize(WIDE);
  });
});

/** What has the focus, and whether one can see that it has. */
const focused = (page) => page.evaluate(() => {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return {
    text: element.textContent.trim(),
    href: element.getAttribute("href"),
    tag: element.tagName,
    id: element.id,
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

describe("by keyboard alone", () => {
  test("one signs in, walks every page of the navigation, and signs out", async () => {
    const page = await visit("supervisora-1");
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
    const storageState = await (await desk("auditora-1")).context().storageState();
    const page = await visit("auditora-1", { javaScriptEnabled: false, storageState });
    await page.goto(at("/evidencias", "es"));
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
    const page = await visit("nobody");
    const answer = await page.goto("/salud");
    assert.equal(answer.status(), 403);
    assert.match(await page.locator("[role=alert]").textContent(), /no figura entre los del personal/);
    assert.deepEqual(await faultsOf(page), []);
    assert.equal(await page.locator("nav").count(), 0);
    await page.context().close();
  });
});

describe("the certificates of an organism", () => {
  test("take two people to open and one to close, and every state is accessible", async () => {
    const [manager, supervisor] = [await desk("gestora-1"), await desk("supervisora-1")];
    assert.deepEqual(await certify(manager, supervisor, federation.organisms, shoot), []);
  });
});

describe("the page by which a force joins", () => {
  let gateway;
  before(async () => (gateway = await office(program)));
  after(async () => gateway?.stop());

  test("is accessible, and fits at 200 % and at 360 px, in every state and language", async () => {
    assert.deepEqual(await lookAtJoining(browser, gateway, shoot), []);
  });
  test("works without any script, once", async () => joinWithoutScript(browser, gateway));
  test("works by keyboard alone", async () => joinByKeyboard(browser, gateway, tabTo));
});

describe("the way in through an identity provider of others", () => {
  let console;
  before(async () => (console = await house(program)));
  after(async () => console?.stop());

  test("leads in and out, and every page of it is accessible in both languages", async () => {
    assert.deepEqual(await lookAtSignIn(browser, console, shoot), []);
  });
  test("works without any script", async () => signInWithoutScript(browser, console));
});
