//! A line on standard error for runs that take a while.

use std::io::{self, Write as _};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::terminal;

const PATIENCE: Duration = Duration::from_millis(700);
const REFRESH: Duration = Duration::from_millis(200);
const CLEAR_LINE: &str = "\r\u{1b}[K";

/// Shows a line until it is dropped; shows nothing where nobody watches.
pub(crate) struct Progress {
    watcher: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    pub(crate) fn start(line: impl Fn() -> String + Send + 'static) -> Self {
        if !terminal::is_watched() {
            return Self { watcher: None };
        }
        let (sender, receiver) = channel();
        let thread = std::thread::spawn(move || {
            let mut pause = PATIENCE;
            let mut has_shown = false;
            while receiver.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                let _ = write!(io::stderr(), "{CLEAR_LINE}{}", line());
                has_shown = true;
                pause = REFRESH;
            }
            if has_shown {
                let _ = write!(io::stderr(), "{CLEAR_LINE}");
            }
        });
        Self { watcher: Some((sender, thread)) }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.watcher.take() {
            drop(sender);
            let _ = thread.join();
        }
    }
}
