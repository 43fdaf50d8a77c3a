//! Why someone is not signed in through the provider: each fault by its name, with its message and whose it is.

use actix_web::http::StatusCode;

/// Why someone is not signed in through the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignInFault {
    /// The browser that comes back has not begun anything.
    NoAttempt,
    /// What it says to have begun was not begun here.
    AttemptForged,
    /// It began too long ago.
    AttemptOver,
    /// It has come back before.
    AttemptUsed,
    /// It comes back with what another browser, or an earlier attempt, has begun.
    State,
    /// This address tries too often.
    TooOften,
    /// A parameter comes twice.
    Repeated,
    /// There is no code.
    NoCode,
    /// Another provider has sent it (RFC 9207).
    Mixed,
    /// The provider says no, or she has said it there.
    Denied,
    /// The provider does not answer.
    Away,
    /// So many sign in at once that there is no turn to ask it.
    Busy,
    /// It sends elsewhere.
    Moved,
    /// It answers too much.
    TooLarge,
    /// Its answer cannot be read.
    Broken,
    /// Its description is of another provider.
    Described,
    /// It describes itself with addresses that may not be asked.
    Address,
    /// It does not know PKCE.
    NoPkce,
    /// It does not take the code.
    Code,
    /// It does not know the console, or not by that secret.
    Client,
    /// It gives no ID token.
    NoToken,
    /// The token is none.
    Unreadable,
    /// The token is of another kind.
    Kind,
    /// It is not signed, or in a way that is not accepted.
    Algorithm,
    /// It demands what is not understood.
    Critical,
    /// Its key is none of the provider's.
    UnknownKey,
    /// Its key is for something else.
    OtherKey,
    /// Its signature does not verify.
    Signature,
    /// It is of another issuer.
    Issuer,
    /// It is for another client.
    Audience,
    /// It was given to another client.
    Party,
    /// It is over.
    Expired,
    /// It was issued in the future.
    Future,
    /// It is not good yet.
    NotYet,
    /// It was issued before the attempt began.
    Old,
    /// It is of another attempt.
    Nonce,
    /// She has not proven who she is as strongly as is wanted.
    Weak,
    /// It does not say who she is.
    Nobody,
    /// It names an address of electronic mail that nobody has verified.
    Unverified,
    /// Her identity is of nobody of the staff.
    Stranger,
}

/// Whose fault it is.
#[derive(Clone, Copy)]
enum Whose {
    /// The browser's, or hers: to begin again helps.
    Hers,
    /// The provider's: what it says is not believed.
    Providers,
    /// Nobody's: the provider is away, or too many come at once.
    Nobodys,
    /// She may not.
    Staffs,
    /// She tries too often.
    Haste,
}

impl SignInFault {
    /// Its word in the evidence.
    pub(crate) fn code(self) -> &'static str {
        self.entry().0
    }

    /// Whether other keys of the provider's may judge otherwise.
    pub(super) fn is_of_the_key(self) -> bool {
        [Self::UnknownKey, Self::OtherKey, Self::Signature].contains(&self)
    }

    /// The message that tells it.
    pub(crate) fn message(self) -> &'static str {
        self.entry().1
    }

    /// The status of the page that tells it.
    pub(crate) fn status(self) -> StatusCode {
        match self.entry().2 {
            Whose::Hers => StatusCode::UNAUTHORIZED,
            Whose::Providers => StatusCode::BAD_GATEWAY,
            Whose::Nobodys => StatusCode::SERVICE_UNAVAILABLE,
            Whose::Staffs => StatusCode::FORBIDDEN,
            Whose::Haste => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    #[rustfmt::skip]
    fn entry(self) -> (&'static str, &'static str, Whose) {
        match self {
            Self::NoAttempt => ("entrada-sin-intento", "oidc-no-attempt", Whose::Hers),
            Self::AttemptForged => ("entrada-falsa", "oidc-attempt-forged", Whose::Hers),
            Self::AttemptOver => ("entrada-caducada", "oidc-attempt-over", Whose::Hers),
            Self::AttemptUsed => ("entrada-repetida", "oidc-attempt-used", Whose::Hers),
            Self::State => ("entrada-de-otro-navegador", "oidc-state", Whose::Hers),
            Self::TooOften => ("entrada-demasiado-seguida", "oidc-too-often", Whose::Haste),
            Self::Repeated => ("vuelta-con-repetidos", "oidc-repeated", Whose::Hers),
            Self::NoCode => ("vuelta-sin-codigo", "oidc-no-code", Whose::Hers),
            Self::Mixed => ("vuelta-de-otro-proveedor", "oidc-mixed", Whose::Providers),
            Self::Denied => ("proveedor-deniega", "oidc-denied", Whose::Hers),
            Self::Away => ("proveedor-no-responde", "oidc-away", Whose::Nobodys),
            Self::Busy => ("entradas-demasiadas-a-la-vez", "oidc-busy", Whose::Nobodys),
            Self::Moved => ("proveedor-redirige", "oidc-moved", Whose::Providers),
            Self::TooLarge => ("proveedor-respuesta-grande", "oidc-too-large", Whose::Providers),
            Self::Broken => ("proveedor-ilegible", "oidc-broken", Whose::Providers),
            Self::Described => ("proveedor-de-otro-nombre", "oidc-described", Whose::Providers),
            Self::Address => ("proveedor-direccion-no-admitida", "oidc-address", Whose::Providers),
            Self::NoPkce => ("proveedor-sin-pkce", "oidc-no-pkce", Whose::Providers),
            Self::Code => ("codigo-rechazado", "oidc-code", Whose::Hers),
            Self::Client => ("cliente-rechazado", "oidc-client", Whose::Providers),
            Self::NoToken => ("token-ausente", "oidc-no-token", Whose::Providers),
            Self::Unreadable => ("token-ilegible", "oidc-unreadable", Whose::Providers),
            Self::Kind => ("token-de-otra-clase", "oidc-kind", Whose::Providers),
            Self::Algorithm => ("token-algoritmo-no-admitido", "oidc-algorithm", Whose::Providers),
            Self::Critical => ("token-cabecera-critica", "oidc-critical", Whose::Providers),
            Self::UnknownKey => ("token-clave-desconocida", "oidc-unknown-key", Whose::Providers),
            Self::OtherKey => ("token-clave-de-otro-uso", "oidc-other-key", Whose::Providers),
            Self::Signature => ("token-firma-falsa", "oidc-signature", Whose::Providers),
            Self::Issuer => ("token-de-otro-emisor", "oidc-issuer", Whose::Providers),
            Self::Audience => ("token-para-otro", "oidc-audience", Whose::Providers),
            Self::Party => ("token-entregado-a-otro", "oidc-party", Whose::Providers),
            Self::Expired => ("token-caducado", "oidc-expired", Whose::Providers),
            Self::Future => ("token-del-futuro", "oidc-future", Whose::Providers),
            Self::NotYet => ("token-aun-no-vale", "oidc-not-yet", Whose::Providers),
            Self::Old => ("token-antiguo", "oidc-old", Whose::Providers),
            Self::Nonce => ("token-de-otro-intento", "oidc-nonce", Whose::Providers),
            Self::Weak => ("token-acr-insuficiente", "oidc-weak", Whose::Staffs),
            Self::Nobody => ("token-sin-identidad", "oidc-nobody", Whose::Providers),
            Self::Unverified => ("token-correo-sin-verificar", "oidc-unverified", Whose::Staffs),
            Self::Stranger => ("identidad-desconocida", "oidc-stranger", Whose::Staffs),
        }
    }
}
