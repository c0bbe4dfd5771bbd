//! Bash, confined.

use std::collections::BTreeSet;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use kai_agent::model::Cancel;
use kai_agent::permit::Wish;
use kai_core::{Evidence, EvidenceKind};
use kai_guard::{Class, Folder, Judgement, classify_in};
use serde_json::{Map, Value};

use super::super::sandbox::UNCONFINED;
use super::catalog::{field, number};
use super::reach;
use super::toolbox::{Answer, Done, Toolbox};
use crate::error::reason;

const SECONDS: u64 = 60;
const SECONDS_MAX: u64 = 300;
/// More of an output is thrown away.
const OUTPUT_MAX: u64 = 256 << 10;
const GLANCE: Duration = Duration::from_millis(15);
const PATH: &str = "/usr/local/bin:/usr/bin:/bin";
/// A repository's own settings of git may name programs, and print more files than are told by their names; these switch
/// them off.
const GIT: &[(&str, &str)] = &[
    ("core.fsmonitor", "false"),
    ("core.hooksPath", "/dev/null"),
    ("core.pager", "cat"),
    ("core.sshCommand", "false"),
    ("protocol.allow", "never"),
    ("diff.submodule", "short"),
    ("submodule.recurse", "false"),
    ("log.follow", "false"),
    ("log.showSignature", "false"),
    ("gpg.program", "false"),
    ("gpg.ssh.program", "false"),
    ("gpg.x509.program", "false"),
];

pub(super) fn bash(tools: &Toolbox<'_>, arguments: &Map<String, Value>, cancel: &Cancel) -> Answer {
    let command = field(arguments, "command")?;
    let judgement = classify_in(command, &There(tools, cancel));
    let calls = judgement.calls.iter().map(|it| {
        format!("{}: {}", it.program, if it.reason.is_empty() { "reads" } else { &it.reason })
    });
    let shown =
        format!("{command}\n{}", calls.map(|it| format!("  {it}")).collect::<Vec<_>>().join("\n"));
    tools.ask("Bash", &Wish::Run(command, &judgement), &shown)?;
    let may_write = judgement.class != Class::ReadOnly;
    if !may_write {
        if let Some(reason) = reach::forbidden(&tools.folder, command, &judgement) {
            return Err(format!("denied: {reason}"));
        }
        if judgement.reads_unnamed && reach::may_find_secrets(&tools.folder, &judgement) {
            tools.remember_secret();
        }
    }
    let mut child = start(tools, command, may_write, &places(&judgement))
        .map_err(|it| format!("it cannot be started: {}", reason(&it)))?;
    let time = Duration::from_secs(number(arguments, "seconds", SECONDS).clamp(1, SECONDS_MAX));
    let (output, errors) = (reader(child.stdout.take()), reader(child.stderr.take()));
    let ended = wait(&mut child, time, cancel);
    let output = output.join().unwrap_or_default();
    let errors = errors.join().unwrap_or_default();
    let code = match ended {
        Ok(Some(UNCONFINED_CODE)) if errors.contains("cannot be confined") => return Err(errors),
        Ok(Some(code)) => format!("exit code {code}"),
        Ok(None) => "ended by a signal".to_owned(),
        Err(why) => why.to_owned(),
    };
    let mut text = code;
    if !errors.trim().is_empty() {
        text.push_str(&format!("\nstandard error:\n{}", errors.trim_end()));
    }
    if output.trim().is_empty() {
        return Ok(Done::text(text));
    }
    let evidence = Evidence::new(
        EvidenceKind::Span,
        format!("`{command}`"),
        output.trim_end(),
        Vec::new(),
        Vec::new(),
    );
    Ok(Done { text, evidence: vec![evidence], ..Done::default() })
}

