//! A folder of the disk, read into memory.

use std::fs;

use camino::{Utf8Path, Utf8PathBuf};

use kai_testing::Memory;

/// The folder that the environment names; nothing where it names none.
pub(crate) fn tree() -> Option<Memory> {
    let top = Utf8PathBuf::from(std::env::var("KAI_BENCH_FOLDER").ok()?);
    let mut files = Vec::new();
    add(&top, &top, &mut files);
    Some(Memory::new(files))
}

fn add(top: &Utf8Path, folder: &Utf8Path, files: &mut Vec<(Utf8PathBuf, Vec<u8>)>) {
    let Ok(entries) = folder.read_dir_utf8() else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let is_hidden = entry.file_name().starts_with('.');
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !is_hidden => add(top, path, files),
            Ok(kind) if kind.is_file() => {
                let inside = path.strip_prefix(top).unwrap_or(path).to_owned();
                files.extend(fs::read(path).ok().map(|bytes| (inside, bytes)));
            }
            _ => {}
        }
    }
}
