//! Operations of a WSDL, and the terms on which the governance file lets them be called.

mod fault;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use toml::Spanned;

use super::file::{ContextText, File, OperationText};
use super::walk::{Side, holds, idle, walk};
use super::{Reached, SidecarFault, refused, single};
use crate::load::compile::Compiler;
use crate::load::error::{LoadError, SchemaFault};
use crate::load::leaves::value_type;
use crate::load::operations::CLASSES;
use crate::load::rest::{self, Refused, Written};
use crate::load::wsdl::{Named, Spoken, WsdlFault};
use crate::{
    BodyContext, Content, ContextField, ContextSource, ElementId, Fronting, Governance, Method,
    Operation, RestBinding, RestBody, Role, Segment, Terms, Territory, Wire,
};

/// The operations that the bindings speak of, with the terms of the file.
pub(in crate::load) fn operations(
    compiler: &mut Compiler<'_>,
    file: Option<&File>,
    spoken: &[Spoken],
    governance: Governance,
    errors: &mut BTreeSet<LoadError>,
) -> Vec<Operation> {
    let mut operations = Vec::new();
    let mut routes = BTreeSet::new();
    for one in spoken {
        match operation(compiler, file, one, &mut routes) {
            Ok(operation) => operations.push(operation),
            Err(error) => drop(errors.insert(error)),
        }
    }
    let known = |name: &str| spoken.iter().any(|one| *one.name == *name);
    for text in file
        .iter()
        .flat_map(|file| file.operations.iter().map(move |it| (file, it)))
    {
        let (file, text) = text;
        let name = text.nombre.get_ref();
        if !known(name) {
            let fault = SidecarFault::UnknownOperation(name.clone());
            errors.insert(file.error(&text.nombre, fault));
        }
    }
    if governance == Governance::Required && errors.is_empty() {
        errors.extend(govern(compiler, file, &operations));
    }
    operations
}

/// Everything that is wrong with who may see what.
fn govern(
    compiler: &mut Compiler<'_>,
    file: Option<&File>,
    operations: &[Operation],
) -> Vec<LoadError> {
    let mut reached = Reached::default();
    for operation in operations {
        walk(compiler, operation.request, Side::Request, &mut reached);
        let before = reached.cases.len();
        walk(compiler, operation.response, Side::Response, &mut reached);
        let Some(file) = file else { continue };
        let cases = reached.cases.get(before..).unwrap_or_default().to_vec();
        if cases.is_empty() {
            let fault = SidecarFault::NoCase(operation.name.to_string());
            reached.errors.push(refused(0, fault));
        }
        reached.errors.extend(subjects(compiler, operation, &cases));
        for (case, path, required) in cases {
            let told = matches!(territory(file), Territory::Told);
            if case == operation.response {
                reached.errors.push(refused(0, SidecarFault::Root(path)));
            } else if told && !holds(compiler, case, Role::Territory) {
                reached
                    .errors
                    .push(refused(0, SidecarFault::NoTerritory(path)));
            } else if required && &*operation.class != "consulta" {
                reached
                    .errors
                    .push(refused(0, SidecarFault::Required(path)));
            }
        }
    }
    if file.is_some() {
        let idle = idle(compiler, &reached);
        reached.errors.extend(idle);
    }
    reached.errors
}

/// What is wrong with whom a question and its cases are about: an answer about someone else is held
/// back, so both must say one.
fn subjects(
    compiler: &Compiler<'_>,
    operation: &Operation,
    cases: &[(ElementId, String, bool)],
) -> Vec<LoadError> {
    let asked = single::most(compiler, operation.request, Role::Subject);
    let mut faults = Vec::new();
    if asked > 1 {
        faults.push(SidecarFault::Subjects(operation.name.to_string()));
    }
    for (case, path, _) in cases {
        match single::most(compiler, *case, Role::Subject) {
            0 if asked > 0 => faults.push(SidecarFault::NoSubject(path.clone())),
            0 | 1 => {}
            _ => faults.push(SidecarFault::Subjects(path.clone())),
        }
    }
    let errors = faults.into_iter().map(|fault| refused(0, fault));
    errors.collect()
}

