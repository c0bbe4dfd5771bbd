//! `kai hook`.

use std::io::Read as _;
use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use kai_agent::hook::{Concern, Decision, answer, concern, decide, decide_alone, request};
use kai_compose::helm::use_deep_threads;
use kai_core::{Origins, Unwatched};

use crate::charts::Cache;
use crate::command_line::{Hook, Input, Listing, Pretooluse};
use crate::error::Error;
use crate::inputs::Inputs;
use crate::{repositories, settings, terminal};

/// More is no command.
const LENGTH_MAX: u64 = 1 << 20;

pub(crate) fn run(command: &Hook) -> Result<ExitCode, Error> {
    let Hook::Pretooluse(command) = command;
    let mut text = String::new();
    let read = std::io::stdin().lock().take(LENGTH_MAX).read_to_string(&mut text);
    let decision = match read.map_err(|it| it.to_string()).and_then(|_| request(&text)) {
        Ok(None) => None,
        Ok(Some(it)) => {
            concern(&it.command).map(|concern| weigh(command, concern, it.folder.as_deref()))
        }
        Err(reason) => {
            Some(Decision::Ask(format!("Kai: cannot read what is about to run: {reason}.")))
        }
    };
    terminal::print(&format!("{}\n", answer(decision.as_ref())))?;
    // Who still reads is not waited for.
    Ok(ExitCode::SUCCESS)
}

/// The graph's word if it comes in time, else that of the command alone.
fn weigh(command: &Pretooluse, concern: Concern, folder: Option<&str>) -> Decision {
    let folder = Utf8PathBuf::from(folder.unwrap_or("."));
    let canonical = folder.canonicalize_utf8().unwrap_or(folder);
    let root = command
        .root
        .clone()
        .or_else(|| repositories::top(&canonical))
        .unwrap_or_else(|| canonical.clone());
    let root = root.canonicalize_utf8().unwrap_or(root);
    let prefix = canonical.strip_prefix(&root).unwrap_or(Utf8Path::new("")).to_owned();
    let (sender, receiver) = mpsc::channel();
    let asked = concern.clone();
    std::thread::spawn(move || {
        // A panic drops the sender, which is an answer, too.
        let _ = sender.send(looked_up(&asked, root, &prefix));
    });
    match receiver.recv_timeout(Duration::from_millis(command.within)) {
        Ok(Ok(decision)) => decision,
        Ok(Err(error)) => decide_alone(&concern, &error.chain()),
        Err(RecvTimeoutError::Timeout) => decide_alone(
            &concern,
            &format!("this repository takes longer than {} ms to read", command.within),
        ),
        Err(RecvTimeoutError::Disconnected) => {
            decide_alone(&concern, "reading this repository failed")
        }
    }
}

fn looked_up(concern: &Concern, root: Utf8PathBuf, prefix: &Utf8Path) -> Result<Decision, Error> {
    use_deep_threads();
    let listing = Listing { hidden: false, no_ignore: false };
    let inputs = Inputs::open(&Input { paths: vec![root], config: None, listing })?;
    let origins = Origins::new();
    let settings = settings::read(&inputs.disk, inputs.settings_place(), &origins)?;
    let cache = Cache::of_user();
    let reviewed = kai_assess::read(
        &inputs.disk,
        Cache::store(cache.as_ref()),
        origins,
        settings,
        &Unwatched,
        kai_assess::Keep::Nothing,
    );
    let decision = decide(concern, &reviewed.system, &reviewed.origins, prefix);
    std::mem::forget(reviewed);
    Ok(decision)
}
