//! `GET /` · what the console has, for whoever is signed in.

use std::future::ready;

use askama::Template;

use super::frame::{Frame, Link};
use super::pages::{EVERYONE, Listed, Page};
use super::response::{self, Reply};
use super::visit::Visit;

/// The page.
pub(crate) const PAGE: Page = Page {
    path: "/",
    title: "home-title",
    listed: Listed::InNavigation,
    readers: EVERYONE,
    read: |visit| Box::pin(ready(read(visit))),
    acts: &[],
};

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage {
    frame: Frame,
    places: Vec<(Link, String)>,
}

fn read(visit: Visit) -> Reply {
    let frame = visit.frame;
    let others = frame.navigation().into_iter().filter(|link| !link.here);
    let described = others.map(|link| {
        let about = frame.term("about", link.href.trim_start_matches('/'));
        (link, about)
    });
    response::page(&HomePage {
        places: described.collect(),
        frame,
    })
}
