//! Reading the policies folder: one schema, many policies, and everything that is wrong with them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cedar_policy::ffi::DetailedError;
use cedar_policy::{
    Effect, Policy, PolicyId, PolicySet, Schema, SchemaFragment, ValidationMode, Validator,
};
use domain::Problem;

mod fault;
mod literals;

pub use fault::{LoadError, LoadErrors};

/// The most kinds of questions of a schema; the one that comes with the program has 13. Every policy is checked against
/// each, and a proposed schema is whatever somebody sends.
const QUESTIONS: usize = 64;

/// The types of which a policy may name one: the closed lists of the schema.
const WORDS: [&str; 11] = [
    "Action",
    "Clase",
    "Modo",
    "Finalidad",
    "Operacion",
    "Situacion",
    "Relacion",
    "Cargo",
    "Representacion",
    "Federacion",
    "Grupo",
];

/// Policies that were read and fit their schema.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) schema: Schema,
    pub(crate) policies: PolicySet,
    /// By policy, the problem that its refusal is.
    pub(crate) problems: BTreeMap<PolicyId, Problem>,
    /// The field groups of the schema, in its order.
    pub(crate) groups: Vec<Arc<str>>,
}

/// The texts of a folder by file name.
pub(crate) fn read(dir: &Path) -> Result<BTreeMap<String, String>, LoadErrors> {
    let mut texts = BTreeMap::new();
    let mut errors = Vec::new();
    for path in files(dir).map_err(|cause| unreadable(dir, cause))? {
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let name = path.file_name().unwrap_or_default();
                texts.insert(name.to_string_lossy().into_owned(), text);
            }
            Err(cause) => errors.push(LoadError::Unreadable { path, cause }),
        }
    }
    if errors.is_empty() {
        Ok(texts)
    } else {
        Err(LoadErrors(errors))
    }
}

fn files(dir: &Path) -> std::io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir)?.collect::<Result<Vec<_>, _>>()?;
    let paths = entries.into_iter().map(|entry| entry.path());
    Ok(paths.filter(|path| is_read(path)).collect())
}

fn unreadable(path: &Path, cause: std::io::Error) -> LoadErrors {
    LoadErrors(vec![LoadError::Unreadable {
        path: path.to_owned(),
        cause,
    }])
}

/// Whether a file of that name is read at all.
pub(crate) fn is_read(name: impl AsRef<Path>) -> bool {
    has_extension(&name, "cedarschema") || has_extension(&name, "cedar")
}

fn has_extension(path: impl AsRef<Path>, extension: &str) -> bool {
    path.as_ref()
        .extension()
        .is_some_and(|own| own == extension)
}

/// Parses the texts and checks the policies against the schema.
pub(crate) fn compile(texts: &BTreeMap<String, String>) -> Result<Loaded, LoadErrors> {
    let mut reader = Reader::default();
    let with = |extension| move |(name, _): &(&String, _)| has_extension(name, extension);
    let schemas: Vec<_> = texts.iter().filter(with("cedarschema")).collect();
    let policies: Vec<_> = texts.iter().filter(with("cedar")).collect();
    let schema = match schemas.as_slice() {
        [(file, text)] => reader.schema(file, text),
        others => reader.fail(LoadError::SchemaCount {
            found: others.len(),
        }),
    };
    for (file, text) in &policies {
        reader.policies(file, text);
    }
    if policies.is_empty() {
        reader.errors.push(LoadError::NoPolicy);
    }
    if let Some(schema) = &schema {
        reader.validate(schema, texts);
    }
    match schema {
        Some(schema) if reader.errors.is_empty() => Ok(Loaded {
            schema,
            policies: reader.policies,
            problems: reader.problems,
            groups: reader.groups,
        }),
        _ => Err(LoadErrors(reader.errors)),
    }
}

#[derive(Default)]
struct Reader {
    policies: PolicySet,
    problems: BTreeMap<PolicyId, Problem>,
    groups: Vec<Arc<str>>,
    files: BTreeMap<PolicyId, String>,
    errors: Vec<LoadError>,
}

impl Reader {
    fn fail<T>(&mut self, error: LoadError) -> Option<T> {
        self.errors.push(error);
        None
    }

    fn schema(&mut self, file: &str, text: &str) -> Option<Schema> {
        match Schema::from_cedarschema_str(text) {
            Ok((schema, warnings)) => {
                for warning in warnings {
                    self.errors.push(in_text(file, text, &(&warning).into()));
                }
                self.groups = groups(text);
                for group in schema.action_groups() {
                    self.errors.push(LoadError::ActionGroup {
                        file: file.to_owned(),
                        group: group.to_string(),
                    });
                }
                if schema.request_envs().nth(QUESTIONS).is_some() {
                    let (file, most) = (file.to_owned(), QUESTIONS);
                    return self.fail(LoadError::ManyQuestions { file, most });
                }
                Some(schema)
            }
            Err(error) => self.fail(in_text(file, text, &(&error).into())),
        }
    }

