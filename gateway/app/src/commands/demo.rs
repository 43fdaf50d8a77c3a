//! `pasarela demo`: a whole federation in a folder, and a story that a newcomer can follow.

mod cast;
mod farewell;
mod federation;
mod folder;
mod partner;
mod settings;
mod staff;
mod story;
mod words;

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use crate::exit::{Failure, Outcome};
use crate::runtime;
use federation::Federation;
use folder::Folder;
use words::Language;

/// Shows the gateway at work.
#[derive(ClapArgs)]
pub(crate) struct Args {
    /// End after the story instead of staying up.
    #[arg(long)]
    once: bool,
    /// The language of the story.
    #[arg(long, value_enum, default_value_t = Lang::Es)]
    lang: Lang,
    /// Where everything is put; a fresh temporary folder if absent.
    #[arg(long)]
    dir: Option<PathBuf>,
    /// Provinces (INE codes) whose population the central system holds; Castilla y León and Ciudad
    /// Real if absent.
    #[arg(long, value_delimiter = ',')]
    provinces: Vec<u8>,
    /// The folder with contracts and policies; looked for if absent.
    #[arg(long)]
    home: Option<PathBuf>,
    /// The gateway's port; a free one if absent.
    #[arg(long, default_value_t = 0)]
    gateway_port: u16,
    /// The central system's port; a free one if absent.
    #[arg(long, default_value_t = 0)]
    central_port: u16,
    /// The console's port; a free one if absent.
    #[arg(long, default_value_t = 0)]
    console_port: u16,
    /// Only make the folder (PKI, databases, configuration): for running its parts one by one.
    #[arg(long)]
    prepare: bool,
}

/// The languages of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// Spanish.
    Es,
    /// English.
    En,
}

/// Castilla y León, and Ciudad Real.
const PROVINCES: [u8; 10] = [5, 9, 13, 24, 34, 37, 40, 42, 47, 49];

/// Tells the story; fails if any step of it differs from what it must be.
pub(crate) fn run(args: &Args) -> Outcome {
    let words = Language::of(args.lang);
    let folder = Folder::make(args.dir.clone())?;
    crate::logging::start_in(&folder.log())?;
    runtime::block_on(async {
        let federation = Federation::prepare(args, folder, words).await?;
        if args.prepare {
            return farewell::describe(&federation);
        }
        let federation = federation.start(words).await?;
        let told = story::tell(&federation, words).await;
        let ended = match told {
            Ok(told) => {
                farewell::describe_story(&federation, &told)?;
                if args.once {
                    Ok(())
                } else {
                    farewell::stay(&federation, &told, words).await
                }
            }
            Err(failure) => Err(failure),
        };
        federation.stop().await;
        ended
    })
}

/// A step that is not as it must be.
fn unfit(step: &str, found: impl std::fmt::Display) -> Failure {
    Failure::Unfit(format!("{step}: {found}"))
}
