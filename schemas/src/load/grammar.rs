//! The schema for schemas, cut down to the supported profile: which elements and attributes may
//! stand where. Everything else is refused by name, so that nothing is ever ignored.

use super::error::{LoadError, SchemaFault};
use super::tree::{ANNOTATIONS, Node, XS};

/// What an element of XML Schema may carry.
struct Rule {
    name: &'static str,
    attributes: &'static str,
    /// Children by stage: the stages come in order, one child each, but for those with a star.
    children: &'static [&'static str],
}

const RULES: &[Rule] = &[
    Rule {
        name: "schema",
        attributes: "targetNamespace elementFormDefault attributeFormDefault version blockDefault finalDefault",
        children: &[
            "*annotation include import redefine",
            "*annotation element attribute complexType simpleType group attributeGroup notation",
        ],
    },
    Rule {
        name: "include",
        attributes: "schemaLocation",
        children: &["annotation"],
    },
    Rule {
        name: "import",
        attributes: "namespace schemaLocation",
        children: &["annotation"],
    },
    Rule {
        name: "redefine",
        attributes: "schemaLocation",
        children: &["*annotation simpleType complexType group attributeGroup"],
    },
    Rule {
        name: "element",
        attributes: "name ref type minOccurs maxOccurs nillable default fixed form abstract substitutionGroup block final",
        children: &["annotation", "simpleType complexType", "*key unique keyref"],
    },
    Rule {
        name: "key",
        attributes: "name",
        children: &["annotation", "selector", "*field"],
    },
    Rule {
        name: "unique",
        attributes: "name",
        children: &["annotation", "selector", "*field"],
    },
    Rule {
        name: "keyref",
        attributes: "name refer",
        children: &["annotation", "selector", "*field"],
    },
    Rule {
        name: "selector",
        attributes: "xpath",
        children: &["annotation"],
    },
    Rule {
        name: "field",
        attributes: "xpath",
        children: &["annotation"],
    },
    Rule {
        name: "attribute",
        attributes: "name ref type use default fixed form",
        children: &["annotation", "simpleType"],
    },
    Rule {
        name: "complexType",
        attributes: "name mixed abstract block final",
        children: &[
            "annotation",
            "simpleContent complexContent sequence choice group all",
            "*attribute attributeGroup",
            "anyAttribute",
        ],
    },
    Rule {
        name: "simpleContent",
        attributes: "",
        children: &["annotation", "extension restriction"],
    },
    Rule {
        name: "complexContent",
        attributes: "mixed",
        children: &["annotation", "extension restriction"],
    },
    Rule {
        name: "extension",
        attributes: "base",
        children: &[
            "annotation",
            "sequence choice group all",
            "*attribute attributeGroup",
            "anyAttribute",
        ],
    },
    Rule {
        name: "sequence",
        attributes: "minOccurs maxOccurs",
        children: &["annotation", "*element sequence choice group any"],
    },
    Rule {
        name: "choice",
        attributes: "minOccurs maxOccurs",
        children: &["annotation", "*element sequence choice group any"],
    },
    Rule {
        name: "all",
        attributes: "minOccurs maxOccurs",
        children: &["annotation", "*element"],
    },
    Rule {
        name: "any",
        attributes: "namespace processContents minOccurs maxOccurs",
        children: &["annotation"],
    },
    Rule {
        name: "anyAttribute",
        attributes: "namespace processContents",
        children: &["annotation"],
    },
    Rule {
        name: "group",
        attributes: "name ref minOccurs maxOccurs",
        children: &["annotation", "sequence choice all"],
    },
    Rule {
        name: "attributeGroup",
        attributes: "name ref",
        children: &["annotation", "*attribute attributeGroup", "anyAttribute"],
    },
    Rule {
        name: "simpleType",
        attributes: "name final",
        children: &["annotation", "restriction list union"],
    },
    Rule {
        name: "list",
        attributes: "itemType",
        children: &["annotation", "simpleType"],
    },
    Rule {
        name: "union",
        attributes: "memberTypes",
        children: &["annotation", "*simpleType"],
    },
    Rule {
        name: "notation",
        attributes: "name public system",
        children: &["annotation"],
    },
    Rule {
        name: "restriction",
        attributes: "base",
        children: &[
            "annotation",
            "simpleType sequence choice group all",
            FACETS,
            "*attribute attributeGroup",
            "anyAttribute",
        ],
    },
    Rule {
        name: "annotation",
        attributes: "",
        children: &["*documentation appinfo"],
    },
];

/// What stands in a restriction of a simple type.
const FACETS: &str = "*length minLength maxLength pattern enumeration whiteSpace minInclusive \
                      minExclusive maxInclusive maxExclusive totalDigits fractionDigits";

/// What a facet may carry.
const FACET_RULE: Rule = Rule {
    name: "",
    attributes: "value fixed",
    children: &["annotation"],
};

