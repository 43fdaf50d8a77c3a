//! Names of issuers as messages write them: RFC 4514, and what older writers made of RFC 2253 and RFC 1779.

use openssl::asn1::Asn1Object;
use openssl::x509::X509NameRef;

use crate::identity;

/// The digest that [`identity::Peer::issuer`] has for that name; `None` when it cannot be read.
pub(super) fn digest(text: &str) -> Option<String> {
    let mut entries = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let (kind, after) = rest.split_once('=')?;
        let (value, after) = value(after.trim_start())?;
        entries.push((attribute(kind.trim())?, value));
        rest = after.trim_start();
    }
    // Written with the last entry first.
    let entries = entries.iter().rev().map(|(k, v)| (k.as_str(), v.as_str()));
    identity::name_digest(entries).ok()
}

/// The name as RFC 4514 writes it: the last entry first, attributes beyond its table by number.
pub(super) fn text(name: &X509NameRef) -> Option<String> {
    let entries: Vec<_> = name.entries().collect();
    let written = entries.iter().rev().map(|entry| {
        let short = entry.object().nid().short_name().unwrap_or_default();
        let attribute = if SHORT.contains(&short) {
            short.to_owned()
        } else {
            entry.object().to_string()
        };
        let value = entry.data().to_string().ok()?;
        Some(format!("{attribute}={}", escape(&value)))
    });
    Some(written.collect::<Option<Vec<_>>>()?.join(","))
}

/// The attributes that RFC 4514 (section 3) has a short name for.
const SHORT: [&str; 7] = ["CN", "L", "ST", "O", "OU", "C", "DC"];

fn escape(value: &str) -> String {
    let last = value.chars().count().saturating_sub(1);
    let mut escaped = String::with_capacity(value.len());
    for (at, character) in value.chars().enumerate() {
        let at_the_ends = match character {
            ' ' => at == 0 || at == last,
            '#' => at == 0,
            _ => false,
        };
        if at_the_ends || matches!(character, '"' | '+' | ',' | ';' | '<' | '>' | '\\') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// The attribute's name as OpenSSL shows it.
fn attribute(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    let plain = upper.strip_prefix("OID.").unwrap_or(&upper);
    let known = match plain {
        "E" | "EMAIL" | "EMAILADDRESS" => "emailAddress",
        "S" => "ST",
        "SERIALNUMBER" => "serialNumber",
        "ORGANIZATIONIDENTIFIER" => "organizationIdentifier",
        "GIVENNAME" => "GN",
        "SURNAME" => "SN",
        "T" | "TITLE" => "title",
        other => other,
    };
    Asn1Object::from_str(known).ok().map(|it| it.to_string())
}

/// One value, and what follows its separator.
fn value(text: &str) -> Option<(String, &str)> {
    if let Some(hex) = text.strip_prefix('#') {
        let end = hex.find([',', '+', ';']).unwrap_or(hex.len());
        let (digits, rest) = hex.split_at_checked(end)?;
        return Some((encoded(digits.trim())?, rest.get(1..).unwrap_or_default()));
    }
    let mut bytes = Vec::new();
    let mut quoted = false;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => quoted = !quoted,
            ',' | '+' | ';' if !quoted => return Some((utf8(bytes)?, text.get(at + 1..)?)),
            '\\' => escaped(&mut characters, &mut bytes)?,
            other => bytes.extend(other.encode_utf8(&mut [0; 4]).bytes()),
        }
    }
    (!quoted).then(|| utf8(bytes).map(|value| (value, "")))?
}

fn utf8(bytes: Vec<u8>) -> Option<String> {
    String::from_utf8(bytes).ok()
}

/// What follows a backslash: a character as it is, or a byte in two hexadecimal digits.
fn escaped(characters: &mut std::str::CharIndices<'_>, bytes: &mut Vec<u8>) -> Option<()> {
    let (_, first) = characters.next()?;
    let Some(high) = first.to_digit(16) else {
        bytes.extend(first.encode_utf8(&mut [0; 4]).bytes());
        return Some(());
    };
    let low = characters.next()?.1.to_digit(16)?;
    bytes.push(u8::try_from(high * 16 + low).ok()?);
    Some(())
}

/// The text of a BER string in hexadecimal digits: tag, short length, bytes.
fn encoded(digits: &str) -> Option<String> {
    let pairs = digits.as_bytes().chunks(2).map(|pair| {
        let pair = std::str::from_utf8(pair).ok()?;
        (pair.len() == 2).then(|| u8::from_str_radix(pair, 16).ok())?
    });
    let bytes: Vec<u8> = pairs.collect::<Option<_>>()?;
    match bytes.as_slice() {
        [_, length, text @ ..] if usize::from(*length) == text.len() => utf8(text.to_vec()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::digest;

    #[test]
    fn spellings_of_one_name() {
        let plain = digest("CN=CA de pruebas,O=Organismo\\, uno,C=ES").unwrap();
        for same in [
            "cn=ca  de PRUEBAS, O=\"Organismo, uno\", c=es",
            "2.5.4.3=CA de pruebas,OID.2.5.4.10=Organismo\\2C uno,C=ES",
            "CN=CA de pruebas;O=Organismo\\, uno;C=ES",
            "CN=#0C0D4341206465207072756562617 3,O=Organismo\\, uno,C=ES",
        ] {
            let same = same.replace("617 3", "6173");
            assert_eq!(digest(&same).as_ref(), Some(&plain), "{same}");
        }
        for other in [
            "C=ES,O=Organismo\\, uno,CN=CA de pruebas",
            "CN=CA de pruebas,O=Organismo,C=ES",
            "",
        ] {
            assert_ne!(digest(other).as_ref(), Some(&plain), "{other}");
        }
    }

    #[test]
    fn what_is_no_name() {
        for text in [
            "CN",
            "CN=\"a",
            "CN=\\",
            "CN=\\0",
            "CN=#0C05AA",
            "CN=#0",
            "zzz=a",
        ] {
            assert_eq!(digest(text), None, "{text}");
        }
    }
}
