//! `pasarela pki`: a test PKI with its bad cases.

use std::path::PathBuf;

use certs::testpki::{TestOrganism, TestPki};
use jiff::Timestamp;

use crate::exit::{Failure, Outcome};

/// Makes a test PKI.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder to write to; made if missing.
    #[arg(long)]
    dir: PathBuf,
    /// An organism that gets a certificate: `slug:DIR3:NIF:name`. May be repeated.
    #[arg(long = "organism", required = true, value_parser = organism)]
    organisms: Vec<TestOrganism>,
}

/// Writes the files and names the folder.
pub(crate) fn run(args: &Args) -> Outcome {
    std::fs::create_dir_all(&args.dir)
        .map_err(|e| Failure::broken(&format!("`{}`", args.dir.display()), e))?;
    TestPki::create(&args.dir, Timestamp::now().as_second(), &args.organisms)
        .map_err(|e| Failure::broken("test PKI", e))?;
    println!("{}", args.dir.display());
    Ok(())
}

fn organism(text: &str) -> Result<TestOrganism, String> {
    let mut parts = text.splitn(4, ':').map(str::to_owned);
    let mut next = |what: &str| {
        parts
            .next()
            .filter(|part| !part.is_empty())
            .ok_or_else(|| format!("the {what} is missing"))
    };
    Ok(TestOrganism {
        slug: next("slug")?,
        dir3: next("DIR3")?,
        nif: next("NIF")?,
        name: next("name")?,
    })
}