/// The folder of the session, as it is now.
struct There<'a, 'b>(&'a Toolbox<'b>, &'a Cancel);

impl Folder for There<'_, '_> {
    fn entries(&self, folder: &str) -> Option<Vec<String>> {
        reach::entries(&self.0.folder, folder)
    }

    /// Confined like every command, and not for long.
    fn git(&self, folder: &str, words: &[String]) -> Option<Vec<String>> {
        const TIME: Duration = Duration::from_secs(3);
        let quoted = |it: &str| format!("'{}'", it.replace('\'', "'\\''"));
        let words = words.iter().map(|it| quoted(it)).collect::<Vec<_>>().join(" ");
        let place = if folder.is_empty() { "." } else { folder };
        let command = format!("cd {} && exec git {words}", quoted(place));
        let mut child = start(self.0, &command, false, &[folder.to_owned()]).ok()?;
        let output = reader(child.stdout.take());
        let _errors = reader(child.stderr.take());
        let ended = wait(&mut child, TIME, self.1);
        let output = output.join().ok()?;
        let is_whole = (output.len() as u64) < OUTPUT_MAX && !output.contains('\u{fffd}');
        let names = output.split('\0').map(|it| it.trim_start_matches('\n'));
        let names = names.filter(|it| !it.is_empty()).map(str::to_owned).collect();
        (ended == Ok(Some(0)) && is_whole).then_some(names)
    }
}

const UNCONFINED_CODE: i32 = UNCONFINED as i32;

/// This very program confines itself and becomes the shell; nothing of the environment goes along.
fn start(
    tools: &Toolbox<'_>,
    command: &str,
    may_write: bool,
    places: &[String],
) -> std::io::Result<Child> {
    let scratch = tools.scratch.path();
    let mut kai = Command::new(std::env::current_exe()?);
    kai.arg("sandboxed")
        .arg("--root")
        .arg(tools.folder.as_std_path())
        .arg("--scratch")
        .arg(scratch);
    if may_write {
        kai.arg("--write");
    }
    kai.arg("--").arg(command);
    kai.env_clear().envs([
        ("PATH", PATH),
        ("LANG", "C.UTF-8"),
        ("TERM", "dumb"),
        ("TZ", "UTC"),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_TERMINAL_PROMPT", "0"),
    ]);
    let own = drivers(tools, places);
    let own = own.iter().map(|it| (it.as_str(), instead_of(it)));
    let settings: Vec<(&str, &str)> = GIT.iter().copied().chain(own).collect();
    kai.env("HOME", scratch).env("TMPDIR", scratch);
    kai.env("GIT_CONFIG_COUNT", settings.len().to_string());
    for (at, (name, value)) in settings.iter().enumerate() {
        kai.env(format!("GIT_CONFIG_KEY_{at}"), name).env(format!("GIT_CONFIG_VALUE_{at}"), value);
    }
    kai.current_dir(tools.folder.as_std_path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        kai.process_group(0);
    }
    kai.spawn()
}

/// Where a command runs, and what it names: any of them may be a repository of its own.
fn places(judgement: &Judgement) -> Vec<String> {
    let folders = judgement.calls.iter().flat_map(|call| {
        let folder = call.folder.clone().unwrap_or_default();
        let named = call.arguments.iter().filter_map(|it| it.literal());
        let named: Vec<String> = named.map(|it| format!("{folder}/{it}")).collect();
        std::iter::once(folder).chain(named)
    });
    folders.map(|it| it.trim_start_matches('/').to_owned()).collect()
}

/// The settings of the repositories that name a program for differences, or for what a file holds.
fn drivers(tools: &Toolbox<'_>, places: &[String]) -> BTreeSet<String> {
    let root = tools.folder.as_path();
    let folders = places.iter().map(|it| root.join(it)).filter(|it| it.is_dir());
    let inside = folders.filter_map(|it| it.canonicalize_utf8().ok());
    let folders: BTreeSet<Utf8PathBuf> =
        inside.filter(|it| it.starts_with(root)).chain([root.to_owned()]).collect();
    folders.iter().flat_map(|it| drivers_of(it)).collect()
}

fn drivers_of(folder: &Utf8Path) -> Vec<String> {
    const NAMES: &str = r"^(diff\.(.*\.)?(external|command|textconv)|filter\..*)$";
    let mut git = Command::new("git");
    git.args(["config", "-z", "--name-only", "--get-regexp", NAMES]);
    git.current_dir(folder.as_std_path());
    git.env_clear().envs([("PATH", PATH), ("GIT_CONFIG_NOSYSTEM", "1")]);
    git.env("GIT_CONFIG_GLOBAL", "/dev/null").stdin(Stdio::null()).stderr(Stdio::null());
    let names = git.output().map(|it| it.stdout).unwrap_or_default();
    let names = names.split(|it| *it == 0).filter(|it| !it.is_empty());
    names.map(|it| String::from_utf8_lossy(it).into_owned()).collect()
}

/// What a program of the repository is replaced by: a file shows as it is, and other differences fail. An empty name of a
/// program for differences cannot take it back: git would run it, and fail.
fn instead_of(setting: &str) -> &'static str {
    match setting.rsplit('.').next() {
        Some("textconv") => "cat",
        Some("external" | "command" | "required") => "false",
        _ => "",
    }
}

/// All of it is taken, so that the command can go on; only the beginning is kept.
fn reader(pipe: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let Some(mut pipe) = pipe else { return String::new() };
        let mut bytes = Vec::new();
        let _ = pipe.by_ref().take(OUTPUT_MAX).read_to_end(&mut bytes);
        let _ = std::io::copy(&mut pipe, &mut std::io::sink());
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Its code, or why it was ended.
fn wait(child: &mut Child, time: Duration, cancel: &Cancel) -> Result<Option<i32>, &'static str> {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => {
                end(child);
                return Ok(status.code());
            }
            Ok(None) if cancel.is_pressed() => {
                end(child);
                return Err("stopped by the user");
            }
            Ok(None) if begun.elapsed() > time => {
                end(child);
                return Err("ended: it took too long");
            }
            Ok(None) => std::thread::sleep(GLANCE),
            Err(_) => return Err("it was lost"),
        }
    }
}

/// With all that it started.
fn end(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}
