//! Reviews of small trees: text in, assessment out.

mod accepted;
mod applied;
mod detection;
mod environments;
mod fixes;
mod grouping;
mod growth;
mod manifests;
mod overlooked;
mod register;
mod releases;
mod repairs;
mod repeatable;
mod shop;
mod verdicts;

use kai_assess::{Assessment, Options};

fn assess(tree: &kai_testing::Memory) -> Assessment {
    kai_assess::assess(tree, &Options::default()).expect("its `kai.yaml` is right")
}
