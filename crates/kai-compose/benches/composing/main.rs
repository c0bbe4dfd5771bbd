//! How fast folders are read and composed.
//!
//! `cargo bench -p kai-compose`; the allocation columns show what the shared trees weigh. The
//! repositories are found as the conformance test finds them, by `KAI_CORPUS_DATA`.

use camino::Utf8PathBuf;
use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};
use kai_compose::{Project, kustomize};
use kai_core::{Origins, Tree as _};
use rayon::prelude::*;

use kai_testing::{Folder, corpus};

#[global_allocator]
static ALLOC: AllocProfiler = AllocProfiler::system();

/// 121 kustomizations; 5.5 MB of text that render to 29 MB.
const REPOSITORY: &str = "cybozu-go__neco-apps";

fn main() {
    divan::main();
}

/// The repository and its folders with a kustomization.
fn repository() -> Option<(Folder, Vec<Utf8PathBuf>)> {
    let folder = Folder::read(&corpus()?.join(REPOSITORY));
    let is_kustomization = |it: &&kai_core::TreeEntry| {
        matches!(it.path.file_name(), Some("kustomization.yaml" | "kustomization.yml"))
    };
    let files = folder.files().iter().filter(is_kustomization);
    let dirs = files.filter_map(|it| it.path.parent().map(ToOwned::to_owned)).collect();
    Some((folder, dirs))
}

#[divan::bench(sample_count = 20)]
fn read_every_file(bencher: Bencher<'_, '_>) {
    let Some((folder, _)) = repository() else { return };
    bencher.bench(|| {
        let origins = Origins::new();
        Project::load(&folder, &origins).files().count()
    });
}

#[divan::bench(sample_count = 20)]
fn compose_every_kustomization(bencher: Bencher<'_, '_>) {
    let Some((folder, dirs)) = repository() else { return };
    bencher.counter(ItemsCount::new(dirs.len())).bench(|| {
        let origins = Origins::new();
        let project = Project::load(&folder, &origins);
        let built: Vec<_> = dirs.par_iter().map(|it| kustomize::build(&project, it)).collect();
        built.iter().flatten().map(|it| it.objects.len()).sum::<usize>()
    });
}
