//! Images that jobs build and push.

use camino::Utf8Path;
use kai_core::{Node, Origins};
use kai_graph::{BuiltImage, HOLE};

use super::super::images::{Images, filled};
use super::super::script;
use super::variables::written;

/// What the scripts of one job build and push; `top` is the folder that the repository is.
pub(super) fn of_job(
    scripts: &[&Node],
    variables: &[&Node],
    top: &Utf8Path,
    origins: &Origins,
) -> Vec<BuiltImage> {
    let mut images = Images::default();
    let mut is_at_top = true;
    let fill = |text: &str| fill(text, variables, 0);
    for script in scripts {
        images.append(script::images(script, is_at_top, &fill, origins));
        is_at_top &= !moves(script.as_str().unwrap_or_default());
    }
    images.finish(top)
}

/// A later item of a script begins in the folder where the one before ended.
fn moves(script: &str) -> bool {
    let mut lines = script.lines().map(str::trim_start);
    lines.any(|it| it.starts_with("cd ") || it.starts_with("pushd "))
}

/// A text with the variables that are known before a pipeline runs.
fn fill(text: &str, variables: &[&Node], depth: usize) -> String {
    const DEPTH_MAX: usize = 4;
    filled(text, &|name| match name {
        "CI_PROJECT_DIR" => Some(".".to_owned()),
        // The registry, the group and the project.
        "CI_REGISTRY_IMAGE" => Some(format!("{HOLE}/{HOLE}/{HOLE}")),
        "CI_PROJECT_PATH" => Some(format!("{HOLE}/{HOLE}")),
        _ => {
            let value = written(name, variables).filter(|_| depth < DEPTH_MAX)?;
            Some(fill(&value, variables, depth + 1))
        }
    })
}
