//! `pasarela explain`: what the gateway would decide of a request, and why, without making it. An explanation reads about a
//! case, so it leaves an entry in the journal before anything is printed.

use std::path::PathBuf;
use std::sync::Arc;

use ::contract::{Contract, Governance, Visibility};
use domain::adhesion::UsersForm;
use domain::{
    Agreement, CaseId, KnownCase, OfficerId, OperationKind, Organism, OrganismId, Problem, Purpose,
    Registry, day_in_madrid,
};
use exchange::explain::{CaseSight, Explanation};
use jiff::Timestamp;
use journal::{Entry, EntryKind, Verdict};
use policy::{CaseFacts, Decision, Engine, Peril, Question, Ruling, Target, Viewer};
use store::Store;
use uuid::Uuid;

use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::{runtime, wiring};

/// Explains a decision.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// Who asks.
    #[arg(long)]
    organism: OrganismId,
    /// The officer; weighs only that the users form, if there is one, names her.
    #[arg(long)]
    officer: OfficerId,
    /// What for.
    #[arg(long)]
    purpose: Purpose,
    /// About which case.
    #[arg(long)]
    case: CaseId,
    /// What it wants to do.
    #[arg(long, default_value = "consulta")]
    operation: OperationKind,
    /// The file that justifies it.
    #[arg(long)]
    file: Option<String>,
    /// Whether an imminent danger is declared.
    #[arg(long)]
    peril: bool,
    /// The organism it acts for.
    #[arg(long)]
    on_behalf_of: Option<OrganismId>,
    /// The instant; now if absent.
    #[arg(long)]
    at: Option<Timestamp>,
}

/// What is known of everyone and everything that the request names.
struct Known {
    organism: Arc<Organism>,
    agreement: Option<Arc<Agreement>>,
    case: Option<KnownCase>,
    form: Option<UsersForm>,
    now: Timestamp,
}

/// Prints the explanation, in Spanish.
pub(crate) fn run(args: &Args) -> Outcome {
    let config = Config::read(&args.config).map_err(|e| Failure::broken("configuration", e))?;
    let contract = Contract::load(&config.contracts.fronted, Governance::Required)
        .map_err(|e| Failure::broken("contract", e))?;
    runtime::block_on(async {
        let store = Store::open(config.store.url.expose())
            .await
            .map_err(|e| Failure::broken("database", e))?;
        let engine = wiring::policies::in_force(&config.policies.dir, &store).await?;
        let known = look_up(args, &store).await?;
        let told = explain(args, &known, &engine, &contract);
        record(&config, &store, told.entry).await?;
        for line in told.lines {
            println!("{line}");
        }
        Ok(())
    })
}

/// Makes the explanation durable evidence, in a journal of its own beside that of the node: the node's has its one
/// writer in the running gateway.
async fn record(config: &Config, store: &Store, entry: Entry) -> Outcome {
    let node = format!("{}-explain", config.node.id);
    let at = entry.at;
    let (journal, writer) = wiring::journal(config, store, &node).await?;
    let unwritten = |e| Failure::broken("journal", e);
    journal.record(entry).await.map_err(unwritten)?;
    journal.checkpoint(at).await.map_err(unwritten)?;
    drop(journal);
    writer.await.map_err(|e| Failure::broken("journal", e))
}

async fn look_up(args: &Args, store: &Store) -> Result<Known, Failure> {
    let registry = store
        .load_registry()
        .await
        .map_err(|e| Failure::broken("registry", e))?;
    let now = args.at.unwrap_or_else(Timestamp::now);
    let organism = registry.organism(&args.organism).cloned().ok_or_else(|| {
        Failure::Broken(format!("organism `{}` is not registered", args.organism))
    })?;
    let case = store
        .known_case(&args.case)
        .await
        .map_err(|e| Failure::broken("case index", e))?;
    Ok(Known {
        organism: Arc::new(organism),
        agreement: registry.agreement_of(&args.organism, now).cloned(),
        case,
        form: form(args, &registry),
        now,
    })
}

