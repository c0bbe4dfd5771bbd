//! `kai hook`.

use std::io::Read as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use kai_agent::hook::{
    Concern, Decision, Request, answer, concern, decide, decide_alone, request, unread,
};
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
        Ok(Some(it)) => within(command, it),
        Err(reason) => {
            Some(Decision::Ask(format!("Kai: cannot read what is about to run: {reason}.")))
        }
    };
    terminal::print(&format!("{}\n", answer(decision.as_ref())))?;
    // Who still reads is not waited for.
    Ok(ExitCode::SUCCESS)
}

/// What came of a step.
enum Heard {
    /// What the command's text alone says.
    Concern(Option<Concern>),
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
    fn of(root: Option<&Utf8Path>, concern: Concern, request: &Request) -> Self {
        let mut folder = Utf8PathBuf::from(request.folder.as_deref().unwrap_or("."));
        if let Some(other) = concern.folder.as_ref().filter(|_| concern.is_elsewhere()) {
            folder = Utf8PathBuf::from(other);
        }
        let canonical = folder.canonicalize_utf8().unwrap_or(folder);
        let root = root
            .map(Utf8Path::to_owned)
            .or_else(|| repositories::top(&canonical))
            .unwrap_or_else(|| canonical.clone());
        let root = root.canonicalize_utf8().unwrap_or(root);
        let prefix = canonical.strip_prefix(&root).unwrap_or(Utf8Path::new("")).to_owned();
        Self { root, prefix, command: request.command.clone(), concern }
    }
}

/// What is said of a command when the time is over, or before: the graph's word if there is one, else that of the command
/// alone. Every step runs beside this one, so that none of them can take longer.
fn within(command: &Pretooluse, request: Request) -> Option<Decision> {
    let limit = Duration::from_millis(command.within);
    let until = Instant::now() + limit;
    let (sender, receiver) = mpsc::channel();
    let (root, text) = (command.root.clone(), request.command.clone());
    // A panic drops the sender, which is an answer, too.
    let steps = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || steps(root.as_deref(), &request, limit, &sender));
    let ended = match steps {
        Ok(_) => heard(&receiver, until),
        Err(_) => Ended::Lost(None),
    };
    let (concern, why) = match ended {
        Ended::Decided(decision) => return decision,
        Ended::Late(it) => (it, format!("takes longer than {} ms to read", command.within)),
        Ended::Lost(it) => (it, "could not be read".to_owned()),
    };
    match concern {
        Some(it) => Some(decide_alone(&it, &format!("this repository {why}"))),
        None => unread(&text, &format!("its text {why}")).map(|it| decide_alone(&it, &why)),
    }
}

/// How the steps ended; where they came to no decision, with the concern if there was time for it.
enum Ended {
    Decided(Option<Decision>),
    Late(Option<Concern>),
    /// A step failed.
    Lost(Option<Concern>),
}

/// Bytes, as much as the first thread of a program has.
const STACK: usize = 8 << 20;

/// One step after the other, each with its answer. A server that runs for the folder has half of the time before the files
/// are read beside it.
fn steps(root: Option<&Utf8Path>, request: &Request, limit: Duration, sender: &Sender<Heard>) {
    let concern = concern(&request.command);
    let _ = sender.send(Heard::Concern(concern.clone()));
    let Some(concern) = concern else { return };
    if concern.is_told_alone() {
        return;
    }
    let asked = Arc::new(Asked::of(root, concern, request));
    if ask_server(&asked, sender) {
        std::thread::park_timeout(limit / 2);
    }
    let _ = sender.send(Heard::Files(looked_up(&asked)));
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
fn heard(receiver: &Receiver<Heard>, until: Instant) -> Ended {
    let mut concern = None;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let decision = match receiver.recv_timeout(left) {
            Ok(Heard::Concern(None)) => return Ended::Decided(None),
            Ok(Heard::Concern(Some(it))) if it.is_told_alone() => decide_alone(&it, ""),
            Ok(Heard::Concern(it)) => {
                concern = it;
                continue;
            }
            Ok(Heard::Server(Some(it))) => said_by(it, SERVER),
            Ok(Heard::Server(None)) => continue,
            Ok(Heard::Files(Ok(it))) => said_by(it, FILES),
            Ok(Heard::Files(Err(error))) => match &concern {
                Some(it) => decide_alone(it, &error.chain()),
                None => return Ended::Lost(None),
            },
            Err(RecvTimeoutError::Timeout) => return Ended::Late(concern),
            Err(RecvTimeoutError::Disconnected) => return Ended::Lost(concern),
        };
        return Ended::Decided(Some(decision));
    }
}

/// Asks the server of the folder, and wakes who waits for it where it has no answer; false where there is none.
#[cfg(unix)]
fn ask_server(asked: &Asked, sender: &Sender<Heard>) -> bool {
    use crate::hook_line::{self, Question};

    let place = hook_line::place(&asked.root).filter(|it| it.exists());
    let Some(place) = place else { return false };
    let (command, prefix) = (asked.command.clone(), asked.prefix.to_string());
    let (sender, waiting) = (sender.clone(), std::thread::current());
    std::thread::spawn(move || {
        let decision = hook_line::ask(&place, &Question { command, prefix }).ok();
        let has_none = decision.is_none();
        let _ = sender.send(Heard::Server(decision));
        if has_none {
            waiting.unpark();
        }
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
