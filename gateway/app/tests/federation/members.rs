//! Who takes part besides the cast of the demonstration: one organism for every way to stand.

use std::path::Path;

use certs::authority::{Authority, Order, Purpose, Subject, Validity};
use certs::secret::PrivateKey;

/// An organism of these tests; the code has the right shape and is nobody's.
#[derive(Clone, Copy)]
pub(crate) struct Member {
    pub(crate) slug: &'static str,
    pub(crate) id: &'static str,
    pub(crate) state: &'static str,
    pub(crate) until: &'static str,
    pub(crate) operations: &'static str,
    pub(crate) territory: &'static str,
    pub(crate) max_risk: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) mode: &'static str,
    pub(crate) services: &'static str,
    /// The contract that its agreement names; empty names none.
    pub(crate) contract: &'static str,
    /// The quotas of its agreement; empty limits nothing.
    pub(crate) quotas: &'static str,
}

/// Organisms of the demonstration, by slug and identifier.
pub(crate) const HERENCIA: (&str, &str) = ("herencia", "L01130473");
pub(crate) const MOSSOS: (&str, &str) = ("mossos", "A09990001");
pub(crate) const NATIONAL: (&str, &str) = ("nacional", "E99990001");

/// A state force of the province that may do what its kind may.
pub(crate) const WHOLE: Member = Member {
    slug: "",
    id: "",
    state: "vigente",
    until: "2099-12-31",
    operations: r#""coincidencia", "consulta", "busqueda", "presentacion""#,
    territory: "P13",
    max_risk: "extremo",
    kind: "fuerzaEstatal",
    mode: "seguimiento",
    services: "",
    contract: "",
    quotas: "",
};

/// It sees persons in summary, and may ask a service of others.
pub(crate) const COORDINATION: Member = Member {
    slug: "coordinacion",
    id: "E99990108",
    operations: r#""consulta""#,
    kind: "unidadCoordinacion",
    services: r#""padron/1""#,
    ..WHOLE
};
/// It searches, and sees levels without where they come from.
pub(crate) const COUNTING: Member = Member {
    slug: "coordinacion-que-busca",
    id: "E99990130",
    kind: "unidadCoordinacion",
    ..WHOLE
};
/// Its certificate is revoked while it is connected.
pub(crate) const REVOKED: Member = Member {
    slug: "revocado",
    id: "E99990101",
    ..WHOLE
};
/// Its agreement is suspended while it is connected.
pub(crate) const SUSPENDED_LATER: Member = Member {
    slug: "interrumpido",
    id: "E99990102",
    ..WHOLE
};
/// Its key is taken out of the registry while it is connected.
pub(crate) const WITHOUT_KEY: Member = Member {
    slug: "sin-clave",
    id: "E99990103",
    ..WHOLE
};
/// Its agreement ended years ago.
pub(crate) const EXPIRED: Member = Member {
    slug: "caducado",
    id: "E99990104",
    until: "2021-12-31",
    ..WHOLE
};
/// Its agreement is suspended.
pub(crate) const SUSPENDED: Member = Member {
    slug: "suspendido",
    id: "E99990105",
    state: "suspendido",
    ..WHOLE
};
/// It may see nothing above the lowest level.
pub(crate) const CEILING: Member = Member {
    slug: "techo",
    id: "E99990106",
    max_risk: "noApreciado",
    ..WHOLE
};
/// It may consult, and nothing else.
pub(crate) const READER: Member = Member {
    slug: "lector",
    id: "E99990107",
    operations: r#""consulta""#,
    ..WHOLE
};
/// Its agreement names version 1 of the contract.
pub(crate) const FIRST_VERSION: Member = Member {
    slug: "primera-version",
    id: "E99990109",
    contract: r#"contract = "viogen/1""#,
    ..WHOLE
};
/// Its officers may ask twice a day, and never in danger.
pub(crate) const FRUGAL: Member = Member {
    slug: "comedido",
    id: "E99990110",
    quotas: "quotas = { officer = { requests = 2 } }",
    ..WHOLE
};
/// A local police whose officers may declare an imminent danger twice a day.
pub(crate) const VIGILANT: Member = Member {
    slug: "vigilante",
    id: "E99990111",
    territory: "13047",
    kind: "policiaLocal",
    quotas: "quotas = { organism = { exceptional = 3 }, officer = { exceptional = 2 } }",
    ..WHOLE
};
/// Its messages and those it is answered must be signed.
pub(crate) const SIGNER: Member = Member {
    slug: "firmante",
    id: "E99990112",
    contract: "[organismo.convenio.annex.security]\nrequests = \"exigida\"\nanswers = \"exigida\"",
    ..WHOLE
};
/// Its messages may be signed, by itself or by the one it acts for.
pub(crate) const SOMETIMES: Member = Member {
    slug: "firma-a-veces",
    id: "E99990113",
    contract: "on_behalf_of = [\"E99990112\"]\n[organismo.convenio.annex.security]\n\
               requests = \"opcional\"\nanswers = \"opcional\"",
    ..WHOLE
};
/// A regional force that speaks a dialect of its own.
pub(crate) const SIAV: Member = Member {
    slug: "dialecto-mossos",
    id: "E99990114",
    kind: "policiaAutonomica",
    contract: "contract = \"mossos/1\"\n[organismo.convenio.annex.security]\n\
               requests = \"opcional\"\nanswers = \"opcional\"",
    ..WHOLE
};
/// A regional force that speaks a dialect of its own, for itself and for a town's police.
pub(crate) const ERTZAINTZA: Member = Member {
    slug: "dialecto-ertzaintza",
    id: "E99990115",
    kind: "policiaAutonomica",
    contract: "on_behalf_of = [\"L01480201\"]\ncontract = \"ertzaintza/1\"\n[organismo.convenio.annex.security]\n\
               requests = \"opcional\"\nanswers = \"opcional\"",
    ..WHOLE
};
/// A regional force that speaks as the state intermediation platform does.
pub(crate) const GALICIA: Member = Member {
    slug: "dialecto-ua-galicia",
    id: "E99990116",
    kind: "policiaAutonomica",
    contract: r#"contract = "ua-galicia/1""#,
    ..WHOLE
};
/// A regional force that speaks JSON of its own.
pub(crate) const NAVARRA: Member = Member {
    slug: "dialecto-foral-navarra",
    id: "E99990117",
    kind: "policiaAutonomica",
    contract: r#"contract = "foral-navarra/1""#,
    ..WHOLE
};
/// It has a good certificate and is not registered.
pub(crate) const STRANGER: Member = Member {
    slug: "desconocido",
    id: "E99990108",
    ..WHOLE
};

