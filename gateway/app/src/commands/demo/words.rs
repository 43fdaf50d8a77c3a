//! What the demonstration says, in both languages; `{}` stands for what it found.

use super::Lang;

/// The words of a language.
pub(super) type Words = &'static Language;

/// One language.
pub(super) struct Language {
    pub title: &'static str,
    pub pki: &'static str,
    pub population: &'static str,
    pub loaded: &'static str,
    pub gateway: &'static str,
    pub indexed: &'static str,
    pub enrolled: &'static str,
    pub own_case: &'static str,
    pub sees: &'static str,
    pub withheld: &'static str,
    pub foreign_case: &'static str,
    pub refused: &'static str,
    pub submission: &'static str,
    pub submitted: &'static str,
    pub evidence: &'static str,
    pub verified: &'static str,
    pub ready: &'static str,
    pub stop: &'static str,
    pub try_rest: &'static str,
    pub try_hit: &'static str,
    pub try_refused: &'static str,
    pub descriptions: &'static str,
    pub certificates: &'static str,
    pub console: &'static str,
}

static SPANISH: Language = Language {
    title: "Pasarela: una federación entera en {}",
    pki: "1. Se crean una autoridad y certificados de prueba, los defectuosos incluidos: {}",
    population: "2. El sistema central carga una población sintética, con las cifras del boletín de febrero de 2020",
    loaded: "   {} casos en {} s ({} casos por segundo)",
    gateway: "3. Se adhieren la Policía Local de Herencia (REST), Mossos d'Esquadra (SOAP) y Policía Nacional, y arranca la pasarela",
    enrolled: "   {}: convenio vigente hasta {}",
    indexed: "   escucha en {}; su índice sabe dónde está cada uno de {} casos, y nada más de ellos",
    own_case: "4. Herencia busca entre sus casos y consulta uno",
    sees: "   caso {}, nivel {}; ve las secciones {}",
    withheld: "   no ve, o solo en parte, {} apartados, y la respuesta lo dice: {}…",
    foreign_case: "5. Policía Nacional da de alta un caso de Toledo, y Herencia lo pide",
    refused: "   el caso {} existe; a Herencia se le contesta «{}», lo mismo que si no existiera",
    submission: "6. Mossos presentan un caso por SOAP 1.2",
    submitted: "   caso {}, versión {}",
    evidence: "7. Se verifica el registro de actividades, fuera de la pasarela",
    verified: "   nodo {}: {} anotaciones íntegras y selladas; raíz {}",
    ready: "La federación queda en marcha. En otra consola:",
    stop: "Ctrl+C para terminar.",
    try_rest: "# Herencia consulta su caso",
    try_hit: "# Herencia pregunta por un documento",
    try_refused: "# Herencia pide el caso de Toledo",
    descriptions: "# Descripciones: WSDL y OpenAPI",
    certificates: "Certificados: {}   Configuración: {}   Registro exportado: {}",
    console: "Consola del Ministerio: {}   Certificado para el navegador: {} (contraseña: {}); de otros papeles, los demás .p12 a su lado",
};

static ENGLISH: Language = Language {
    title: "Pasarela: a whole federation in {}",
    pki: "1. An authority and test certificates are made, bad ones included: {}",
    population: "2. The central system loads a synthetic population with the figures of the bulletin of February 2020",
    loaded: "   {} cases in {} s ({} cases a second)",
    gateway: "3. The local police of Herencia (REST), Mossos d'Esquadra (SOAP) and Policía Nacional join, and the gateway starts",
    enrolled: "   {}: agreement in effect until {}",
    indexed: "   it listens on {}; its index knows where each of {} cases is, and nothing else of them",
    own_case: "4. Herencia searches among its cases and consults one",
    sees: "   case {}, level {}; it sees the sections {}",
    withheld: "   {} parts are withheld or masked, and the answer says so: {}…",
    foreign_case: "5. Policía Nacional creates a case in Toledo, and Herencia asks for it",
    refused: "   case {} exists; Herencia is told `{}`, just as if it did not",
    submission: "6. Mossos submit a case by SOAP 1.2",
    submitted: "   case {}, version {}",
    evidence: "7. The journal is verified, outside the gateway",
    verified: "   node {}: {} entries intact and sealed; root {}",
    ready: "The federation stays up. In another console:",
    stop: "Ctrl+C ends it.",
    try_rest: "# Herencia consults its case",
    try_hit: "# Herencia asks about a document",
    try_refused: "# Herencia asks for the case in Toledo",
    descriptions: "# Descriptions: WSDL and OpenAPI",
    certificates: "Certificates: {}   Configuration: {}   Exported journal: {}",
    console: "The Ministry's console: {}   Certificate for the browser: {} (password: {}); for other roles, the other .p12 beside it",
};

impl Language {
    /// The words of a language.
    pub(super) fn of(lang: Lang) -> Words {
        match lang {
            Lang::Es => &SPANISH,
            Lang::En => &ENGLISH,
        }
    }

    /// Says a sentence that stands by itself.
    #[allow(clippy::unused_self, reason = "a sentence is said in a language")]
    pub(super) fn say(&self, sentence: &str) {
        println!("{sentence}");
    }

    /// Says a sentence with what was found in its gaps.
    pub(super) fn tell(&self, sentence: &str, found: &[&str]) {
        let mut parts = sentence.split("{}");
        let mut told = parts.next().unwrap_or_default().to_owned();
        for (part, value) in parts.zip(found) {
            told.push_str(value);
            told.push_str(part);
        }
        self.say(&told);
    }
}
