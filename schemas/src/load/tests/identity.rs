//! Keys, references and identifiers: compiled, and kept to in documents.

use std::sync::Arc;

use super::{errors, name, ungoverned};
use crate::{DecodeError, Limits};

/// A list of persons and mentions, with these constraints.
fn persons(constraints: &str) -> String {
    format!(
        "<xs:element name='r'><xs:complexType><xs:sequence>\
           <xs:element name='p' minOccurs='0' maxOccurs='9'><xs:complexType>\
             <xs:sequence><xs:element name='n' type='xs:decimal' minOccurs='0' nillable='true'/></xs:sequence>\
             <xs:attribute name='id' type='xs:ID'/><xs:attribute name='k' type='xs:int'/>\
           </xs:complexType></xs:element>\
           <xs:element name='m' minOccurs='0' maxOccurs='9'><xs:complexType>\
             <xs:attribute name='to' type='xs:IDREFS'/><xs:attribute name='k' type='xs:int'/>\
           </xs:complexType></xs:element>\
         </xs:sequence></xs:complexType>{}</xs:element>",
        constraints.replace("X:", "xmlns:x='urn:x' xpath='")
    )
}

#[test]
fn what_holds_across_a_document_is_kept_to() {
    let key = "<xs:key name='K'><xs:selector X:x:p'/><xs:field X:@k'/></xs:key>";
    let unique =
        "<xs:unique name='U'><xs:selector X:.//x:p'/><xs:field X:x:n | @none'/></xs:unique>";
    let refer = "<xs:keyref name='F' refer='K'><xs:selector X:x:m'/><xs:field X:@k'/></xs:keyref>";
    let keys = format!("{key}{refer}");
    for (constraints, inside, expected) in [
        ("", "<p id='a'/><p id='b'/><m to='b a'/>", ""),
        (
            "",
            "<p id='a'/><p id='a'/>",
            "/r/p[2]/@id: identificador-repetido",
        ),
        (
            "",
            "<p id='a'/><m to='a b'/>",
            "/r/m/@to: referencia-sin-destino",
        ),
        (&keys, "<p k='1'/><p k='2'/><m k='+1'/><m/>", ""),
        (&keys, "<p k='1'/><p k='01'/>", "/r/p[2]: clave-repetida"),
        (&keys, "<p k='1'/><p/>", "/r/p[2]: clave-incompleta"),
        (&keys, "<p k='1'/><m k='2'/>", "/r/m: clave-inexistente"),
        (unique, "<p><n>1</n></p><p/><p/><p><n>2</n></p>", ""),
        (
            unique,
            "<p><n>1</n></p><p><n>1.0</n></p>",
            "/r/p[2]: clave-repetida",
        ),
    ] {
        let contract = ungoverned(&persons(constraints));
        let contract = Arc::new(contract.unwrap_or_else(|errors| panic!("{errors}")));
        let root = contract.root(&name("r")).unwrap();
        let text = format!("<r xmlns='urn:x'>{inside}</r>");
        let read = crate::xml::decode(&contract, root, text.as_bytes(), &Limits::default());
        let found = match read {
            Ok(_) => String::new(),
            Err(DecodeError::Invalid(found)) => {
                let told = found
                    .iter()
                    .map(|one| format!("{}: {}", one.path, one.kind.code()));
                told.collect::<Vec<_>>().join(" ")
            }
            Err(DecodeError::Fault(fault)) => fault.to_string(),
        };
        assert_eq!(found, expected, "{inside}");
    }
}

#[test]
fn constraints_that_mean_nothing_are_refused_by_name() {
    let field = "<xs:field X:@k'/>";
    for (constraints, expected) in [
        (
            format!("<xs:key name='K'><xs:selector X:x:p[1]'/>{field}</xs:key>"),
            "`x:p[1]` is no value for attribute `xpath`",
        ),
        (
            format!("<xs:key name='K'><xs:selector X:q:p'/>{field}</xs:key>"),
            "`q:p` is no value for attribute `xpath`",
        ),
        (
            "<xs:key name='K'><xs:selector X:x:p'/></xs:key>".to_owned(),
            "attribute `field` is missing",
        ),
        (
            format!("<xs:keyref name='K' refer='Q'><xs:selector X:x:p'/>{field}</xs:keyref>"),
            "`{urn:x}Q` is not declared",
        ),
        (
            format!(
                "<xs:key name='K'><xs:selector X:*'/>{field}</xs:key><xs:unique name='K'><xs:selector X:*'/>{field}</xs:unique>"
            ),
            "`{urn:x}K` is declared twice",
        ),
    ] {
        let found = errors(ungoverned(&persons(&constraints)));
        assert_eq!(found, [format!("a.xsd:2: {expected}")], "{constraints}");
    }
}

#[test]
fn no_more_is_told_than_anyone_reads() {
    let key = "<xs:key name='K'><xs:selector X:x:p'/><xs:field X:@k'/></xs:key>";
    let wide = persons(key).replace("maxOccurs='9'", "maxOccurs='unbounded'");
    let contract = Arc::new(ungoverned(&wide).unwrap_or_else(|errors| panic!("{errors}")));
    let root = contract.root(&name("r")).unwrap();
    // Were each of them told, and looked for, this would not end.
    let text = format!("<r xmlns='urn:x'>{}</r>", "<p k='1'/>".repeat(150_000));
    let read = crate::xml::decode(&contract, root, text.as_bytes(), &Limits::default());
    let Err(DecodeError::Invalid(found)) = read else {
        panic!("taken")
    };
    assert_eq!(found.len(), 100);
}
