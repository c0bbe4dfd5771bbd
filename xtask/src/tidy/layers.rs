//! Arrows point down.

use super::tracked::Tracked;

/// A crate may depend on crates of lower layers only. Tests may use what they like.
pub(super) const LAYERS: &[(&str, u32)] = &[
    ("kai-core", 0),
    ("kai-mcp", 0),
    ("kai-graph", 1),
    ("kai-slo", 1),
    ("kai-syntax", 1),
    ("kai-testing", 1),
    ("kai-compose", 2),
    ("kai-guard", 2),
    ("kai-settings", 2),
    ("kai-sim", 2),
    ("kai-terraform", 2),
    ("kai-break", 3),
    ("kai-sources", 3),
    ("kai-rules", 4),
    ("kai-assess", 5),
    ("kai-report", 6),
    ("kai-agent", 7),
    ("kai-answer", 7),
    ("kai-connect", 8),
    ("kai", 9),
];

/// The whole tree, everything that a cold build compiles on any system. The road alone, from text to
/// page, took 111; PromQL (57), Helm (60: archives, dates, schemas, TOML) and fetching charts (26: HTTP and
/// TLS, a third of them for other systems), Terraform (numbers of 512 bits, letters as people count them,
/// the hashes that its functions know) and the scripts of pipelines (25: bash, most of them to build its
/// grammar) came on top of it, and the server for agents (45: its protocol, and HTTP under it).
const PACKAGE_MAX: usize = 350;

pub(super) fn arrows_point_down(tracked: &Tracked) -> Vec<String> {
    let crates = tracked.crates();
    let gone = LAYERS.iter().filter(|(name, _)| !crates.contains(name));
    let mut offences: Vec<String> =
        gone.map(|(name, _)| format!("LAYERS names `{name}`, which is not there")).collect();
    for name in &crates {
        let Some(layer) = layer(name) else {
            offences.push(format!("crates/{name}: add it to LAYERS"));
            continue;
        };
        let manifest = tracked.text(&format!("crates/{name}/Cargo.toml")).to_owned();
        for dependency in dependencies(&manifest) {
            if layer <= self::layer(&dependency).unwrap_or(u32::MAX) {
                offences.push(format!(
                    "crates/{name}: the arrow to `{dependency}` does not point down"
                ));
            }
        }
    }
    offences
}

/// Lints hold only for crates that ask for them.
pub(super) fn lints_are_shared(tracked: &Tracked) -> Vec<String> {
    let manifests = tracked.texts.iter().filter(|(path, _)| path.ends_with("/Cargo.toml"));
    manifests
        .filter(|(_, text)| !text.contains("[lints]\nworkspace = true"))
        .map(|(path, _)| format!("{path}: say `[lints]` and `workspace = true`"))
        .collect()
}

pub(super) fn the_lock_file_is_small(tracked: &Tracked) -> Vec<String> {
    let count = tracked.text("Cargo.lock").matches("[[package]]").count();
    let is_small = count <= PACKAGE_MAX;
    if is_small {
        Vec::new()
    } else {
        vec![format!("Cargo.lock: {count} packages, at most {PACKAGE_MAX}")]
    }
}

fn layer(name: &str) -> Option<u32> {
    LAYERS.iter().find(|(it, _)| *it == name).map(|(_, layer)| *layer)
}

/// Crates of this workspace under `[dependencies]` and `[build-dependencies]`.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut is_inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_inside = matches!(line.trim(), "[dependencies]" | "[build-dependencies]");
        } else if is_inside {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            if name.starts_with("kai-") || name == "kai" {
                names.push(name.to_owned());
            }
        }
    }
    names
}