/// Checks a whole file.
pub(super) fn check(root: &Node, errors: &mut Vec<LoadError>) {
    check_node(root, &[], errors);
}

fn check_node(node: &Node, ancestors: &[&Node], errors: &mut Vec<LoadError>) {
    let Some(name) = node.xs() else { return };
    let facet = FACETS
        .trim_start_matches('*')
        .split_whitespace()
        .any(|facet| facet == name);
    let rule = if facet {
        Some(&FACET_RULE)
    } else {
        RULES.iter().find(|rule| rule.name == name)
    };
    let Some(rule) = rule else { return };
    if !node.text.trim().is_empty() {
        errors.push(node.error(SchemaFault::Misplaced(node.text.trim().to_owned())));
    }
    let redefined = ancestors.last().and_then(|parent| parent.xs()) == Some("redefine");
    check_attributes(node, rule, ancestors.len() == 1 || redefined, errors);
    check_children(node, rule, errors);
    let path = [ancestors, &[node]].concat();
    if name == "annotation" {
        check_annotation(node, ancestors, errors);
        return;
    }
    for child in &node.children {
        check_node(child, &path, errors);
    }
}

fn check_attributes(node: &Node, rule: &Rule, global: bool, errors: &mut Vec<LoadError>) {
    let element = node.xs().unwrap_or_default();
    for (name, _) in &node.attributes {
        if name.namespace.as_deref() == Some(XS) {
            errors.push(node.error(SchemaFault::UnknownAttribute(name.to_string())));
        }
        if name.namespace.is_some() || &*name.local == "id" {
            continue;
        }
        let has = |list: &str| list.split_whitespace().any(|known| known == &*name.local);
        let local_only = global && has("ref minOccurs maxOccurs form use");
        let local = !global && element == "element" && has("abstract substitutionGroup final");
        if !has(rule.attributes) || local_only || local {
            errors.push(node.error(SchemaFault::UnknownAttribute(name.local.to_string())));
        }
    }
}

fn check_children(node: &Node, rule: &Rule, errors: &mut Vec<LoadError>) {
    let mut stages = rule.children.iter().peekable();
    let mut filled = false;
    for child in &node.children {
        let Some(name) = child.xs() else {
            errors.push(child.error(SchemaFault::Misplaced(child.name.to_string())));
            continue;
        };
        let listed = |list: &str| {
            list.trim_start_matches('*')
                .split_whitespace()
                .any(|known| known == name)
        };
        while let Some(stage) = stages.peek() {
            if listed(stage) && (!filled || stage.starts_with('*')) {
                break;
            }
            stages.next();
            filled = false;
        }
        if stages.peek().is_some() {
            filled = true;
            continue;
        }
        // Nothing follows what stands where it may not: begin again behind it.
        stages = rule.children.iter().peekable();
        filled = false;
        let construct = format!("xs:{name}");
        errors.push(child.error(SchemaFault::Misplaced(construct)));
    }
}

/// Our annotations stand on elements and attributes, operations on global elements.
fn check_annotation(node: &Node, ancestors: &[&Node], errors: &mut Vec<LoadError>) {
    let owner = ancestors.last().and_then(|owner| owner.xs());
    let appinfo = node
        .children
        .iter()
        .filter(|child| child.xs() == Some("appinfo"));
    for word in appinfo.flat_map(|appinfo| &appinfo.children) {
        if word.name.namespace.as_deref() != Some(ANNOTATIONS) {
            continue;
        }
        let may_stand = match (&*word.name.local, owner) {
            ("gobierno", Some("element" | "attribute" | "any" | "anyAttribute"))
            | ("caso", Some("element")) => true,
            ("operacion", Some("element")) => ancestors.len() == 2,
            _ => false,
        };
        if !may_stand {
            errors.push(word.error(SchemaFault::Annotation(word.name.local.to_string())));
        }
        check_words(word, errors);
    }
}

fn check_words(word: &Node, errors: &mut Vec<LoadError>) {
    let (attributes, child) = match &*word.name.local {
        "gobierno" => ("grupo sensibilidad mascara funcion", ""),
        "operacion" => ("nombre clase respuesta accion lote", "rest"),
        "rest" => ("metodo ruta cuerpo exito", ""),
        _ => ("", ""),
    };
    for (name, _) in &word.attributes {
        let known = attributes
            .split_whitespace()
            .any(|known| name.is(None, known));
        if !known {
            errors.push(word.error(SchemaFault::UnknownAttribute(name.to_string())));
        }
    }
    for inner in &word.children {
        if inner.name.is(Some(ANNOTATIONS), child) {
            check_words(inner, errors);
        } else {
            errors.push(inner.error(SchemaFault::Annotation(inner.name.local.to_string())));
        }
    }
}
