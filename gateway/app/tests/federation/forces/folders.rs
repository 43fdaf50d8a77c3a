//! Which forces there are: every folder of partners that has a dialect, and copies of some under names that nothing knows.
//!
//! Who they are follows from the place of a folder in the list, and what they may do from its `partner.toml`: no force is
//! named here.

use std::path::{Path, PathBuf};

use adapters::partner::{Partner, folders};
use domain::{MunicipalityCode, OperationKind};

use crate::members::{Member, WHOLE};
use crate::site::{contract, now, partners, prepared};

/// Folders that a copy is made of, and the name it gets everywhere in its files.
///
/// One speaks SOAP and asks all there is, one JSON of its own, one in an envelope that says itself who asks; here all of
/// them sign whatever they ask.
pub(crate) const INVENTED: [(&str, &str); 3] = [
    ("mossos", "fuerza-inventada"),
    ("foral-navarra", "cuerpo-inventado"),
    ("ua-galicia", "unidad-inventada"),
];

/// What a folder may say of signatures, and what its copy says.
const MAY_SIGN: &str = "requests = \"opcional\"";
const MUST_SIGN: &str = "requests = \"exigida\"";
/// The section that every `partner.toml` has, and what the copy of one that says nothing of signatures has before it.
const CAPABILITIES: &str = "[capabilities]";
const SIGNED: &str = "[security]\nrequests = \"exigida\"\nanswers = \"exigida\"\n\n[capabilities]";

/// The province of the cases that every site has.
const POPULATED: u8 = 13;

/// A force as it asks and as it is asked.
pub(crate) struct Force {
    pub(crate) folder: Partner,
    /// As it asks.
    pub(crate) client: Member,
    /// As it is asked.
    pub(crate) system: Member,
    /// A town of its own.
    pub(crate) town: MunicipalityCode,
}

impl Force {
    pub(crate) fn slug(&self) -> &str {
        &self.folder.slug
    }

    pub(crate) fn asks(&self, kind: OperationKind) -> bool {
        self.folder.settings.capabilities.asks.contains(&kind)
    }

    pub(crate) fn answers(&self, kind: OperationKind) -> bool {
        self.folder.settings.capabilities.answers.contains(&kind)
    }
}

/// The folder that the gateway of these tests serves: all that the project has, and the invented ones.
pub(crate) fn served() -> PathBuf {
    let dir = prepared().join("socios");
    copy(&partners(), &dir, &|text| text.to_owned());
    for (like, name) in INVENTED {
        let renamed = |text: &str| renamed(text, like, name);
        copy(&partners().join(like), &dir.join(name), &renamed);
    }
    dir
}

/// The forces of a folder of partners, each with its place in it.
pub(crate) fn found(dir: &Path) -> Vec<Force> {
    let all = folders(dir).unwrap().into_iter();
    let all = all.map(|dir| Partner::load(&dir, &contract()).unwrap_or_else(|e| panic!("{e}")));
    let forces = all.filter(|partner| partner.dialect.is_some());
    forces.enumerate().map(|(at, it)| force(at, it)).collect()
}

fn force(at: usize, folder: Partner) -> Force {
    let (slug, settings) = (&folder.slug, &folder.settings);
    let word = |text: String| -> &'static str { text.leak() };
    let asks = settings.capabilities.asks.iter();
    let asks: Vec<String> = asks.map(|it| format!("\"{}\"", it.as_str())).collect();
    let security = toml::to_string(&settings.security).unwrap();
    let table = "[organismo.convenio.annex.security]";
    let agreed = format!("contract = \"{}\"\n{table}\n{security}", settings.contract);
    let common = Member {
        kind: settings.kind.as_str(),
        territory: "ES",
        ..WHOLE
    };
    let client = Member {
        slug: word(format!("fuerza-{slug}")),
        id: word(format!("E9999{:04}", 4_000 + at)),
        operations: word(asks.join(", ")),
        contract: word(agreed),
        ..common
    };
    let system = Member {
        slug: word(format!("sistema-de-{slug}")),
        id: word(format!("A9999{:04}", 4_000 + at)),
        ..common
    };
    for member in [&client, &system] {
        member.certify(&prepared().join("pki"), now());
    }
    Force {
        town: town(at),
        client,
        system,
        folder,
    }
}

/// The first municipality of a province of its own.
fn town(at: usize) -> MunicipalityCode {
    let mut provinces: Vec<MunicipalityCode> = Vec::new();
    for (town, _) in domain::territory::municipalities::all() {
        let known = provinces.last().map(|it| it.province());
        if town.province() != POPULATED && known != Some(town.province()) {
            provinces.push(town);
        }
    }
    provinces[at]
}

/// The text of a copy, and the names of its files: another name, and signatures on all that is asked.
fn renamed(text: &str, from: &str, to: &str) -> String {
    let text = text.replace(from, to).replace(MAY_SIGN, MUST_SIGN);
    if text.contains("[security]") {
        text
    } else {
        text.replace(CAPABILITIES, SIGNED)
    }
}

/// Copies a folder; what `text` makes of names and of contents is what stands in the copy.
pub(crate) fn copy(from: &Path, to: &Path, text: &dyn Fn(&str) -> String) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let there = to.join(text(path.file_name().unwrap().to_str().unwrap()));
        if path.is_dir() {
            copy(&path, &there, text);
        } else {
            let read = std::fs::read_to_string(&path).unwrap();
            std::fs::write(there, text(&read)).unwrap();
        }
    }
}
