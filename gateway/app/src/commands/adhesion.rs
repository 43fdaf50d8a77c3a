//! `pasarela adhesion`: files of adhesion from first letter to end, by the ministry's staff. Every act is evidence, what is
//! refused too, in a journal of its own beside the node's.

mod desk;
mod text;
mod told;

use std::path::PathBuf;

use domain::adhesion::{Act, Note, Outcome as Verdict, Proposal, Reference, Warning};
use domain::{
    AgreementId, AgreementState, Organism, OrganismId, OrganismKind, StaffId, day_in_madrid,
};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::exit::{Failure, Outcome};
use crate::runtime;
use desk::Desk;

/// What to do with files of adhesion.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Opens the file of an organism.
    New {
        #[command(flatten)]
        who: Who,
        /// The agreement that it is to become.
        id: AgreementId,
        /// The organism that joins: DIR3 or NIF.
        #[arg(long)]
        organism: OrganismId,
        /// What it is, such as policiaLocal.
        #[arg(long)]
        kind: OrganismKind,
        /// Its official name.
        #[arg(long)]
        name: String,
    },
    /// Lists files with their state, its age and what they wait for.
    List {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Only those in this state today.
        #[arg(long)]
        state: Option<AgreementState>,
    },
    /// Shows one file with all its entries.
    Show {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Which.
        id: AgreementId,
    },
    /// Takes a step on the way to effect, such as firmado.
    Step {
        #[command(flatten)]
        acting: Acting,
        /// The state that it leads to.
        to: AgreementState,
    },
    /// Goes back to a step that was taken; one more entry, with its reason.
    Back {
        #[command(flatten)]
        acting: Acting,
        /// The state to return to.
        to: AgreementState,
    },
    /// Sets the annex from a file of TOML, before the agreement has effect.
    Annex {
        #[command(flatten)]
        acting: Acting,
        /// The annex, with the words of the registry's file.
        file: PathBuf,
    },
    /// Sets the last day of effect, before the agreement has effect.
    Term {
        #[command(flatten)]
        acting: Acting,
        /// The last day.
        last: Date,
    },
    /// Records a run of the conformance profile: superada or noSuperada.
    Conformance {
        #[command(flatten)]
        acting: Acting,
        /// What it found.
        outcome: Verdict,
    },
    /// Adds a paper or a remark.
    File(Acting),
    /// Proposes an act that another must approve.
    Propose {
        #[command(flatten)]
        acting: Acting,
        /// Which.
        what: What,
        /// Of an extension: the new last day.
        #[arg(long)]
        until: Option<Date>,
        /// Of an annex: its file.
        #[arg(long)]
        annex: Option<PathBuf>,
    },
    /// Approves what another has proposed, on the version of the file that was shown.
    #[command(mut_arg("seen", |seen| seen.required(true)))]
    Approve(Acting),
    /// Rejects what another has proposed, with the reason, on the version of the file that was shown.
    #[command(mut_arg("seen", |seen| seen.required(true)))]
    Reject(Acting),
    /// Takes back what one has proposed oneself.
    Withdraw(Acting),
    /// Shows the users form of an organism, or puts officers on it from a file of TOML.
    Users {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
        /// Whose form.
        organism: OrganismId,
        /// Officers to put on it, or to change.
        #[arg(long, requires = "by")]
        file: Option<PathBuf>,
        /// Who acts, by pseudonym.
        #[arg(long)]
        by: Option<StaffId>,
    },
    /// Lists what ends within a year, nearest first.
    Warnings {
        /// The configuration file.
        #[arg(long)]
        config: PathBuf,
    },
}

/// Who acts.
#[derive(clap::Args)]
pub(crate) struct Who {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
    /// Who acts, by pseudonym; enlisted staff.
    #[arg(long)]
    by: StaffId,
}

/// Who acts on which file, on what paper.
#[derive(clap::Args)]
pub(crate) struct Acting {
    #[command(flatten)]
    who: Who,
    /// Which file.
    id: AgreementId,
    /// The date that the act bears; today if absent.
    #[arg(long)]
    date: Option<Date>,
    /// What it is known by elsewhere: the number in REOICO, the identifier of the BOE.
    #[arg(long)]
    reference: Option<Reference>,
    /// The paper, a PDF.
    #[arg(long)]
    document: Option<PathBuf>,
    /// Why.
    #[arg(long)]
    note: Option<Note>,
    /// The version of the file that one has seen, as `show` tells it. The present one if absent, but for decisions on
    /// what another has proposed: those are on what was seen.
    #[arg(long)]
    seen: Option<u32>,
}

/// What can be proposed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum What {
    /// It has effect.
    Activacion,
    /// Access stops for the time being.
    Suspension,
    /// Access opens again.
    Reanudacion,
    /// It lasts longer.
    Prorroga,
    /// It ends before its term.
    Resolucion,
    /// It grants something else.
    Anexo,
}

/// Runs the command.
pub(crate) fn run(command: &Command) -> Outcome {
    match command {
        Command::List { config, state } => runtime::block_on(list(config, *state)),
        Command::Show { config, id } => runtime::block_on(show(config, id)),
        Command::Warnings { config } => runtime::block_on(warnings(config)),
        Command::Users {
            config,
            organism,
            file,
            by,
        } => runtime::block_on(users(config, organism, file.as_ref().zip(by.as_ref()))),
        Command::New {
            who,
            id,
            organism,
            kind,
            name,
        } => {
            let organism = Organism {
                id: organism.clone(),
                kind: *kind,
                name: name.clone(),
            };
            runtime::block_on(new(who, id, organism))
        }
        Command::Step { .. }
        | Command::Back { .. }
        | Command::Annex { .. }
        | Command::Term { .. }
        | Command::Conformance { .. }
        | Command::File(_)
        | Command::Propose { .. }
        | Command::Approve(_)
        | Command::Reject(_)
        | Command::Withdraw(_) => {
            let Some((acting, act)) = act(command)? else {
                return Ok(());
            };
            runtime::block_on(done(acting, act))
        }
    }
}

