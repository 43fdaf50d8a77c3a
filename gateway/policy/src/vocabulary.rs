//! The words of a posture as the entities that the policies speak of.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, ParseErrors,
    RestrictedExpression,
};
use domain::{OperationKind, OrganismKind, Purpose, Standing};

use crate::posture::{Acting, Bearing, File, Granted, Posture, Subject, System, Terms};
use crate::slices::Key;
use crate::{Charge, Peril, Viewer};

/// Why a question could not be put to the policies; never the asker's fault.
pub(crate) type Unaskable = Box<dyn std::error::Error>;

/// A question as Cedar takes it.
pub(crate) struct Asked {
    pub(crate) principal: EntityUid,
    pub(crate) kind: EntityUid,
    pub(crate) action: EntityUid,
    pub(crate) resource: EntityUid,
    pub(crate) context: Context,
    pub(crate) entities: Entities,
}

/// A kind of reader as Cedar takes it.
pub(crate) struct Reader {
    principal: EntityUid,
    kind: EntityUid,
    entities: Entities,
}

/// What may be done with a field group.
#[derive(Clone, Copy, Debug)]
pub(crate) enum GroupAction {
    SeeFull,
    SeeMasked,
    Write,
}

impl GroupAction {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::SeeFull, Self::SeeMasked, Self::Write];

    const fn as_str(self) -> &'static str {
        match self {
            Self::SeeFull => "verCompleto",
            Self::SeeMasked => "verEnmascarado",
            Self::Write => "escribir",
        }
    }
}

macro_rules! vocabulary {
    ($($field:ident = $name:literal),+ $(,)?) => {
        /// The entity types of the schema, parsed once.
        #[derive(Debug)]
        pub(crate) struct Vocabulary { $($field: EntityTypeName),+ }

        impl Vocabulary {
            /// The types that `pasarela.cedarschema` declares.
            pub(crate) fn new() -> Result<Self, Box<ParseErrors>> {
                Ok(Self { $($field: $name.parse().map_err(Box::new)?),+ })
            }
        }
    };
}

vocabulary! {
    action = "Action",
    agreement = "Convenio",
    case = "Caso",
    charge = "Cargo",
    federation = "Federacion",
    group = "Grupo",
    kind = "Clase",
    mode = "Modo",
    operation = "Operacion",
    organism = "Organismo",
    purpose = "Finalidad",
    relation = "Relacion",
    representation = "Representacion",
    standing = "Situacion",
    viewer = "Lector",
}

/// Who asks, in every question; what matters of it stands in its attributes.
const REQUESTER: &str = "solicitante";

impl Vocabulary {
    /// May the organism do this?
    pub(crate) fn question(&self, posture: &Posture) -> Result<Asked, Unaskable> {
        let principal = uid(&self.organism, REQUESTER);
        let kind = uid(&self.kind, posture.kind.as_str());
        let mut entities = Vec::new();
        let mut own = HashMap::new();
        if let Some(terms) = posture.terms {
            let convenio = uid(&self.agreement, "convenio");
            own.insert("convenio".to_owned(), entity(convenio.clone()));
            let attributes = self.agreement(terms);
            entities.push(Entity::new(convenio, attributes, HashSet::new())?);
        }
        entities.push(Entity::new(
            principal.clone(),
            own,
            HashSet::from([kind.clone()]),
        )?);
        let resource = match posture.subject {
            Subject::Federation => uid(&self.federation, "casos"),
            Subject::Case(bearing) => self.case(bearing, bearing.charge, &mut entities)?,
            // Nobody is in charge of what does not exist yet.
            Subject::New(bearing) => self.case(bearing, None, &mut entities)?,
        };
        Ok(Asked {
            principal,
            kind,
            action: uid(&self.action, posture.operation.as_str()),
            resource,
            context: self.context(posture)?,
            entities: Entities::from_entities(entities, None)?,
        })
    }

    /// A kind of reader, to be asked about many groups.
    pub(crate) fn reader(&self, viewer: Viewer) -> Result<Reader, Unaskable> {
        let principal = uid(&self.viewer, "lector");
        let kind = uid(&self.kind, viewer.kind.as_str());
        let word = |name, kind, word| (name, entity(uid(kind, word)));
        let level = viewer.level.map(|level| ("nivel", number(level as i64)));
        let attributes = record(level.into_iter().chain([
            word("modo", &self.mode, viewer.mode.as_str()),
            word("relacion", &self.relation, viewer.relation.as_str()),
            word("finalidad", &self.purpose, viewer.purpose.as_str()),
            ("responsable", truth(viewer.charge == Charge::Own)),
            ("techo", number(viewer.ceiling as i64)),
        ]));
        let reader = Entity::new(principal.clone(), attributes, HashSet::from([kind.clone()]))?;
        Ok(Reader {
            entities: Entities::from_entities([reader], None)?,
            principal,
            kind,
        })
    }

