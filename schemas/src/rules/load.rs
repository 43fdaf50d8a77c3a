//! Loading a contract's rules.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::fault::{RuleErrors, RuleFault};
use super::text::{self, RuleFile};
use super::value::{Need, names};
use super::{Facts, Rule, Rulebook, Set, Test, Verdict, forms};
use crate::beside::{self, Unread};
use crate::convert::place::Place;
use crate::expression::{Constants, Expression};
use crate::{Contract, Limits, QName, json};

/// A file of the folder, read as what it says.
pub(super) fn read<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<T, RuleFault> {
    let text = beside::read(folder, name).map_err(unread)?;
    toml::from_str(&text).map_err(|error| RuleFault::Unreadable(error.to_string()))
}

/// The TOML files of a folder of the contract's folder.
pub(super) fn files(folder: &Path, name: &str, errors: &mut RuleErrors) -> Vec<String> {
    let listed = beside::list(folder, name);
    listed.unwrap_or_else(|cause| {
        errors.push(name, "", unread(cause));
        Vec::new()
    })
}

#[allow(clippy::needless_pass_by_value, reason = "it is handed to `map_err`")]
fn unread(cause: Unread) -> RuleFault {
    RuleFault::Unreadable(cause.to_string())
}

/// Loads everything.
pub(super) fn folder(folder: &Path, contract: &Arc<Contract>) -> Result<Rulebook, RuleErrors> {
    let mut errors = RuleErrors(Vec::new());
    let mut known = BTreeSet::new();
    let mut sets = Vec::new();
    for file in files(folder, "reglas", &mut errors) {
        match read(folder, &file) {
            Ok(parsed) => {
                let mut site = Site {
                    contract,
                    file: &file,
                    errors: &mut errors,
                    known: &mut known,
                };
                sets.push(site.set(&parsed));
            }
            Err(fault) => errors.push(&file, "", fault),
        }
    }
    let forms = forms::load(folder, contract, &mut errors);
    if errors.0.is_empty() {
        let contract = Some(Arc::clone(contract));
        Ok(Rulebook {
            contract,
            sets,
            forms,
        })
    } else {
        Err(errors)
    }
}

/// A place from a message's root, by path.
pub(super) fn place(contract: &Contract, path: &str) -> Option<Place> {
    let (root, below) = path.split_once('/').unwrap_or((path, "."));
    let namespace = Some(contract.namespace()).filter(|namespace| !namespace.is_empty());
    let root = contract.root(&QName::new(namespace, root))?;
    Place::root(root).follow(contract, below).ok()
}

struct Site<'s> {
    contract: &'s Arc<Contract>,
    file: &'s str,
    errors: &'s mut RuleErrors,
    known: &'s mut BTreeSet<String>,
}

