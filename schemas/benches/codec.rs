//! What reading, masking and writing a case costs, against a bare scan of the same bytes.
//!
//! `cargo bench -p contract`; the last line is the ratio that `docs/performance.md` reports.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark stops where something is wrong"
)]

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use contract::{
    Contract, Document, ElementId, Fate, Governance, Limits, Mask, Visibility, json, xml,
};
use criterion::Criterion;
use quick_xml::NsReader;
use quick_xml::events::Event;

struct Case {
    contract: Arc<Contract>,
    root: ElementId,
    bytes: Vec<u8>,
    mask: Mask,
    limits: Limits,
}

impl Case {
    fn load() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/viogen/2");
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
}

/// The ratio, from turns taken one after the other so that both meet the same machine.
fn report(case: &Case) {
    let mut out = Vec::with_capacity(16 * 1024);
    let (mut scans, mut wholes, mut jsons) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..25 {
        scans.push(time(|| case.scan()));
        wholes.push(time(|| case.whole(&mut out)));
        jsons.push(time(|| case.whole_to_json(&mut out)));
    }
    let (scan, whole, to_json) = (median(scans), median(wholes), median(jsons));
    println!(
        "{} bytes: scan {scan:.2} µs; decode, mask, encode {whole:.2} µs, {:.2} times; to JSON {to_json:.2} µs, {:.2} times",
        case.bytes.len(),
        whole / scan,
        to_json / scan,
    );
}

/// Microseconds of one call.
fn time<T>(mut call: impl FnMut() -> T) -> f64 {
    let (begin, mut calls) = (Instant::now(), 0_u32);
    while begin.elapsed() < Duration::from_millis(20) {
        for _ in 0..20 {
            black_box(call());
        }
        calls += 20;
    }
    begin.elapsed().as_secs_f64() * 1e6 / f64::from(calls)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