/// The users form that counts, as in an exchange.
fn form(args: &Args, registry: &Registry) -> Option<UsersForm> {
    let acted_for = args.on_behalf_of.as_ref();
    let forms = registry.forms();
    let form = acted_for.and_then(|id| forms.of(id));
    form.or_else(|| forms.of(&args.organism)).cloned()
}

/// What the users form says of the officer: without one nobody is held to any.
fn on_the_form(args: &Args, known: &Known) -> &'static str {
    match (&known.form, unlisted(args, known)) {
        (None, _) => "no hay formulario de usuarios: no pesa en la decision",
        (Some(_), None) => "figura en el formulario de usuarios",
        (Some(_), Some(_)) => "NO FIGURA en el formulario de usuarios",
    }
}

/// Why the officer is refused before the policies are asked.
fn unlisted(args: &Args, known: &Known) -> Option<Problem> {
    let today = day_in_madrid(known.now);
    let form = known.form.as_ref()?;
    (!form.admits(&args.officer, today)).then_some(Problem::OfficerNotAuthorised)
}

/// An explanation, and the evidence of it.
struct Told {
    lines: Vec<String>,
    entry: Entry,
}

fn explain(args: &Args, known: &Known, engine: &Engine, contract: &Arc<Contract>) -> Told {
    let mut lines = vec![
        format!("Organismo: {} ({})", known.organism.name, known.organism.id),
        format!(
            "Funcionario: {} ({})",
            args.officer,
            on_the_form(args, known)
        ),
        format!("Operacion: {}; finalidad: {}", args.operation, args.purpose),
        format!("Politicas: {}", engine.version()),
    ];
    let facts = known.case.as_ref().map(CaseFacts::from);
    let question = Question {
        organism: &known.organism,
        agreement: known
            .agreement
            .as_ref()
            .map(|agreement| (agreement, agreement.standing(known.now))),
        operation: args.operation,
        purpose: args.purpose,
        file: args.file.as_deref(),
        peril: if args.peril {
            Peril::Declared
        } else {
            Peril::Undeclared
        },
        on_behalf_of: args.on_behalf_of.as_ref(),
        target: facts.as_ref().map_or(Target::Federation, Target::Case),
        now: known.now,
    };
    lines.extend(case_lines(args, known));
    let Explanation { decision, sight } = exchange::explain::explain(&question, engine, contract);
    lines.push(String::new());
    // Where the policies refuse, that is what is told, as without an agreement in effect.
    let refusal = decision.refusal().or_else(|| unlisted(args, known));
    lines.push(match refusal {
        None if facts.is_some() => "Decision: SE PERMITE".to_owned(),
        None => {
            "Decision: NO HAY TAL CASO en el indice; se responde como fuera de ambito".to_owned()
        }
        Some(problem) => format!("Decision: SE RECHAZA, `{}`", problem.entry().code),
    });
    lines.extend(policies(engine, &decision.policies));
    if let Some(sight) = sight.filter(|_| refusal.is_none()) {
        lines.extend(viewer_lines(sight.viewer));
        lines.extend(fields(engine, &sight));
    }
    let mut entry = entry(args, known, engine, &decision);
    if let Some(problem) = refusal {
        entry.problem = Some(problem.entry().code.to_owned());
        entry.verdict = Some(Verdict::Denied);
    }
    Told { lines, entry }
}

