//! How fast texts become trees. `events` draws the parser's events and drops them, which is what
//! reading YAML costs at least.
//!
//! `cargo bench -p kai-syntax`; the allocation columns show what a tree weighs.

mod objects;
mod pods;

use divan::counter::BytesCount;
use divan::{AllocProfiler, Bencher};
use kai_core::Origins;
use kai_syntax::json::JsonOptions;

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

#[divan::bench(sample_count = 20)]
fn yaml_events(bencher: Bencher<'_, '_>) {
    let text = objects::yaml(10_000);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        granit_parser::Parser::new_from_str(divan::black_box(&text))
            .filter(|it| divan::black_box(it).is_ok())
            .count()
    });
}

#[divan::bench(sample_count = 20)]
fn yaml_tree(bencher: Bencher<'_, '_>) {
    let text = objects::yaml(10_000);
    bencher.counter(BytesCount::of_str(&text)).with_inputs(|| text.clone()).bench_values(|text| {
        let origins = Origins::new();
        let id = origins.add_document("objects.yaml".into(), text);
        let id = id.expect("a few megabytes fit into a run");
        (kai_syntax::yaml::parse(&origins, id), origins)
    });
}

#[divan::bench(sample_count = 3)]
fn json_dump(bencher: Bencher<'_, '_>) {
    let text = pods::dump(10_000);
    bencher.counter(BytesCount::of_str(&text)).with_inputs(|| text.clone()).bench_values(|text| {
        let origins = Origins::new();
        let id = origins.add_document("dump.json".into(), text);
        let id = id.expect("a hundred megabytes fit into a run");
        (kai_syntax::json::parse(&origins, id, &JsonOptions::dump()), origins)
    });
}
