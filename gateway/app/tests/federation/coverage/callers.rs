//! Every kind of caller: one organism for each, all with the same territory where they have any.

use domain::OrganismKind;

use super::TOWN;
use crate::members::{HERENCIA, Member, NATIONAL, WHOLE};

/// One who asks.
pub(super) struct Caller {
    /// Its name in the table.
    pub(super) name: &'static str,
    /// Who it is.
    pub(super) who: Who,
    /// Where it stands in the table of the canonical record; none sees nothing of any case.
    pub(super) column: Option<usize>,
    /// Whom it says it asks for, by identifier; itself when empty.
    pub(super) acts_for: &'static str,
    /// Whether the cases are its own.
    pub(super) responsible: bool,
    /// Whether its agreement covers the case outside too.
    pub(super) everywhere: bool,
}

/// Who a caller is.
pub(super) enum Who {
    /// Of the cast of the demonstration: slug and identifier.
    Cast((&'static str, &'static str)),
    /// Registered for this table.
    Registered(Member),
    /// It has a certificate that nobody registered.
    Unregistered(Member),
    /// It shows no certificate.
    Nobody,
}

impl Caller {
    /// The organism as the registry knows it, where this table registers it.
    pub(super) fn member(&self) -> Option<&Member> {
        match &self.who {
            Who::Registered(member) | Who::Unregistered(member) => Some(member),
            Who::Cast(_) | Who::Nobody => None,
        }
    }
}

const LOCAL: Member = Member {
    territory: TOWN,
    kind: "policiaLocal",
    ..WHOLE
};

/// A caller that nothing is wrong with.
fn good(name: &'static str, column: usize, member: Member) -> Caller {
    Caller {
        name,
        who: Who::Registered(member),
        column: Some(column),
        acts_for: "",
        responsible: false,
        everywhere: false,
    }
}

/// A caller to whom nothing of any case is told.
fn bad(name: &'static str, who: Who) -> Caller {
    Caller {
        name,
        who,
        column: None,
        acts_for: "",
        responsible: false,
        everywhere: false,
    }
}

/// All of them. Columns: L, L0, R, N, J, P, U, M.
pub(super) fn all() -> Vec<Caller> {
    let mut all = local();
    all.extend(usual());
    all.extend(outside());
    all.extend(others());
    all
}

/// Local police, in every mode.
fn local() -> Vec<Caller> {
    let local = |slug, id, mode| Member {
        slug,
        id,
        mode,
        ..LOCAL
    };
    vec![
        good(
            "policiaLocal, seguimiento",
            0,
            local("tabla-seguimiento", "L01990011", "seguimiento"),
        ),
        good(
            "policiaLocal, colaboracion",
            0,
            local("tabla-colaboracion", "L01990012", "colaboracion"),
        ),
        good(
            "policiaLocal, consulta",
            1,
            local("tabla-consulta", "L01990013", "consulta"),
        ),
    ]
}

/// Every other kind of organism.
fn usual() -> Vec<Caller> {
    let of = |slug, id, kind| Member {
        slug,
        id,
        kind,
        territory: TOWN,
        ..WHOLE
    };
    vec![
        good(
            "policiaAutonomica",
            2,
            of("tabla-autonomica", "A99990014", "policiaAutonomica"),
        ),
        good(
            "fuerzaEstatal",
            3,
            of("tabla-estatal", "E99990015", "fuerzaEstatal"),
        ),
        Caller {
            who: Who::Cast(NATIONAL),
            responsible: true,
            everywhere: true,
            ..good("fuerzaEstatal, responsable", 3, WHOLE)
        },
        good("juzgado", 4, of("tabla-juzgado", "E99990016", "juzgado")),
        good(
            "prisiones",
            5,
            of("tabla-prisiones", "E99990017", "institucionPenitenciaria"),
        ),
        good(
            "unidadCoordinacion",
            6,
            of("tabla-coordinacion", "E99990018", "unidadCoordinacion"),
        ),
        good(
            "ministerio",
            7,
            of("tabla-ministerio", "E99990019", "ministerio"),
        ),
    ]
}

