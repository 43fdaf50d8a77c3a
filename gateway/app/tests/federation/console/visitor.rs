//! Someone with a browser and a certificate, and the site that she visits.

use std::sync::OnceLock;

use nodes::client::{Client, ClientError};
use serde_json::json;
use server::ConsoleAddress;

use crate::answer::Answer;
use crate::members::STRANGER;
use crate::program::succeed;
use crate::site::{Site, free_port, now, prepared, run};

pub(crate) const MANAGER: &str = "gestora-1";
pub(crate) const SUPERVISOR: &str = "supervisora-1";
pub(crate) const AUDITOR: &str = "auditora-1";
/// A good certificate of nobody of the staff.
pub(crate) const NOBODY: &str = STRANGER.slug;

/// A name that would be a script if it were not escaped; the organism is registered under it.
pub(crate) const SCRIPT: &str = "<script>alert(1)</script>\"'&";

/// A site with its console.
pub(crate) struct Desk {
    pub(crate) site: Site,
    pub(crate) url: String,
}

/// The console of the tests that disturb nobody else.
pub(crate) fn shared() -> &'static Desk {
    static SHARED: OnceLock<Desk> = OnceLock::new();
    SHARED.get_or_init(Desk::start)
}

impl Desk {
    /// Starts a federation of its own with a console.
    pub(crate) fn start() -> Self {
        Self::start_with(|_| ())
    }

    /// The same, the configuration changed by `adjust`.
    pub(crate) fn start_with(adjust: impl FnOnce(&mut toml::Table)) -> Self {
        let port = free_port();
        let site = run(Site::start(|config| {
            config["console"]["address"] = format!("127.0.0.1:{port}").into();
            adjust(config);
        }));
        let url = format!("https://localhost:{port}");
        let desk = Self { site, url };
        desk.register_script();
        desk.propose_policies();
        desk
    }

    /// Proposes a set that changes nothing but a comment, so that there is a proposal to look at.
    fn propose_policies(&self) {
        let manager = self.visitor(MANAGER);
        let base = manager.get("/admin/v1/politicas").json()["version"].clone();
        let files = json!({"comentario.cedar": "// PRUEBA\n"});
        let wanted = json!({"base": base, "ficheros": files, "motivo": "PRUEBA"}).to_string();
        let path = "/admin/v1/politicas/propuestas";
        let entered = manager.try_send_as("POST", path, "application/json", &wanted);
        let entered = entered.unwrap();
        assert_eq!(entered.status, 201, "{}", entered.body);
    }

    fn register_script(&self) {
        let name = toml::Value::from(SCRIPT);
        self.site.register(&format!(
            "[[organismo]]\nid = \"E99990190\"\nkind = \"fuerzaEstatal\"\nname = {name}\ncertificados = []\n"
        ));
    }

    /// Whoever has the certificate of that name, not signed in.
    pub(crate) fn visitor(&self, slug: &str) -> Visitor {
        Visitor::at(&self.site, &self.url, slug)
    }

    /// Whoever shows no certificate.
    pub(crate) fn nobody(&self) -> Visitor {
        Visitor {
            client: Client::nobody(&self.site.pki.authority(), now()).unwrap(),
            url: self.url.clone(),
            cookie: String::new(),
            token: String::new(),
        }
    }

    /// The same, signed in.
    pub(crate) fn signed_in(&self, slug: &str) -> Visitor {
        let mut visitor = self.visitor(slug);
        let entered = visitor.sign_in();
        assert_eq!(entered.status, 303, "{slug}: {}", entered.body);
        visitor
    }

    /// Enlists someone of her own for a test; gives her slug.
    pub(crate) fn enlist(&self, slug: &'static str, role: &str) -> &'static str {
        let files = self.site.pki.person(slug, now()).unwrap();
        let (config, certificate) = (self.site.config(), files.certificate.display().to_string());
        let id = slug.to_uppercase();
        succeed(&[
            "staff",
            "add",
            "--config",
            &config,
            "--id",
            &id,
            "--role",
            role,
            &certificate,
        ]);
        slug
    }

    /// The refusals of the console in the evidence, by their word.
    pub(crate) fn refusals(&self, problem: &str) -> usize {
        let journal = self.site.journal();
        let refused = journal
            .entries()
            .iter()
            .filter(|entry| entry["tipo"] == "gestion" && entry["problema"] == problem);
        refused.count()
    }
}

/// Someone with a browser.
pub(crate) struct Visitor {
    client: Client,
    url: String,
    pub(crate) cookie: String,
    pub(crate) token: String,
}

impl Visitor {
    /// Whoever has the certificate of that name, at the console of any site.
    pub(crate) fn at(site: &Site, url: &str, slug: &str) -> Self {
        let files = site.pki.organism(slug);
        let ca = site.pki.authority();
        let client = Client::new(&files.certificate, &files.key, &ca, now()).unwrap();
        Self {
            client,
            url: url.to_owned(),
            cookie: String::new(),
            token: String::new(),
        }
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.try_send("GET", path, &[], "").unwrap()
    }

