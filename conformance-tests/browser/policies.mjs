// Policies by the forms alone: one compares and proposes, another approves.

import assert from "node:assert/strict";

/** Proposes a set that changes nothing but a comment; the page of the proposal is shown then. */
export async function propose(page) {
  await page.goto("/visibilidad/diferencias?lang=es");
  const text = Buffer.from("// PRUEBA: una línea que no decide nada\n");
  await page.locator("#politicas").setInputFiles({ name: "prueba.cedar", mimeType: "text/plain", buffer: text });
  await Promise.all([page.waitForEvent("load"), page.locator("main form button").first().click()]);
  await page.fill("#motivo", "PRUEBA del navegador");
  await page.locator("main form[action='/visibilidad/propuestas'] button").click();
  await page.waitForURL((url) => url.pathname === "/visibilidad/propuestas/1");
}

/** The first proposal is approved by another, and the history says so. */
export async function approve(manager, supervisor, shoot) {
  await manager.goto("/visibilidad/propuestas/1?lang=es");
  assert.equal(await manager.getByRole("button", { name: "Aprobar" }).count(), 0, "nobody approves her own");
  await supervisor.goto("/visibilidad/propuestas/1?lang=es");
  assert.match(await supervisor.locator("main").textContent(), /\+ \/\/ PRUEBA/);
  await Promise.all([supervisor.waitForEvent("load"), supervisor.getByRole("button", { name: "Aprobar" }).click()]);
  assert.match(await supervisor.locator("main").textContent(), /Aprobada por SUPERVISORA-1/);
  await supervisor.goto("/visibilidad/propuestas?lang=es");
  assert.match(await supervisor.locator("main").textContent(), /Inicial, de la carpeta/);
  await shoot(supervisor, "propuestas-historia");
}