fn operation(
    compiler: &Compiler<'_>,
    file: Option<&File>,
    spoken: &Spoken,
    routes: &mut BTreeSet<String>,
) -> Result<Operation, LoadError> {
    let ids = |names: &[Named]| {
        let ids = names.iter().map(|name| element(compiler, name));
        ids.collect::<Result<Vec<_>, _>>()
    };
    let request = element(compiler, &spoken.request)?;
    let wire = Wire {
        actions: spoken.actions.clone(),
        request_headers: ids(&spoken.request_headers)?,
        response_headers: ids(&spoken.response_headers)?,
        faults: ids(&spoken.faults)?,
    };
    let first = spoken.actions.first();
    let mut operation = Operation {
        name: spoken.name.clone(),
        class: Arc::from("consulta"),
        request,
        response: element(compiler, &spoken.response)?,
        soap_action: first.map_or_else(String::new, |(_, action)| action.to_string()),
        doc: spoken.doc.clone(),
        rest: vec![whole(&spoken.name)],
        lot: None,
        wire: Some(wire),
        terms: None,
    };
    let Some(file) = file else {
        return Ok(operation);
    };
    let text = file
        .operations
        .iter()
        .find(|it| **it.nombre.get_ref() == *spoken.name);
    let missing = || refused(0, SidecarFault::MissingOperation(spoken.name.to_string()));
    let text = text.ok_or_else(missing)?;
    if !spoken.request_headers.is_empty() {
        let fault = SidecarFault::Headers(spoken.name.to_string());
        return Err(file.error(&text.nombre, fault));
    }
    operation.class = class(file, text)?;
    operation.rest = bindings(compiler, file, text, request, routes)?;
    operation.terms = Some(terms(compiler, file, text, request)?);
    Ok(operation)
}

/// The shape of an operation of which nobody says one: the whole message, at its name.
fn whole(name: &str) -> RestBinding {
    RestBinding {
        method: Method::Post,
        path: vec![Segment::Literal(name.to_owned())],
        body: RestBody::Whole,
        success: 200,
    }
}

fn element(compiler: &Compiler<'_>, named: &Named) -> Result<ElementId, LoadError> {
    let missing = || LoadError {
        location: named.location.clone(),
        fault: SchemaFault::Wsdl(WsdlFault::Missing {
            kind: "element",
            name: named.element.to_string(),
        }),
    };
    let found = compiler.roots.get(&named.element).copied();
    found.ok_or_else(missing)
}

fn class(file: &File, text: &OperationText) -> Result<Arc<str>, LoadError> {
    let class = text.clase.get_ref().as_str();
    let fault = match class {
        "presentacion" => SidecarFault::Class(text.nombre.get_ref().clone()),
        _ if class != "indice" && CLASSES.contains(&class) => return Ok(Arc::from(class)),
        _ => SidecarFault::Value {
            name: "clase",
            value: class.to_owned(),
        },
    };
    Err(file.error(&text.clase, fault))
}

fn bindings(
    compiler: &Compiler<'_>,
    file: &File,
    text: &OperationText,
    request: ElementId,
    routes: &mut BTreeSet<String>,
) -> Result<Vec<RestBinding>, LoadError> {
    if text.rest.is_empty() {
        return Ok(vec![whole(text.nombre.get_ref())]);
    }
    let mut found = Vec::new();
    for shape in &text.rest {
        let success = shape.exito.map(|status| status.to_string());
        let written = Written {
            method: shape.metodo.get_ref(),
            path: shape.ruta.get_ref(),
            body: shape.cuerpo.as_ref().map(|body| body.get_ref().as_str()),
            success: success.as_deref(),
        };
        let binding = rest::binding(compiler, request, written, routes);
        found.push(binding.map_err(|refused| match refused {
            Refused::Value(name, value) => {
                file.error(&shape.ruta, SidecarFault::Value { name, value })
            }
            Refused::Operation(fault) => {
                let mut error = file.error(&shape.ruta, SidecarFault::NoWsdl);
                let operation = text.nombre.get_ref().clone();
                error.fault = SchemaFault::Operation { operation, fault };
                error
            }
        })?);
    }
    Ok(found)
}

