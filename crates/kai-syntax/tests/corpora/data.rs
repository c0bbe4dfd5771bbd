//! Where recorded data is, unpacked once.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The data under `variable` or in `../shared`, unpacked as `name`; nothing where it is not there.
pub(crate) fn data(variable: &str, beside: &str, name: &str) -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(beside);
    let path = std::env::var_os(variable).map_or(shared, PathBuf::from);
    if path.exists() {
        return Some(unpacked(&path, name));
    }
    let required = std::env::var("KAI_REQUIRE_DATA").is_ok_and(|it| it == "1");
    assert!(!required, "no data at {} and KAI_REQUIRE_DATA=1", path.display());
    say(&format!("SKIPPED: no data at {}; set {variable}", path.display()));
    None
}

/// Prints a line past the test harness, which hides the output of tests that pass.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// The folder itself, or what the archives in it hold, laid out below `target`.
fn unpacked(path: &Path, name: &str) -> PathBuf {
    let entries = std::fs::read_dir(path).unwrap().flatten().map(|it| it.path());
    let archives: Vec<PathBuf> =
        entries.filter(|it| it.to_string_lossy().ends_with(".tar.xz")).collect();
    if archives.is_empty() {
        return path.to_owned();
    }
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&to).unwrap();
    for archive in archives {
        let stamp = to.join(archive.file_name().unwrap()).with_extension("done");
        let size = std::fs::metadata(&archive).unwrap().len().to_string();
        if std::fs::read_to_string(&stamp).is_ok_and(|it| it == size) {
            continue;
        }
        let status = Command::new("tar").arg("xf").arg(&archive).arg("-C").arg(&to).status();
        assert!(status.is_ok_and(|it| it.success()), "cannot unpack {}", archive.display());
        std::fs::write(stamp, size).unwrap();
    }
    to
}

/// Every file below a folder with one of the extensions, sorted.
pub(crate) fn files(root: &Path, extensions: &[&str]) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file()
                && path.extension().is_some_and(|it| extensions.iter().any(|known| it == *known))
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}