/// What was explained, about which case, for whom it would have been, and what would have come of it.
fn entry(args: &Args, known: &Known, engine: &Engine, decision: &Decision) -> Entry {
    let exchange = Uuid::now_v7().to_string();
    let mut entry = Entry::new(EntryKind::Explained, Timestamp::now(), exchange);
    entry.operation_kind = Some(args.operation);
    entry.organism = Some(known.organism.id.clone());
    entry.on_behalf_of.clone_from(&args.on_behalf_of);
    entry.officer = Some(args.officer.clone());
    entry.purpose = Some(args.purpose);
    entry.file.clone_from(&args.file);
    entry.agreement = known.agreement.as_ref().map(|it| it.id.clone());
    entry.cases.insert(args.case);
    entry.policy_version = Some(engine.version().to_owned());
    entry.policies = decision.policies.iter().map(ToString::to_string).collect();
    entry.problem = decision.refusal().map(|it| it.entry().code.to_owned());
    entry.verdict = Some(if decision.allowed() {
        Verdict::Allowed
    } else {
        Verdict::Denied
    });
    entry
}

fn case_lines(args: &Args, known: &Known) -> Vec<String> {
    let Some(case) = &known.case else {
        return vec![format!("Caso: {} no esta en el indice", args.case)];
    };
    let place = |code: Option<domain::MunicipalityCode>| {
        code.map_or_else(|| "fuera o desconocido".to_owned(), |code| code.to_string())
    };
    let entry = &case.entry;
    let mut lines = vec![format!(
        "Caso: {}, version {}, estado {}, nivel {}, reside en {}, responde {}",
        entry.case,
        entry.version,
        entry.state,
        entry.level.map_or("sin valorar", domain::RiskLevel::as_str),
        place(entry.municipality),
        entry.responsible
    )];
    let stays = entry.stays.iter().flatten();
    lines.extend(stays.map(|stay| format!("  pasa una temporada o trabaja en {stay}")));
    let former = case.former.iter();
    lines.extend(
        former.map(|it| format!("  residio en {} hasta {}", place(it.municipality), it.left)),
    );
    lines
}

fn viewer_lines(viewer: Viewer) -> Vec<String> {
    vec![
        String::new(),
        format!(
            "Se lee como: {}, modo {}, relacion {}, {}, finalidad {}, techo {}",
            viewer.kind,
            viewer.mode,
            viewer.relation.as_str(),
            viewer.charge.as_str(),
            viewer.purpose,
            viewer.ceiling
        ),
    ]
}

/// The policies of a decision, each with what it says and on what it rests.
fn policies(engine: &Engine, ids: &[Arc<str>]) -> Vec<String> {
    if ids.is_empty() {
        return vec!["  ninguna politica lo permite: lo que no se permite, se niega".to_owned()];
    }
    let known = ids.iter().filter_map(|id| engine.policy(id));
    known
        .map(|policy| format!("  {}: {} [{}]", policy.id, policy.title, policy.clause))
        .collect()
}

/// Every field of the case with how it is seen, and each group with its reasons.
fn fields(engine: &Engine, sight: &CaseSight) -> Vec<String> {
    if sight.groups.is_empty() {
        return vec!["el contrato no tiene casos".to_owned()];
    }
    let mut lines = Vec::new();
    if sight.nothing {
        lines.push("No ve ningun campo: se responde como si no hubiera tal caso".to_owned());
    }
    for group in &sight.groups {
        let name = &group.name;
        lines.push(String::new());
        match &group.ruling {
            Some(ruling) => {
                lines.push(format!("{name}: {}", told(ruling)));
                lines.extend(policies(engine, &ruling.seen_by));
            }
            None => lines.push(format!(
                "{name}: se retiene; las politicas no conocen este grupo"
            )),
        }
        lines.extend(group.fields.iter().map(|path| format!("    {path}")));
    }
    lines
}

fn told(ruling: &Ruling) -> String {
    let seen = match ruling.visibility {
        Visibility::Full => "se ve completo",
        Visibility::Masked => "se ve enmascarado; lo que no tiene forma enmascarada se retiene",
        Visibility::Hidden => "se retiene",
    };
    let written = if ruling.writable {
        ", se puede escribir"
    } else {
        ""
    };
    format!("{seen}{written}")
}
