//! The words of the domain as the entities that the policies speak of.

use std::collections::{HashMap, HashSet};

use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, ParseErrors,
    RestrictedExpression,
};
use domain::{Agreement, OperationKind, OrganismId, Place, agreement::Standing};

use crate::{CaseFacts, Question, Target, Viewer};

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
    viewer = "Lector",
}

impl Vocabulary {
    /// May the organism do this?
    pub(crate) fn question(&self, question: &Question<'_>) -> Result<Asked, Unaskable> {
        let principal = self.organism(&question.organism.id);
        let kind = uid(&self.kind, question.organism.kind.as_str());
        let mut entities = Vec::new();
        let mut own = HashMap::new();
        if let Some((agreement, standing)) = question.agreement {
            let convenio = uid(&self.agreement, agreement.id.as_str());
            own.insert("convenio".to_owned(), entity(convenio.clone()));
            let attributes = self.agreement(agreement, standing);
            entities.push(Entity::new(convenio, attributes, HashSet::new())?);
        }
        entities.push(Entity::new(principal.clone(), own, HashSet::from([kind]))?);
        let resource = self.target(question.target, &mut entities)?;
        Ok(Asked {
            principal,
            action: uid(&self.action, question.operation.as_str()),
            resource,
            context: self.context(question)?,
            entities: Entities::from_entities(entities, None)?,
        })
    }

    /// May this kind of reader do this with the group?
    pub(crate) fn group_question(
        &self,
        viewer: Viewer,
        action: GroupAction,
        group: &str,
    ) -> Result<Asked, Unaskable> {
        let principal = uid(&self.viewer, "lector");
        let kind = uid(&self.kind, viewer.kind.as_str());
        let attributes = record([
            ("modo", entity(uid(&self.mode, viewer.mode.as_str()))),
            (
                "relacion",
                entity(uid(&self.relation, viewer.relation.as_str())),
            ),
            (
                "finalidad",
                entity(uid(&self.purpose, viewer.purpose.as_str())),
            ),
        ]);
        let reader = Entity::new(principal.clone(), attributes, HashSet::from([kind]))?;
        Ok(Asked {
            principal,
            action: uid(&self.action, action.as_str()),
            resource: uid(&self.group, group),
            context: Context::empty(),
            entities: Entities::from_entities([reader], None)?,
        })
    }

    fn context(&self, question: &Question<'_>) -> Result<Context, Unaskable> {
        let mut pairs = record([
            ("operacion", entity(self.operation(question.operation))),
            (
                "finalidad",
                entity(uid(&self.purpose, question.purpose.as_str())),
            ),
            (
                "conExpediente",
                RestrictedExpression::new_bool(question.file.is_some()),
            ),
        ]);
        if let Some(other) = question.on_behalf_of {
            pairs.insert("enNombreDe".to_owned(), entity(self.organism(other)));
        }
        Ok(Context::from_pairs(pairs)?)
    }

    fn agreement(
        &self,
        agreement: &Agreement,
        standing: Standing,
    ) -> HashMap<String, RestrictedExpression> {
        let annex = &agreement.annex;
        // A list of all communities covers the nation, and so what lies in it and in no smaller place.
        let nation = annex
            .territory
            .covers(Place::Nation)
            .then_some(Place::Nation);
        let places = annex.territory.places().chain(nation);
        record([
            (
                "situacion",
                entity(uid(&self.standing, standing_word(standing))),
            ),
            ("modo", entity(uid(&self.mode, annex.mode.as_str()))),
            (
                "operaciones",
                set(annex.operations.iter().map(|kind| self.operation(*kind))),
            ),
            (
                "finalidades",
                set(annex
                    .purposes
                    .iter()
                    .map(|it| uid(&self.purpose, it.as_str()))),
            ),
            (
                "techo",
                RestrictedExpression::new_long(annex.max_risk as i64),
            ),
            ("ambito", set(places.map(|place| self.place(place)))),
            (
                "enNombreDe",
                set(annex.on_behalf_of.iter().map(|id| self.organism(id))),
            ),
        ])
    }

    fn target(
        &self,
        target: Target<'_>,
        entities: &mut Vec<Entity>,
    ) -> Result<EntityUid, Unaskable> {
        let (facts, responsible) = match target {
            Target::Federation => return Ok(uid(&self.federation, "casos")),
            Target::Case(facts) => (facts, facts.responsible.as_ref()),
            Target::New(facts) => (facts, None),
        };
        let place = facts.place();
        entities.extend(self.chain(place));
        let case = uid(&self.case, "caso");
        let attributes = self.case(facts, responsible);
        let parents = HashSet::from([self.place(place)]);
        entities.push(Entity::new(case.clone(), attributes, parents)?);
        Ok(case)
    }

    fn case(
        &self,
        facts: &CaseFacts,
        responsible: Option<&OrganismId>,
    ) -> HashMap<String, RestrictedExpression> {
        let responsible = responsible.map(|id| ("responsable", entity(self.organism(id))));
        let level = facts
            .level
            .map(|level| ("nivel", RestrictedExpression::new_long(level as i64)));
        record(responsible.into_iter().chain(level))
    }

    /// The place and every place above it.
    fn chain(&self, place: Place) -> impl Iterator<Item = Entity> {
        std::iter::successors(Some(place), |place| place.parent()).map(|place| {
            let above = place.parent().map(|above| self.place(above));
            Entity::new_no_attrs(self.place(place), above.into_iter().collect())
        })
    }

    fn place(&self, place: Place) -> EntityUid {
        uid(&self.place, &place.to_string())
    }

    fn organism(&self, id: &OrganismId) -> EntityUid {
        uid(&self.organism, id.as_str())
    }

    fn operation(&self, kind: OperationKind) -> EntityUid {
        uid(&self.operation, kind.as_str())
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
