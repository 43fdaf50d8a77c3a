//! The `pasarela` binary: configuration, wiring, subcommands.

mod commands;
mod config;
mod exit;
mod home;
mod logging;
mod runtime;
mod wiring;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Federated interoperability gateway between police forces.
#[derive(Parser)]
#[command(name = "pasarela", version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the gateway.
    Serve(commands::serve::Args),
    /// Tells the whole story in a temporary folder: PKI, central system, gateway, two forces.
    Demo(commands::demo::Args),
    /// Brings the database to this version's schema.
    Migrate(commands::migrate::Args),
    /// Checks configuration, certificates, contracts and registry; names every problem at once.
    Check(commands::check::Args),
    /// Works on contracts: check, convert, openapi, wsdl, json-schema.
    #[command(subcommand)]
    Contract(commands::contract::Command),
    /// Works on coverage: import-police, import-population, show.
    #[command(subcommand)]
    Coverage(commands::coverage::Command),
    /// Works on the evidence: export, verify.
    #[command(subcommand)]
    Journal(commands::journal::Command),
    /// Works on exceptional accesses: list, close.
    #[command(subcommand)]
    Exceptional(commands::exceptional::Command),
    /// Works on records that nobody has a reason to ask about: add, remove, list, alarms.
    #[command(subcommand)]
    Honey(commands::watched::Honey),
    /// Registers officers' own documents, so that looking them up raises an alarm: add, remove.
    #[command(subcommand)]
    OfficerSelf(commands::watched::OfficerSelf),
    /// Works on the registry of organisms, agreements and certificates.
    #[command(subcommand)]
    Registry(commands::registry::Command),
    /// Works on the ministry's staff, who sign in to the console: add, list, revoke.
    #[command(subcommand)]
    Staff(commands::staff::Command),
    /// Works on files of adhesion: new, list, show, step, propose, approve, users, warnings.
    #[command(subcommand)]
    Adhesion(commands::adhesion::Command),
    /// Says what would be decided of a request and why, policy by policy and field by field.
    Explain(commands::explain::Args),
    /// Works on partners' folders: list, check, coverage.
    #[command(subcommand)]
    Partner(commands::partner::Command),
    /// Works on policies: check, matrix, diff, prove.
    #[command(subcommand)]
    Policy(commands::policy::Command),
    /// Sends a file of cases to a gateway as one lot, and goes on where it broke.
    Send(commands::send::Args),
    /// Works on enrolment codes: issue, list, withdraw.
    #[command(subcommand)]
    Enrolment(commands::enrolment::Command),
    /// Works on the certificates of organisms: list, expiring, revoke.
    #[command(subcommand)]
    Certificates(commands::certificates::Command),
    /// For the force that joins: gets a certificate registered, tests the connection, renews.
    Join(Box<commands::join::Args>),
    /// Makes a test PKI, its bad cases included.
    Pki(commands::pki::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(args) => commands::serve::run(&args),
        Command::Demo(args) => commands::demo::run(&args),
        Command::Migrate(args) => commands::migrate::run(&args),
        Command::Check(args) => commands::check::run(&args),
        Command::Contract(command) => commands::contract::run(&command),
        Command::Coverage(command) => commands::coverage::run(&command),
        Command::Journal(command) => commands::journal::run(&command),
        Command::Exceptional(command) => commands::exceptional::run(&command),
        Command::Honey(command) => commands::watched::honey(&command),
        Command::OfficerSelf(command) => commands::watched::officer_self(&command),
        Command::Registry(command) => commands::registry::run(&command),
        Command::Staff(command) => commands::staff::run(&command),
        Command::Adhesion(command) => commands::adhesion::run(&command),
        Command::Explain(args) => commands::explain::run(&args),
        Command::Partner(command) => commands::partner::run(&command),
        Command::Policy(command) => commands::policy::run(&command),
        Command::Send(args) => commands::send::run(&args),
        Command::Enrolment(command) => commands::enrolment::run(&command),
        Command::Certificates(command) => commands::certificates::run(&command),
        Command::Join(args) => commands::join::run(&args),
        Command::Pki(args) => commands::pki::run(&args),
    };
    exit::code(outcome)
}