impl Site<'_> {
    fn fault(&mut self, at: &str, fault: RuleFault) {
        self.errors.push(self.file, at, fault);
    }

    fn set(&mut self, file: &RuleFile) -> Set {
        let mut places = Vec::new();
        for path in &file.en {
            match place(self.contract, path) {
                Some(place) => places.push(place),
                None => self.fault("en", RuleFault::NoSuchPath(path.clone())),
            }
        }
        let mut names: Vec<&str> = vec!["caso", "esto", "ahora", "hechos"];
        names.extend(file.constantes.keys().map(String::as_str));
        let rules = file.regla.iter();
        let rules = rules.filter_map(|rule| self.rule(rule, &places, &names));
        let rules = rules.collect();
        Set {
            file: self.file.into(),
            places,
            constants: Constants::of(&file.constantes),
            rules,
        }
    }

    fn rule(&mut self, rule: &text::Rule, places: &[Place], names: &[&str]) -> Option<Rule> {
        let before = self.errors.0.len();
        if !is_identifier(&rule.id) || !self.known.insert(rule.id.clone()) {
            self.fault(&rule.id, RuleFault::Identifier(rule.id.clone()));
        }
        if rule.mensaje.trim().is_empty() || rule.rutas.is_empty() {
            self.fault(&rule.id, RuleFault::Mute);
        }
        let needs = self.needs(rule, places);
        let holds = self.expression(&rule.id, &rule.expresion, names);
        let when = rule
            .cuando
            .as_ref()
            .map(|text| self.expression(&rule.id, text, names));
        let tests = self.tests(rule, places);
        if self.errors.0.len() > before {
            return None;
        }
        Some(Rule {
            id: rule.id.as_str().into(),
            message: rule.mensaje.as_str().into(),
            each: rule.para_cada.as_deref().map(self::names),
            needs,
            paths: rule.rutas.clone(),
            when: when.flatten(),
            holds: holds?,
            tests,
        })
    }

    /// Checks the rule's paths at every place it is about.
    fn needs(&mut self, rule: &text::Rule, places: &[Place]) -> Vec<Need> {
        let mut needs = Vec::new();
        for (number, base) in places.iter().enumerate() {
            let base = match &rule.para_cada {
                None => base.clone(),
                Some(path) => {
                    let Ok(base) = base.follow(self.contract, path) else {
                        self.fault(&rule.id, RuleFault::NoSuchPath(path.clone()));
                        continue;
                    };
                    base
                }
            };
            for path in rule.requiere.iter().chain(&rule.rutas) {
                if base.follow(self.contract, path).is_err() {
                    self.fault(&rule.id, RuleFault::NoSuchPath(path.clone()));
                }
            }
            if number == 0 {
                let found = rule.requiere.iter();
                let found = found.filter_map(|path| {
                    let place = base.follow(self.contract, path).ok()?;
                    Some(Need::of(self.contract, path, &place))
                });
                needs = found.collect();
            }
        }
        needs
    }

    fn expression(&mut self, id: &str, text: &str, names: &[&str]) -> Option<Expression> {
        let compiled = Expression::compile(text, names);
        compiled
            .map_err(|fault| self.fault(id, RuleFault::Expression(fault)))
            .ok()
    }

    fn tests(&mut self, rule: &text::Rule, places: &[Place]) -> Vec<Test> {
        let mut tests = Vec::new();
        for (at, test) in rule.prueba.iter().enumerate() {
            match self.test(test, places) {
                Ok(test) => tests.push(test),
                Err(fault) => {
                    let number = at + 1;
                    self.fault(&rule.id, RuleFault::Test { number, fault });
                }
            }
        }
        let both = [Verdict::Accepted, Verdict::Refused];
        let has = |verdict: &Verdict| tests.iter().any(|test| test.expected == *verdict);
        if !both.iter().all(has) {
            self.fault(&rule.id, RuleFault::Untested);
        }
        tests
    }

    fn test(&self, test: &text::Test, places: &[Place]) -> Result<Test, String> {
        let (expected, message) = match (&test.acepta, &test.rechaza) {
            (Some(case), None) => (Verdict::Accepted, case),
            (None, Some(case)) => (Verdict::Refused, case),
            (Some(_), Some(_)) | (None, None) => {
                return Err("one of `acepta` and `rechaza`".to_owned());
            }
        };
        let case: Json = serde_json::from_str(message).map_err(|error| error.to_string())?;
        // A message that the contract does not allow would prove nothing.
        for place in places {
            json::decode(
                self.contract,
                place.element(),
                message.as_bytes(),
                &Limits::default(),
            )
            .map_err(|error| error.to_string())?;
        }
        Ok(Test {
            expected,
            case,
            facts: Facts {
                now: test
                    .ahora
                    .clone()
                    .unwrap_or_else(|| "2026-01-01T00:00:00Z".to_owned()),
                known: test.hechos.clone(),
            },
        })
    }
}

/// Small letters, digits and hyphens.
fn is_identifier(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(plain)
}
