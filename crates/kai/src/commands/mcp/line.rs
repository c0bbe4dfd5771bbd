//! Answers the hooks of this machine from what the server has read.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use camino::Utf8Path;
use kai_agent::hook::{Decision, concern, decide};

use super::Index;
use crate::hook_line::{Question, answer, place};
use crate::terminal;

/// Hooks that are answered at one time; the others decide alone.
const ASKING_MAX: usize = 8;

/// A socket that hooks find as long as this is there.
pub(super) struct Line {
    place: PathBuf,
    inode: u64,
}

/// Opens it where there is a place for it. Of several servers of one folder the last one answers.
pub(super) fn open(index: &Arc<Index>) -> Option<Line> {
    let place = place(index.root())?;
    match bound(&place) {
        Ok((listener, line)) => {
            let index = Arc::clone(index);
            std::thread::spawn(move || listen(&listener, &index));
            Some(line)
        }
        Err(error) => {
            terminal::note(&format!("kai: hooks cannot ask this server: {error}"));
            None
        }
    }
}

fn bound(place: &PathBuf) -> io::Result<(UnixListener, Line)> {
    // What a server left behind that was ended from outside.
    let _ = fs::remove_file(place);
    let listener = UnixListener::bind(place)?;
    fs::set_permissions(place, Permissions::from_mode(0o600))?;
    let inode = fs::symlink_metadata(place)?.ino();
    Ok((listener, Line { place: place.clone(), inode }))
}

impl Drop for Line {
    fn drop(&mut self) {
        let is_own = fs::symlink_metadata(&self.place).is_ok_and(|it| it.ino() == self.inode);
        if is_own {
            let _ = fs::remove_file(&self.place);
        }
    }
}

fn listen(listener: &UnixListener, index: &Arc<Index>) {
    let asking = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming().filter_map(Result::ok) {
        if asking.fetch_add(1, Ordering::Relaxed) >= ASKING_MAX {
            asking.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let (index, asking) = (Arc::clone(index), Asking(Arc::clone(&asking)));
        std::thread::spawn(move || {
            hear(stream, &index);
            drop(asking);
        });
    }
}

/// One of those who ask, until it has its answer or the answer has failed.
struct Asking(Arc<AtomicUsize>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn hear(stream: UnixStream, index: &Index) {
    // A hook that does not wait any more is no error.
    let _ = answer(stream, |question| decided(question, index));
}

fn decided(question: &Question, index: &Index) -> Option<Decision> {
    let concern = concern(&question.command)?;
    let held = index.now().ok()?;
    let reviewed = &held.run.reviewed;
    let prefix = Utf8Path::new(&question.prefix);
    Some(decide(&concern, &reviewed.system, &reviewed.origins, prefix))
}
