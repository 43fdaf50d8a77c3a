//! The list of pages: the router serves it, the navigation shows it, and the tests try each of it by every kind of
//! visitor. A page is one file, one template, and one line in [`PAGES`] (see the book, "Add a page to the console").

use std::pin::Pin;

use actix_web::HttpRequest;
use actix_web::web::{self, Data, Payload, ServiceConfig};
use domain::StaffRole;

use super::response::Reply;
use super::visit::{self, Visit};
use super::{
    adhesions, alarms, certificates, coverage, differences, documents, evidence, explanation,
    health, home, organism, policies, reviews, statistics, users, visibility,
};

/// Everything that serves a page, or an act.
pub(crate) type Handler = fn(Visit) -> Pin<Box<dyn Future<Output = Reply>>>;

/// A page, with the acts that its forms lead to.
pub(crate) struct Page {
    /// Its address in the router's notation, such as `/adhesiones/{id}`.
    pub path: &'static str,
    /// The message that names it.
    pub title: &'static str,
    /// Where it is found.
    pub listed: Listed,
    /// Whoever may read it.
    pub readers: &'static [StaffRole],
    /// Serves it.
    pub read: Handler,
    /// What its forms do.
    pub acts: &'static [Act],
}

/// Where a page is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listed {
    /// In the navigation of whoever may read it.
    InNavigation,
    /// By links from the page at that address.
    Within(&'static str),
}

/// What a form does: an address that takes `POST` with the token of the session.
pub(crate) struct Act {
    /// Its address.
    pub path: &'static str,
    /// Whoever may do it; an auditor never.
    pub actors: &'static [StaffRole],
    /// Does it.
    pub perform: Handler,
}

/// All of the staff.
pub(crate) const EVERYONE: &[StaffRole] = StaffRole::ALL;

/// Every page.
pub(crate) const PAGES: &[&Page] = &[
    &home::PAGE,
    &adhesions::PAGE,
    &adhesions::OPENING,
    &organism::PAGE,
    &certificates::PAGE,
    &users::PAGE,
    &documents::PAGE,
    &coverage::PAGE,
    &visibility::PAGE,
    &explanation::PAGE,
    &differences::PAGE,
    &policies::PAGE,
    &policies::proposal::PAGE,
    &evidence::PAGE,
    &evidence::VERIFICATION,
    &reviews::PAGE,
    &alarms::PAGE,
    &statistics::PAGE,
    &statistics::FILE,
    &health::PAGE,
];

/// An address of the console, for whoever tries them all.
#[derive(Clone, Debug)]
pub struct ConsoleAddress {
    /// The address, in the router's notation.
    pub path: &'static str,
    /// The method that it takes.
    pub method: String,
    /// Whoever may.
    pub by: &'static [StaffRole],
}

/// Every address of a page or of an act, as the router serves them.
pub fn addresses() -> Vec<ConsoleAddress> {
    let reads = PAGES.iter().map(|page| ConsoleAddress {
        path: page.path,
        method: "GET".to_owned(),
        by: page.readers,
    });
    let acts = PAGES.iter().flat_map(|page| page.acts);
    let acts = acts.map(|act| ConsoleAddress {
        path: act.path,
        method: "POST".to_owned(),
        by: act.actors,
    });
    reads.chain(acts).collect()
}

/// Serves every page and every act.
pub(crate) fn serve(services: &mut ServiceConfig) {
    for page in PAGES {
        let request = visit::Request {
            title: page.title,
            by: page.readers,
            handler: page.read,
        };
        services.route(
            page.path,
            web::get().to(move |desk: Data<_>, http: HttpRequest| visit::read(request, desk, http)),
        );
        for act in page.acts {
            let request = visit::Request {
                title: page.title,
                by: act.actors,
                handler: act.perform,
            };
            services.route(
                act.path,
                web::post().to(move |desk: Data<_>, http: HttpRequest, body: Payload| {
                    visit::perform(request, desk, http, body)
                }),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_page_has_an_address_of_its_own_and_readers() {
        let paths: BTreeSet<&str> = PAGES.iter().map(|page| page.path).collect();
        assert_eq!(paths.len(), PAGES.len());
        assert!(PAGES.iter().all(|page| !page.readers.is_empty()));
    }

    #[test]
    fn an_auditor_reads_everything_and_changes_nothing() {
        for page in PAGES {
            assert!(page.readers.contains(&StaffRole::Auditor), "{}", page.path);
            for act in page.acts {
                assert!(!act.actors.contains(&StaffRole::Auditor), "{}", act.path);
            }
        }
    }
}
