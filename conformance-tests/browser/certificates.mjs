// The certificates of an organism through the forms of the console: a code and a certificate take two people, a revocation
// one; each page in the state that it brings.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";

import { wrongWith } from "./joining.mjs";

const TOWN = "L01130473";
const PAGE = `/organismos/${TOWN}/certificados`;

function formTo(page, act) {
  return page.locator(`main form[action="${PAGE}/${act}"]`);
}

async function press(page, form) {
  await Promise.all([page.waitForEvent("load"), form.locator("button").first().click()]);
}

/** Goes through all of it; gives what is wrong with the looks of any state. */
export async function certify(manager, supervisor, organisms, shoot) {
  const faults = [];
  for (const language of ["en", "es"]) {
    await manager.goto(`${PAGE}?lang=${language}`);
    await formTo(manager, "codigo").locator("#codigo-dias").fill("0");
    await press(manager, formTo(manager, "codigo"));
    assert.equal(await manager.locator("#codigo-dias").getAttribute("aria-invalid"), "true");
    faults.push(...(await wrongWith(manager, `certificados-dias-${language}`, shoot)));
    await formTo(manager, "codigo").locator("#codigo-dias").fill("3");
    await press(manager, formTo(manager, "codigo"));
    await supervisor.goto(`${PAGE}?lang=${language}`);
    faults.push(...(await wrongWith(supervisor, `certificados-propuesta-${language}`, shoot)));
    await press(supervisor, formTo(supervisor, "propuesta"));
    assert.equal(await supervisor.locator("#emitido").count(), 1, "the code is shown once");
    faults.push(...(await wrongWith(supervisor, `certificados-codigo-${language}`, shoot)));
  }
  faults.push(...(await revoke(manager, supervisor, organisms, shoot)));
  return faults;
}

/** A second key of the town is proposed, approved by what it says of itself, and revoked with its family. */
async function revoke(manager, supervisor, organisms, shoot) {
  const faults = [];
  const pem = execFileSync("openssl", ["x509", "-in", organisms.herencia.certificate], { encoding: "utf8" });
  await manager.goto(`${PAGE}?lang=es`);
  await formTo(manager, "registro").locator("#registro-certificado").fill(pem);
  await press(manager, formTo(manager, "registro"));
  await supervisor.goto(`${PAGE}?lang=es`);
  assert.match(await supervisor.locator("main dl.facts").textContent(), new RegExp(TOWN), "the approver reads whose it is");
  faults.push(...(await wrongWith(supervisor, "certificados-registro", shoot)));
  const reject = supervisor.locator("main form").filter({ has: supervisor.locator("input[value=rechazar]") });
  await press(supervisor, reject);
  const form = formTo(supervisor, "revocar").filter({ has: supervisor.locator("#revocar-clave") });
  await form.locator("#revocar-motivo").fill("PRUEBA");
  await form.locator("[name=derivados]").check();
  await press(supervisor, form);
  assert.equal(await supervisor.locator("#familia-clave").count(), 1, "also afterwards");
  faults.push(...(await wrongWith(supervisor, "certificados-revocada", shoot)));
  return faults;
}