    fn policies(&mut self, file: &str, text: &str) {
        match text.parse::<PolicySet>() {
            Ok(set) => {
                // In the order of the text: Cedar numbers them as it reads.
                let mut policies: Vec<_> = set.policies().collect();
                policies.sort_by_key(|policy| number(policy.id()));
                for policy in policies {
                    self.policy(file, policy);
                }
            }
            Err(errors) => {
                let found = errors
                    .iter()
                    .map(|error| in_text(file, text, &error.into()));
                self.errors.extend(found);
            }
        }
    }

    fn policy(&mut self, file: &str, policy: &Policy) {
        let id = policy.annotation("id");
        for annotation in ["id", "titulo", "clausula"] {
            if policy.annotation(annotation).is_none_or(str::is_empty) {
                self.errors.push(LoadError::MissingAnnotation {
                    file: file.to_owned(),
                    id: id.map(str::to_owned),
                    annotation,
                });
            }
        }
        let Some(id) = id else { return };
        let read = literals::of(policy);
        if read.is_deep {
            self.errors.push(LoadError::Deep {
                file: file.to_owned(),
                id: id.to_owned(),
            });
        }
        for name in read.types {
            if !WORDS.contains(&name.as_str()) {
                self.errors.push(LoadError::NamesOne {
                    file: file.to_owned(),
                    id: id.to_owned(),
                    name,
                });
            }
        }
        self.problem(file, id, policy);
        let key = PolicyId::new(id);
        if self.policies.add(policy.new_id(key.clone())).is_err() {
            self.errors.push(LoadError::RepeatedId {
                file: file.to_owned(),
                id: id.to_owned(),
            });
        }
        self.files.insert(key, file.to_owned());
    }

    fn problem(&mut self, file: &str, id: &str, policy: &Policy) {
        let Some(code) = policy.annotation("rechazo") else {
            return;
        };
        match Problem::from_code(code) {
            Some(problem) if policy.effect() == Effect::Forbid => {
                self.problems.insert(PolicyId::new(id), problem);
            }
            _ => self.errors.push(LoadError::UnknownProblem {
                file: file.to_owned(),
                id: id.to_owned(),
                code: code.to_owned(),
            }),
        }
    }

    fn validate(&mut self, schema: &Schema, texts: &BTreeMap<String, String>) {
        let validator = Validator::new(schema.clone());
        let result = validator.validate(&self.policies, ValidationMode::Strict);
        let mut faults = Vec::new();
        for error in result.validation_errors() {
            faults.push((error.policy_id(), DetailedError::from(error)));
        }
        // A warning is a policy that can never apply: as wrong as one that does not fit, unless
        // it never applies because it does not fit.
        let unfit: BTreeSet<_> = faults.iter().map(|(policy, _)| *policy).collect();
        for warning in result.validation_warnings() {
            if !unfit.contains(warning.policy_id()) {
                faults.push((warning.policy_id(), DetailedError::from(warning)));
            }
        }
        for (policy, fault) in faults {
            let file = self.files.get(policy).map_or("", String::as_str);
            let text = texts.get(file).map_or("", String::as_str);
            self.errors.push(in_text(file, text, &fault));
        }
    }
}

/// The field groups that a schema lists.
fn groups(text: &str) -> Vec<Arc<str>> {
    let Ok((fragment, _)) = SchemaFragment::from_cedarschema_str(text) else {
        return Vec::new();
    };
    let json = fragment.to_json_value().unwrap_or_default();
    let list = json
        .get("")
        .and_then(|space| space.pointer("/entityTypes/Grupo/enum"));
    let words = list.and_then(|list| list.as_array()).into_iter().flatten();
    words
        .filter_map(|word| word.as_str().map(Arc::from))
        .collect()
}

/// The number that Cedar gave a policy of a text: `policy12` is 12.
fn number(id: &PolicyId) -> usize {
    let id: &str = id.as_ref();
    id.trim_start_matches(|c: char| !c.is_ascii_digit())
        .parse()
        .unwrap_or(usize::MAX)
}

fn in_text(file: &str, text: &str, error: &DetailedError) -> LoadError {
    let start = error
        .source_locations
        .first()
        .map_or(0, |label| label.loc.start);
    let before = text.get(..start).unwrap_or_default();
    let line = 1 + before.matches('\n').count();
    let help = error
        .help
        .as_ref()
        .map(|help| format!("; {help}"))
        .unwrap_or_default();
    LoadError::Text {
        file: file.to_owned(),
        line,
        message: format!("{}{help}", error.message),
    }
}
