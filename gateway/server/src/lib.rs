//! HTTP edges: SOAP and REST over mutual TLS.
//!
//! Floor 4. One file an endpoint; the life of an exchange is in `life`, and reads as the picture in
//! the architecture does. Only here do problems become faults and status codes on a connection.

mod asking;
mod body;
mod call;
mod checkpoints;
mod clock;
mod connection;
mod console;
mod deep;
mod descriptions;
mod enrolment;
mod exceptional;
mod fallback;
mod feed;
mod front;
mod gateway;
mod holders;
mod http_security;
mod known;
mod life;
mod lot;
mod metering;
mod notices;
mod officers;
mod pace;
mod quota;
mod refused_connections;
mod reminders;
mod requests;
mod rest;
mod sandbox;
mod security;
mod signers;
mod soap;
mod spoken;
mod standing;
mod start;
mod tables;
mod tracing_context;
mod users;
mod watch;
mod watched;
mod withheld;

pub use body::BodyLimits;
pub use console::{
    BACK as OIDC_BACK, ClientAuthentication, ClientSecret, Console, ConsoleAddress,
    ConsoleSettings, Oidc, OidcSettings, SessionEnd, Watched, addresses as console_addresses,
    admin_addresses, identity as provider_identity,
};
pub use deep::{Unusable, compiled};
pub use descriptions::{NotDescribed, openapi_document, wsdl_of_others};
pub use enrolment::{Enrolment, FreshCode, KeptList, held};
pub use feed::{Feed, FeedError};
pub use front::Foreign;
pub use holders::{Holders, Partner};
pub use known::Known;
pub use refused_connections::{RefusedConnections, channel};
pub use sandbox::{InForce, Plant, ProfileError, Sandbox, SyntheticCase};
pub use security::SecuritySettings;
pub use signers::Signers;
pub use start::{Parts, Running, Settings, StartError, start};
