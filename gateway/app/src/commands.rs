//! The subcommands, one file each.

pub(crate) mod adhesion;
pub(crate) mod certificates;
pub(crate) mod check;
pub(crate) mod contract;
pub(crate) mod coverage;
pub(crate) mod demo;
pub(crate) mod enrolment;
mod evident;
pub(crate) mod exceptional;
pub(crate) mod explain;
pub(crate) mod join;
pub(crate) mod journal;
pub(crate) mod migrate;
pub(crate) mod partner;
pub(crate) mod pki;
pub(crate) mod policy;
pub(crate) mod registry;
pub(crate) mod send;
pub(crate) mod serve;
pub(crate) mod staff;
pub(crate) mod watched;
