//! Proves what the policies never allow: each bound of `bounds/` allows whatever the policies do, for every request
//! that the schema admits. What is proven is said in the bounds, by hand; the solver is the process `cvc5`.

mod words;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cedar_policy::{Policy, PolicyId, PolicySet, RequestEnv, Schema};
use cedar_policy_symcc::solver::LocalSolver;
use cedar_policy_symcc::{CedarSymCompiler, CompiledPolicySet};

/// The texts of a policies folder by file name.
pub type Texts = BTreeMap<String, String>;

/// Why nothing could be proven or refuted.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    /// A file cannot be read.
    #[error("cannot read `{0}`: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// A text is no policy or no schema.
    #[error("`{0}`: {1}")]
    Text(String, String),
    /// The solver cannot be started.
    #[error("the solver `cvc5` cannot be started; Debian brings it in the package `cvc5`: {0}")]
    NoSolver(String),
    /// Compiler or solver failed.
    #[error("`{0}`: {1}")]
    Failed(String, String),
    /// There is nothing to prove: success would say nothing.
    #[error("there is no theorem in `{0}`")]
    NoBounds(PathBuf),
    /// A bound speaks of no request of the schema: it would hold of nothing.
    #[error("the bound `{0}` speaks of no request that the schema admits")]
    Empty(String),
}

/// One theorem.
#[derive(Debug)]
pub struct Bound {
    /// Its file, without extension.
    pub name: String,
    /// What it says.
    pub title: String,
    policies: PolicySet,
    principal: Option<String>,
    resource: Option<String>,
}

/// What came of one theorem.
#[derive(Debug)]
pub enum Outcome {
    /// It holds for every request, of this many kinds.
    Proven(usize),
    /// It does not: a request that the policies allow beyond the bound, in words.
    Refuted(String),
}

/// The texts of a folder.
///
/// # Errors
/// A file that cannot be read.
pub fn read(folder: &Path) -> Result<Texts, ProofError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |cause| ProofError::Unreadable(path, cause)
    };
    let mut texts = Texts::new();
    for file in std::fs::read_dir(folder).map_err(failed(folder))? {
        let path = file.map_err(failed(folder))?.path();
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let known = path
            .extension()
            .is_some_and(|it| it == "cedar" || it == "cedarschema");
        if let Some(name) = name.filter(|_| known) {
            texts.insert(name, std::fs::read_to_string(&path).map_err(failed(&path))?);
        }
    }
    Ok(texts)
}

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        /// The bounds that ship, so that the program needs no folder beside it.
        const SHIPPED: &[(&str, &str)] =
            &[$((concat!($name, ".cedar"), include_str!(concat!("../bounds/", $name, ".cedar")))),+];
    };
}

shipped![
    "alojamiento",
    "ambito",
    "convenio",
    "en-nombre-de",
    "escritura",
    "fuera",
    "ministerio-campos",
    "ministerio-operaciones",
    "peligro-peticion",
    "peligro",
    "presencia",
    "techo-campos",
    "techo-caso",
    "traspaso",
];

/// The bounds that ship, by name.
///
/// # Errors
/// One that is no bound.
pub fn shipped() -> Result<Vec<Bound>, ProofError> {
    SHIPPED
        .iter()
        .map(|(file, text)| bound(file, text))
        .collect()
}

/// The bounds of a folder, by name.
///
/// # Errors
/// A file that cannot be read or is no bound.
pub fn bounds(folder: &Path) -> Result<Vec<Bound>, ProofError> {
    let mut texts = read(folder)?;
    texts.retain(|file, _| file.ends_with(".cedar"));
    if texts.is_empty() {
        return Err(ProofError::NoBounds(folder.to_owned()));
    }
    texts.iter().map(|(file, text)| bound(file, text)).collect()
}

fn bound(file: &str, text: &str) -> Result<Bound, ProofError> {
    let policies: PolicySet = text
        .parse()
        .map_err(|error| ProofError::Text(file.to_owned(), format!("{error}")))?;
    let said = |name: &str| {
        let all = policies.policies();
        all.filter_map(|policy| policy.annotation(name))
            .next()
            .map(str::to_owned)
    };
    let title = said("titulo")
        .ok_or_else(|| ProofError::Text(file.to_owned(), "it lacks `@titulo`".to_owned()))?;
    Ok(Bound {
        name: file.trim_end_matches(".cedar").to_owned(),
        title,
        principal: said("principal"),
        resource: said("recurso"),
        policies,
    })
}

/// Policies with their schema, ready to be judged.
pub struct Subject {
    schema: Schema,
    policies: PolicySet,
}

impl Subject {
    /// Puts the texts of a policies folder together.
    ///
    /// # Errors
    /// A text that is no policy or no schema.
    pub fn new(texts: &Texts) -> Result<Self, ProofError> {
        let mut schema = None;
        let mut policies = PolicySet::new();
        for (file, text) in texts {
            let wrong = |error: String| ProofError::Text(file.clone(), error);
            if file.ends_with(".cedarschema") {
                let read = Schema::from_cedarschema_str(text);
                schema = Some(read.map_err(|error| wrong(error.to_string()))?.0);
                continue;
            }
            let set: PolicySet = text.parse().map_err(|error| wrong(format!("{error}")))?;
            for policy in set.policies() {
                let id = policy.annotation("id").unwrap_or_default();
                let named: Policy = policy.new_id(PolicyId::new(id));
                policies
                    .add(named)
                    .map_err(|error| wrong(error.to_string()))?;
            }
        }
        let schema = schema.ok_or_else(|| {
            ProofError::Text("*.cedarschema".to_owned(), "there is none".to_owned())
        })?;
        Ok(Self { schema, policies })
    }

    /// Proves or refutes one theorem.
    ///
    /// # Errors
    /// The solver is missing or fails; the bound speaks of nothing.
    pub async fn judge(&self, bound: &Bound) -> Result<Outcome, ProofError> {
        let failed = |error: &dyn std::fmt::Display| {
            ProofError::Failed(bound.name.clone(), error.to_string())
        };
        let mut proven = 0;
        for env in self
            .schema
            .request_envs()
            .filter(|env| bound.speaks_of(env))
        {
            let solver =
                LocalSolver::cvc5().map_err(|error| ProofError::NoSolver(error.to_string()))?;
            let mut compiler = CedarSymCompiler::new(solver).map_err(|error| failed(&error))?;
            let compile = |set| CompiledPolicySet::compile(set, &env, &self.schema);
            let policies = compile(&self.policies).map_err(|error| failed(&error))?;
            let limit = compile(&bound.policies).map_err(|error| failed(&error))?;
            let found = compiler
                .check_implies_with_counterexample_opt(&policies, &limit)
                .await;
            if let Some(counterexample) = found.map_err(|error| failed(&error))? {
                return Ok(Outcome::Refuted(words::of(&counterexample)));
            }
            proven += 1;
        }
        if proven == 0 {
            return Err(ProofError::Empty(bound.name.clone()));
        }
        Ok(Outcome::Proven(proven))
    }
}

impl Bound {
    fn speaks_of(&self, env: &RequestEnv) -> bool {
        let fits =
            |wanted: &Option<String>, found: String| wanted.as_ref().is_none_or(|it| *it == found);
        fits(&self.principal, env.principal().to_string())
            && fits(&self.resource, env.resource().to_string())
    }
}
