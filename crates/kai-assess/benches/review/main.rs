//! How long a review takes, from texts in memory to findings.
//!
//! `cargo bench -p kai-assess`. `events` draws the YAML parser's events from the same texts and
//! drops them: a whole review may cost four times that. `folder` reviews the folder that
//! `KAI_BENCH_FOLDER` names, read into memory before the clock starts.
#![expect(
    clippy::disallowed_methods,
    reason = "a benchmark is a binary: it reads files and the environment"
)]

mod folder;
mod generated;
mod modules;

use divan::Bencher;
use divan::counter::BytesCount;
use kai_assess::{Options, assess};
use kai_core::Tree as _;

use kai_testing::Memory;

fn main() {
    divan::main();
}

/// Ten thousand small objects, and 20 MB of ordinary manifests.
const SHAPES: [Shape; 2] = [
    Shape { name: "10,000 small objects", objects: 10_000, padding: 0 },
    Shape { name: "20 MB of manifests", objects: 20_000, padding: 45 },
];

struct Shape {
    name: &'static str,
    objects: usize,
    /// Environment variables of each container, which make objects ordinary in size.
    padding: usize,
}

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

#[divan::bench(args = SHAPES, sample_count = 10)]
fn review(bencher: Bencher<'_, '_>, shape: &Shape) {
    let tree = generated::tree(shape.objects, shape.padding);
    bencher.counter(BytesCount::new(tree.size())).bench(|| review_once(&tree));
}

#[divan::bench(args = SHAPES, sample_count = 10)]
fn events(bencher: Bencher<'_, '_>, shape: &Shape) {
    let tree = generated::tree(shape.objects, shape.padding);
    bencher.counter(BytesCount::new(tree.size())).bench(|| draw_events(&tree));
}

/// Ten thousand resources of Terraform behind 8,500 calls of modules.
#[divan::bench(sample_count = 5)]
fn modules(bencher: Bencher<'_, '_>) {
    let tree = modules::tree();
    bencher.bench(|| review_once(&tree));
}

#[divan::bench(sample_count = 5)]
fn folder(bencher: Bencher<'_, '_>) {
    if let Some(tree) = folder::tree() {
        bencher.counter(BytesCount::new(tree.size())).bench(|| review_once(&tree));
    }
}

fn review_once(tree: &Memory) {
    // Freeing every tree is no part of a run: the process ends instead.
    std::mem::forget(divan::black_box(assess(tree, &Options::default())));
}

fn draw_events(tree: &Memory) -> usize {
    let texts = tree.files().iter().filter_map(|it| tree.text(&it.path));
    let parsers = texts.map(granit_parser::Parser::new_from_str);
    parsers.map(|it| it.filter(|event| divan::black_box(event).is_ok()).count()).sum()
}
