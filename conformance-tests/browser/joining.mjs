// The page by which a force joins, on the listener of enrolment of a gateway of its own, and a force that uses it: by
// keyboard, without any script.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { NARROW, WIDE, faultsOf, lossOf } from "./looks.mjs";

const TOWN = "L01130473";
const PATH = "/adhesion/unirse";
const PATIENCE_MS = 60_000;
const DOUBLE = { width: 640, height: 480 };

export function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** A gateway that enrols: its address, how to get a code, and how to end it. */
export async function office(program) {
  const folder = mkdtempSync(join(tmpdir(), "pasarela-alta-"));
  const [port, gateway, central] = [await freePort(), await freePort(), await freePort()];
  const run = (...words) => execFileSync(program, words, { encoding: "utf8" });
  run("demo", "--prepare", "--dir", folder, "--provinces", "13", "--gateway-port", String(gateway), "--central-port", String(central));
  const config = join(folder, "pasarela.toml");
  const text = readFileSync(config, "utf8");
  const tls = text.split("[tls]")[1].split("\n[")[0];
  const file = (name) => tls.match(new RegExp(`^${name} = (.*)$`, "m"))[1];
  const pki = (name) => JSON.stringify(join(folder, "pki", name));
  writeFileSync(config, `${text}
[enrolment]
address = "127.0.0.1:${port}"
public_url = "https://localhost:${port}"
certificate = ${file("certificate")}
key = ${file("key")}
ca_certificate = ${pki("ca.pem")}
ca_key = ${pki("ca.key.pem")}
revocation_list = ${JSON.stringify(join(folder, "altas.crl"))}
days = 20
attempts_per_minute = 100
`);
  const child = spawn(program, ["serve", "--config", config], { stdio: ["ignore", "pipe", "pipe"] });
  let told = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (more) => (told += more));
  const gone = new Promise((resolve) => child.on("exit", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  };
  const code = () => {
    const issued = run("enrolment", "issue", "--config", config, "--organism", TOWN, "--by", "ADM-1");
    return issued.split("\n").find((line) => line.startsWith("    ")).trim();
  };
  const request = () => {
    const words = ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", `/CN=${TOWN}`];
    return execFileSync("openssl", [...words, "-keyout", join(folder, "clave.pem")], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  };
  return { url: `https://localhost:${port}`, code, request, stop, running: () => child.exitCode === null, told: () => told };
}

/** A page of somebody without any certificate. */
export async function stranger(browser, office, options = {}) {
  const context = await browser.newContext({
    baseURL: office.url, ignoreHTTPSErrors: true, locale: "es-ES", viewport: WIDE, ...options,
  });
  const page = await context.newPage();
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until && office.running()) {
    const answer = await page.goto(PATH).catch(() => null);
    if (answer?.status() === 200) return page;
    await pause(200);
  }
  throw new Error(`the listener of enrolment does not answer:\n${office.told()}`);
}

/** What is wrong with the page as it stands, in every size; leaves its pictures. */
export async function wrongWith(page, name, shoot) {
  await page.setViewportSize(WIDE);
  const faults = await faultsOf(page);
  await shoot(page, name);
  for (const size of [DOUBLE, NARROW]) {
    await page.setViewportSize(size);
    faults.push(...(await lossOf(page)));
  }
  await shoot(page, `${name}-360`);
  await page.setViewportSize(WIDE);
  return faults.map((fault) => `${name}: ${fault}`);
}

async function send(page, values) {
  for (const [field, value] of Object.entries(values)) await page.fill(`#alta-${field}`, value);
  await page.locator("main form button").click();
}

/** Looks at the page as it is first, refused, and granted, in both languages. */
export async function lookAtJoining(browser, office, shoot) {
  const faults = [];
  for (const language of ["en", "es"]) {
    const page = await stranger(browser, office);
    await page.goto(`${PATH}?lang=${language}`);
    assert.equal(await page.locator("html").getAttribute("lang"), language);
    faults.push(...(await wrongWith(page, `unirse-${language}`, shoot)));
    await send(page, { organismo: TOWN, codigo: "AAAAA-AAAAA", peticion: "PRUEBA" });
    assert.equal(await page.locator("main .bad[role=alert]").count(), 1, "a wrong code is told");
    faults.push(...(await wrongWith(page, `unirse-rechazada-${language}`, shoot)));
    await send(page, { organismo: TOWN, codigo: office.code(), peticion: office.request() });
    assert.equal(await page.locator("#emitido").count(), 1, await page.locator("main").textContent());
    faults.push(...(await wrongWith(page, `unirse-emitido-${language}`, shoot)));
    await page.context().close();
  }
  return faults;
}

/** A force joins without any script; the certificate is to be had from the page itself. */
export async function joinWithoutScript(browser, office) {
  const page = await stranger(browser, office, { javaScriptEnabled: false });
  const code = office.code();
  await send(page, { organismo: TOWN, codigo: code, peticion: office.request() });
  assert.match(await page.locator("pre code").first().textContent(), /BEGIN CERTIFICATE/);
  const kept = await page.locator("a[download]").getAttribute("href");
  assert.match(decodeURIComponent(kept), /BEGIN CERTIFICATE/);
  await page.goto(PATH);
  await send(page, { organismo: TOWN, codigo: code, peticion: office.request() });
  assert.equal(await page.locator("#emitido").count(), 0, "a code is good once");
  await page.context().close();
}

/** A force joins by keyboard alone. */
export async function joinByKeyboard(browser, office, tabTo) {
  const page = await stranger(browser, office);
  const values = { organismo: TOWN, codigo: office.code(), peticion: office.request() };
  for (const [field, value] of Object.entries(values)) {
    await tabTo(page, ({ id }) => id === `alta-${field}`);
    await page.keyboard.insertText(value);
  }
  await tabTo(page, ({ tag }) => tag === "BUTTON");
  await page.keyboard.press("Enter");
  await page.locator("#emitido").waitFor();
  await tabTo(page, ({ tag, text }) => tag === "A" && text !== "" );
  await page.context().close();
}
