//! An adhesion from its first letter to its suspension, on the command line: what staff decides there is in force for the
//! force that joins within five seconds.

use std::path::{Path, PathBuf};

use domain::{CertificateKey, Problem, Staff, StaffRole, StaffRoles, day_in_madrid};
use jiff::{Timestamp, ToSpan};
use store::Store;

use crate::answer::Protocol;
use crate::members::JOINING;
use crate::partner::Partner;
use crate::program::{Ended, pasarela, succeed};
use crate::site::{PROMPTLY, Site, prepared, run, shared};

const FILE: &str = "ADHESION-PRUEBA";
const PDF: &str = "%PDF-1.4\nPRUEBA\n%%EOF\n";

const ANNEX: &str = r#"
operations = ["coincidencia", "consulta", "busqueda"]
purposes = ["proteccion"]
territory = ["13047-3"]
max_risk = "extremo"
mode = "seguimiento"
"#;

const USERS: &str = r#"
[[usuario]]
officer = "AGENTE-0001"
role = "agente"
trained_on = "2026-01-15"
from = "2026-01-10"
"#;

/// The desk of the ministry's staff, on the site's own database.
struct Desk {
    site: &'static Site,
    folder: PathBuf,
}

impl Desk {
    fn set_up() -> Self {
        let site = shared();
        let folder = site.folder().join("adhesion");
        std::fs::create_dir_all(&folder).unwrap();
        let desk = Self { site, folder };
        desk.put("papel.pdf", PDF);
        desk.put("anexo.toml", ANNEX);
        desk.put("usuarios.toml", USERS);
        for (number, (id, role)) in [
            ("gestora", StaffRole::Manager),
            ("supervisora", StaffRole::Supervisor),
            ("auditora", StaffRole::Auditor),
        ]
        .into_iter()
        .enumerate()
        {
            desk.enlist(id, role, u8::try_from(number).unwrap());
        }
        desk
    }

    fn enlist(&self, id: &str, role: StaffRole, number: u8) {
        let staff = Staff {
            id: id.parse().unwrap(),
            roles: StaffRoles::new([role]).unwrap(),
        };
        let key = CertificateKey::from_digest([0xE0 + number; 32]);
        let file = self.site.folder().join("pasarela.sqlite");
        run(async {
            let store = Store::open(&format!("sqlite://{}", file.display())).await;
            let put = store
                .unwrap()
                .put_staff(&staff, &key, Timestamp::now())
                .await;
            put.unwrap();
        });
    }

