// The pages that the browser looks at: every address of the console, as `pasarela demo` describes it, with an example
// where the address has a part to fill in; and some pages in a state that only a search or a mistake brings.

/** An example of every part that an address may have. */
export const PARTS = {
  "{organismo}": "L01130473",
  "{propuesta}": "1",
};

/** Addresses that give a file, not a page. */
const FILES = ["/estadisticas/{fichero}"];

/** Pages in a state of their own: a name for the screenshot, and an address. */
export const STATES = [
  ["busqueda", "/evidencias?buscar=1&organismo=L01130473"],
  ["busqueda-vacia", "/evidencias?buscar=1&motivo=no-hay-tal-motivo"],
  ["explicacion-permitida", "/visibilidad/explicacion?organismo=L01130473&municipio=13047&nivel=bajo&finalidad=proteccion"],
  ["explicacion-rechazada", "/visibilidad/explicacion?organismo=L01130473&municipio=08019&nivel=bajo"],
  ["campo-invalido", "/evidencias?buscar=1&organismo=no-es-un-organismo"],
  ["cobertura-muestra", "/cobertura?datos=muestra"],
  ["adhesiones-filtro", "/adhesiones?q=herencia&comunidad=8&aviso=si"],
  ["adhesiones-demasiadas-palabras", "/adhesiones?q=a+b+c+d+e+f+g+h+i"],
  ["no-existe", "/no-existe"],
];

/** Every page to look at, by name. */
export function pages(addresses) {
  return [...named(addresses.filter((path) => !FILES.includes(path))), ...STATES];
}

function named(addresses) {
  return addresses.map((path) => {
    const filled = Object.entries(PARTS).reduce((all, [part, value]) => all.replaceAll(part, value), path);
    if (filled.includes("{")) throw new Error(`no example for ${path}: add one to PARTS in pages.mjs`);
    return [filled === "/" ? "inicio" : filled.slice(1).replaceAll("/", "-"), filled];
  });
}

const FORMS = {
  "gestora-1": ["/adhesiones", "/adhesiones/nueva", "/organismos/{organismo}", "/organismos/{organismo}/certificados", "/organismos/{organismo}/usuarios", "/cobertura", "/documentos", "/visibilidad/diferencias", "/visibilidad/propuestas", "/visibilidad/propuestas/{propuesta}"],
  "supervisora-1": ["/organismos/{organismo}", "/organismos/{organismo}/certificados", "/revisiones", "/visibilidad", "/evidencias", "/estadisticas", "/salud", "/alarmas", "/visibilidad/diferencias", "/visibilidad/propuestas", "/visibilidad/propuestas/{propuesta}"],
};

/** The pages to look at again as someone who may act: an auditor is offered no forms that change anything. */
export function withForms(addresses, slug) {
  const missing = FORMS[slug].filter((path) => !addresses.includes(path));
  if (missing.length > 0) throw new Error(`there is no page ${missing}: mend FORMS in pages.mjs`);
  return named(FORMS[slug]);
}
