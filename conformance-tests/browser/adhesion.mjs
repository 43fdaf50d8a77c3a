// The life of an adhesion through the forms of the console: one keeps its file, two bring it into effect.

import assert from "node:assert/strict";

import { NARROW, WIDE, faultsOf, lossOf } from "./looks.mjs";

/** A town that the demonstration leaves without a file: Íscar. */
const TOWN = "L01470758";
const PAGE = `/organismos/${TOWN}?lang=es`;
const PAPER = { name: "prueba.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n% PRUEBA\n%%EOF\n") };

const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Madrid" }).format(new Date());

function formOf(page, act) {
  return page.locator("main form").filter({ has: page.locator(`input[name=acto][value=${act}]`) });
}

/** Fills the form and sends it; gives what the page that follows complains of, or nothing. */
async function send(page, form, filled) {
  for (const [name, value] of Object.entries(filled)) {
    const field = form.locator(`[name=${name}]`);
    if (value === PAPER) await field.setInputFiles(PAPER);
    else if ((await field.first().getAttribute("type")) === "checkbox") await form.locator(`[name=${name}][value=${value}]`).check();
    else if ((await field.evaluate((element) => element.tagName)) === "SELECT") await field.selectOption(value);
    else await field.fill(value);
  }
  await Promise.all([page.waitForEvent("load"), form.locator("button").click()]);
  const alert = page.locator("main .bad[role=alert]");
  return (await alert.count()) === 0 ? "" : (await alert.textContent()).trim();
}

const act = (page, name, filled = {}) => send(page, formOf(page, name), filled);

async function does(page, name, filled) {
  assert.equal(await act(page, name, filled), "", `${name} ${JSON.stringify(Object.keys(filled ?? {}))}`);
}

async function looksWell(page, shoot, name) {
  assert.deepEqual(await faultsOf(page), [], name);
  await shoot(page, name);
  await page.setViewportSize(NARROW);
  assert.deepEqual(await lossOf(page), [], name);
  await page.setViewportSize(WIDE);
}

/** From the first letter to the register, by whoever keeps the file. */
async function prepare(keeper, shoot) {
  const date = today();
  await keeper.goto("/adhesiones/nueva?lang=es");
  const opening = { convenio: "PRUEBA-NAVEGADOR-1", organismo: TOWN, tipo: "policiaLocal", nombre: "PRUEBA" };
  assert.match(await send(keeper, keeper.locator("main form"), { ...opening, organismo: "L01470750" }), /control/);
  assert.equal(await keeper.locator("#nueva-organismo").getAttribute("aria-invalid"), "true");
  assert.equal(await send(keeper, keeper.locator("main form"), opening), "");
  assert.match(await act(keeper, "paso", { fecha: date }), /Falta el documento/);
  await looksWell(keeper, shoot, "expediente-error");
  await does(keeper, "paso", { fecha: date, documento: PAPER });
  await does(keeper, "paso", { fecha: date, documento: PAPER });
  const users = keeper.locator(`main form[action$="/usuario"]`);
  assert.equal(await send(keeper, users, { funcionario: "A-1", papel: "agente", formacion: date, desde: date }), "");
  await does(keeper, "paso", { fecha: date, documento: PAPER });
  await does(keeper, "paso", { fecha: date, documento: PAPER });
  await does(keeper, "paso", { fecha: date, documento: PAPER });
  await does(keeper, "paso", { fecha: date, referencia: "PRUEBA-REOICO-1", documento: PAPER });
  const annex = { operaciones: "consulta", finalidades: "proteccion", territorio: "47075-8", nivel: "medio", modo: "seguimiento" };
  const terms = { ...annex, contrato: "viogen/2", cuota_funcionario_peticiones: "200", firma_peticiones: "opcional", firma_respuestas: "opcional" };
  assert.match(await act(keeper, "anexo", { ...terms, cuota_funcionario_peticiones: "0,5" }), /La cuota es un número entero/);
  assert.equal(await keeper.locator("#anexo-cuota_funcionario_peticiones").getAttribute("aria-invalid"), "true");
  assert.equal(await keeper.locator("#anexo-firma_peticiones").inputValue(), "opcional", "what was chosen stays");
  await looksWell(keeper, shoot, "expediente-anexo");
  await does(keeper, "anexo", terms);
  assert.match(await keeper.locator("#convenio ~ dl").last().textContent(), /Cada funcionario: peticiones: 200/);
  await does(keeper, "plazo", { plazo: `${Number(date.slice(0, 4)) + 2}-01-01` });
  await does(keeper, "conformidad", { resultado: "superada", documento: PAPER });
}

/** The whole life: what one proposes, only another approves. */
export async function live(keeper, supervisor, shoot) {
  await prepare(keeper, shoot);
  const activation = { propuesta: "activacion", fecha: today(), referencia: "BOE-A-2026-1", documento: PAPER };
  await supervisor.goto(PAGE);
  await does(supervisor, "propuesta", activation);
  assert.equal(await formOf(supervisor, "aprobacion").count(), 0, "her own proposal is not offered to her for approval");
  const own = formOf(supervisor, "retirada").locator("[name=acto]");
  await own.evaluate((element) => element.setAttribute("value", "aprobacion"));
  assert.match(await act(supervisor, "aprobacion"), /Quien propone no aprueba/);
  await does(supervisor, "retirada");
  await keeper.goto(PAGE);
  await does(keeper, "propuesta", activation);
  assert.equal(await formOf(keeper, "aprobacion").count(), 0, "approval takes a supervisor");
  await supervisor.goto(PAGE);
  await looksWell(supervisor, shoot, "expediente-propuesta");
  await does(supervisor, "aprobacion");
  assert.equal(await supervisor.locator("#convenio + dl .tag").first().textContent(), "Vigente");
  await looksWell(supervisor, shoot, "expediente-vigente");
}