    fn put(&self, name: &str, text: &str) -> String {
        let path = self.folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// Runs `pasarela adhesion VERB --config … --by … ARGUMENTS`.
    fn tries(&self, by: &str, verb: &str, arguments: &[&str]) -> Ended {
        let config = self.site.config();
        let mut line = vec!["adhesion", verb, "--config", &config, "--by", by];
        line.extend(arguments);
        pasarela(&line)
    }

    #[track_caller]
    fn does(&self, by: &str, verb: &str, arguments: &[&str]) {
        let ended = self.tries(by, verb, arguments);
        assert_eq!(ended.status, 0, "{verb} {arguments:?}: {ended:?}");
    }

    /// The version of the file, as officials are told it.
    fn version(&self) -> String {
        let shown = succeed(&["adhesion", "show", "--config", &self.site.config(), FILE]);
        let rest = shown.split("versión ").nth(1).unwrap();
        rest.split(',').next().unwrap().to_owned()
    }

    #[track_caller]
    fn approves(&self, by: &str) {
        self.does(by, "approve", &[FILE, "--seen", &self.version()]);
    }

    /// It is refused, by that name, in words that an official reads.
    #[track_caller]
    fn refused(&self, by: &str, verb: &str, arguments: &[&str], code: &str) {
        let ended = self.tries(by, verb, arguments);
        assert_eq!(ended.status, 1, "{verb} {arguments:?}: {ended:?}");
        assert!(ended.err.contains(code), "{verb} {arguments:?}: {ended:?}");
    }

    /// Registers the joining force's key, as its certificate is in the test PKI.
    fn register_key(&self) {
        let certificate = prepared().join("pki").join(format!("{}.pem", JOINING.slug));
        let (id, certificate) = (JOINING.id, certificate.display());
        self.site.register(&format!(
            "[[organismo]]\nid = \"{id}\"\nkind = \"policiaLocal\"\n\
             name = \"Policía Local de PRUEBA\"\ncertificados = [\"{certificate}\"]\n"
        ));
    }

    /// From the first letter to the register.
    fn prepare(&self) {
        let paper = self.path("papel.pdf");
        let users = self.path("usuarios.toml");
        let last = day_in_madrid(Timestamp::now()).saturating_add(1.year());
        self.does("gestora", "annex", &[FILE, &self.path("anexo.toml")]);
        self.does("gestora", "term", &[FILE, &last.to_string()]);
        self.does("gestora", "users", &[JOINING.id, "--file", &users]);
        let unproven = [FILE, "superada"];
        self.refused("gestora", "conformance", &unproven, "falta-documento");
        let report = [FILE, "superada", "--document", &paper];
        self.does("gestora", "conformance", &report);
        let skipped = [FILE, "firmado", "--document", &paper];
        self.refused("gestora", "step", &skipped, "paso-omitido");
        for to in [
            "protocoloRatificado",
            "solicitudEnviada",
            "usuariosRecibidos",
            "formacionRealizada",
            "firmado",
            "inscrito",
        ] {
            let known_as = ["--reference", "REOICO-PRUEBA-1"];
            let step = [FILE, to, "--document", &paper];
            self.does("gestora", "step", &[&step[..], &known_as].concat());
        }
    }
}

fn ask(partner: &Partner, path: &str, officer: &str) -> crate::answer::Answer {
    let headers = [("Pasarela-Funcionario", officer)];
    run(partner.rest("GET", path, &headers, ""))
}

fn named(error: &Path) -> String {
    error.display().to_string()
}

#[test]
#[allow(clippy::too_many_lines, reason = "one story, told in order")]
fn a_file_opens_access_and_its_suspension_closes_it() {
    let desk = Desk::set_up();
    let site = desk.site;
    let about = ["--organism", JOINING.id, "--kind", "policiaLocal"];
    let new = [FILE, "--name", "Policía Local de PRUEBA"];
    let new = [&new[..], &about].concat();
    desk.refused("auditora", "new", &new, "auditor");
    desk.refused("nadie", "new", &new, "no consta");
    desk.does("gestora", "new", &new);
    desk.refused("gestora", "new", &new, "expediente-existente");
    desk.register_key();
    let partner = site.partner((JOINING.slug, JOINING.id));
    let path = format!("/v2/casos/{}", site.cases.own);
    let closed = async || partner.get(&path).await.status == 403;
    let open = async || partner.get(&path).await.status == 200;
    let without_effect = Problem::AgreementNotEffective;
    let known = async || {
        partner
            .get(&path)
            .await
            .body
            .contains(without_effect.entry().code)
    };
    run(site.until(PROMPTLY, "the key is known", known));

    desk.prepare();
    let boe = ["--reference", "BOE-A-2026-99999"];
    let paper = desk.put("boe.pdf", PDF);
    let published = [FILE, "activacion", "--document", &paper];
    let activate = [&published[..], &boe].concat();
    let paperless = [&[FILE, "activacion"][..], &boe].concat();
    desk.refused("gestora", "propose", &paperless, "falta-documento");
    desk.refused("gestora", "propose", &published, "falta-referencia");
    desk.does("gestora", "propose", &activate);
    let version = desk.version();
    let seen = [FILE, "--seen", &version];
    desk.refused("gestora", "approve", &seen, "falta-rol");
    desk.refused("auditora", "approve", &seen, "auditor-no-actua");
    for verb in ["approve", "reject"] {
        // Nobody decides on what she has not seen.
        let blind = desk.tries("supervisora", verb, &[FILE, "--note", "PRUEBA"]);
        assert_eq!(blind.status, 2, "{blind:?}");
        assert!(blind.err.contains("--seen"), "{blind:?}");
    }
    desk.refused(
        "supervisora",
        "approve",
        &[FILE, "--seen", "3"],
        "expediente-cambiado",
    );
    run(partner.get(&path)).assert_is("proposed", Protocol::Rest, Problem::AgreementNotEffective);
    desk.approves("supervisora");
    run(site.until(PROMPTLY, "an approved activation", open));

    // Only those on the users form.
    let stranger = ask(&partner, &path, "AGENTE-0002");
    stranger.assert_is("users form", Protocol::Rest, Problem::OfficerNotAuthorised);
    let journal = site.journal();
    journal.assert_refused(FILE, &stranger.incident(), Problem::OfficerNotAuthorised);

    let because = ["--note", "incumplimiento de PRUEBA"];
    let suspend = [&[FILE, "suspension"][..], &because].concat();
    desk.does("gestora", "propose", &suspend);
    assert_eq!(
        run(partner.get(&path)).status,
        200,
        "a proposal closes nothing"
    );
    desk.approves("supervisora");
    run(site.until(PROMPTLY, "an approved suspension", closed));
    desk.told();
    site.assert_serves("an adhesion");
}

impl Desk {
    /// What the other commands say of it, and that all of it is evidence that verifies.
    fn told(&self) {
        let config = self.site.config();
        let list = succeed(&["adhesion", "list", "--config", &config]);
        assert!(list.contains("ADHESION-PRUEBA  suspendido"), "{list}");
        let shown = succeed(&["adhesion", "show", "--config", &config, FILE]);
        for part in [
            "territorio: 13047",
            "BOE-A-2026-99999",
            "propuesta de suspension",
        ] {
            assert!(shown.contains(part), "no `{part}` in {shown}");
        }
        let near = succeed(&["adhesion", "warnings", "--config", &config]);
        assert!(near.contains("doceMeses"), "{near}");
        let journal = self.site.journal();
        let acts = journal.managed();
        let refused = acts.iter().filter(|entry| entry["decision"] == "denegada");
        assert!(refused.count() >= 5, "{acts:#?}");
        let approved = |entry: &&serde_json::Value| {
            entry["operacion"] == "adhesion.aprobacion" && entry["decision"] == "permitida"
        };
        let approvals: Vec<_> = acts.iter().filter(approved).collect();
        assert_eq!(approvals.len(), 2);
        assert_eq!(approvals[0]["personal"], "supervisora");
        let verified = journal.verify(&self.site.pki.seal_public());
        assert_eq!(verified.status, 0, "{verified:?}");
    }
}

#[test]
fn papers_that_are_none_are_refused_by_name() {
    let desk = Desk::set_up();
    let about = ["--organism", "L99990116", "--kind", "policiaLocal"];
    let new = ["ADHESION-PAPELES", "--name", "Policía Local de PRUEBA"];
    desk.does("gestora", "new", &[&new[..], &about].concat());
    let heavy = desk.folder.join("grande.pdf");
    std::fs::File::create(&heavy)
        .unwrap()
        .set_len(500 * 1024 * 1024)
        .unwrap();
    let table = [
        (desk.put("vacio.pdf", ""), "documento-vacio"),
        (desk.put("pagina.pdf", "<html>"), "documento-no-es-pdf"),
        (desk.put("medio.pdf", "%PDF-1.4"), "documento-incompleto"),
        (named(&heavy), "documento-demasiado-grande"),
    ];
    for (paper, code) in table {
        let file = ["ADHESION-PAPELES", "--document", &paper];
        desk.refused("gestora", "file", &file, code);
    }
    for (place, told) in [("13047-4", "dígito de control"), ("13999", "no existe")] {
        let annex = desk.put("mal.toml", &ANNEX.replace("13047-3", place));
        desk.refused("gestora", "annex", &["ADHESION-PAPELES", &annex], told);
    }
}

#[test]
fn an_exported_registry_is_signed_compared_and_imported_again() {
    let site = shared();
    let config = site.config();
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (key, public) = (named(&site.pki.seal()), named(&site.pki.seal_public()));
    let file = path("registro.toml");
    let export = ["registry", "export", "--config", &config, "--out", &file];
    succeed(&[&export[..], &["--sign", &key]].concat());
    let own = std::fs::read_to_string(&file).unwrap();

    // Into an empty database, and out of it again.
    let mut other: toml::Table = std::fs::read_to_string(&config).unwrap().parse().unwrap();
    other["store"]["url"] = format!("sqlite://{}", path("otra.sqlite")).into();
    let other_config = path("otra.toml");
    std::fs::write(&other_config, other.to_string()).unwrap();
    succeed(&["migrate", "--config", &other_config]);
    let person = named(&site.pki.organism("gestora-1").certificate);
    let gestora = ["--role", "gestor"];
    let enlist = [
        "staff",
        "add",
        "--config",
        &other_config,
        "--id",
        "GESTORA-1",
    ];
    succeed(&[&enlist[..], &gestora, &[&person]].concat());
    let import = [
        "registry",
        "import",
        "--config",
        &other_config,
        "--by",
        "GESTORA-1",
        &file,
    ];
    let verified = [&import[..], &["--verify", &public]].concat();
    succeed(&verified);
    assert_eq!(
        succeed(&["registry", "export", "--config", &other_config]),
        own
    );
    let same = succeed(&["registry", "diff", "--config", &other_config, &file]);
    assert_eq!(same.trim(), "sin diferencias");

    std::fs::write(&file, own.replacen("2099-12-31", "2098-12-31", 1)).unwrap();
    let told = succeed(&["registry", "diff", "--config", &other_config, &file]);
    assert!(told.contains("+ expires_on = \"2098-12-31\""), "{told}");
    let forged = pasarela(&verified);
    assert_eq!(forged.status, 1, "{forged:?}");
    let after = succeed(&["registry", "export", "--config", &other_config]);
    assert_eq!(after, own, "a forged file changes nothing");
}