fn terms(
    compiler: &Compiler<'_>,
    file: &File,
    text: &OperationText,
    request: ElementId,
) -> Result<Terms, LoadError> {
    let context = match &text.contexto {
        None => ContextSource::Header,
        Some(context) => ContextSource::Body(self::context(compiler, file, context, request)?),
    };
    Ok(Terms {
        purposes: text
            .finalidades
            .iter()
            .map(|it| Arc::from(it.as_str()))
            .collect(),
        per_minute: text.cuota_por_minuto,
        context,
    })
}

fn context(
    compiler: &Compiler<'_>,
    file: &File,
    text: &ContextText,
    request: ElementId,
) -> Result<BodyContext, LoadError> {
    let fields = [
        (ContextField::Requester, Some(&text.solicitante)),
        (ContextField::OnBehalfOf, text.en_nombre_de.as_ref()),
        (ContextField::Officer, Some(&text.funcionario)),
        (ContextField::Purpose, Some(&text.finalidad)),
        (ContextField::File, text.expediente.as_ref()),
        (ContextField::RequestId, Some(&text.peticion)),
        (ContextField::Timestamp, Some(&text.fecha)),
    ];
    let given = fields
        .into_iter()
        .filter_map(|(field, path)| Some((field, path?)));
    let read = given.map(|(field, path)| {
        let known = leaf(compiler, file, path, request)?;
        if single::repeats(compiler, &known, request) {
            let fault = SidecarFault::Repeated(known.to_string());
            return Err(file.error(path, fault));
        }
        Ok((field, known))
    });
    let purposes = text.finalidades.iter();
    Ok(BodyContext {
        fields: read.collect::<Result<BTreeMap<_, _>, LoadError>>()?,
        purposes: purposes
            .map(|(word, purpose)| (Arc::from(word.as_str()), Arc::from(purpose.as_str())))
            .collect(),
    })
}

/// The path of a leaf of that message: names from the root, which must lead to one.
fn leaf(
    compiler: &Compiler<'_>,
    file: &File,
    path: &Spanned<String>,
    root: ElementId,
) -> Result<Arc<str>, LoadError> {
    if is_leaf(compiler, path.get_ref(), root) {
        return Ok(Arc::from(path.get_ref().as_str()));
    }
    let fault = SidecarFault::NoLeaf(path.get_ref().clone());
    Err(file.error(path, fault))
}

fn is_leaf(compiler: &Compiler<'_>, path: &str, root: ElementId) -> bool {
    let mut names = path.strip_prefix('/').unwrap_or_default().split('/');
    let is_called = |id: ElementId, name: &str| {
        let element = compiler.elements.get(id.index());
        element.is_some_and(|element| *element.name.local == *name)
    };
    if !names.next().is_some_and(|name| is_called(root, name)) {
        return false;
    }
    let mut at = root;
    for name in names {
        let content = compiler.elements.get(at.index()).map(|it| it.content);
        let Some(Content::Complex(complex)) = content else {
            return false;
        };
        let children = compiler.types.get(complex.index()).map(|it| &it.children);
        let mut children = children.into_iter().flatten().map(|child| child.element);
        let Some(next) = children.find(|child| is_called(*child, name)) else {
            return false;
        };
        at = next;
    }
    let content = compiler.elements.get(at.index()).map(|it| it.content);
    content.is_some_and(|content| value_type(compiler, content).is_some())
}

fn territory(file: &File) -> Territory {
    match &file.contract.sin_territorio {
        None => Territory::Told,
        Some(without) => Territory::Without {
            reason: Arc::from(without.motivo.as_str()),
            kinds: without
                .organismos
                .iter()
                .map(|it| Arc::from(it.as_str()))
                .collect(),
        },
    }
}

/// What the file says of the contract as a whole.
pub(in crate::load) fn fronting(
    compiler: &Compiler<'_>,
    file: &File,
    operations: &[Operation],
) -> Result<Fronting, LoadError> {
    let level = file.contract.nivel.as_ref();
    let fault = file.fault.as_ref();
    Ok(Fronting {
        territory: territory(file),
        level: level.map(|level| Arc::from(level.get_ref().as_str())),
        fault: fault
            .map(|text| fault::terms(compiler, file, text, operations))
            .transpose()?,
    })
}
