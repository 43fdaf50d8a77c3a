//! `Pasarela-Retenidos` · what was held back of the answer of a service of others, whose messages have no place for it.
//!
//! A list of field groups, each with the clause on which it rests · RFC 9651.

use actix_web::HttpResponseBuilder;
use exchange::Released;

const HEADER: &str = "Pasarela-Retenidos";

/// Says what was held back beside an answer in which nothing of ours has a place.
pub(crate) fn mark(response: &mut HttpResponseBuilder, released: &Released) {
    let groups: Vec<String> = released
        .withheld()
        .map(|(group, clauses)| member(group, &clauses.join("; ")))
        .collect();
    if !groups.is_empty() {
        response.insert_header((HEADER, groups.join(", ")));
    }
}

/// One member of the list.
fn member(group: &str, clause: &str) -> String {
    if clause.is_empty() {
        return group.to_owned();
    }
    format!("{group};clausula={}", quoted(clause))
}

/// A String, section 3.3.3, or a Display String, section 3.3.8, where there is more than ASCII.
fn quoted(text: &str) -> String {
    let plain = |c: char| c == ' ' || c.is_ascii_graphic();
    if text.chars().all(plain) {
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        return format!("\"{escaped}\"");
    }
    let encode = |byte: u8| match byte {
        b'%' | b'"' => format!("%{byte:02x}"),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02x}"),
    };
    let encoded: String = text.bytes().map(encode).collect();
    format!("%\"{encoded}\"")
}

#[cfg(test)]
mod tests {
    use super::member;

    #[test]
    fn a_member_is_a_structured_field() {
        for (clause, expected) in [
            ("", "padron.domicilio"),
            ("Fila 16", r#"padron.domicilio;clausula="Fila 16""#),
            (r#"a "b" \c"#, r#"padron.domicilio;clausula="a \"b\" \\c""#),
            ("año 5%", r#"padron.domicilio;clausula=%"a%c3%b1o 5%25""#),
        ] {
            assert_eq!(member("padron.domicilio", clause), expected);
        }
    }
}