    /// May this kind of reader do this with the group?
    pub(crate) fn group_question(
        &self,
        reader: &Reader,
        action: GroupAction,
        group: &str,
    ) -> Asked {
        Asked {
            principal: reader.principal.clone(),
            kind: reader.kind.clone(),
            action: uid(&self.action, action.as_str()),
            resource: uid(&self.group, group),
            context: Context::empty(),
            entities: reader.entities.clone(),
        }
    }

    fn context(&self, posture: &Posture) -> Result<Context, Unaskable> {
        let representation = match posture.acting {
            Acting::Itself => "propia",
            Acting::ForParticipant => "participante",
            Acting::ForStranger => "ajena",
        };
        Ok(Context::from_pairs(record([
            ("operacion", entity(self.operation(posture.operation))),
            ("finalidad", entity(self.purpose(posture.purpose))),
            ("conExpediente", truth(posture.file == File::Named)),
            ("peligro", truth(posture.peril == Peril::Declared)),
            (
                "representacion",
                entity(uid(&self.representation, representation)),
            ),
        ]))?)
    }

    fn agreement(&self, terms: Terms) -> HashMap<String, RestrictedExpression> {
        let standing = uid(&self.standing, standing_word(terms.standing));
        record([
            ("situacion", entity(standing)),
            ("modo", entity(uid(&self.mode, terms.mode.as_str()))),
            ("listaOperacion", truth(terms.operation == Granted::Yes)),
            ("listaFinalidad", truth(terms.purpose == Granted::Yes)),
            ("techo", number(terms.ceiling as i64)),
            (
                "accesoExcepcional",
                truth(terms.exceptional == Granted::Yes),
            ),
        ])
    }

    fn case(
        &self,
        bearing: Bearing,
        charge: Option<Charge>,
        entities: &mut Vec<Entity>,
    ) -> Result<EntityUid, Unaskable> {
        let charge = match charge {
            Some(Charge::Own) => "propio",
            Some(Charge::Foreign) => "ajeno",
            None => "nadie",
        };
        let relation = uid(&self.relation, bearing.relation.as_str());
        let level = bearing.level.map(|level| ("nivel", number(level as i64)));
        let attributes = record(level.into_iter().chain([
            ("relacion", entity(relation)),
            ("cargo", entity(uid(&self.charge, charge))),
            ("sistemaPropio", truth(bearing.system == System::Remote)),
        ]));
        let case = uid(&self.case, "caso");
        entities.push(Entity::new(case.clone(), attributes, HashSet::new())?);
        Ok(case)
    }

    /// Every kind of organism.
    pub(crate) fn kinds(&self) -> Vec<EntityUid> {
        let kinds = OrganismKind::ALL.iter();
        kinds.map(|kind| uid(&self.kind, kind.as_str())).collect()
    }

    /// By what the policies are found that may speak to `kind` about an operation.
    pub(crate) fn operation_key(&self, kind: OrganismKind, operation: OperationKind) -> Key {
        (
            self.organism.clone(),
            uid(&self.kind, kind.as_str()),
            uid(&self.action, operation.as_str()),
        )
    }

    /// The same about what readers may do with field groups.
    pub(crate) fn reader_keys(&self, kind: OrganismKind) -> [Key; 3] {
        GroupAction::ALL.map(|action| {
            (
                self.viewer.clone(),
                uid(&self.kind, kind.as_str()),
                uid(&self.action, action.as_str()),
            )
        })
    }

    fn operation(&self, kind: OperationKind) -> EntityUid {
        uid(&self.operation, kind.as_str())
    }

    fn purpose(&self, purpose: Purpose) -> EntityUid {
        uid(&self.purpose, purpose.as_str())
    }
}

pub(crate) const fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Effective => "vigente",
        Standing::NotYet => "pendiente",
        Standing::Suspended => "suspendido",
        Standing::Expired => "expirado",
        Standing::NotPublished => "noPublicado",
        Standing::Resolved => "resuelto",
    }
}

fn uid(kind: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(kind.clone(), EntityId::new(id))
}

fn entity(uid: EntityUid) -> RestrictedExpression {
    RestrictedExpression::new_entity_uid(uid)
}

fn truth(value: bool) -> RestrictedExpression {
    RestrictedExpression::new_bool(value)
}

fn number(value: i64) -> RestrictedExpression {
    RestrictedExpression::new_long(value)
}

fn record<'a>(
    pairs: impl IntoIterator<Item = (&'a str, RestrictedExpression)>,
) -> HashMap<String, RestrictedExpression> {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
