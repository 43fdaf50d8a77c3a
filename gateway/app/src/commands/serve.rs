//! `pasarela serve`: runs the gateway until it is told to stop.

use std::path::PathBuf;

use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::exit::{Failure, Outcome};
use crate::{logging, runtime, wiring};

/// Serves.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The configuration file.
    #[arg(long)]
    config: PathBuf,
}

/// Starts the gateway and waits for a signal or for its end.
pub(crate) fn run(args: &Args) -> Outcome {
    let config = Config::read(&args.config).map_err(|e| Failure::broken("configuration", e))?;
    logging::start();
    runtime::block_on(async {
        let mut gateway = wiring::start(&config).await?;
        tracing::info!(address = %gateway.running.address(), "serving");
        if let Some(address) = gateway.running.enrolment() {
            tracing::info!(%address, "enrolling");
        }
        if let Some(sandbox) = &gateway.sandbox {
            tracing::info!(address = %sandbox.running.address(), "sandbox");
        }
        let stopped = tokio::select! {
            ended = gateway.running.ended() => ended.map_err(|e| Failure::broken("listener", e)),
            told = told_to_stop() => told,
        };
        gateway.stop().await;
        stopped
    })
}

/// Ends at SIGINT or SIGTERM.
pub(crate) async fn told_to_stop() -> Outcome {
    let broken = |e| Failure::broken("signals", e);
    let mut terminate = signal(SignalKind::terminate()).map_err(broken)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(broken)?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
