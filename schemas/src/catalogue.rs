//! The field catalogue: every leaf of a contract, where it is, and who decides about it.

use std::fmt::Write;

use crate::{
    Body, Content, Contract, ElementId, Governed, Masking, Particle, QName, Role, Sensitivity,
    SimpleId, TypeId,
};

/// One leaf.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The path from the root: names joined by `/`, an attribute with `@`, `[]` after what repeats.
    pub path: String,
    /// The name of its type; the built-in one when it has no name.
    pub r#type: String,
    /// Whether every parent that is there has it.
    pub required: bool,
    /// The field group.
    pub group: Option<String>,
    /// The sensitivity.
    pub sensitivity: Option<Sensitivity>,
    /// How it is masked.
    pub masking: Option<Masking>,
    /// What policy reads it as.
    pub role: Option<Role>,
    /// The documentation.
    pub doc: String,
}

/// Every leaf of a document with that root, in schema order.
///
/// Where a type contains itself, the catalogue does not go in again: the path ends in `…`.
pub fn fields(contract: &Contract, root: ElementId) -> Vec<Field> {
    let mut walk = Walk {
        contract,
        open: Vec::new(),
        found: Vec::new(),
    };
    let path = contract.element(root).name.local.to_string();
    walk.element(root, &path, true);
    walk.found
}

/// The catalogue of every operation's request and response, as Markdown tables in Spanish.
pub fn markdown(contract: &Contract) -> String {
    let mut text = format!(
        "# Catálogo de campos: {} {}\n",
        contract.name(),
        contract.version()
    );
    let operations = contract.operations();
    let mut roots: Vec<ElementId> = operations
        .iter()
        .flat_map(|operation| [operation.request, operation.response])
        .collect();
    if roots.is_empty() {
        roots = contract.roots().to_vec();
    }
    for root in roots {
        table(contract, root, &mut text);
    }
    text
}

fn table(contract: &Contract, root: ElementId, text: &mut String) {
    let element = contract.element(root);
    // Writing to a string cannot fail.
    let _ = write!(
        text,
        "\n## {}\n\n{}\n\n",
        element.name.local,
        cell(&element.doc)
    );
    text.push_str("| campo | tipo | oblig. | grupo | sens. | máscara | función | qué es |\n");
    text.push_str("|---|---|---|---|---|---|---|---|\n");
    for field in fields(contract, root) {
        let _ = writeln!(
            text,
            "| `{}` | `{}` | {} | {} | {} | {} | {} | {} |",
            field.path,
            field.r#type,
            if field.required { "sí" } else { "" },
            field.group.as_deref().unwrap_or_default(),
            field.sensitivity.map_or("", Sensitivity::as_str),
            field.masking.map_or("", Masking::as_str),
            field.role.map_or("", Role::as_str),
            cell(&field.doc),
        );
    }
}

/// A text that keeps to its cell.
fn cell(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace('|', "\\|")
}

struct Walk<'c> {
    contract: &'c Contract,
    open: Vec<TypeId>,
    found: Vec<Field>,
}

/// What a leaf says about itself, whether element or attribute.
struct Leaf<'c> {
    simple: SimpleId,
    required: bool,
    governance: Option<Governed>,
    role: Option<Role>,
    doc: &'c str,
}

impl Walk<'_> {
    fn element(&mut self, id: ElementId, path: &str, required: bool) {
        let contract = self.contract;
        let element = contract.element(id);
        if let Some(simple) = contract.text_of(element) {
            let leaf = Leaf {
                simple,
                required,
                governance: element.governance,
                role: element.role,
                doc: &element.doc,
            };
            self.leaf(path.to_owned(), &leaf);
        }
        if let Content::Complex(complex) = element.content {
            if contract.complex(complex).mixed {
                let text = format!("{path}/{}", crate::json::TEXT);
                self.loose(text, "xs:string", element.governance);
            }
            self.complex(complex, path);
            // What a named type adds stands under its name.
            for derived in &contract.complex(complex).derived {
                if !contract.complex(complex).is_any() {
                    self.complex(derived.complex, &format!("{path}({})", derived.name.local));
                }
            }
        }
    }

    fn complex(&mut self, id: TypeId, path: &str) {
        let contract = self.contract;
        let complex = contract.complex(id);
        if self.open.contains(&id) {
            self.found.push(again(path, complex.name.as_ref()));
            return;
        }
        self.open.push(id);
        for attribute in &complex.attributes {
            let leaf = Leaf {
                simple: attribute.simple,
                required: attribute.required,
                governance: attribute.governance,
                role: attribute.role,
                doc: &attribute.doc,
            };
            self.leaf(format!("{path}/@{}", attribute.name.local), &leaf);
        }
        if let Some(any) = complex.any_attribute {
            let path = format!("{path}/@{}", crate::json::ANY);
            let governance = contract.wildcard(any).governance;
            self.loose(path, "xs:anyAttribute", governance);
        }
        let wildcards = complex.particle.iter().flat_map(Particle::wildcards);
        if let Some(any) = wildcards.map(|any| contract.wildcard(any)).next() {
            let path = format!("{path}/{}[]", crate::json::ANY);
            self.loose(path, "xs:any", any.governance);
        }
        if let Body::Elements(_) = complex.body {
            for child in &complex.children {
                let local = &contract.element(child.element).name.local;
                let sign = if child.repeated { "[]" } else { "" };
                self.element(
                    child.element,
                    &format!("{path}/{local}{sign}"),
                    child.required,
                );
            }
        }
        self.open.pop();
    }

    /// Something without a name of its own.
    fn loose(&mut self, path: String, kind: &str, governed: Option<Governed>) {
        self.found.push(Field {
            path,
            r#type: kind.to_owned(),
            required: false,
            group: governed.map(|governed| self.contract.group(governed.group).name.to_string()),
            sensitivity: governed.map(|governed| governed.sensitivity),
            masking: None,
            role: None,
            doc: String::new(),
        });
    }

    fn leaf(&mut self, path: String, leaf: &Leaf<'_>) {
        let simple = self.contract.simple(leaf.simple);
        let named = simple.name().map(|name| name.local.to_string());
        let governed = leaf.governance;
        self.found.push(Field {
            path,
            r#type: named.unwrap_or_else(|| format!("xs:{}", simple.builtin().as_str())),
            required: leaf.required,
            group: governed.map(|governed| self.contract.group(governed.group).name.to_string()),
            sensitivity: governed.map(|governed| governed.sensitivity),
            masking: governed.and_then(|governed| governed.masking),
            role: leaf.role,
            doc: leaf.doc.to_owned(),
        });
    }
}

/// The place where a type contains itself.
fn again(path: &str, name: Option<&QName>) -> Field {
    Field {
        path: format!("{path}/…"),
        r#type: name.map_or_else(String::new, |name| name.local.to_string()),
        required: false,
        group: None,
        sensitivity: None,
        masking: None,
        role: None,
        doc: String::new(),
    }
}
