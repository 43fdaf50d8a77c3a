//! A provider on this machine: description, keys and the exchange of codes, each as a test wants it. The page at which
//! someone identifies herself is left out: a test says who she is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use certs::signing::{Hash, digest};
use certs::testpki::TestJwsKey;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::CLIENT;
use crate::site::{now, run, spawn};

/// Status, further headers, body.
pub(super) type Canned = (u16, String, Vec<u8>);

/// A provider.
pub(super) struct Double {
    pub(super) url: String,
    inner: Arc<Mutex<Inner>>,
}

struct Inner {
    url: String,
    key: TestJwsKey,
    kid: u32,
    /// How many codes were given.
    given: u32,
    /// By code: the challenge, and what is given for it.
    codes: BTreeMap<String, (String, String)>,
    /// By path: what is answered instead.
    canned: BTreeMap<String, Canned>,
    asked: Vec<String>,
}

impl Double {
    pub(super) fn start() -> Self {
        let listener = run(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Mutex::new(Inner {
            url: url.clone(),
            key: TestJwsKey::generate().unwrap(),
            kid: 1,
            given: 0,
            codes: BTreeMap::new(),
            canned: BTreeMap::new(),
            asked: Vec::new(),
        }));
        let own = Arc::clone(&inner);
        spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, Arc::clone(&own)));
            }
        });
        Self { url, inner }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    /// Answers a path so from now on, or as ever again.
    pub(super) fn say(&self, path: &str, canned: Option<Canned>) {
        let mut inner = self.inner();
        match canned {
            Some(canned) => inner.canned.insert(path.to_owned(), canned),
            None => inner.canned.remove(path),
        };
    }

    /// How often a path was asked.
    pub(super) fn asked(&self, path: &str) -> usize {
        self.inner().asked.iter().filter(|it| *it == path).count()
    }

    /// Signs with another key from now on.
    pub(super) fn rotates(&self) {
        self.changes_its_key();
        self.inner().kid += 1;
    }

    /// Signs with another key from now on, that has the name of the one before.
    pub(super) fn changes_its_key(&self) {
        self.inner().key = TestJwsKey::generate().unwrap();
    }

    /// Identifies whoever was sent to `asked`; gives the address that she is sent back to.
    pub(super) fn answers(
        &self,
        asked: &str,
        identity: &str,
        changed: impl FnOnce(&mut Value, &mut Value),
    ) -> String {
        let told = parameters(asked.split_once('?').unwrap().1);
        assert!(
            asked.starts_with(&format!("{}/entrada?", self.url)),
            "{asked}"
        );
        let expected = [
            ("response_type", "code"),
            ("client_id", CLIENT.0),
            ("scope", "openid"),
            ("code_challenge_method", "S256"),
        ];
        for (name, value) in expected {
            assert_eq!(told[name], value, "{asked}");
        }
        let mut inner = self.inner();
        let mut header = json!({"alg": "ES256", "kid": inner.kid.to_string(), "typ": "JWT"});
        let mut claims = json!({
            "iss": self.url, "aud": CLIENT.0, "sub": identity, "nonce": told["nonce"],
            "iat": now(), "exp": now() + 300,
        });
        changed(&mut header, &mut claims);
        let parts = [header, claims].map(|it| URL_SAFE_NO_PAD.encode(it.to_string()));
        let signed = parts.join(".");
        let signature = inner.key.sign(signed.as_bytes()).unwrap();
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        inner.given += 1;
        let code = format!("c{}", inner.given);
        let granted = (told["code_challenge"].clone(), token);
        inner.codes.insert(code.clone(), granted);
        let back = told["redirect_uri"]
            .split_once("/entrar/")
            .unwrap()
            .1
            .to_owned();
        format!(
            "/entrar/{back}?code={code}&state={}&iss={}",
            told["state"], self.url
        )
    }
}

/// The parameters of an address or a form.
pub(super) fn parameters(query: &str) -> BTreeMap<String, String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs
        .map(|(name, value)| (name.to_owned(), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let pair = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap()
            }
            other => other,
        });
    }
    String::from_utf8(bytes).unwrap()
}

async fn answer(mut stream: TcpStream, inner: Arc<Mutex<Inner>>) {
    let Some((head, body)) = request(&mut stream).await else {
        return;
    };
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let (status, headers, body) = inner.lock().unwrap().answer(&path, &head, &body);
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} x\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    // Whoever has heard enough goes away.
    let _ = stream.write_all(&[head.as_bytes(), &body].concat()).await;
}

async fn request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.to_ascii_lowercase();
            let length = length.split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some((head.to_owned(), body.to_owned()));
            }
        }
        let mut more = [0; 4096];
        let count = stream.read(&mut more).await.ok().filter(|it| *it > 0)?;
        bytes.extend_from_slice(&more[..count]);
    }
}

impl Inner {
    fn answer(&mut self, path: &str, head: &str, body: &str) -> Canned {
        self.asked.push(path.to_owned());
        if let Some(canned) = self.canned.get(path) {
            return canned.clone();
        }
        let (status, told) = match path {
            "/.well-known/openid-configuration" => (200, self.description()),
            "/claves" => (200, json!({"keys": [self.jwk()]})),
            "/canje" => self.exchange(head, body),
            _ => (404, json!({})),
        };
        let told = told.to_string().into_bytes();
        (
            status,
            "Content-Type: application/json\r\n".to_owned(),
            told,
        )
    }

    fn description(&self) -> Value {
        let url = &self.url;
        json!({
            "issuer": url,
            "authorization_endpoint": format!("{url}/entrada"),
            "token_endpoint": format!("{url}/canje"),
            "jwks_uri": format!("{url}/claves"),
            "end_session_endpoint": format!("{url}/salida"),
            "authorization_response_iss_parameter_supported": true,
            "code_challenge_methods_supported": ["S256"],
        })
    }

    fn jwk(&self) -> Value {
        let [x, y] = [&self.key.x, &self.key.y].map(|it| URL_SAFE_NO_PAD.encode(it));
        json!({"kty": "EC", "crv": "P-256", "kid": self.kid.to_string(), "use": "sig", "x": x, "y": y})
    }

    /// Once for each code, to the console alone, and to whoever knows what the challenge was made of.
    fn exchange(&mut self, head: &str, body: &str) -> (u16, Value) {
        let secret = decoded_secret(head);
        if secret != Some(format!("{}:{}", CLIENT.0, CLIENT.1)) {
            return (401, json!({"error": "invalid_client"}));
        }
        let form = parameters(body);
        assert_eq!(form["grant_type"], "authorization_code");
        let Some((challenge, token)) = self.codes.remove(&form["code"]) else {
            return (400, json!({"error": "invalid_grant"}));
        };
        let verifier = digest(Hash::Sha256, form["code_verifier"].as_bytes()).unwrap();
        if URL_SAFE_NO_PAD.encode(verifier) != challenge {
            return (400, json!({"error": "invalid_grant"}));
        }
        (
            200,
            json!({"access_token": "PRUEBA", "token_type": "Bearer", "id_token": token}),
        )
    }
}

/// Name and secret of the header, each decoded as RFC 6749 §2.3.1 has them.
fn decoded_secret(head: &str) -> Option<String> {
    let line = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": Basic ")?;
        name.eq_ignore_ascii_case("authorization").then_some(value)
    });
    let pair = String::from_utf8(STANDARD.decode(line?).ok()?).ok()?;
    let (name, secret) = pair.split_once(':')?;
    Some(format!("{}:{}", decoded(name), decoded(secret)))
}