/// Every kind of organism once more, each with an agreement on the first version of the contract.
pub(super) fn first_version() -> Vec<Caller> {
    let of = |slug, id, kind| Member {
        slug,
        id,
        kind,
        territory: TOWN,
        contract: "contract = \"viogen/1\"",
        ..WHOLE
    };
    let consulting = Member {
        mode: "consulta",
        ..of("tabla-1-consulta", "L01990041", "policiaLocal")
    };
    let kinds = [
        (0, "tabla-1-local", "L01990040", "policiaLocal"),
        (2, "tabla-1-autonomica", "A99990042", "policiaAutonomica"),
        (3, "tabla-1-estatal", "E99990043", "fuerzaEstatal"),
        (4, "tabla-1-juzgado", "E99990044", "juzgado"),
        (
            5,
            "tabla-1-prisiones",
            "E99990045",
            "institucionPenitenciaria",
        ),
        (6, "tabla-1-coordinacion", "E99990046", "unidadCoordinacion"),
        (7, "tabla-1-ministerio", "E99990047", "ministerio"),
    ];
    let kinds = kinds.map(|(column, slug, id, kind)| good(slug, column, of(slug, id, kind)));
    let mut all = Vec::from(kinds);
    all.push(good(consulting.slug, 1, consulting));
    all
}

/// Those with whose agreement something is wrong.
fn outside() -> Vec<Caller> {
    let registered = |slug, id| Member { slug, id, ..LOCAL };
    vec![
        bad(
            "convenio caducado",
            Who::Registered(Member {
                until: "2021-12-31",
                ..registered("tabla-caducado", "L01990021")
            }),
        ),
        bad(
            "convenio suspendido",
            Who::Registered(Member {
                state: "suspendido",
                ..registered("tabla-suspendido", "L01990022")
            }),
        ),
        bad(
            "sin convenio",
            Who::Registered(Member {
                state: "",
                ..registered("tabla-sin-convenio", "L01990023")
            }),
        ),
        bad(
            "nivel bajo como techo",
            Who::Registered(Member {
                max_risk: "bajo",
                ..registered("tabla-techo", "L01990024")
            }),
        ),
        bad(
            "sin operaciones",
            Who::Registered(Member {
                operations: r#""indice""#,
                ..registered("tabla-sin-operaciones", "L01990025")
            }),
        ),
    ]
}

/// Those who act for others, and those whom nobody knows.
fn others() -> Vec<Caller> {
    let registered = |slug, id| Member { slug, id, ..LOCAL };
    let acting = |acts_for, member| Caller {
        acts_for,
        ..good("", 0, member)
    };
    vec![
        Caller {
            name: "en nombre de otro, por su convenio",
            ..acting(
                HERENCIA.1,
                Member {
                    contract: "on_behalf_of = [\"L01130473\"]",
                    ..registered("tabla-en-nombre", "L01990026")
                },
            )
        },
        Caller {
            acts_for: HERENCIA.1,
            ..bad(
                "en nombre de otro, sin convenio para ello",
                Who::Registered(registered("tabla-suplanta", "L01990027")),
            )
        },
        bad(
            "no registrado",
            Who::Unregistered(registered("tabla-desconocido", "L01990028")),
        ),
        bad("sin certificado", Who::Nobody),
    ]
}

/// The kinds of organism that stand in the table.
pub(super) fn kinds() -> Vec<OrganismKind> {
    let members = all();
    let kinds = members.iter().filter_map(Caller::member);
    kinds.map(|member| member.kind.parse().unwrap()).collect()
}

/// The modes in which the local police stands in the table.
pub(super) fn modes() -> Vec<domain::Mode> {
    let members = all();
    let local = members.iter().filter_map(Caller::member);
    let local = local.filter(|member| member.kind == "policiaLocal");
    local.map(|member| member.mode.parse().unwrap()).collect()
}
