//! No value of a field on any page of the console: its readers see that there was an exchange, never a case.

use server::{admin_addresses, console_addresses};

use super::callers::Who;
use super::{Ground, ground};
use crate::answer::Answer;
use crate::console::visitor::{AUDITOR, MANAGER, SUPERVISOR, Visitor, example};

/// Everything that someone of the staff can read, and the searches about the planted cases.
fn pages(ground: &Ground, visitor: &Visitor) -> Vec<(String, Answer)> {
    let listed = console_addresses().into_iter();
    let mut paths: Vec<String> = listed
        .filter(|address| address.method == "GET")
        .map(|address| example(&address))
        .collect();
    let listed = admin_addresses().into_iter();
    let listed = listed.filter(|address| address.method == "GET" && !address.path.contains('{'));
    paths.extend(listed.map(|address| address.path.to_owned()));
    for case in &ground.cases {
        paths.push(format!("/evidencias?buscar=1&caso={}", case.id));
        for caller in &ground.callers {
            let organism = match &caller.who {
                Who::Cast((_, id)) => id,
                Who::Registered(member) => member.id,
                Who::Unregistered(_) | Who::Nobody => continue,
            };
            paths.push(format!("/evidencias?buscar=1&organismo={organism}"));
            paths.push(format!(
                "/visibilidad/explicacion?organismo={organism}&caso={}",
                case.id
            ));
        }
    }
    let answer = |path: String| {
        let answer = visitor.get(&path);
        (path, answer)
    };
    paths.into_iter().map(answer).collect()
}

#[test]
fn no_page_of_the_console_shows_a_value_of_a_case() {
    let ground = ground();
    // So that there is evidence of both cases to show.
    for caller in &ground.callers {
        for case in &ground.cases {
            super::asked(&ground, caller, &super::consult(), case);
        }
    }
    for slug in [MANAGER, SUPERVISOR, AUDITOR] {
        let visitor = ground.desk.signed_in(slug);
        let (mut served, mut about) = (0, 0);
        for (path, answer) in pages(&ground, &visitor) {
            let shown = super::shown(&ground.cases, &answer);
            let shown: Vec<&str> = shown.iter().map(|(_, canary)| &*canary.path).collect();
            assert!(shown.is_empty(), "{slug} {path}: {shown:?}");
            served += usize::from(answer.status == 200);
            about += usize::from(
                ground
                    .cases
                    .iter()
                    .any(|case| answer.body.contains(&case.id)),
            );
        }
        assert!(served >= 40, "{slug}: only {served} pages");
        // A manager reads that there were exchanges, not about which case.
        assert_eq!(
            about > 0,
            slug != MANAGER,
            "{slug}: {about} pages name a case"
        );
    }
}