    /// Sends a form as it is.
    pub(crate) fn post(&self, path: &str, form: &str) -> Answer {
        self.try_send("POST", path, &[], form).unwrap()
    }

    /// Sends a form with the token of the session.
    pub(crate) fn send(&self, path: &str, form: &str) -> Answer {
        self.post(path, &format!("token={}&{form}", self.token))
    }

    pub(crate) fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        form: &str,
    ) -> Result<Answer, ClientError> {
        let mut all = vec![("Cookie", self.cookie.as_str())];
        if !form.is_empty() {
            all.push(("Content-Type", "application/x-www-form-urlencoded"));
        }
        all.extend(headers);
        let url = format!("{}{path}", self.url);
        let sent = self
            .client
            .send(method, &url, &all, form.as_bytes().to_vec());
        run(sent).map(Answer::from)
    }

    /// Sends a form as browsers send files, with the token of the session in its address.
    pub(crate) fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (name, file): (&str, Option<&[u8]>),
    ) -> Answer {
        let file = file.map(|bytes| ("prueba", bytes)).unwrap_or_default();
        self.upload_as(path, fields, (name, file.0, file.1))
    }

    /// The same, with a file of that name.
    pub(crate) fn upload_as(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (name, called, bytes): (&str, &str, &[u8]),
    ) -> Answer {
        const BOUNDARY: &str = "----PRUEBA";
        let head =
            |name: &str| format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"");
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(format!("{}\r\n\r\n{value}\r\n", head(name)).into_bytes());
        }
        let before = format!("{}; filename=\"{called}\"\r\n\r\n", head(name));
        body.extend([before.as_bytes(), bytes, b"\r\n"].concat());
        body.extend(format!("--{BOUNDARY}--\r\n").into_bytes());
        let media = format!("multipart/form-data; boundary={BOUNDARY}");
        let headers = [("Cookie", self.cookie.as_str()), ("Content-Type", &media)];
        let url = format!("{}{path}?token={}", self.url, self.token);
        run(self.client.send("POST", &url, &headers, body))
            .map(Answer::from)
            .unwrap()
    }

    /// Sends anything under a media type, without a cookie.
    pub(crate) fn try_send_as(
        &self,
        method: &str,
        path: &str,
        media: &str,
        body: &str,
    ) -> Result<Answer, ClientError> {
        let url = format!("{}{path}", self.url);
        let headers = [("Content-Type", media)];
        let sent = self
            .client
            .send(method, &url, &headers, body.as_bytes().to_vec());
        run(sent).map(Answer::from)
    }

    /// The status of a page; nothing if there is no connection any more.
    pub(crate) async fn status(&self, path: &str) -> Option<u16> {
        let url = format!("{}{path}", self.url);
        let sent = self
            .client
            .get(&url, &[("Cookie", self.cookie.as_str())])
            .await;
        sent.ok().map(|reply| reply.status)
    }

    /// A page's text; nothing if there is no connection.
    pub(crate) async fn body(&self, path: &str) -> String {
        let url = format!("{}{path}", self.url);
        let sent = self
            .client
            .get(&url, &[("Cookie", self.cookie.as_str())])
            .await;
        sent.map(|reply| String::from_utf8_lossy(&reply.body).into_owned())
            .unwrap_or_default()
    }

    /// Signs in; keeps cookie and token.
    pub(crate) fn sign_in(&mut self) -> Answer {
        let form = self.get("/entrar");
        let entered = self.post("/entrar", &format!("token={}", token(&form.body)));
        if let Some(cookie) = entered.header("set-cookie") {
            cookie
                .split(';')
                .next()
                .unwrap()
                .clone_into(&mut self.cookie);
            self.token = token(&self.get("/").body);
        }
        entered
    }
}

/// The token of a page's first form.
pub(crate) fn token(page: &str) -> String {
    let rest = page.split("name=\"token\" value=\"").nth(1);
    rest.and_then(|rest| rest.split('"').next())
        .unwrap_or_default()
        .to_owned()
}

/// Something that exists at an address with a name in it.
pub(crate) fn example(address: &ConsoleAddress) -> String {
    let known = [
        ("{organismo}", "L01130473"),
        ("{fichero}", "t1.csv"),
        ("{propuesta}", "1"),
    ];
    let path = known
        .iter()
        .fold(address.path.to_owned(), |path, (name, value)| {
            path.replace(name, value)
        });
    assert!(
        !path.contains('{'),
        "no example for `{path}`: add one to the table"
    );
    path
}

/// Nobody has this certificate: it is made before any site starts.
pub(crate) fn is_prepared() -> bool {
    prepared()
        .join("pki")
        .join(format!("{NOBODY}.pem"))
        .exists()
}
