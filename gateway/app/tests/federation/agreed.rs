//! What was agreed of signatures, per direction: each of the nine agreements, asked with and without a signature, over
//! both protocols.

use std::sync::OnceLock;

use adapters::soap::SoapVersion;
use domain::Problem;
use jiff::SignedDuration;

use crate::answer::Answer;
use crate::lots::good;
use crate::lots::signed_lines::Piece;
use crate::members::{Member, WHOLE};
use crate::partner::{Partner, fresh};
use crate::site::{PROMPTLY, Site, now, prepared, run};
use crate::{signed, signed_rest};

/// What comes back: what it is refused for, if it is, and whether that is signed.
type Outcome = (Option<Problem>, Returned);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Returned {
    Signed,
    Plain,
}
use Returned::{Plain, Signed};

const TAKEN: Option<Problem> = None;
const NOT_SIGNED: Option<Problem> = Some(Problem::NotSigned);
const NOT_AGREED: Option<Problem> = Some(Problem::SecurityNotAgreed);

/// Who agreed what of requests and of answers; what comes back for a plain request, and for a signed one.
const AGREED: [(Member, &str, &str, Outcome, Outcome); 9] = [
    (
        by("acuerdo-1", "E99990201"),
        "exigida",
        "exigida",
        (NOT_SIGNED, Signed),
        (TAKEN, Signed),
    ),
    (
        by("acuerdo-2", "E99990202"),
        "exigida",
        "opcional",
        (NOT_SIGNED, Plain),
        (TAKEN, Signed),
    ),
    (
        by("acuerdo-3", "E99990203"),
        "exigida",
        "ausente",
        (NOT_SIGNED, Plain),
        (TAKEN, Plain),
    ),
    (
        by("acuerdo-4", "E99990204"),
        "opcional",
        "exigida",
        (TAKEN, Signed),
        (TAKEN, Signed),
    ),
    (
        by("acuerdo-5", "E99990205"),
        "opcional",
        "opcional",
        (TAKEN, Plain),
        (TAKEN, Signed),
    ),
    (
        by("acuerdo-6", "E99990206"),
        "opcional",
        "ausente",
        (TAKEN, Plain),
        (TAKEN, Plain),
    ),
    (
        by("acuerdo-7", "E99990207"),
        "ausente",
        "exigida",
        (TAKEN, Signed),
        (NOT_AGREED, Signed),
    ),
    (
        by("acuerdo-8", "E99990208"),
        "ausente",
        "opcional",
        (TAKEN, Plain),
        (NOT_AGREED, Signed),
    ),
    (
        by("acuerdo-9", "E99990209"),
        "ausente",
        "ausente",
        (TAKEN, Plain),
        (NOT_AGREED, Plain),
    ),
];

const fn by(slug: &'static str, id: &'static str) -> Member {
    Member { slug, id, ..WHOLE }
}

/// A federation where the nine agreements are in force.
fn agreed() -> &'static Site {
    static AGREED_BY_NINE: OnceLock<Site> = OnceLock::new();
    AGREED_BY_NINE.get_or_init(|| {
        let site = run(Site::start(|_| ()));
        let pki = prepared().join("pki");
        let entries = AGREED.map(|(member, requests, answers, ..)| {
            member.certify(&pki, now());
            let security = format!(
                "[organismo.convenio.annex.security]\nrequests = \"{requests}\"\nanswers = \"{answers}\"\n"
            );
            member.entry(&pki, member.state) + &security
        });
        site.register(&entries.concat());
        let (last, ..) = AGREED[8];
        let partner = site.partner((last.slug, last.id));
        let path = format!("/v2/casos/{}", site.cases.own);
        run(site.until(PROMPTLY, "the nine are known", async || {
            partner.get(&path).await.status == 200
        }));
        site
    })
}

/// Asks as each of the nine, plainly and signed, and compares all that comes back with the table.
fn check(ask: impl Fn(&Partner, &Member, Returned) -> Outcome) {
    let site = agreed();
    for (member, requests, answers, plain, signed) in AGREED {
        let partner = site.partner((member.slug, member.id));
        for (asked, expected) in [(Plain, plain), (Signed, signed)] {
            let case = format!("requests {requests}, answers {answers}, asked {asked:?}");
            assert_eq!(ask(&partner, &member, asked), expected, "{case}");
        }
    }
}

/// What the answer is refused for: the one problem of the two that it names.
#[track_caller]
fn refused(answer: &Answer) -> Option<Problem> {
    let code = answer.text("codigo");
    let of = |problem: &Problem| code.as_deref() == Some(problem.entry().code);
    let refused = [Problem::NotSigned, Problem::SecurityNotAgreed]
        .into_iter()
        .find(of);
    assert_eq!(refused.is_none(), answer.status == 200, "{}", answer.body);
    refused
}

