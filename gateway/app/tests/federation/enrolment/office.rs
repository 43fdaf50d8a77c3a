//! A federation that enrols, and two forces that have agreements and no certificates.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use certs::client::Client;
use certs::identity::Peer;
use certs::secret::PrivateKey;
use serde_json::{Value, json};
use tempfile::TempDir;
use toml::Table;

use crate::console::visitor::Visitor;
use crate::partner::Partner;
use crate::program::{Ended, pasarela, pasarela_reading};
use crate::site::{PROMPTLY, Site, free_port, prepared, run};

/// A force that has an agreement and no certificate yet.
pub(crate) const NEWCOMER: &str = "E99990120";
/// A force that has neither; what is registered to it must not be used by the other.
pub(crate) const NEIGHBOUR: &str = "E99990121";

/// A federation that enrols.
pub(crate) struct Office {
    pub(crate) site: Site,
    pub(crate) enrolment: String,
    pub(crate) sandbox: String,
    console: String,
}

/// The office of all tests that disturb nobody else.
pub(crate) fn office() -> &'static Office {
    static OFFICE: LazyLock<Office> = LazyLock::new(|| {
        let office = Office::open(1_000);
        office.wait_until_known();
        office
    });
    &OFFICE
}

impl Office {
    pub(crate) fn open(attempts: i64) -> Self {
        let port = free_port();
        let enrolment = format!("https://localhost:{port}");
        let rehearsal = free_port();
        let sandbox = format!("https://localhost:{rehearsal}");
        let desk = free_port();
        let url = enrolment.clone();
        let site = run(Site::start(|config| {
            let tls = config["tls"].as_table().unwrap().clone();
            let pki = prepared().join("pki");
            let path = |name: &str| toml::Value::from(pki.join(name).display().to_string());
            let mut table = Table::new();
            table.insert("address".into(), format!("127.0.0.1:{port}").into());
            table.insert("public_url".into(), url.into());
            table.insert("certificate".into(), tls["certificate"].clone());
            table.insert("key".into(), tls["key"].clone());
            table.insert("ca_certificate".into(), path("ca.pem"));
            table.insert("ca_key".into(), path("ca.key.pem"));
            table.insert("revocation_list".into(), "altas.crl".into());
            table.insert("days".into(), 20.into());
            table.insert("attempts_per_minute".into(), attempts.into());
            config.insert("enrolment".into(), table.into());
            config["console"]["address"] = format!("127.0.0.1:{desk}").into();
            let rehearsal = format!("address = \"127.0.0.1:{rehearsal}\"\ndir = \"pruebas\"");
            config.insert("sandbox".into(), rehearsal.parse::<Table>().unwrap().into());
        }));
        let office = Self {
            site,
            enrolment,
            sandbox,
            console: format!("https://localhost:{desk}"),
        };
        let entry = |id: &str| ENTRY.replace("ID", id);
        office
            .site
            .register(&[entry(NEWCOMER), entry(NEIGHBOUR)].concat());
        office
    }

    /// A running gateway takes up within a second what was registered.
    fn wait_until_known(&self) {
        for id in [NEWCOMER, NEIGHBOUR] {
            let (code, _) = self.code(id);
            let enrols = async || self.asks(id, &code, &request(id)).0 == 201;
            run(self.site.until(PROMPTLY, "the organism is known", enrols));
        }
    }

    /// Someone of the staff, signed in at its console.
    pub(crate) fn visitor(&self, slug: &str) -> Visitor {
        let mut visitor = Visitor::at(&self.site, &self.console, slug);
        assert_eq!(visitor.sign_in().status, 303, "{slug}");
        visitor
    }

    /// The organism of that slug and identifier, at the sandbox.
    pub(crate) fn rehearses(&self, member: (&str, &str)) -> Partner {
        self.site.partner_at(&self.sandbox, member)
    }

    /// Issues a code; gives it with its name.
    pub(crate) fn code(&self, organism: &str) -> (String, String) {
        let told = self.ministry(&format!("enrolment issue --organism {organism} --by ADM-1"));
        let code = told
            .out
            .lines()
            .find(|line| line.starts_with("    "))
            .unwrap();
        let name = told
            .out
            .split_whitespace()
            .find(|word| word.starts_with("ALTA-"));
        (code.trim().to_owned(), name.unwrap().to_owned())
    }

    /// Runs a command of the ministry's staff on the gateway's configuration.
    pub(crate) fn ministry(&self, line: &str) -> Ended {
        let config = self.site.config();
        let words = line.split_whitespace().chain(["--config", &config]);
        pasarela(&words.collect::<Vec<_>>())
    }

