//! The ministry's console from outside: who is let in, to which page, and what a bad form is told.

mod adhesion;
mod admin;
mod annex;
mod certificates;
mod door;
mod insight;
mod lists;
mod oidc;
mod pages;
mod policies;
mod reviews;
mod users;
pub(crate) mod visitor;
