//! Where recorded data is, unpacked once; and folders on disk as trees.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};
use kai_core::{Tree, TreeEntry, TreeError};

/// The repositories, unpacked; nothing where they are not there.
pub(crate) fn corpus() -> Option<PathBuf> {
    recorded("KAI_CORPUS_DATA", "corpus")
}

/// A folder of recorded data, unpacked; nothing where it is not there.
pub(crate) fn recorded(variable: &str, beside: &str) -> Option<PathBuf> {
    // Tests run side by side, and each archive is unpacked once.
    static UNPACKING: Mutex<()> = Mutex::new(());
    let _guard = UNPACKING.lock().unwrap_or_else(PoisonError::into_inner);
    located(variable, beside).map(|it| unpacked(&it, beside))
}

/// Prints a line past the test harness, which hides the output of tests that pass.
pub(crate) fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn located(variable: &str, beside: &str) -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(beside);
    let path = std::env::var_os(variable).map_or(shared, PathBuf::from);
    if path.exists() {
        return Some(path);
    }
    let required = std::env::var("KAI_REQUIRE_DATA").is_ok_and(|it| it == "1");
    assert!(!required, "no data at {} and KAI_REQUIRE_DATA=1", path.display());
    say(&format!("SKIPPED: no data at {}; set {variable}", path.display()));
    None
}

/// The folder itself, or what the archives in it hold, laid out below `target`.
fn unpacked(path: &Path, name: &str) -> PathBuf {
    let entries = std::fs::read_dir(path).unwrap().flatten().map(|it| it.path());
    let archives: Vec<PathBuf> =
        entries.filter(|it| it.to_string_lossy().ends_with(".tar.xz")).collect();
    if archives.is_empty() {
        return path.to_owned();
    }
    let to = target_folder().join(name);
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

/// Where cargo lets this package write; benches are not told, and find the same place.
fn target_folder() -> PathBuf {
    match option_env!("CARGO_TARGET_TMPDIR") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tmp"),
    }
}

/// A folder; files below a name that starts with a dot are ignored.
pub(crate) struct Folder {
    root: PathBuf,
    files: Vec<TreeEntry>,
}

impl Folder {
    pub(crate) fn read(root: &Path) -> Self {
        let mut files = Vec::new();
        list(root, Utf8Path::new(""), &mut files);
        files.sort();
        Self { root: root.to_owned(), files }
    }
}

fn list(root: &Path, below: &Utf8Path, files: &mut Vec<TreeEntry>) {
    for entry in std::fs::read_dir(root.join(below)).unwrap().flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.starts_with('.') {
            continue;
        }
        let (path, kind) = (below.join(name), entry.file_type().unwrap());
        if kind.is_dir() {
            list(root, &path, files);
        } else if kind.is_file() {
            files.push(TreeEntry { path, size: entry.metadata().unwrap().len() });
        }
    }
}

impl Tree for Folder {
    fn files(&self) -> &[TreeEntry] {
        &self.files
    }

    fn bytes(&self, path: &Utf8Path) -> Result<Vec<u8>, TreeError> {
        std::fs::read(self.root.join(path)).map_err(|source| {
            let path: Utf8PathBuf = path.to_owned();
            match source.kind() {
                std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => {
                    TreeError::NotFound { path }
                }
                _ => TreeError::Read { path, source },
            }
        })
    }

    fn is_ignored(&self, path: &Utf8Path) -> bool {
        path.components().any(|it| it.as_str().starts_with('.')) && self.root.join(path).exists()
    }
}
