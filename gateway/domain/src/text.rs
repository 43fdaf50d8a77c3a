//! What every type that travels as text shares: the error, the closed vocabulary, serde.

use std::fmt;

/// A text that is not what it should be.
///
/// Shows the text, cut to 64 characters, unless it may be personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    what: &'static str,
    input: Option<String>,
}

impl Malformed {
    const SHOWN: usize = 64;

    pub(crate) fn new(what: &'static str, input: &str) -> Self {
        Self {
            what,
            input: Some(input.chars().take(Self::SHOWN).collect()),
        }
    }

    pub(crate) fn personal(what: &'static str) -> Self {
        Self { what, input: None }
    }

    /// The text, cut, unless it may be personal data.
    pub(crate) fn input(&self) -> Option<&str> {
        self.input.as_deref()
    }

    /// What was expected, such as `a municipality code`.
    pub fn expected(&self) -> &'static str {
        self.what
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.input {
            Some(input) => write!(f, "`{input}` is not {}", self.what),
            None => write!(f, "the value is not {}", self.what),
        }
    }
}

impl std::error::Error for Malformed {}

/// Serialises a type as its `Display` text and reads it back through `FromStr`.
macro_rules! serde_as_text {
    ($name:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Declares a closed vocabulary: an enum whose variants each have one word on the wire.
///
/// The order of the variants is the order of the type.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $name:ident is $what:literal
        { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant),+ }

        impl $name {
            /// Every word of the vocabulary, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::Malformed;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::text::Malformed::new($what, text)),
                }
            }
        }

        $crate::text::serde_as_text!($name);
    };
}

/// Declares an identifier: an immutable text that satisfies a rule.
macro_rules! identifier {
    ($(#[$meta:meta])* $name:ident is $what:literal if $rule:expr) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// The identifier as it travels.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::Malformed;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let rule: fn(&str) -> bool = $rule;
                if rule(text) {
                    Ok(Self(text.into()))
                } else {
                    Err($crate::text::Malformed::new($what, text))
                }
            }
        }

        $crate::text::serde_as_text!($name);
    };
}

pub(crate) use {identifier, serde_as_text, words};

/// Whether `text` has 1 to `longest` characters, all ASCII letters, digits or one of `others`.
pub(crate) fn is_token(text: &str, longest: usize, others: &[u8]) -> bool {
    (1..=longest).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || others.contains(&b))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::{
        AgreementState, CaseId, CertificateKey, Mode, MunicipalityCode, OfficerId, OperationKind,
        OrganismKind, Place, Purpose, RequestId, RiskLevel, StaffRole,
    };

    #[test]
    fn vocabularies() {
        macro_rules! check {
            ($($name:ty => $($word:literal)+;)+) => {$(
                let words: Vec<&str> = <$name>::ALL.iter().map(|value| value.as_str()).collect();
                assert_eq!(words, [$($word),+], stringify!($name));
                for value in <$name>::ALL {
                    assert_eq!(value.as_str().parse(), Ok(*value));
                }
                assert!("otra cosa".parse::<$name>().is_err());
            )+};
        }
        check! {
            OperationKind => "coincidencia" "consulta" "busqueda" "presentacion" "indice";
            Purpose => "proteccion" "valoracion" "investigacion" "procedimientoJudicial" "coordinacion";
            RiskLevel => "noApreciado" "bajo" "medio" "alto" "extremo";
            Mode => "consulta" "colaboracion" "seguimiento";
            OrganismKind => "policiaLocal" "policiaAutonomica" "fuerzaEstatal" "juzgado"
                "institucionPenitenciaria" "unidadCoordinacion" "ministerio";
            StaffRole => "gestor" "supervisor" "auditor";
            AgreementState => "borrador" "protocoloRatificado" "solicitudEnviada" "usuariosRecibidos"
                "formacionRealizada" "firmado" "inscrito" "vigente" "suspendido" "prorrogado" "expirado" "resuelto";
        }
    }

    #[test]
    fn tokens() {
        let table = [
            ("A-1_b.c", true, true),
            ("a:b", false, true),
            ("a b", false, false),
            ("ñ", false, false),
            ("", false, false),
        ];
        for (text, officer, request) in table {
            assert_eq!(text.parse::<OfficerId>().is_ok(), officer, "{text}");
            assert_eq!(text.parse::<RequestId>().is_ok(), request, "{text}");
        }
        for (length, officer, request) in [
            (40, true, true),
            (41, false, true),
            (64, false, true),
            (65, false, false),
        ] {
            let text = "x".repeat(length);
            assert_eq!(text.parse::<OfficerId>().is_ok(), officer, "{length}");
            assert_eq!(text.parse::<RequestId>().is_ok(), request, "{length}");
        }
    }

    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Everything {
        case: CaseId,
        key: CertificateKey,
        municipality: MunicipalityCode,
        officer: OfficerId,
        place: Place,
        level: RiskLevel,
    }

    #[test]
    fn serde_writes_the_text() {
        let everything = Everything {
            case: CaseId::new(1, 2),
            key: CertificateKey::from_digest([7; 32]),
            municipality: "13047".parse().unwrap(),
            officer: "A-1".parse().unwrap(),
            place: "CA08".parse().unwrap(),
            level: RiskLevel::High,
        };
        let written = toml::to_string(&everything).unwrap();
        let texts: BTreeMap<String, String> = toml::from_str(&written).unwrap();
        let read =
            ["case", "municipality", "officer", "place", "level"].map(|name| texts[name].as_str());
        assert_eq!(
            read,
            ["00000000010000000000000002", "13047", "A-1", "CA08", "alto"]
        );
        assert_eq!(toml::from_str::<Everything>(&written).unwrap(), everything);
        assert!(toml::from_str::<Everything>(&written.replace("alto", "altísimo")).is_err());
    }

    #[test]
    fn errors_repeat_the_input_but_not_all_of_it() {
        let error = "otra".parse::<RiskLevel>().unwrap_err();
        assert_eq!(error.to_string(), "`otra` is not a level of risk");
        let long = "x"
            .repeat(10_000)
            .parse::<CaseId>()
            .unwrap_err()
            .to_string();
        assert!(long.len() < 128, "{long}");
    }
}
