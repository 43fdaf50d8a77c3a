//! The words of a posture as the entities that the policies speak of.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, ParseErrors,
    RestrictedExpression,
};
use domain::{OperationKind, Purpose, Standing};

use crate::posture::{Acting, Bearing, File, Granted, Posture, Subject, System, Terms};
use crate::{Charge, Relation, Viewer};

/// Why a question could not be put to the policies; never the asker's fault.
pub(crate) type Unaskable = Box<dyn std::error::Error>;

/// A question as Cedar takes it.
pub(crate) struct Asked {
    pub(crate) principal: EntityUid,
    pub(crate) action: EntityUid,
    pub(crate) resource: EntityUid,
    pub(crate) context: Context,
    pub(crate) entities: Entities,
}

/// A kind of reader as Cedar takes it.
pub(crate) struct Reader {
    principal: EntityUid,
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
    federation = "Federacion",
    group = "Grupo",
    kind = "Clase",
    mode = "Modo",
    operation = "Operacion",
    organism = "Organismo",
    place = "Lugar",
    purpose = "Finalidad",
    relation = "Relacion",
    standing = "Situacion",
    stay = "Estancia",
    viewer = "Lector",
}

/// Who asks, in every question; what matters of it stands in its attributes.
const REQUESTER: &str = "solicitante";
const PARTICIPANT: &str = "participante";
const STRANGER: &str = "ajeno";
/// Never the same as the stranger in charge of a case: nothing says that they are one.
const UNNAMED: &str = "noNombrado";
/// The territory of the agreement, and a place outside it.
const TERRITORY: &str = "ambito";
const ELSEWHERE: &str = "fuera";

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
            let attributes = self.agreement(terms, posture);
            entities.push(Entity::new(convenio, attributes, HashSet::new())?);
        }
        entities.push(Entity::new(principal.clone(), own, HashSet::from([kind]))?);
        let resource = match posture.subject {
            Subject::Federation => uid(&self.federation, "casos"),
            Subject::Case(bearing) => self.case(bearing, bearing.charge, &mut entities)?,
            // Nobody is in charge of what does not exist yet.
            Subject::New(bearing) => self.case(bearing, None, &mut entities)?,
        };
        Ok(Asked {
            principal,
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
        let long = |name, value| (name, RestrictedExpression::new_long(value));
        let level = viewer.level.map(|level| long("nivel", level as i64));
        let attributes = record(level.into_iter().chain([
            word("modo", &self.mode, viewer.mode.as_str()),
            word("relacion", &self.relation, viewer.relation.as_str()),
            word("finalidad", &self.purpose, viewer.purpose.as_str()),
            (
                "responsable",
                RestrictedExpression::new_bool(viewer.charge == Charge::Own),
            ),
            long("techo", viewer.ceiling as i64),
        ]));
        let reader = Entity::new(principal.clone(), attributes, HashSet::from([kind]))?;
        Ok(Reader {
            entities: Entities::from_entities([reader], None)?,
            principal,
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
            action: uid(&self.action, action.as_str()),
            resource: uid(&self.group, group),
            context: Context::empty(),
            entities: reader.entities.clone(),
        }
    }

    fn context(&self, posture: &Posture) -> Result<Context, Unaskable> {
        let mut pairs = record([
            ("operacion", entity(self.operation(posture.operation))),
            ("finalidad", entity(self.purpose(posture.purpose))),
            (
                "conExpediente",
                RestrictedExpression::new_bool(posture.file == File::Named),
            ),
        ]);
        let other = match posture.acting {
            Acting::Itself => None,
            Acting::ForParticipant => Some(PARTICIPANT),
            Acting::ForStranger => Some(UNNAMED),
        };
        if let Some(other) = other {
            pairs.insert("enNombreDe".to_owned(), entity(uid(&self.organism, other)));
        }
        Ok(Context::from_pairs(pairs)?)
    }

    fn agreement(&self, terms: Terms, posture: &Posture) -> HashMap<String, RestrictedExpression> {
        let listed = |granted, word| (granted == Granted::Yes).then_some(word).into_iter();
        let operations = listed(terms.operation, self.operation(posture.operation));
        let purposes = listed(terms.purpose, self.purpose(posture.purpose));
        let named = posture.acting == Acting::ForParticipant;
        let participants = named.then(|| uid(&self.organism, PARTICIPANT));
        record([
            (
                "situacion",
                entity(uid(&self.standing, standing_word(terms.standing))),
            ),
            ("modo", entity(uid(&self.mode, terms.mode.as_str()))),
            ("operaciones", set(operations)),
            ("finalidades", set(purposes)),
            (
                "techo",
                RestrictedExpression::new_long(terms.ceiling as i64),
            ),
            ("ambito", set([uid(&self.place, TERRITORY)].into_iter())),
            ("enNombreDe", set(participants.into_iter())),
        ])
    }

    fn case(
        &self,
        bearing: Bearing,
        charge: Option<Charge>,
        entities: &mut Vec<Entity>,
    ) -> Result<EntityUid, Unaskable> {
        let place = |within| uid(&self.place, if within { TERRITORY } else { ELSEWHERE });
        let mut attributes = record([(
            "sistemaPropio",
            RestrictedExpression::new_bool(bearing.system == System::Remote),
        )]);
        if let Some(charge) = charge {
            let id = match charge {
                Charge::Own => REQUESTER,
                Charge::Foreign => STRANGER,
            };
            attributes.insert("responsable".to_owned(), entity(uid(&self.organism, id)));
        }
        if let Some(level) = bearing.level {
            let level = RestrictedExpression::new_long(level as i64);
            attributes.insert("nivel".to_owned(), level);
        }
        let beside = match bearing.relation {
            Relation::InTerritory | Relation::Other => None,
            Relation::Present => Some("presencia"),
            Relation::HandedOver => Some("reciente"),
            Relation::Traced => Some("antigua"),
        };
        if let Some(name) = beside {
            let stay = uid(&self.stay, name);
            attributes.insert(name.to_owned(), entity(stay.clone()));
            entities.push(Entity::new_no_attrs(stay, HashSet::from([place(true)])));
        }
        let case = uid(&self.case, "caso");
        let parents = HashSet::from([place(bearing.relation == Relation::InTerritory)]);
        entities.push(Entity::new(case.clone(), attributes, parents)?);
        Ok(case)
    }

    fn operation(&self, kind: OperationKind) -> EntityUid {
        uid(&self.operation, kind.as_str())
    }

    fn purpose(&self, purpose: Purpose) -> EntityUid {
        uid(&self.purpose, purpose.as_str())
    }
}

const fn standing_word(standing: Standing) -> &'static str {
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

fn set(uids: impl Iterator<Item = EntityUid>) -> RestrictedExpression {
    RestrictedExpression::new_set(uids.map(entity))
}

fn record<'a>(
    pairs: impl IntoIterator<Item = (&'a str, RestrictedExpression)>,
) -> HashMap<String, RestrictedExpression> {
    pairs
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}
