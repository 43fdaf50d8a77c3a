//! The address of a key in a token · RFC 7512, the part of it that names one private key.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

const SCHEME: &str = "pkcs11:";

/// The address of a private key in a token.
///
/// `pkcs11:token=LABEL;object=LABEL?module-path=FILE&pin-source=file:FILE`. Names the token by `token` (with `serial`
/// where labels are not enough), the key by `object`, `id` or both. It never holds a PIN: `pin-value` is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenUri {
    /// The token's label.
    pub token: String,
    /// The token's serial number.
    pub serial: Option<String>,
    /// The key's label.
    pub object: Option<String>,
    /// The key's identifier (`CKA_ID`).
    pub id: Option<Vec<u8>>,
    /// The library that speaks to the token.
    pub module: Option<PathBuf>,
    /// The file that holds the PIN.
    pub pin_file: Option<PathBuf>,
}

/// Why a text is no address of a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UriFault {
    /// It does not begin with `pkcs11:`.
    #[error("it does not begin with `pkcs11:`")]
    Scheme,
    /// A part is no `name=value`, or its percent signs are not followed by two hexadecimal digits.
    #[error("`{0}` is no part of an address of a key")]
    Part(String),
    /// It says something that nobody here understands.
    #[error("`{0}` is not known here")]
    Unknown(String),
    /// It says the same thing twice.
    #[error("`{0}` is said twice")]
    Twice(String),
    /// It holds the PIN itself.
    #[error("a PIN does not belong into an address: put it into a file (`pin-source=file:…`)")]
    Pin,
    /// The PIN would be had otherwise than from a file.
    #[error("`pin-source` has to be `file:` and the path of a file")]
    PinSource,
    /// It names no token.
    #[error("it names no token")]
    NoToken,
    /// It names no key.
    #[error("it names no key, by `object` or by `id`")]
    NoKey,
}

impl TokenUri {
    /// Whether a text is meant as the address of a key in a token.
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(SCHEME)
    }
}

impl FromStr for TokenUri {
    type Err = UriFault;

    fn from_str(text: &str) -> Result<Self, UriFault> {
        // Before anything else, and wherever it stands: what is wrong with a PIN must not be repeated.
        if text.to_ascii_lowercase().contains("pin-value") {
            return Err(UriFault::Pin);
        }
        let rest = text.strip_prefix(SCHEME).ok_or(UriFault::Scheme)?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut parts = Parts::default();
        for part in path.split(';').filter(|part| !part.is_empty()) {
            parts.path(part)?;
        }
        for part in query.split('&').filter(|part| !part.is_empty()) {
            parts.query(part)?;
        }
        parts.finish()
    }
}

#[derive(Default)]
struct Parts {
    token: Option<String>,
    serial: Option<String>,
    object: Option<String>,
    id: Option<Vec<u8>>,
    kind: Option<String>,
    module: Option<String>,
    pin: Option<String>,
}

impl Parts {
    fn path(&mut self, part: &str) -> Result<(), UriFault> {
        let (name, value) = pair(part)?;
        let place = match name {
            "token" => &mut self.token,
            "serial" => &mut self.serial,
            "object" => &mut self.object,
            "type" => &mut self.kind,
            "id" => {
                let twice = self.id.replace(value).is_some();
                return once(name, twice);
            }
            _ => return Err(UriFault::Unknown(name.to_owned())),
        };
        let twice = place.replace(text(part, value)?).is_some();
        once(name, twice)
    }

    fn query(&mut self, part: &str) -> Result<(), UriFault> {
        let (name, value) = pair(part)?;
        let place = match name {
            "module-path" => &mut self.module,
            "pin-source" => &mut self.pin,
            _ => return Err(UriFault::Unknown(name.to_owned())),
        };
        let twice = place.replace(text(part, value)?).is_some();
        once(name, twice)
    }

    fn finish(self) -> Result<TokenUri, UriFault> {
        if let Some(kind) = self.kind.filter(|kind| kind != "private") {
            return Err(UriFault::Unknown(format!("type={kind}")));
        }
        if self.object.is_none() && self.id.is_none() {
            return Err(UriFault::NoKey);
        }
        Ok(TokenUri {
            token: self.token.ok_or(UriFault::NoToken)?,
            serial: self.serial,
            object: self.object,
            id: self.id,
            module: self.module.map(PathBuf::from),
            pin_file: self.pin.as_deref().map(file).transpose()?,
        })
    }
}

