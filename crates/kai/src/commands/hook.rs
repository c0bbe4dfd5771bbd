//! `kai hook`.

use std::io::Read as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use kai_agent::hook::{Concern, Decision, Request, answer, concern, decide, decide_alone, request};
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
        Ok(Some(it)) => concern(&it.command).map(|concern| weigh(command, concern, &it)),
        Err(reason) => {
            Some(Decision::Ask(format!("Kai: cannot read what is about to run: {reason}.")))
        }
    };
    terminal::print(&format!("{}\n", answer(decision.as_ref())))?;
    // Who still reads is not waited for.
    Ok(ExitCode::SUCCESS)
}

/// Whose word came.
enum Heard {
    /// Of a server that has read the folder before; nothing where none answers.
    Server(Option<Decision>),
    Files(Result<Decision, Error>),
}

/// What is asked about.
struct Asked {
    root: Utf8PathBuf,
    /// Where the command would run, below the root.
    prefix: Utf8PathBuf,
    command: String,
    concern: Concern,
}

impl Asked {
    fn of(command: &Pretooluse, concern: Concern, request: &Request) -> Self {
        let mut folder = Utf8PathBuf::from(request.folder.as_deref().unwrap_or("."));
        if let Some(other) = concern.folder.as_ref().filter(|_| concern.is_elsewhere()) {
            folder = Utf8PathBuf::from(other);
        }
        let canonical = folder.canonicalize_utf8().unwrap_or(folder);
        let root = command
            .root
            .clone()
            .or_else(|| repositories::top(&canonical))
            .unwrap_or_else(|| canonical.clone());
        let root = root.canonicalize_utf8().unwrap_or(root);
        let prefix = canonical.strip_prefix(&root).unwrap_or(Utf8Path::new("")).to_owned();
        Self { root, prefix, command: request.command.clone(), concern }
    }
}

/// The graph's word if it comes in time, else that of the command alone. A server that runs for the
/// folder has half of the time before the files are read beside it.
fn weigh(command: &Pretooluse, concern: Concern, request: &Request) -> Decision {
    let start = Instant::now();
    let within = Duration::from_millis(command.within);
    let asked = Arc::new(Asked::of(command, concern, request));
    let (sender, receiver) = mpsc::channel();
    if ask_server(&asked, &sender)
        && let Ok(Heard::Server(Some(decision))) = receiver.recv_timeout(within / 2)
    {
        return said_by(decision, SERVER);
    }
    let reading = Arc::clone(&asked);
    std::thread::spawn(move || {
        // A panic drops the sender, which is an answer, too.
        let _ = sender.send(Heard::Files(looked_up(&reading)));
    });
    match heard(&receiver, &asked, start + within) {
        Ok(decision) => decision,
        Err(RecvTimeoutError::Timeout) => decide_alone(
            &asked.concern,
            &format!("this repository takes longer than {} ms to read", command.within),
        ),
        Err(RecvTimeoutError::Disconnected) => {
            decide_alone(&asked.concern, "reading this repository failed")
        }
    }
}

const SERVER: &str = "Told by the `kai mcp` that runs here.";
const FILES: &str = "Told by the files, which were read for this.";

fn said_by(decision: Decision, who: &str) -> Decision {
    match decision {
        Decision::Ask(reason) => Decision::Ask(format!("{reason} {who}")),
        Decision::Deny(reason) => Decision::Deny(format!("{reason} {who}")),
    }
}

/// The first decision that comes until then.
fn heard(
    receiver: &Receiver<Heard>,
    asked: &Asked,
    until: Instant,
) -> Result<Decision, RecvTimeoutError> {
    loop {
        let left = until.saturating_duration_since(Instant::now());
        match receiver.recv_timeout(left)? {
            Heard::Server(Some(decision)) => return Ok(said_by(decision, SERVER)),
            Heard::Server(None) => {}
            Heard::Files(Ok(decision)) => return Ok(said_by(decision, FILES)),
            Heard::Files(Err(error)) => return Ok(decide_alone(&asked.concern, &error.chain())),
        }
    }
}

/// Asks the server of the folder; false where there is none.
#[cfg(unix)]
fn ask_server(asked: &Asked, sender: &Sender<Heard>) -> bool {
    use crate::hook_line::{self, Question};

    let place = hook_line::place(&asked.root).filter(|it| it.exists());
    let Some(place) = place else { return false };
    let (command, prefix) = (asked.command.clone(), asked.prefix.to_string());
    let sender = sender.clone();
    std::thread::spawn(move || {
        let decision = hook_line::ask(&place, &Question { command, prefix }).ok();
        let _ = sender.send(Heard::Server(decision));
    });
    true
}

#[cfg(not(unix))]
fn ask_server(_: &Asked, _: &Sender<Heard>) -> bool {
    false
}

fn looked_up(asked: &Asked) -> Result<Decision, Error> {
    use_deep_threads();
    let listing = Listing { hidden: false, no_ignore: false };
    let paths = vec![asked.root.clone()];
    let inputs = Inputs::open(&Input { paths, config: None, listing })?;
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
    let decision = decide(&asked.concern, &reviewed.system, &reviewed.origins, &asked.prefix);
    std::mem::forget(reviewed);
    Ok(decision)
}
