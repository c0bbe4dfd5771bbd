//! Where recorded data is, unpacked once.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

pub(crate) const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The repositories to run on, unpacked; nothing where they are not there.
#[must_use]
pub fn corpus() -> Option<PathBuf> {
    recorded("KAI_CORPUS_DATA", "corpus")
}

/// A folder of recorded data: the one that `variable` names, or `beside` in the folder `shared`
/// next to the repository. Archives in it are unpacked; nothing where it is not there. The variable
/// may also name one file.
#[must_use]
pub fn recorded(variable: &str, beside: &str) -> Option<PathBuf> {
    // Tests run side by side, and each archive is unpacked once.
    static UNPACKING: Mutex<()> = Mutex::new(());
    let _guard = UNPACKING.lock().unwrap_or_else(PoisonError::into_inner);
    located(variable, beside).map(|it| unpacked(&it, beside))
}

/// Prints a line past the test harness, which hides the output of tests that pass.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Says that a test did not run for want of a program.
///
/// # Panics
/// Where `KAI_REQUIRE_DATA=1`.
pub fn skipped(program: &str) {
    assert!(!is_required(), "no {program} and KAI_REQUIRE_DATA=1");
    say(&format!("SKIPPED: no {program}"));
}

/// The number that a variable of the environment holds, or the one that stands for it.
#[must_use]
pub fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|it| it.parse().ok()).unwrap_or(default)
}

/// The text of a file that `xz` packed.
#[must_use]
pub fn unpacked_text(path: &Path) -> String {
    let output = Command::new("xz").arg("-dc").arg(path).output().expect("`xz` is installed");
    assert!(output.status.success(), "cannot unpack {}", path.display());
    String::from_utf8(output.stdout).expect("recorded data is UTF-8")
}

fn located(variable: &str, beside: &str) -> Option<PathBuf> {
    let shared = Path::new(ROOT).join("../shared").join(beside);
    let path = std::env::var_os(variable).map_or(shared, PathBuf::from);
    if path.exists() {
        return Some(path);
    }
    assert!(!is_required(), "no data at {} and KAI_REQUIRE_DATA=1", path.display());
    say(&format!("SKIPPED: no data at {}; set {variable}", path.display()));
    None
}

fn is_required() -> bool {
    std::env::var("KAI_REQUIRE_DATA").is_ok_and(|it| it == "1")
}

/// The folder itself, or what the archives in it hold, laid out below `target`.
fn unpacked(path: &Path, name: &str) -> PathBuf {
    if path.is_file() {
        return path.to_owned();
    }
    let entries = std::fs::read_dir(path).expect("recorded data is a folder").flatten();
    let archives: Vec<PathBuf> = entries
        .map(|it| it.path())
        .filter(|it| it.to_string_lossy().ends_with(".tar.xz"))
        .collect();
    if archives.is_empty() {
        return path.to_owned();
    }
    let to = Path::new(ROOT).join("target/tmp").join(name);
    std::fs::create_dir_all(&to).expect("`target` can be written");
    for archive in archives {
        let file_name = archive.file_name().expect("an archive has a name");
        let stamp = to.join(file_name).with_extension("done");
        let size = std::fs::metadata(&archive).expect("an archive has a size").len().to_string();
        if std::fs::read_to_string(&stamp).is_ok_and(|it| it == size) {
            continue;
        }
        let status = Command::new("tar").arg("xf").arg(&archive).arg("-C").arg(&to).status();
        assert!(status.is_ok_and(|it| it.success()), "cannot unpack {}", archive.display());
        std::fs::write(stamp, size).expect("`target` can be written");
    }
    to
}
