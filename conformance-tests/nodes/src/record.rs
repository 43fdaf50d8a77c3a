//! The record of one case, as the contract has it: what was submitted, and for the rest what follows from the seed.

mod details;
mod draft;
mod merge;

use std::sync::Arc;

use contract::{Contract, DecodeError, Document, ElementId, Limits, NodeRef, QName, Violation};

use crate::database::find::Section;
use crate::database::row::{Origin, Stored};
use details::Details;
pub(crate) use draft::Draft;
pub(crate) use merge::merge;

/// The sections of a case, in the order of the contract.
pub(crate) const SECTIONS: [&str; 9] = [
    "cabecera",
    "responsabilidad",
    "victima",
    "agresor",
    "relacion",
    "hechos",
    "valoracion",
    "proteccion",
    "registro",
];

/// Why a record cannot be put together.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RecordError {
    /// The contract is not the one that this server was written for.
    #[error("the contract has no `{0}`")]
    Foreign(&'static str),
    /// What this server writes does not fit the contract.
    #[error("the record does not fit the contract: {0}")]
    Unfit(Violation),
    /// A stored section cannot be read back.
    #[error("a stored section cannot be read back: {0}")]
    Section(DecodeError),
}

impl From<Violation> for RecordError {
    fn from(violation: Violation) -> Self {
        RecordError::Unfit(violation)
    }
}

/// The contract with the roots that records are written under.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    /// The contract.
    pub(crate) contract: Arc<Contract>,
    /// `ConsultarCasoRespuesta`, which holds a whole case.
    pub(crate) whole: ElementId,
}

impl Form {
    /// Finds the roots.
    pub(crate) fn of(contract: &Arc<Contract>) -> Result<Form, RecordError> {
        const WHOLE: &str = "ConsultarCasoRespuesta";
        let name = QName::new(Some(contract.namespace()), WHOLE);
        let whole = contract.root(&name).ok_or(RecordError::Foreign(WHOLE))?;
        Ok(Form {
            contract: Arc::clone(contract),
            whole,
        })
    }

    /// A draft of an answer that holds a whole case, with the case open.
    fn draft(&self) -> Result<Draft, RecordError> {
        let mut draft = Draft::new(&self.contract, self.whole);
        draft.open("caso")?;
        Ok(draft)
    }
}

/// A case put together: `ConsultarCasoRespuesta/caso`.
///
/// Identifier, version, state, responsible unit, residence and level come from the tables, whatever a section says.
pub(crate) fn assemble(
    form: &Form,
    seed: u64,
    stored: &Stored,
    sections: &[Section],
) -> Result<Document, RecordError> {
    let submitted = sections
        .iter()
        .map(|(name, content)| Ok((name.as_str(), read(form, content)?)))
        .collect::<Result<Vec<(&str, Document)>, RecordError>>()?;
    put_together(form, seed, stored, &|name| {
        let found = submitted.iter().find(|(other, _)| *other == name);
        found.and_then(|(_, document)| document.root().at("caso")?.child(name))
    })
}

/// A new case put together: what was submitted of it, and what the tables say.
pub(crate) fn complete(
    form: &Form,
    seed: u64,
    stored: &Stored,
    submitted: NodeRef<'_>,
) -> Result<Document, RecordError> {
    put_together(form, seed, stored, &|name| submitted.child(name))
}

fn put_together<'d>(
    form: &Form,
    seed: u64,
    stored: &Stored,
    submitted: &dyn Fn(&str) -> Option<NodeRef<'d>>,
) -> Result<Document, RecordError> {
    let details = Details::new(seed, stored);
    let mut draft = form.draft()?;
    for name in SECTIONS {
        let node = submitted(name);
        match (node, stored.origin) {
            (None, Origin::Generated) => details.section(&mut draft, name)?,
            (Some(_), Origin::Generated) | (_, Origin::Submitted) => {
                submitted_section(&mut draft, &details, name, node)?;
            }
        }
    }
    draft.finish()
}

/// A section as it was submitted, but for what the tables know better.
fn submitted_section(
    draft: &mut Draft,
    details: &Details<'_>,
    name: &str,
    node: Option<NodeRef<'_>>,
) -> Result<(), RecordError> {
    let known = details.known(name);
    if known.is_empty() {
        return node.map_or(Ok(()), |node| draft.append(node));
    }
    draft.within(name, |draft| {
        for local in draft.children() {
            let mut submitted = node
                .into_iter()
                .flat_map(NodeRef::children)
                .filter(|child| *child.local() == *local);
            if known.contains(&&*local) {
                details.told(draft, &local, submitted.next())?;
            } else {
                submitted.try_for_each(|child| draft.append(child))?;
            }
        }
        Ok(())
    })
}

/// A case as the submission of a new one: its state, where the victim lives and who she is. Its identifier stays where it
/// is: whoever takes it gives one of its own.
pub(crate) fn submission(form: &Form, whole: &Document) -> Result<Document, RecordError> {
    const SUBMISSION: &str = "PresentarCaso";
    let name = QName::new(Some(form.contract.namespace()), SUBMISSION);
    let root = form.contract.root(&name);
    let mut draft = Draft::new(
        &form.contract,
        root.ok_or(RecordError::Foreign(SUBMISSION))?,
    );
    let text = |path: &str| whole.root().at(path)?.text();
    draft.within("caso", |draft| {
        draft.within("cabecera", |draft| {
            draft.maybe("estado", text("caso/cabecera/estado"))
        })?;
        let town = text("caso/responsabilidad/municipioResidencia");
        draft.within("responsabilidad", |draft| {
            draft.maybe("municipioResidencia", town)
        })?;
        let victim = whole.root().at("caso/victima/identidad");
        draft.within("victima", |draft| {
            victim.map_or(Ok(()), |victim| draft.append(victim))
        })
    })?;
    draft.finish()
}

/// The sections of a case one by one, as they are stored; each is a whole answer with nothing else in it.
pub(crate) fn sections(form: &Form, answer: &Document) -> Result<Vec<Section>, RecordError> {
    let case = answer.root().child("caso");
    case.into_iter()
        .flat_map(NodeRef::children)
        .map(|section| {
            let mut draft = form.draft()?;
            draft.append(section)?;
            let mut bytes = Vec::new();
            draft.finish()?.write_xml(&mut bytes);
            Ok((section.local().to_owned(), bytes))
        })
        .collect()
}

fn read(form: &Form, content: &[u8]) -> Result<Document, RecordError> {
    let limits = Limits::default();
    contract::xml::decode(&form.contract, form.whole, content, &limits)
        .map_err(RecordError::Section)
}

/// The responsible unit of a case, for a list.
pub(crate) fn unit(draft: &mut Draft, seed: u64, stored: &Stored) -> Result<(), RecordError> {
    Details::new(seed, stored).unit(draft)
}

#[cfg(test)]
mod tests;
