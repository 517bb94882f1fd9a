//! The field map beside serde_json: records per second for 10, 50 and 200 fields. `cargo bench -p throughline-flow`.

#![allow(missing_docs, reason = "criterion makes functions without any")]

mod support;

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use support::{Case, SIZES};

fn mapping(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("record");
    group.throughput(Throughput::Elements(1));
    for fields in SIZES {
        let case = Case::new(fields);
        group.bench_with_input(BenchmarkId::new("map", fields), &case, |bencher, case| {
            bencher.iter(|| black_box(case.map()));
        });
        group.bench_with_input(BenchmarkId::new("parse", fields), &case, |bencher, case| {
            bencher.iter(|| black_box(case.parse()));
        });
    }
    group.finish();
}

criterion_group!(benches, mapping);
criterion_main!(benches);
