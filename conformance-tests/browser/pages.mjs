// The pages that the browser looks at: every address of the console, as `pasarela demo` describes it, with an example
// where the address has a part to fill in; and some pages in a state that only a search or a mistake brings.

/** An example of every part that an address may have. */
export const PARTS = {
  "{organismo}": "L01130473",
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
  ["no-existe", "/no-existe"],
];

/** Every page to look at, by name. */
export function pages(addresses) {
  const own = addresses.filter((path) => !FILES.includes(path)).map((path) => {
    const filled = Object.entries(PARTS).reduce((all, [part, value]) => all.replaceAll(part, value), path);
    if (filled.includes("{")) throw new Error(`no example for ${path}: add one to PARTS in pages.mjs`);
    return [filled === "/" ? "inicio" : filled.slice(1).replaceAll("/", "-"), filled];
  });
  return [...own, ...STATES];
}