/// The path of a `file:` URI of this machine (RFC 8089).
fn file(source: &str) -> Result<PathBuf, UriFault> {
    let path = source.strip_prefix("file:").ok_or(UriFault::PinSource)?;
    let path = path.strip_prefix("//").unwrap_or(path);
    if path.starts_with('/') {
        Ok(PathBuf::from(path))
    } else {
        Err(UriFault::PinSource)
    }
}

fn once(name: &str, twice: bool) -> Result<(), UriFault> {
    if twice {
        Err(UriFault::Twice(name.to_owned()))
    } else {
        Ok(())
    }
}

fn pair(part: &str) -> Result<(&str, Vec<u8>), UriFault> {
    let wrong = || UriFault::Part(part.to_owned());
    let (name, value) = part.split_once('=').ok_or_else(wrong)?;
    Ok((name, decoded(value).ok_or_else(wrong)?))
}

fn text(part: &str, value: Vec<u8>) -> Result<String, UriFault> {
    String::from_utf8(value).map_err(|_| UriFault::Part(part.to_owned()))
}

/// A value without its percent signs.
fn decoded(value: &str) -> Option<Vec<u8>> {
    let mut bytes = value.bytes();
    let mut out = Vec::with_capacity(value.len());
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
        out.push(u8::try_from(high * 16 + low).ok()?);
    }
    Some(out)
}

impl fmt::Display for TokenUri {
    /// The token and the key, for messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}token={}", self.token)?;
        if let Some(object) = &self.object {
            write!(f, ";object={object}")?;
        }
        if let Some(id) = &self.id {
            f.write_str(";id=")?;
            id.iter().try_for_each(|byte| write!(f, "%{byte:02X}"))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{TokenUri, UriFault};

    #[test]
    fn the_address_of_a_key() {
        let text = "pkcs11:token=mi%20token;object=firma;id=%01%aF;type=private\
                    ?module-path=/usr/lib/m.so&pin-source=file:///etc/pin";
        let uri: TokenUri = text.parse().unwrap();
        let expected = TokenUri {
            token: "mi token".to_owned(),
            serial: None,
            object: Some("firma".to_owned()),
            id: Some(vec![1, 0xAF]),
            module: Some(PathBuf::from("/usr/lib/m.so")),
            pin_file: Some(PathBuf::from("/etc/pin")),
        };
        assert_eq!(uri, expected);
        assert_eq!(
            uri.to_string(),
            "pkcs11:token=mi token;object=firma;id=%01%AF"
        );
        let short: TokenUri = "pkcs11:token=t;object=o?pin-source=file:/p"
            .parse()
            .unwrap();
        assert_eq!(short.pin_file, Some(PathBuf::from("/p")));
    }

    #[test]
    fn what_is_no_address_of_a_key() {
        let unknown = |text: &str| UriFault::Unknown(text.to_owned());
        for (text, fault) in [
            ("/etc/firma.key", UriFault::Scheme),
            ("pkcs11:", UriFault::NoKey),
            ("pkcs11:token=t", UriFault::NoKey),
            ("pkcs11:object=o", UriFault::NoToken),
            ("pkcs11:token=t;object", UriFault::Part("object".to_owned())),
            (
                "pkcs11:token=%4;object=o",
                UriFault::Part("token=%4".to_owned()),
            ),
            (
                "pkcs11:token=%FF;object=o",
                UriFault::Part("token=%FF".to_owned()),
            ),
            (
                "pkcs11:token=t;object=o;type=public",
                unknown("type=public"),
            ),
            ("pkcs11:token=t;object=o;slot-id=1", unknown("slot-id")),
            ("pkcs11:token=t;object=o?x=1", unknown("x")),
            (
                "pkcs11:token=t;token=u;object=o",
                UriFault::Twice("token".to_owned()),
            ),
            ("pkcs11:token=t;object=o?pin-value=1234", UriFault::Pin),
            ("pkcs11:token=t;object=o?pin-value%zz", UriFault::Pin),
            ("pkcs11:token=t;pin-value=12%zz;object=o", UriFault::Pin),
            ("pkcs11:token=t;object=o?PIN-VALUE=1234", UriFault::Pin),
            (
                "pkcs11:token=t;object=o?module-path=/m.so;pin-value=1234",
                UriFault::Pin,
            ),
            (
                "pkcs11:token=t;object=o?pin-source=|/bin/pin",
                UriFault::PinSource,
            ),
            (
                "pkcs11:token=t;object=o?pin-source=file:pin",
                UriFault::PinSource,
            ),
        ] {
            assert_eq!(text.parse::<TokenUri>(), Err(fault.clone()), "{text}");
            assert!(!fault.to_string().contains("1234"), "{fault}");
        }
    }
}
