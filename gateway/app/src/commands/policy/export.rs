//! `pasarela policy export`: a set of policies as a folder, to be read, compared or kept under version control.

use std::collections::BTreeMap;
use std::path::Path;

use policy::Engine;
use store::Store;

use crate::config::Config;
use crate::exit::{Failure, Outcome};

/// Writes a set into a folder that is empty or not there yet.
pub(super) async fn export(config: &Path, version: Option<&str>, dir: &Path) -> Outcome {
    let config = Config::read(config).map_err(|e| Failure::broken("configuration", e))?;
    let store = Store::open(config.store.url.expose()).await;
    let store = store.map_err(|e| Failure::broken("database", e))?;
    let (version, texts) = texts(&config, &store, version).await?;
    let broken = |e| Failure::broken(&format!("`{}`", dir.display()), e);
    std::fs::create_dir_all(dir).map_err(broken)?;
    if std::fs::read_dir(dir).map_err(broken)?.next().is_some() {
        let told = format!("`{}` is not empty", dir.display());
        return Err(Failure::Broken(told));
    }
    for (name, text) in &texts {
        // Names are those of files that were read from a folder, or were checked when they were proposed.
        if Path::new(name).file_name() != Some(name.as_ref()) {
            return Err(Failure::Broken(format!("`{name}` is no name of a file")));
        }
        std::fs::write(dir.join(name), text).map_err(broken)?;
    }
    println!("{version}: {} files", texts.len());
    Ok(())
}

async fn texts(
    config: &Config,
    store: &Store,
    version: Option<&str>,
) -> Result<(String, BTreeMap<String, String>), Failure> {
    let failed = |e| Failure::broken("policies", e);
    let in_force = store.policies_version().await.map_err(failed)?;
    let Some(version) = version.map(str::to_owned).or(in_force) else {
        let texts = Engine::read(&config.policies.dir);
        let texts = texts.map_err(|e| Failure::broken("policies", e))?;
        return Ok((Engine::version_of(&texts), texts));
    };
    let set = store.policy_set(&version).await.map_err(failed)?;
    let set = set.ok_or_else(|| Failure::Unfit(format!("no version `{version}` is kept")))?;
    Ok((set.version, set.texts))
}
