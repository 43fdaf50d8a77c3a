//! Lines that are signed, piece by piece; the base is written by hand.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use certs::signing::{Hash, Signer, digest};
use domain::Problem;
use futures_util::stream;
use jiff::Timestamp;

use super::{NDJSON, PATH, expected, good, lines, outcomes, results};
use crate::answer::Answer;
use crate::members::{Member, SIGNER, SOMETIMES, WHOLE};
use crate::partner::{OFFICER, Partner, fresh};
use crate::signed_rest;
use crate::site::{PROMPTLY, Site, now, prepared, run, shared};

/// Lines with what signs them.
pub(crate) struct Piece {
    path: String,
    body: String,
    pub(crate) headers: Vec<(String, String)>,
    signature: String,
}

impl Piece {
    /// Signs lines from a position on, under the lot's number.
    pub(crate) fn signed(
        (partner, signer): (&Partner, &Signer),
        (id, from): (&str, u64),
        body: String,
    ) -> Self {
        let query = format!("?desde={from}");
        let own = format!("sha-256=:{}:", BASE64.encode(hashed(&body)));
        let covered = [
            ("@method", "POST"),
            ("@authority", partner.authority()),
            ("@path", PATH),
            ("@query", &query),
            ("content-type", NDJSON),
            ("content-digest", &own),
            ("pasarela-solicitante", &partner.id),
            ("pasarela-funcionario", OFFICER),
            ("pasarela-finalidad", "proteccion"),
            ("idempotency-key", id),
        ];
        let names = covered.map(|(name, _)| format!("\"{name}\"")).join(" ");
        let (created, key) = (
            Timestamp::now().as_second(),
            &signer.certificate().peer().key,
        );
        // No two signatures are the same, however alike their messages and whatever the kind of the key.
        let nonce = fresh();
        let input = format!("({names});created={created};keyid=\"{key}\";nonce=\"{nonce}\"");
        let mut base = String::new();
        for (name, value) in covered {
            writeln!(base, "\"{name}\": {value}").unwrap();
        }
        write!(base, "\"@signature-params\": {input}").unwrap();
        let signature = BASE64.encode(signer.sign(base.as_bytes()).unwrap());
        let headers = [
            ("Content-Type", NDJSON.to_owned()),
            ("Idempotency-Key", id.to_owned()),
            ("Content-Digest", own.clone()),
            ("Signature-Input", format!("prueba={input}")),
            ("Signature", format!("prueba=:{signature}:")),
        ];
        Self {
            path: format!("{PATH}{query}"),
            body,
            headers: headers
                .map(|(name, value)| (name.to_owned(), value))
                .to_vec(),
            signature,
        }
    }

    /// The same without the headers of those names.
    pub(crate) fn without(mut self, names: &[&str]) -> Self {
        self.headers
            .retain(|(name, _)| !names.contains(&name.as_str()));
        self
    }

    /// The same with another value of a header.
    pub(crate) fn with(self, name: &str, value: &str) -> Self {
        let mut other = self.without(&[name]);
        other.headers.push((name.to_owned(), value.to_owned()));
        other
    }

    pub(crate) async fn send(&self, partner: &Partner) -> Answer {
        let headers = self.headers.iter();
        let headers: Vec<_> = headers
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        partner.rest("POST", &self.path, &headers, &self.body).await
    }

    /// Verifies what signs the answer, by a base written here.
    pub(crate) fn verify(&self, site: &Site, answer: &Answer) {
        let of_request = |_: &str| format!(":{}:", self.signature);
        let listed = signed_rest::verified_of(site, answer, self.body.as_bytes(), &of_request);
        let confirmed = "\"signature\";req;key=\"prueba\"";
        assert!(listed.contains(confirmed), "{listed}");
    }
}

fn hashed(body: &str) -> Vec<u8> {
    digest(Hash::Sha256, body.as_bytes()).unwrap()
}

#[track_caller]
fn assert_problem(case: &str, answer: &Answer, problem: Problem) {
    let code = answer.text("codigo");
    assert_eq!(
        code.as_deref(),
        Some(problem.entry().code),
        "{case}: {}",
        answer.body
    );
    shared()
        .journal()
        .assert_refused(case, &answer.incident(), problem);
}

fn firmante() -> (Partner, Signer) {
    let site = shared();
    (
        site.partner((SIGNER.slug, SIGNER.id)),
        signed_rest::signer(site, &SIGNER),
    )
}

