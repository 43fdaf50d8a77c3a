//! Descriptions as they were last agreed to.

use std::fs;
use std::path::Path;

use contract::catalogue;

use crate::{contract, openapi, wsdl};

/// Rewritten by `UPDATE_GOLDEN=1 cargo test -p contract`. What changes here changes for every partner.
#[test]
fn descriptions_do_not_drift() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut texts = Vec::new();
    for version in ["1", "2"] {
        let openapi = serde_json::to_string_pretty(&openapi::document(version)).unwrap() + "\n";
        let catalogue = catalogue::markdown(&contract(&format!("viogen/{version}")));
        texts.push((format!("viogen-{version}.wsdl"), wsdl::document(version)));
        texts.push((format!("viogen-{version}.openapi.json"), openapi));
        texts.push((format!("viogen-{version}.catalogo.md"), catalogue));
    }
    for (name, text) in texts {
        let golden = folder.join(&name);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(&golden, &text).unwrap();
        }
        let expected = fs::read_to_string(&golden).unwrap();
        let differs = expected
            .lines()
            .zip(text.lines())
            .find(|(one, other)| one != other);
        assert_eq!(
            differs, None,
            "{name} differs: see the comment of this test"
        );
        assert_eq!(
            expected.len(),
            text.len(),
            "{name} differs: see the comment of this test"
        );
    }
}
