//! Signing in through an identity provider: a double of one on this machine that tells whatever a test wants.

mod config;
mod double;
mod refusals;
mod sign_in;

use std::sync::OnceLock;

use serde_json::Value;
use toml::Table;

use self::double::Double;
use super::visitor::{Desk, Visitor, token};
use crate::answer::Answer;
use crate::program::succeed;

/// What the provider calls the console, and by what it knows it.
const CLIENT: (&str, &str) = ("consola", "secreto: PRUEBA %");

/// A console with a provider.
struct House {
    desk: Desk,
    provider: Double,
}

/// The house of the tests that disturb nobody else.
fn shared() -> &'static House {
    static SHARED: OnceLock<House> = OnceLock::new();
    SHARED.get_or_init(|| House::start(|_| ()))
}

impl House {
    /// Opens one of its own, its `[console.oidc]` changed by `adjust`.
    fn start(adjust: impl FnOnce(&mut Table)) -> Self {
        let provider = Double::start();
        let desk = Desk::start_with(|config| {
            let address = config["console"]["address"].as_str().unwrap().to_owned();
            let mut oidc = section(&provider.url, &address.replace("127.0.0.1", "localhost"));
            adjust(&mut oidc);
            let console = config["console"].as_table_mut().unwrap();
            console.insert("oidc".into(), oidc.into());
        });
        Self { desk, provider }
    }

    /// Enlists someone by what the provider calls her.
    fn enlist(&self, id: &str, role: &str, identity: &str) {
        let config = self.desk.site.config();
        let words = [
            "staff",
            "add",
            "--config",
            &config,
            "--id",
            id,
            "--role",
            role,
            "--identity",
            identity,
        ];
        succeed(&words);
    }

    /// A browser without certificate that has left for the provider, and the address that it was sent to.
    fn leave(&self, destination: &str) -> (Visitor, String) {
        let mut visitor = self.desk.nobody();
        let left = visitor.get(&format!("/entrar/proveedor?destino={destination}"));
        assert_eq!(left.status, 303, "{}", left.body);
        keep(&mut visitor, &left, "__Host-entrada");
        (visitor, left.header("location").unwrap().to_owned())
    }

    /// Lets the provider answer what `changed` makes of the good claims, and comes back.
    fn comes_back(
        &self,
        identity: &str,
        changed: impl FnOnce(&mut Value, &mut Value),
    ) -> (Visitor, Answer) {
        let (mut visitor, asked) = self.leave("/salud");
        let back = self.provider.answers(&asked, identity, changed);
        let answer = visitor.get(&back);
        keep(&mut visitor, &answer, "__Host-sesion");
        visitor.token = token(&answer.body);
        (visitor, answer)
    }

    /// Someone who has signed in.
    fn signed_in(&self, identity: &str) -> Visitor {
        let (visitor, answer) = self.comes_back(identity, |_, _| ());
        assert_eq!(answer.status, 200, "{identity}: {}", answer.body);
        visitor
    }
}

/// Keeps a cookie as a browser does.
fn keep(visitor: &mut Visitor, answer: &Answer, name: &str) {
    let cookies = answer.headers.iter().filter(|(it, _)| it == "set-cookie");
    let mut pairs = cookies.filter_map(|(_, value)| value.split(';').next());
    if let Some(pair) = pairs.rfind(|pair| pair.starts_with(name)) {
        pair.clone_into(&mut visitor.cookie);
    }
}

/// The part of the configuration.
fn section(issuer: &str, console: &str) -> Table {
    let folder = crate::program::fresh_folder();
    std::fs::create_dir_all(&folder).unwrap();
    let secret = folder.join("secreto");
    std::fs::write(&secret, format!("{}\n", CLIENT.1)).unwrap();
    restrict(&secret);
    let text = format!(
        "issuer = \"{issuer}\"\nname = \"PRUEBA ID\"\nclient_id = \"{}\"\nclient_secret = \"{}\"\n\
         redirect = \"https://{console}/entrar/vuelta\"\nloopback_http = true\nattempts_per_minute = 1000\n",
        CLIENT.0,
        secret.display()
    );
    text.parse().unwrap()
}

fn restrict(file: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(file, mode).unwrap();
}