#[test]
fn signed_pieces_are_taken_once_each_and_answered_signed() {
    let ((partner, own), id) = (firmante(), fresh());
    let by = (&partner, &own);
    let items: Vec<_> = (0..5).map(|n| good(99_999_640 + n)).collect();
    let first = Piece::signed(by, (&id, 1), lines(&items[..3]));
    let told = run(first.send(&partner));
    first.verify(shared(), &told);
    let accepted = results(&told);
    assert_eq!(
        outcomes(&accepted),
        expected(&[(1, None), (2, None), (3, None)])
    );
    // Each is on record with the signature of the piece that brought it.
    let journal = shared().journal();
    let released = journal.entries().iter().filter(|entry| {
        let number = entry["peticion"].as_str().unwrap_or_default();
        number.starts_with(&format!("{id}.")) && entry["tipo"] == "entrega"
    });
    let signed = released.filter(|entry| entry["firma"].is_string());
    assert_eq!(signed.count(), 3);
    // The rest by its position.
    let rest = Piece::signed(by, (&id, 4), lines(&items[3..]));
    let told = run(rest.send(&partner));
    rest.verify(shared(), &told);
    assert_eq!(outcomes(&results(&told)), expected(&[(4, None), (5, None)]));
    // The same piece is a replay; the same lines newly signed have their one effect.
    let again = run(first.send(&partner));
    assert_problem("again", &again, Problem::SecurityReplayed);
    first.verify(shared(), &again);
    let anew = Piece::signed(by, (&id, 1), lines(&items[..3]));
    let told = run(anew.send(&partner));
    anew.verify(shared(), &told);
    assert_eq!(results(&told), accepted);
}

#[test]
fn a_piece_that_was_changed_on_its_way_is_refused_whole() {
    let (partner, own) = firmante();
    let signed = || {
        Piece::signed(
            (&partner, &own),
            (&fresh(), 1),
            good(99_999_651).to_string(),
        )
    };
    let other = good(99_999_652).to_string();
    let changed = Piece {
        body: other.clone(),
        ..signed()
    };
    let moved = Piece {
        path: format!("{PATH}?desde=2"),
        ..signed()
    };
    let of_other = format!("sha-256=:{}:", BASE64.encode(hashed(&other)));
    let digested = Piece {
        body: other,
        ..signed()
    };
    let digested = digested.with("Content-Digest", &of_other);
    for (case, piece) in [("lines", changed), ("from", moved), ("digest", digested)] {
        let answer = run(piece.send(&partner));
        assert_problem(case, &answer, Problem::SignatureInvalid);
        piece.verify(shared(), &answer);
    }
    let names = ["Signature-Input", "Signature", "Content-Digest"];
    let plain = signed().without(&names);
    let answer = run(plain.send(&partner));
    assert_problem("unsigned", &answer, Problem::NotSigned);
    assert!(answer.header("signature").is_some(), "{}", answer.body);
}

#[test]
fn what_is_too_long_for_a_piece_says_so() {
    let (partner, own) = firmante();
    let heavy = format!("{{\"caso\":\"{}\"}}", "a".repeat(3 << 20));
    for (case, body) in [("lines", vec!["{}"; 501].join("\n")), ("bytes", heavy)] {
        let piece = Piece::signed((&partner, &own), (&fresh(), 1), body);
        let answer = run(piece.send(&partner));
        assert_problem(case, &answer, Problem::BodyTooLarge);
        assert!(answer.body.contains("por partes de hasta 500"), "{case}");
        assert!(answer.header("signature").is_some(), "{case}");
    }
    // Whoever does not have to sign streams as many lines as ever, and 500 are a piece.
    let sometimes = shared().partner((SOMETIMES.slug, SOMETIMES.id));
    let body = vec!["{}"; 501].join("\n");
    let streamed = run(super::stream(&sometimes, &fresh(), 1, &body));
    assert_eq!(results(&streamed).len(), 501);
    let most = Piece::signed((&partner, &own), (&fresh(), 1), vec!["{}"; 500].join("\n"));
    assert_eq!(results(&run(most.send(&partner))).len(), 500);
}

/// Its agreement changes while it streams.
const LATER: Member = Member {
    slug: "firmara",
    id: "E99990131",
    ..WHOLE
};

#[test]
fn a_stream_ends_where_the_agreement_begins_to_want_signatures() {
    let site = run(Site::start(|_| ()));
    let pki = prepared().join("pki");
    LATER.certify(&pki, now());
    let entry = LATER.entry(&pki, LATER.state);
    site.register(&entry);
    let partner = site.partner((LATER.slug, LATER.id));
    let read = format!("/v2/casos/{}", site.cases.own);
    run(site.until(PROMPTLY, "it is known", async || {
        partner.get(&read).await.status == 200
    }));
    let changed = entry + "[organismo.convenio.annex.security]\nrequests = \"exigida\"\n";
    let line = |number| format!("{}\n", good(number)).into_bytes();
    let (more, coming) = tokio::sync::mpsc::unbounded_channel();
    more.send(line(99_999_661)).unwrap();
    let pieces = stream::unfold(coming, async |mut coming| {
        Some((coming.recv().await?, coming))
    });
    let change = async {
        // By then the first line is served.
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        site.register(&changed);
        site.until(PROMPTLY, "it must sign", async || {
            partner.get(&read).await.status == 403
        })
        .await;
        more.send(line(99_999_662)).unwrap();
        drop(more);
    };
    let id = fresh();
    let headers = [("Content-Type", NDJSON), ("Idempotency-Key", id.as_str())];
    let sent = partner.pieces(PATH, &headers, pieces);
    let (answer, ()) = run(async { tokio::join!(sent, change) });
    let codes = [(1, None), (2, Some(Problem::NotSigned))];
    assert_eq!(outcomes(&results(&answer)), expected(&codes));
}
