//! `pasarela join`: what the force that joins does by itself, without the gateway's database.

mod address;
mod check;
mod diagnosis;
mod first;
mod folder;
mod http;
mod renew;
mod test;

use std::path::PathBuf;

use certs::secret::KeyKind;
use domain::OrganismId;

use self::address::Address;
use crate::exit::{Failure, Outcome};

/// Joins, or one of the steps after it.
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    first: Option<First>,
}

/// Gets the first certificate registered.
#[derive(clap::Args)]
pub(crate) struct First {
    /// Where enrolment listens: `https://host:port`.
    #[arg(long)]
    gateway: Address,
    /// The authorities of the gateway's own certificate, PEM.
    #[arg(long)]
    ca: PathBuf,
    /// Our identifier (DIR3 or NIF).
    #[arg(long)]
    organism: OrganismId,
    /// The one-time code; read from standard input if absent, so that it stays out of the shell's history.
    #[arg(long)]
    code: Option<String>,
    /// The folder for key and certificate; made if missing.
    #[arg(long)]
    out: PathBuf,
    /// The kind of key to make.
    #[arg(long = "key-kind", value_enum, default_value_t = Kind::P256)]
    kind: Kind,
    /// Registers this certificate of a public provider instead of asking for one, PEM.
    #[arg(long, requires = "key")]
    existing: Option<PathBuf>,
    /// The key of that certificate, PEM; it is used here and goes nowhere.
    #[arg(long, requires = "existing")]
    key: Option<PathBuf>,
}

/// How the gateway is reached by whoever has a certificate.
#[derive(clap::Args)]
pub(crate) struct Connection {
    /// The gateway: `https://host:port`.
    #[arg(long)]
    gateway: Address,
    /// The authorities of the gateway's own certificate, PEM.
    #[arg(long)]
    ca: PathBuf,
    /// Our certificate, PEM.
    #[arg(long)]
    cert: PathBuf,
    /// Its key, PEM.
    #[arg(long)]
    key: PathBuf,
    /// Our identifier (DIR3 or NIF).
    #[arg(long)]
    organism: OrganismId,
}

/// The steps after it.
#[derive(clap::Subcommand)]
enum Command {
    /// Says in plain words whether the connection works, else what is wrong and whose fault it is.
    Test {
        #[command(flatten)]
        connection: Connection,
        /// The officer to ask as, by pseudonym.
        #[arg(long, default_value = "prueba.conexion")]
        officer: domain::OfficerId,
    },
    /// Runs the conformance profile of its kind in the sandbox, and says in plain words what fails.
    Check {
        /// The sandbox's address is given as `--gateway`.
        #[command(flatten)]
        connection: Connection,
        /// The officer to ask as, by pseudonym; on the users form, if there is one.
        #[arg(long, default_value = "prueba.conformidad")]
        officer: domain::OfficerId,
        /// How the requests are sent; both are the common contract.
        #[arg(long, value_enum, default_value_t = Protocol::Rest)]
        protocol: Protocol,
        /// Where the report is kept.
        #[arg(long, default_value = "informe-conformidad.json")]
        report: PathBuf,
        /// Writes the requests into this file and waits, for them to be sent by the force's own system.
        #[arg(long)]
        own_client: Option<PathBuf>,
    },
    /// Gets the next certificate by the present one; both are good meanwhile.
    Renew {
        #[command(flatten)]
        connection: Connection,
        /// The folder for the new key and certificate; made if missing.
        #[arg(long)]
        out: PathBuf,
        /// The kind of key to make.
        #[arg(long = "key-kind", value_enum, default_value_t = Kind::P256)]
        kind: Kind,
    },
}

/// How the requests of a run are sent.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Protocol {
    /// JSON over HTTP.
    Rest,
    /// SOAP 1.2.
    Soap,
}

impl Protocol {
    /// Its word on the wire.
    fn word(self) -> &'static str {
        match self {
            Self::Rest => "rest",
            Self::Soap => "soap",
        }
    }
}

/// Kinds of keys, as they are asked for.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum Kind {
    /// EC on P-256.
    P256,
    /// EC on P-384.
    P384,
    /// RSA of 3072 bits.
    Rsa3072,
    /// RSA of 4096 bits.
    Rsa4096,
}

impl From<Kind> for KeyKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::P256 => Self::P256,
            Kind::P384 => Self::P384,
            Kind::Rsa3072 => Self::Rsa3072,
            Kind::Rsa4096 => Self::Rsa4096,
        }
    }
}

/// Runs the step.
pub(crate) fn run(args: &Args) -> Outcome {
    match (&args.command, &args.first) {
        (
            Some(Command::Test {
                connection,
                officer,
            }),
            _,
        ) => test::run(connection, officer),
        (
            Some(Command::Check {
                connection,
                officer,
                protocol,
                report,
                own_client,
            }),
            _,
        ) => check::run(
            connection,
            (officer, *protocol),
            report,
            own_client.as_deref(),
        ),
        (
            Some(Command::Renew {
                connection,
                out,
                kind,
            }),
            _,
        ) => renew::run(connection, out, *kind),
        (None, Some(first)) => first::run(first),
        (None, None) => Err(Failure::Broken(
            "nothing to do: see `pasarela join --help`".to_owned(),
        )),
    }
}
