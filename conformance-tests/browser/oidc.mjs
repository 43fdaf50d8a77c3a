// Staff sign in through an identity provider that others have written, and out again, here and there.

import assert from "node:assert/strict";

import { WIDE } from "./looks.mjs";
import { wrongWith } from "./joining.mjs";
import { HERS } from "./provider.mjs";

async function stranger(browser, house, options = {}) {
  const context = await browser.newContext({
    baseURL: house.url, ignoreHTTPSErrors: true, locale: "es-ES", viewport: WIDE, ...options,
  });
  context.setDefaultTimeout(30_000);
  return context.newPage();
}

const at = (page) => new URL(page.url()).pathname;

/** Identifies herself at the provider, and consents; comes back. */
async function identify(page, who) {
  await page.locator('main a[href^="/entrar/proveedor"]').click();
  await page.fill('input[name="login"]', who);
  await page.fill('input[name="password"]', "PRUEBA");
  await page.locator('button[type="submit"]').click();
  await page.locator('input[name="prompt"][value="consent"]').waitFor({ state: "attached" });
  await page.locator('button[type="submit"]').click();
  await page.waitForURL((url) => url.pathname === "/entrar/vuelta");
}

async function goOn(page) {
  await page.locator("main a.button").click();
  await page.waitForURL((url) => url.pathname === "/salud");
  assert.match(await page.locator("header .who").textContent(), /GESTORA-1/);
}

async function signOut(page) {
  await page.locator("header .who button").click();
  await page.waitForURL((url) => url.pathname === "/entrar");
}

async function endThere(page, house) {
  await page.locator('main a[href*="session/end"]').click();
  await page.locator('button[name="logout"], button[value="yes"]').first().click();
  await page.waitForURL((url) => url.href.startsWith(`${house.url}/entrar`));
}

/** In both languages; gives what is wrong with the looks of any page on the way. */
export async function lookAtSignIn(browser, house, shoot) {
  const faults = [];
  for (const language of ["en", "es"]) {
    const page = await stranger(browser, house);
    const look = async (name) => {
      assert.equal(await page.locator("html").getAttribute("lang"), language, name);
      faults.push(...(await wrongWith(page, `proveedor-${name}-${language}`, shoot)));
    };
    await page.goto(`/entrar?destino=/salud&lang=${language}`);
    await look("modos");
    await identify(page, HERS);
    await look("entrada");
    await goOn(page);
    await signOut(page);
    await look("salida");
    await page.goto("/salud");
    assert.equal(at(page), "/entrar", "the session here is over");
    await page.goto("/entrar?salida=1");
    await endThere(page, house);
    await page.goto("/entrar");
    await identify(page, "PRUEBA-desconocida");
    assert.match(await page.locator("main code").textContent(), /^identidad-desconocida$/);
    await look("desconocida");
    await page.context().close();
  }
  return faults;
}

/** The same without any script. */
export async function signInWithoutScript(browser, house) {
  const page = await stranger(browser, house, { javaScriptEnabled: false });
  await page.goto("/entrar?destino=/salud");
  await identify(page, HERS);
  await goOn(page);
  await signOut(page);
  await page.context().close();
}
