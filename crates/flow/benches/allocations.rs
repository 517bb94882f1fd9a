//! The allocations of one record in the field map, beside those of serde_json. On its own, because counting takes time.

mod support;

use std::hint::black_box;

use allocation_counter::measure;
use support::{Case, SIZES};

#[allow(clippy::print_stdout, reason = "its result is what it prints")]
fn main() {
    println!("fields  allocations (map, parse)  bytes (map, parse)");
    for fields in SIZES {
        let case = Case::new(fields);
        case.map();
        let map = measure(|| {
            black_box(case.map());
        });
        let parse = measure(|| {
            black_box(case.parse());
        });
        println!(
            "{fields:>6} {:>12} {:>12} {:>10} {:>8}",
            map.count_total, parse.count_total, map.bytes_total, parse.bytes_total
        );
    }
}
