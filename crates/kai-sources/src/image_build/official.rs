//! What is known of images that everybody builds on.

use kai_graph::{GivingWay, Image};

/// Images of Docker's library that start as root, and whose entry points, where they have one, replace
/// themselves with what they are told to start. Unless their tags say otherwise they are made of Debian or
/// Ubuntu.
const OF_DEBIAN: [&str; 11] = [
    "buildpack-deps",
    "debian",
    "eclipse-temurin",
    "golang",
    "node",
    "perl",
    "php",
    "python",
    "ruby",
    "rust",
    "ubuntu",
];

/// Others of the library that start as root.
const OTHERS: [&str; 3] = ["alpine", "busybox", "fedora"];

/// Tags of images that are made of something else: Alpine, Red Hat's, Windows, Oracle's.
const OF_OTHERS: [&str; 7] =
    ["alpine", "busybox", "musl", "nanoserver", "oracle", "ubi", "windowsservercore"];

/// True for an image that starts as root and adds nothing to what its builds say.
pub(super) fn is_plain(image: &Image) -> bool {
    !is_of_windows(image)
        && name(image).is_some_and(|it| OF_DEBIAN.contains(&it) || OTHERS.contains(&it))
}

/// True for an image of Windows, whose users are none of Linux.
pub(super) fn is_of_windows(image: &Image) -> bool {
    const WORDS: [&str; 3] = ["nanoserver", "windows/", "windowsservercore"];
    let tag = image.tag.as_deref().unwrap_or_default();
    WORDS.iter().any(|it| tag.contains(it) || image.repository.contains(it))
}

/// What the `sh` of an image does with its last command.
pub(super) fn giving_way(image: &Image) -> GivingWay {
    let Some(name) = name(image) else { return GivingWay::NotTold };
    let tag = image.tag.as_deref();
    let says = |word: &str| tag.is_some_and(|it| it.contains(word));
    if matches!(name, "alpine" | "busybox" | "fedora") || says("alpine") {
        return GivingWay::Always;
    }
    let is_told = tag.is_some() || image.digest.is_none();
    match is_told && OF_DEBIAN.contains(&name) && !OF_OTHERS.iter().any(|it| says(it)) {
        true => GivingWay::Never,
        false => GivingWay::NotTold,
    }
}

/// The name in Docker's library, or in a copy of it.
fn name(image: &Image) -> Option<&str> {
    let path = image.repository.as_str();
    match image.registry.as_str() {
        "docker.io" | "index.docker.io" | "mirror.gcr.io" => {
            let name = path.strip_prefix("library/").unwrap_or(path);
            (!name.contains('/')).then_some(name)
        }
        "public.ecr.aws" => path.strip_prefix("docker/library/"),
        _ => None,
    }
}
