//! `prover POLICIES [BOUNDS]`: proves every bound of the policies in a folder; prints what holds and, of what does not, a
//! counterexample. Without a folder of bounds those that ship are proven: they are part of the program.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use prover::{Outcome, ProofError, Subject};

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(policies), bounds, None) = (args.next(), args.next(), args.next()) else {
        eprintln!("usage: prover POLICIES [BOUNDS]");
        return ExitCode::from(2);
    };
    match prove(&policies, bounds.as_deref()) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(refuted) => {
            eprintln!("prover: {refuted} refuted");
            ExitCode::from(1)
        }
        Err(error) => {
            eprintln!("prover: {error}");
            ExitCode::from(2)
        }
    }
}

/// How many theorems do not hold.
fn prove(policies: &Path, bounds: Option<&Path>) -> Result<usize, ProofError> {
    let subject = Subject::new(&prover::read(policies)?)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| ProofError::NoSolver(error.to_string()))?;
    let mut refuted = 0;
    for bound in bounds.map_or_else(prover::shipped, prover::bounds)? {
        let begun = std::time::Instant::now();
        match runtime.block_on(subject.judge(&bound))? {
            Outcome::Proven(kinds) => {
                println!(
                    "demostrado: {} ({kinds} clases de peticion, {} ms)",
                    bound.title,
                    begun.elapsed().as_millis()
                );
            }
            Outcome::Refuted(words) => {
                refuted += 1;
                println!("REFUTADO: {}\n{words}", bound.title);
            }
        }
    }
    Ok(refuted)
}