/// It has a good certificate and joins by a file of adhesion.
pub(crate) const JOINING: Member = Member {
    slug: "aspirante",
    id: "L99990115",
    kind: "policiaLocal",
    ..WHOLE
};

/// It has a system of its own, which is asked and signs.
pub(crate) const MOSSOS_SYSTEM: Member = Member {
    slug: "sistema-mossos",
    id: "A99990301",
    kind: "policiaAutonomica",
    ..WHOLE
};
/// The same, and signs nothing.
pub(crate) const ERTZAINTZA_SYSTEM: Member = Member {
    slug: "sistema-ertzaintza",
    id: "A99990302",
    kind: "policiaAutonomica",
    ..WHOLE
};

/// Those with systems of their own; they have good certificates, and are registered where they are asked.
pub(crate) const SYSTEMS: [&Member; 2] = [&MOSSOS_SYSTEM, &ERTZAINTZA_SYSTEM];

/// Those who are registered.
pub(crate) const REGISTERED: [&Member; 17] = [
    &COORDINATION,
    &REVOKED,
    &SUSPENDED_LATER,
    &WITHOUT_KEY,
    &EXPIRED,
    &SUSPENDED,
    &CEILING,
    &READER,
    &FIRST_VERSION,
    &FRUGAL,
    &VIGILANT,
    &SIGNER,
    &SOMETIMES,
    &SIAV,
    &ERTZAINTZA,
    &GALICIA,
    &NAVARRA,
];

impl Member {
    /// Issues its certificate into the folder of the test PKI.
    pub(crate) fn certify(&self, pki: &Path, now: i64) {
        let authority = Authority::load(&pki.join("ca.pem"), &pki.join("ca.key.pem")).unwrap();
        let order = Order {
            subject: Subject {
                common_name: format!("Sello de {}", self.slug),
                dir3: vec![self.id.to_owned()],
                ..Subject::default()
            },
            purpose: Purpose::Client,
            validity: Validity::days(now, 30),
        };
        let key = PrivateKey::generate().unwrap();
        let certificate = authority.issue(&order, &key).unwrap();
        std::fs::write(
            pki.join(format!("{}.pem", self.slug)),
            certificate.pem().unwrap(),
        )
        .unwrap();
        key.save(&pki.join(format!("{}.key.pem", self.slug)))
            .unwrap();
    }

    /// Its entry in the registry's text file, in this state.
    pub(crate) fn entry(&self, pki: &Path, state: &str) -> String {
        let Self {
            slug,
            id,
            until,
            operations,
            territory,
            max_risk,
            kind,
            mode,
            services,
            contract,
            quotas,
            ..
        } = self;
        let pki = pki.display();
        format!(
            r#"
[[organismo]]
id = "{id}"
kind = "{kind}"
name = "Organismo de prueba {slug}"
certificados = ["{pki}/{slug}.pem"]
[[organismo.convenio]]
id = "PRUEBA-{id}"
state = "{state}"
effective_from = "2020-01-01"
expires_on = "{until}"
[organismo.convenio.annex]
operations = [{operations}]
purposes = ["proteccion"]
territory = ["{territory}"]
max_risk = "{max_risk}"
mode = "{mode}"
services = [{services}]
{quotas}
{contract}
"#
        )
    }
}
