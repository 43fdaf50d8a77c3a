//! The XSD files below a folder, and which of them stand on their own.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::Event;

/// The path, inside the contract folder, that `location` means in the file `from`.
///
/// `None` for an absolute location, an address, or a path that leaves the folder.
pub(crate) fn resolve(from: &str, location: &str) -> Option<String> {
    let location = location.trim();
    if location.is_empty() || location.starts_with('/') || location.contains([':', '\\', '#', '?'])
    {
        return None;
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut path: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in location.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                path.pop()?;
            }
            name => path.push(name),
        }
    }
    Some(path.join("/"))
}

/// Every XSD file below `folder` that no other one includes or imports, by path, in order.
///
/// Of files that only refer to each other in a circle, the first counts as their root.
///
/// # Errors
/// When a folder or file cannot be read.
pub(crate) fn roots(folder: &Path) -> io::Result<Vec<String>> {
    let mut references = BTreeMap::new();
    for path in below(folder, "")? {
        let text = fs::read(folder.join(&path))?;
        let targets = locations(&String::from_utf8_lossy(&text))
            .into_iter()
            .filter_map(|to| resolve(&path, &to));
        let targets = targets.filter(|target| *target != path).collect();
        references.insert(path, targets);
    }
    Ok(uncalled(&references))
}

fn uncalled(references: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let called: BTreeSet<&String> = references.values().flatten().collect();
    let mut roots: Vec<String> = references
        .keys()
        .filter(|path| !called.contains(path))
        .cloned()
        .collect();
    let mut reached = BTreeSet::new();
    for root in &roots {
        reach(references, root, &mut reached);
    }
    for path in references.keys() {
        if !reached.contains(path) {
            roots.push(path.clone());
            reach(references, path, &mut reached);
        }
    }
    roots.sort();
    roots
}

fn reach(
    references: &BTreeMap<String, BTreeSet<String>>,
    from: &str,
    reached: &mut BTreeSet<String>,
) {
    let mut open = vec![from.to_owned()];
    while let Some(path) = open.pop() {
        if reached.insert(path.clone()) {
            open.extend(references.get(&path).into_iter().flatten().cloned());
        }
    }
}

fn below(base: &Path, prefix: &str) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(base.join(prefix))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}/{name}")
        };
        if entry.file_type()?.is_dir() {
            found.extend(below(base, &path)?);
        } else if Path::new(&name).extension().is_some_and(|end| end == "xsd") {
            found.push(path);
        }
    }
    Ok(found)
}

/// What a schema file includes, imports or redefines; of a broken file, what stands before the break.
fn locations(text: &str) -> Vec<String> {
    let mut reader = Reader::from_str(text);
    let mut found = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start) | Event::Empty(start)) => {
                let local = start.local_name();
                if matches!(local.as_ref(), "include" | "import" | "redefine") {
                    let location = start.try_get_attribute("schemaLocation").ok().flatten();
                    let value = location.map(|at| at.value.into_owned());
                    found.extend(value);
                }
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{resolve, roots};

    #[test]
    fn locations_stay_inside_the_folder() {
        for (from, location, path) in [
            ("a.xsd", "b.xsd", Some("b.xsd")),
            ("x/a.xsd", "b.xsd", Some("x/b.xsd")),
            ("x/a.xsd", "../b.xsd", Some("b.xsd")),
            ("x/y/a.xsd", "./../z/./b.xsd", Some("x/z/b.xsd")),
            ("a.xsd", "../b.xsd", None),
            ("a.xsd", "/etc/b.xsd", None),
            ("a.xsd", "http://example.org/b.xsd", None),
            ("a.xsd", "x\\b.xsd", None),
            ("a.xsd", "", None),
        ] {
            assert_eq!(
                resolve(from, location).as_deref(),
                path,
                "{from} {location}"
            );
        }
    }

    #[test]
    fn a_root_is_what_nobody_refers_to() {
        let including = |target: &str| {
            format!(
                r#"<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
                   <xs:include schemaLocation="{target}"/></xs:schema>"#
            )
        };
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("x")).unwrap();
        for (path, text) in [
            ("a.xsd", including("x/part.xsd")),
            ("x/part.xsd", including("../common.xsd")),
            ("common.xsd", including("common.xsd")),
            ("one.xsd", including("other.xsd")),
            ("other.xsd", including("one.xsd")),
            ("broken.xsd", "<xs:schema".to_owned()),
            ("README.md", String::new()),
        ] {
            fs::write(folder.path().join(path), text).unwrap();
        }
        assert_eq!(
            roots(folder.path()).unwrap(),
            ["a.xsd", "broken.xsd", "one.xsd"]
        );
    }
}
