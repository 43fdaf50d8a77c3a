//! What reading, masking and writing a case costs, against a bare scan of the same bytes and against libxml2; what
//! loading contracts and judging by their rules cost.
//!
//! `cargo bench -p contract`; the last lines are the ratios that `docs/src/performance.md` reports. Needs `xmllint`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark stops where something is wrong"
)]

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use contract::{
    Contract, Document, ElementId, Fate, Governance, Limits, Mask, Visibility, json, xml,
};
use criterion::Criterion;
use quick_xml::NsReader;
use quick_xml::events::Event;

#[path = "codec/beside.rs"]
mod beside;

struct Case {
    contract: Arc<Contract>,
    root: ElementId,
    bytes: Vec<u8>,
    mask: Mask,
    limits: Limits,
}

impl Case {
    fn load() -> Self {
        let folder = folder("viogen/2");
        let contract = Contract::load(&folder, Governance::Required).expect("the contract loads");
        let name = "{urn:pasarela:viogen:2}ConsultarCasoRespuesta"
            .parse()
            .expect("a name");
        let root = contract.root(&name).expect("the root is declared");
        let example = folder.join("ejemplos/consultarCasoRespuesta-tipica.xml");
        let bytes = std::fs::read(example).expect("the example is there");
        let limits = Limits::default();
        let document = xml::decode(&contract, root, &bytes, &limits).expect("the example is valid");
        let unit = document
            .case_units()
            .first()
            .expect("it holds a case")
            .element();
        // Every third group hidden, every third masked: about what a police force of another place sees.
        let mask = Mask::compile(&contract, unit, &|group| match group.index() % 3 {
            0 => Visibility::Full,
            1 => Visibility::Masked,
            _ => Visibility::Hidden,
        });
        Self {
            contract,
            root,
            bytes,
            mask,
            limits,
        }
    }

    /// The same with so many assessments that it is of about that size.
    fn grown(&self, bytes: usize) -> Self {
        let text = std::str::from_utf8(&self.bytes).expect("it is UTF-8");
        let end = "</evaluacion>";
        let from = text.find("<evaluacion>").expect("it has an assessment");
        let to = text.find(end).expect("it has an assessment") + end.len();
        let (head, one, tail) = (&text[..from], &text[from..to], &text[to..]);
        let times = (bytes - head.len() - tail.len()) / one.len();
        Self {
            contract: Arc::clone(&self.contract),
            bytes: [head, &one.repeat(times), tail].concat().into_bytes(),
            mask: self.mask.clone(),
            limits: self.limits.clone(),
            root: self.root,
        }
    }

    /// What any program that reads XML with namespaces must at least do.
    fn scan(&self) -> usize {
        let mut reader = NsReader::from_reader(self.bytes.as_slice());
        let mut events = 0;
        loop {
            match reader
                .read_resolved_event()
                .expect("the example is well-formed")
            {
                (_, Event::Eof) => return events,
                (_, event) => {
                    black_box(event);
                    events += 1;
                }
            }
        }
    }

    fn decode(&self) -> Document {
        xml::decode(&self.contract, self.root, &self.bytes, &self.limits).expect("it is valid")
    }

    fn reduce(&self, document: Document) -> Document {
        document.reduce(|_| Fate::Release(&self.mask))
    }

    /// Decode, mask and encode.
    fn whole(&self, out: &mut Vec<u8>) {
        out.clear();
        self.reduce(self.decode()).write_xml(out);
    }

    fn whole_to_json(&self, out: &mut Vec<u8>) {
        out.clear();
        self.reduce(self.decode()).write_json(out);
    }
}

fn main() {
    let case = Case::load();
    let document = case.decode();
    let mut as_json = Vec::new();
    document.write_json(&mut as_json);
    let mut out = Vec::with_capacity(16 * 1024);
    let mut criterion = Criterion::default().configure_from_args();
    criterion.bench_function("scan", |bench| bench.iter(|| case.scan()));
    criterion.bench_function("decode", |bench| bench.iter(|| case.decode()));
    criterion.bench_function("mask", |bench| {
        bench.iter_batched(
            || document.clone(),
            |document| case.reduce(document),
            criterion::BatchSize::SmallInput,
        );
    });
    criterion.bench_function("encode", |bench| {
        bench.iter(|| {
            out.clear();
            document.write_xml(&mut out);
        });
    });
    criterion.bench_function("encode to JSON", |bench| {
        bench.iter(|| {
            out.clear();
            document.write_json(&mut out);
        });
    });
    criterion.bench_function("decode from JSON", |bench| {
        bench.iter(|| json::decode(&case.contract, case.root, &as_json, &case.limits));
    });
    criterion.bench_function("decode, mask, encode", |bench| {
        bench.iter(|| case.whole(&mut out));
    });
    criterion.bench_function("decode, mask, encode to JSON", |bench| {
        bench.iter(|| case.whole_to_json(&mut out));
    });
    criterion.final_summary();
    report(&case);
    report(&case.grown(1_000_000));
    beside::loading();
    beside::rules();
}

/// The folder of a contract of this crate.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("contracts")
        .join(name)
}

/// The ratios, from turns taken one after the other so that all meet the same machine.
fn report(case: &Case) {
    let mut out = Vec::with_capacity(4 * case.bytes.len());
    let (mut scans, mut decodes, mut wholes, mut jsons, mut others) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..9 {
        scans.push(time(|| case.scan()));
        decodes.push(time(|| case.decode()));
        wholes.push(time(|| case.whole(&mut out)));
        jsons.push(time(|| case.whole_to_json(&mut out)));
        others.push(beside::libxml2(&case.bytes));
    }
    let scan = median(scans);
    println!("{} bytes: a bare scan takes {scan:.1} µs", case.bytes.len());
    for (what, times) in [
        ("parse and validate by libxml2", others),
        ("decode, which validates", decodes),
        ("decode, mask, encode", wholes),
        ("decode, mask, encode to JSON", jsons),
    ] {
        let whole = median(times);
        println!(
            "  {what}: {whole:.1} µs, {:.2} times the scan",
            whole / scan
        );
    }
}

/// Microseconds of one call.
fn time<T>(mut call: impl FnMut() -> T) -> f64 {
    let (begin, mut calls) = (Instant::now(), 0_u32);
    while begin.elapsed() < Duration::from_millis(20) {
        black_box(call());
        calls += 1;
    }
    begin.elapsed().as_secs_f64() * 1e6 / f64::from(calls)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
