//! The ministry's console: pages for its own staff, on an address of its own.
//!
//! Who is there is said by the client certificate, at every request, or by the identity under which a session was begun
//! at the provider, where there is one: the list of staff must have it, not revoked. A session adds only that someone has signed in of late, and a token that every change must carry. Pages
//! are plain HTML and work without any script; the policy of content forbids them.

mod admin;
mod assets;
mod certificates;
mod counting;
mod desk;
mod door;
mod fields;
mod frame;
mod language;
mod listener;
mod messages;
mod oidc;
mod pages;
mod refusal;
mod response;
mod session;
mod sign_in;
mod tables;
mod tried;
mod upload;
mod visit;

mod adhesions;
mod alarms;
mod coverage;
mod differences;
mod documents;
mod evidence;
mod explanation;
mod health;
mod home;
pub(crate) mod joining;
mod map;
mod organism;
mod policies;
mod reviews;
mod statistics;
mod users;
mod visibility;

pub use admin::addresses as admin_addresses;
pub(crate) use listener::Serving;
pub use listener::{Console, ConsoleSettings, Watched};
pub use oidc::{
    BACK, ClientAuthentication, ClientSecret, Oidc, OidcSettings, SessionEnd, identity,
};
pub use pages::{ConsoleAddress, addresses};