/// What a command wants to do, and on what paper; nothing for those that only look.
fn act(command: &Command) -> Result<Option<(&Acting, Act)>, Failure> {
    Ok(Some(match command {
        Command::Step { acting, to } => (acting, Act::Step(*to)),
        Command::Back { acting, to } => (acting, Act::Back(*to)),
        Command::Annex { acting, file } => (acting, Act::Annex(Box::new(text::annex(file)?))),
        Command::Term { acting, last } => (acting, Act::Term(*last)),
        Command::Conformance { acting, outcome } => (acting, Act::Conformance(*outcome)),
        Command::File(acting) => (acting, Act::Filed),
        Command::Approve(acting) => (acting, Act::Approved),
        Command::Reject(acting) => (acting, Act::Rejected),
        Command::Withdraw(acting) => (acting, Act::Withdrawn),
        Command::Propose {
            acting,
            what,
            until,
            annex,
        } => {
            let proposal = proposal(*what, *until, annex.as_ref())?;
            (acting, Act::Proposed(proposal))
        }
        Command::New { .. }
        | Command::List { .. }
        | Command::Show { .. }
        | Command::Users { .. }
        | Command::Warnings { .. } => return Ok(None),
    }))
}

fn proposal(what: What, until: Option<Date>, annex: Option<&PathBuf>) -> Result<Proposal, Failure> {
    let missing = |option: &str| Failure::Unfit(format!("la propuesta exige `{option}`"));
    Ok(match what {
        What::Activacion => Proposal::Activate,
        What::Suspension => Proposal::Suspend,
        What::Reanudacion => Proposal::Resume,
        What::Resolucion => Proposal::Resolve,
        What::Prorroga => Proposal::Extend(until.ok_or_else(|| missing("--until"))?),
        What::Anexo => {
            let file = annex.ok_or_else(|| missing("--annex"))?;
            Proposal::Annex(Box::new(text::annex(file)?))
        }
    })
}

async fn new(who: &Who, id: &AgreementId, organism: Organism) -> Outcome {
    let desk = Desk::open(&who.config).await?;
    let by = desk.staff(&who.by).await?;
    let occasion = Desk::occasion();
    let about = (id, &organism);
    desk.evident(async |store, journal| store.open_file(journal, &by, about, &occasion).await)
        .await?;
    println!("expediente {id} abierto: espera el primer paso");
    Ok(())
}

async fn done(acting: &Acting, act: Act) -> Outcome {
    let desk = Desk::open(&acting.who.config).await?;
    let dossier = desk.act(acting, act).await?;
    let now = Timestamp::now();
    let others = desk.others(&dossier, now).await?;
    let lines = told::state(&dossier, now).into_iter();
    for line in lines.chain(told::others(&others)) {
        println!("{line}");
    }
    Ok(())
}

async fn list(config: &std::path::Path, state: Option<AgreementState>) -> Outcome {
    let desk = Desk::open(config).await?;
    let now = Timestamp::now();
    let summaries = desk.dossiers().await?;
    let wanted = summaries
        .iter()
        .filter(|it| state.is_none_or(|state| it.state_at(now) == state));
    let mut listed = 0;
    for summary in wanted {
        println!("{}", told::line(summary, now));
        listed += 1;
    }
    println!("{listed} expedientes");
    Ok(())
}

async fn show(config: &std::path::Path, id: &AgreementId) -> Outcome {
    let desk = Desk::open(config).await?;
    let dossier = desk.dossier(id).await?;
    let now = Timestamp::now();
    let overlapping = told::overlaps(&dossier, &desk.dossiers().await?);
    let lines = told::state(&dossier, now)
        .into_iter()
        .chain(told::others(&desk.others(&dossier, now).await?))
        .chain(overlapping)
        .chain(dossier.entries().iter().map(told::entry));
    for line in lines {
        println!("{line}");
    }
    Ok(())
}

async fn users(
    config: &std::path::Path,
    organism: &OrganismId,
    change: Option<(&PathBuf, &StaffId)>,
) -> Outcome {
    let desk = Desk::open(config).await?;
    if let Some((file, by)) = change {
        let users = text::users(file)?;
        let by = desk.staff(by).await?;
        let occasion = Desk::occasion();
        let kept = (organism, users.as_slice());
        desk.evident(async |store, journal| store.keep_users(journal, &by, kept, &occasion).await)
            .await?;
    }
    let form = desk.form(organism).await?;
    let today = day_in_madrid(Timestamp::now());
    for user in form.users() {
        println!("{}", told::user(user, today));
    }
    if form.is_absent() {
        println!("sin formulario de usuarios: nadie se deniega por no figurar en él");
    } else {
        println!("{} usuarios de alta", form.on(today).count());
    }
    Ok(())
}

async fn warnings(config: &std::path::Path) -> Outcome {
    let desk = Desk::open(config).await?;
    let now = Timestamp::now();
    let summaries = desk.dossiers().await?;
    let mut near: Vec<(Date, Warning, &domain::adhesion::Summary)> = summaries
        .iter()
        .filter_map(|it| Some((it.expires_on?, it.warning(now)?, it)))
        .collect();
    near.sort_by_key(|(last, _, _)| *last);
    for (last, warning, summary) in &near {
        let name = &summary.organism.name;
        println!("{}  {last}  {warning}  {name}", summary.id);
    }
    println!("{} convenios terminan en un año o menos", near.len());
    Ok(())
}
