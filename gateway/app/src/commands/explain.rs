//! `pasarela explain`: what the gateway would decide of a request, and why, without making it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use ::contract::{Contract, Governance, Visibility, catalogue};
use domain::{
    Agreement, CaseId, KnownCase, OfficerId, OperationKind, Organism, OrganismId, Purpose,
};
use jiff::Timestamp;
use policy::{CaseFacts, Engine, Posture, Question, Ruling, Target, Viewer};
use store::Store;

use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::runtime;

/// Explains a decision.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// Who asks.
    #[arg(long)]
    organism: OrganismId,
    /// The officer; noted, weighs nothing.
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
    now: Timestamp,
}

/// Prints the explanation, in Spanish.
pub(crate) fn run(args: &Args) -> Outcome {
    let config = Config::read(&args.config).map_err(|e| Failure::broken("configuration", e))?;
    let engine = Engine::load(&config.policies.dir).map_err(|e| Failure::broken("policies", e))?;
    let contract = Contract::load(&config.contracts.fronted, Governance::Required)
        .map_err(|e| Failure::broken("contract", e))?;
    runtime::block_on(async {
        let known = look_up(args, &config).await?;
        for line in explain(args, &known, &engine, &contract) {
            println!("{line}");
        }
        Ok(())
    })
}

async fn look_up(args: &Args, config: &Config) -> Result<Known, Failure> {
    let store = Store::open(config.store.url.expose())
        .await
        .map_err(|e| Failure::broken("database", e))?;
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
        now,
    })
}

fn explain(args: &Args, known: &Known, engine: &Engine, contract: &Contract) -> Vec<String> {
    let mut lines = vec![
        format!("Organismo: {} ({})", known.organism.name, known.organism.id),
        format!("Funcionario: {} (no pesa en la decision)", args.officer),
        format!("Operacion: {}; finalidad: {}", args.operation, args.purpose),
        format!("Politicas: {}", engine.version()),
    ];
    let facts = known.case.as_ref().map(CaseFacts::from);
    let target = facts.as_ref().map_or(Target::Federation, Target::Case);
    let question = Question {
        organism: &known.organism,
        agreement: known
            .agreement
            .as_ref()
            .map(|agreement| (agreement, agreement.standing(known.now))),
        operation: args.operation,
        purpose: args.purpose,
        file: args.file.as_deref(),
        on_behalf_of: args.on_behalf_of.as_ref(),
        target,
        now: known.now,
    };
    lines.extend(case_lines(args, known));
    let decision = engine.decide(&question);
    lines.push(String::new());
    lines.push(match decision.refusal() {
        None if facts.is_some() => "Decision: SE PERMITE".to_owned(),
        None => {
            "Decision: NO HAY TAL CASO en el indice; se responde como fuera de ambito".to_owned()
        }
        Some(problem) => format!("Decision: SE RECHAZA, `{}`", problem.entry().code),
    });
    lines.extend(policies(engine, &decision.policies));
    let viewer = Posture::of(&question).viewer();
    if let Some(viewer) = viewer.filter(|_| decision.allowed()) {
        lines.extend(viewer_lines(viewer));
        lines.extend(fields(engine, contract, viewer));
    }
    lines
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
fn fields(engine: &Engine, contract: &Contract, viewer: Viewer) -> Vec<String> {
    let rulings = engine.rulings(viewer);
    let unit = contract
        .operation("consultarCaso")
        .map(|operation| operation.response)
        .or_else(|| contract.case_units().first().copied());
    let Some(unit) = unit else {
        return vec!["el contrato no tiene casos".to_owned()];
    };
    let all = catalogue::fields(contract, unit);
    let groups: BTreeSet<&str> = all
        .iter()
        .filter_map(|field| field.group.as_deref())
        .collect();
    let mut lines = Vec::new();
    for (name, ruling) in groups
        .iter()
        .filter_map(|name| Some((*name, rulings.get(*name)?)))
    {
        lines.push(String::new());
        lines.push(format!("{name}: {}", told(ruling)));
        lines.extend(policies(engine, &ruling.seen_by));
        let own = all
            .iter()
            .filter(|field| field.group.as_deref() == Some(name));
        lines.extend(own.map(|field| format!("    {}", field.path)));
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