#[test]
fn over_soap() {
    for version in SoapVersion::ALL {
        check(|partner, member, asked| {
            let site = agreed();
            let message = signed::question(site, *version, &partner.context(&fresh()));
            let message = match asked {
                Plain => String::from_utf8(message).unwrap(),
                Signed => {
                    let own = signed::signer(site, member.slug);
                    signed::signed_by(&own, *version, &message, SignedDuration::ZERO)
                }
            };
            let answer = run(partner.soap(*version, &message));
            let refused = refused(&answer);
            if !answer.body.contains("SignatureValue") {
                return (refused, Plain);
            }
            let opened = signed::opened(answer.body.as_bytes());
            if refused.is_none() && asked == Signed {
                let question = signed::opened(message.as_bytes());
                assert_eq!(opened.confirmed, [question.signature]);
            }
            (refused, Signed)
        });
    }
}

#[test]
fn over_rest() {
    check(|partner, member, asked| {
        let site = agreed();
        let own = signed_rest::signer(site, member);
        let question = signed_rest::question(site, partner, &own, &fresh());
        let answer = match asked {
            Plain => run(partner.get(&question.path)),
            Signed => question.send(partner, &[]),
        };
        let refused = refused(&answer);
        match (answer.header("signature"), asked) {
            (None, _) => {
                assert!(answer.header("signature-input").is_none());
                (refused, Plain)
            }
            (Some(_), Signed) => {
                signed_rest::verify(site, &answer, &question);
                (refused, Signed)
            }
            (Some(_), Plain) => {
                // Without a signature of its own to name, the request is named by what it asks for.
                let of_request = |name: &str| match name {
                    "@method" => "GET".to_owned(),
                    "@authority" => partner.authority().to_owned(),
                    "@path" => question.path.clone(),
                    // There is none (RFC 9421, section 2.2.7).
                    "@query" => "?".to_owned(),
                    other => panic!("`{other}` of the request"),
                };
                let covered = signed_rest::verified(site, &answer, &of_request);
                assert!(covered.contains("\"@path\";req"), "{covered}");
                (refused, Signed)
            }
        }
    });
}

fn piece(partner: &Partner, member: &Member) -> Piece {
    let own = signed_rest::signer(agreed(), member);
    let line = good(99_999_671).to_string();
    Piece::signed((partner, &own), (&fresh(), 1), line)
}

#[test]
fn line_by_line() {
    check(|partner, member, asked| {
        let piece = piece(partner, member);
        let names = ["Signature-Input", "Signature", "Content-Digest"];
        let piece = match asked {
            Plain => piece.without(&names),
            Signed => piece,
        };
        let answer = run(piece.send(partner));
        let refused = refused(&answer);
        if refused.is_none() {
            assert!(answer.body.contains("\"aceptada\""), "{}", answer.body);
        }
        match (answer.header("signature"), asked) {
            (None, _) => (refused, Plain),
            (Some(_), Signed) => {
                piece.verify(agreed(), &answer);
                (refused, Signed)
            }
            (Some(_), Plain) => (refused, Signed),
        }
    });
}

#[test]
fn no_line_counts_under_what_is_forged() {
    let site = agreed();
    for (member, requests, answers, ..) in AGREED {
        let partner = site.partner((member.slug, member.id));
        let forged = || piece(&partner, &member);
        let taken_away = ["Signature-Input", "Signature"];
        let digest = format!("sha-256=:{}=:", "A".repeat(43));
        let signature = format!("prueba=:{}:", "A".repeat(96));
        let not_agreed = Problem::SecurityNotAgreed;
        let (of_signature, of_half) = match requests {
            "ausente" => (not_agreed, not_agreed),
            _ => (Problem::SignatureInvalid, Problem::SecurityInvalid),
        };
        for (case, piece, problem) in [
            (
                "digest",
                forged()
                    .without(&taken_away)
                    .with("Content-Digest", &digest),
                Problem::SignatureInvalid,
            ),
            (
                "signature",
                forged().with("Signature", &signature),
                of_signature,
            ),
            (
                "half of it",
                forged().without(&["Signature-Input"]),
                of_half,
            ),
        ] {
            let case = format!("{case}: requests {requests}, answers {answers}");
            let answer = run(piece.send(&partner));
            let code = answer.text("codigo");
            assert_eq!(code.as_deref(), Some(problem.entry().code), "{case}");
            site.journal()
                .assert_refused(&case, &answer.incident(), problem);
        }
    }
}