    /// Joins into a folder, the code on standard input.
    pub(crate) fn join(&self, into: &Held, organism: &str, code: &str, more: &[&str]) -> Ended {
        let (ca, out) = (self.ca(), into.dir.path().display().to_string());
        let given = ["join", "--gateway", &self.enrolment, "--ca", &ca];
        let whose = ["--organism", organism, "--out", &out];
        let words = [&given[..], &whose, more].concat();
        pasarela_reading(&words, code.as_bytes())
    }

    pub(crate) fn ca(&self) -> String {
        shown(&self.site.pki.authority())
    }

    /// Runs a step of whoever has a certificate.
    pub(crate) fn step(&self, step: &str, files: Pair<'_>, organism: &str, more: &[&str]) -> Ended {
        let url = if step == "check" {
            &self.sandbox
        } else {
            &self.site.url
        };
        let ca = self.ca();
        let (cert, key) = (shown(files.0), shown(files.1));
        let given = ["join", step, "--gateway", url, "--ca", &ca, "--cert", &cert];
        let whose = ["--key", &key, "--organism", organism];
        pasarela(&[&given[..], &whose, more].concat())
    }

    /// The connection test of a certificate says this, first of all.
    #[track_caller]
    pub(crate) fn assert_told(&self, files: Pair<'_>, organism: &str, code: &str) {
        let ended = self.step("test", files, organism, &[]);
        let first = ended.out.lines().next().unwrap_or_default();
        assert!(first.ends_with(&format!("({code})")), "{code}: {ended:?}");
        let status = i32::from(code != "todo-correcto");
        assert_eq!(ended.status, status, "{ended:?}");
    }

    /// The connection test of a certificate succeeds, as promptly as changes are taken up.
    pub(crate) fn assert_works(&self, files: Pair<'_>, organism: &str) {
        let works = async || self.step("test", files, organism, &[]).status == 0;
        run(self.site.until(PROMPTLY, "the certificate is known", works));
        self.assert_told(files, organism, "todo-correcto");
    }

    /// Sends a message as a hand-made client would.
    pub(crate) fn post(&self, message: &[u8]) -> (u16, Value) {
        let address = self.enrolment.trim_start_matches("https://");
        let stream = TcpStream::connect(address.replace("localhost", "127.0.0.1")).unwrap();
        let client = Client::new(&self.site.pki.authority(), None).unwrap();
        let mut channel = client.connect("localhost", stream).unwrap();
        let length = message.len();
        let head =
            format!("POST /altas HTTP/1.1\r\nHost: {address}\r\nContent-Length: {length}\r\n\r\n");
        channel.write_all(head.as_bytes()).unwrap();
        channel.write_all(message).unwrap();
        let mut answer = Vec::new();
        // The server closes; whether politely does not matter.
        let _ = channel.read_to_end(&mut answer);
        let text = String::from_utf8(answer).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, serde_json::from_str(body).unwrap())
    }

    pub(crate) fn asks(&self, organism: &str, code: &str, request: &[u8]) -> (u16, Value) {
        let message = json!({
            "organismo": organism,
            "codigo": code,
            "peticion": String::from_utf8_lossy(request),
        });
        self.post(message.to_string().as_bytes())
    }
}

const ENTRY: &str = r#"
[[organismo]]
id = "ID"
kind = "policiaLocal"
name = "Policía Local de PRUEBA ID"
[[organismo.convenio]]
id = "PRUEBA-ID"
state = "vigente"
effective_from = "2020-01-01"
expires_on = "2099-12-31"
[organismo.convenio.annex]
operations = ["coincidencia"]
purposes = ["proteccion"]
territory = ["13047"]
max_risk = "medio"
mode = "seguimiento"
"#;

/// Paths of a certificate and its key.
pub(crate) type Pair<'f> = (&'f Path, &'f Path);

/// Whoever joins keeps key and certificate here.
pub(crate) struct Held {
    dir: TempDir,
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Held {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self {
            certificate: dir.path().join("certificado.pem"),
            key: dir.path().join("clave.pem"),
            dir,
        }
    }

    pub(crate) fn pair(&self) -> Pair<'_> {
        (&self.certificate, &self.key)
    }

    /// The digest of the certificate's key.
    pub(crate) fn digest(&self) -> String {
        Peer::from_file(&self.certificate).unwrap().key
    }
}

/// A good request, on a key that is forgotten.
pub(crate) fn request(organism: &str) -> Vec<u8> {
    certs::request::make(organism, &PrivateKey::generate().unwrap()).unwrap()
}

pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string()
}
