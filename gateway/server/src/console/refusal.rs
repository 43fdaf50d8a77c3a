//! What the console refuses, each with its word in the evidence and its message to whoever is told.

use actix_web::http::StatusCode;
use domain::Problem;

use super::oidc::SignInFault;

/// Why a page is not served, or a form not taken.
#[derive(Clone, Debug)]
pub(crate) enum Refusal {
    /// The connection's certificate is not good (any more).
    Certificate(Problem),
    /// Nobody is known to be there: no certificate, and no session of the provider's.
    Anonymous,
    /// The way through the identity provider did not end well.
    SignIn(SignInFault),
    /// The certificate is of nobody of the staff.
    Stranger,
    /// The member of staff was revoked.
    Revoked,
    /// The session was not made here, or not for this certificate.
    Forged,
    /// The session is over.
    Over,
    /// The form does not carry the token of the session: it may come from another site.
    Token,
    /// The page, or the act, is of other roles.
    Role,
    /// There is no such page, or nothing of that name.
    Nothing,
    /// The fields cannot be read.
    Unreadable,
    /// One field is not what it must be.
    Field {
        /// Its name in the form.
        name: String,
        /// What was written.
        value: String,
    },
    /// What is asked for is against a rule that the message names.
    Rule {
        /// The message.
        message: &'static str,
        /// What stands in its places.
        values: Vec<(&'static str, String)>,
    },
    /// The form is too large.
    TooLarge,
    /// The form did not arrive in time.
    TooSlow,
    /// Something of ours does not work; the words are for the log only.
    Broken(String),
}

impl Refusal {
    /// A body that did not come as it must.
    pub(crate) fn of_body(problem: Problem) -> Self {
        if problem == Problem::BodyTooLarge {
            Self::TooLarge
        } else if problem == Problem::SlowBody {
            Self::TooSlow
        } else {
            Self::Unreadable
        }
    }

    /// A field that is not what it must be.
    pub(crate) fn field(name: &str, value: &str) -> Self {
        Self::Field {
            name: name.to_owned(),
            value: value.chars().take(80).collect(),
        }
    }

    /// Something is against a rule that `message` names.
    pub(crate) fn rule(message: &'static str, values: &[(&'static str, &str)]) -> Self {
        let owned = values
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()));
        Self::Rule {
            message,
            values: owned.collect(),
        }
    }

    /// Something of ours does not work.
    pub(crate) fn broken(error: impl std::fmt::Display) -> Self {
        Self::Broken(error.to_string())
    }

    /// Its word in the evidence.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::Certificate(problem) => problem.entry().code,
            Self::Anonymous => "sin-identificar",
            Self::SignIn(fault) => fault.code(),
            Self::Stranger => "personal-desconocido",
            Self::Revoked => "personal-revocado",
            Self::Forged => "sesion-falsa",
            Self::Over => "sesion-caducada",
            Self::Token => "formulario-ajeno",
            Self::Role => "papel-insuficiente",
            Self::Nothing => "pagina-inexistente",
            Self::Unreadable => "formulario-ilegible",
            Self::Field { .. } => "campo-invalido",
            Self::Rule { .. } => "regla-incumplida",
            Self::TooLarge => "formulario-grande",
            Self::TooSlow => "formulario-lento",
            Self::Broken(_) => "error-interno",
        }
    }

    /// The message that tells it.
    pub(crate) fn message(&self) -> &'static str {
        match self {
            Self::Certificate(_) => "refusal-certificate",
            Self::Anonymous => "refusal-anonymous",
            Self::SignIn(fault) => fault.message(),
            Self::Stranger => "refusal-stranger",
            Self::Revoked => "refusal-revoked",
            Self::Forged => "refusal-forged",
            Self::Over => "refusal-over",
            Self::Token => "refusal-token",
            Self::Role => "refusal-role",
            Self::Nothing => "refusal-nothing",
            Self::Unreadable => "refusal-unreadable",
            Self::Field { .. } => "refusal-field",
            Self::Rule { message, .. } => message,
            Self::TooLarge => "refusal-too-large",
            Self::TooSlow => "refusal-too-slow",
            Self::Broken(_) => "refusal-broken",
        }
    }

    /// What stands in the message's places.
    pub(crate) fn values(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Field { name, value } => vec![("name", name), ("value", value)],
            Self::Rule { values, .. } => values
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect(),
            Self::Certificate(_)
            | Self::Anonymous
            | Self::SignIn(_)
            | Self::Stranger
            | Self::Revoked
            | Self::Forged
            | Self::Over
            | Self::Token
            | Self::Role
            | Self::Nothing
            | Self::Unreadable
            | Self::TooLarge
            | Self::TooSlow
            | Self::Broken(_) => Vec::new(),
        }
    }

    /// The status of the page that tells it.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Certificate(_) | Self::Stranger | Self::Revoked | Self::Token | Self::Role => {
                StatusCode::FORBIDDEN
            }
            Self::SignIn(fault) => fault.status(),
            Self::Anonymous | Self::Forged | Self::Over => StatusCode::UNAUTHORIZED,
            Self::Nothing => StatusCode::NOT_FOUND,
            Self::Unreadable | Self::Field { .. } => StatusCode::BAD_REQUEST,
            Self::Rule { .. } => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<SignInFault> for Refusal {
    fn from(fault: SignInFault) -> Self {
        Self::SignIn(fault)
    }
}

impl From<store::Error> for Refusal {
    fn from(error: store::Error) -> Self {
        Self::broken(error)
    }
}
