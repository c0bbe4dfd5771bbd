//! What a script does, and which of its failures nobody hears of.

use std::ops::Range;

use kai_core::{DocumentId, Node, OriginId, Origins, SmolStr, Span};
use kai_graph::{Act, ActKind};
use kai_syntax::shell::{self, Command, Handling};

use super::images::Images;
use super::{acts, expression, targets};

/// With which options a shell starts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options {
    /// It stops at the first command that fails.
    pub(super) stops: bool,
    /// A pipe fails with any of its commands.
    pub(super) pipefail: bool,
}

/// What a script was found to do.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) acts: Vec<Act>,
    /// It runs code of the repository.
    pub(super) runs_code: bool,
    /// It takes the code of whoever proposes a change.
    pub(super) strange_code: Option<OriginId>,
    /// Where it ends.
    pub(super) directory: String,
}

/// Reads a script; one that is no shell does nothing that is known.
pub(super) fn read(node: &Node, options: Options, origins: &Origins) -> Reading {
    read_in(node, options, "", origins)
}

/// Reads a script that begins in a directory.
pub(super) fn read_in(
    node: &Node,
    options: Options,
    directory: &str,
    origins: &Origins,
) -> Reading {
    let reading = Reading { directory: directory.to_owned(), ..Reading::default() };
    let Some(text) = node.as_str() else { return reading };
    let masked = expression::masked(text);
    let Some(script) = shell::parse(&masked) else { return reading };
    let options = shebang(text).unwrap_or(options);
    let mut walk = Walk { node, text, origins, document: None, options, reading };
    for index in 0..script.commands.len() {
        walk.command(index, &script.commands);
    }
    walk.reading
}

/// What a script does with images. `fill` says what is known of a word that is filled in later; a path is
/// only told where it runs at the top, and as long as it stays there.
pub(super) fn images(
    node: &Node,
    is_at_top: bool,
    fill: &dyn Fn(&str) -> String,
    origins: &Origins,
) -> Images {
    let mut images = Images::default();
    let Some(text) = node.as_str() else { return images };
    let Some(script) = shell::parse(&expression::masked(text)) else { return images };
    let mut is_at_top = is_at_top;
    for command in &script.commands {
        let written = |it: &shell::Word| {
            let text = text.get(it.range.clone()).unwrap_or_default();
            fill(&text.replace(['"', '\''], ""))
        };
        let words: Vec<String> = command.words.iter().map(written).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        is_at_top &= !matches!(words.first(), Some(&("cd" | "pushd")));
        const BUILDERS: [&str; 6] =
            ["/kaniko/executor", "buildah", "docker", "gcloud", "nerdctl", "podman"];
        if words.first().is_some_and(|it| BUILDERS.contains(it)) {
            images.command(&words, is_at_top, place(node, command.range(), origins));
        }
    }
    images
}

/// A script that names its interpreter runs with what it says there and nothing else.
fn shebang(text: &str) -> Option<Options> {
    text.strip_prefix("#!")?.lines().next().map(Options::of_line)
}

impl Options {
    /// What a command line gives its shell: `bash -Eeuo pipefail {0}`.
    pub(super) fn of_line(line: &str) -> Self {
        let mut flags = line.split_whitespace().filter(|it| it.starts_with('-'));
        let stops = flags.any(|it| !it.starts_with("--") && it.contains('e'));
        Self { stops: stops || line.contains("errexit"), pipefail: line.contains("pipefail") }
    }
}

struct Walk<'a> {
    node: &'a Node,
    text: &'a str,
    origins: &'a Origins,
    /// The script as a text of its own, once something in it is worth a place.
    document: Option<DocumentId>,
    options: Options,
    reading: Reading,
}

impl Walk<'_> {
    fn command(&mut self, index: usize, all: &[Command]) {
        let command = &all[index];
        let words: Vec<&str> = command.words.iter().map(|it| it.text.as_str()).collect();
        self.set_options(&words);
        self.reading.runs_code |= runs_code(&words);
        let range = command.range();
        let written = self.text.get(range.clone()).unwrap_or_default();
        if takes_strange_code(&words, written) && self.reading.strange_code.is_none() {
            self.reading.strange_code = Some(self.place(range.clone()));
        }
        if let Some(what) = fetched(index, all) {
            let origin = self.place(range.clone());
            self.reading.acts.push(Act {
                kind: ActKind::RunFetched,
                what,
                origin,
                dropped: None,
                target: None,
            });
        }
        if is_unchecked_call(command, &words) {
            let what = address(&words).unwrap_or_else(|| "curl".into());
            let origin = self.place(range.clone());
            self.reading.acts.push(Act {
                kind: ActKind::CallUnchecked,
                what,
                origin,
                dropped: None,
                target: None,
            });
        }
        if let Some((kind, what)) = acts::of(&words) {
            let origin = self.place(range);
            let how = if kind.is_change() { self.dropped(index, all) } else { None };
            let dropped = how.map(|it| (it, origin));
            let act = Act { kind, what: what.into(), origin, dropped, target: None };
            let written: Vec<String> = command.words.iter().map(|it| self.written(it)).collect();
            let written: Vec<&str> = written.iter().map(String::as_str).collect();
            let mut targets = targets::of(&written, &self.reading.directory).into_iter();
            let first = Act { target: targets.next(), ..act.clone() };
            self.reading.acts.push(first);
            let more = targets.filter(|_| kind == ActKind::Remove);
            let more = more.map(|it| Act { target: Some(it), ..act.clone() });
            self.reading.acts.extend(more);
        }
        let last = command.words.get(1).map(|it| self.written(it)).unwrap_or_default();
        targets::change_directory(&mut self.reading.directory, words.first().copied(), &last);
    }

    fn written(&self, word: &shell::Word) -> String {
        self.text.get(word.range.clone()).unwrap_or_default().replace(['"', '\''], "")
    }

    /// `set -euo pipefail`
    fn set_options(&mut self, words: &[&str]) {
        let ["set", rest @ ..] = words else { return };
        let mut after = "";
        for word in rest {
            let is_on = word.starts_with('-');
            if (is_on || word.starts_with('+')) && word[1..].contains('e') {
                self.options.stops = is_on;
            }
            match *word {
                "errexit" => self.options.stops = after.starts_with('-'),
                "pipefail" => self.options.pipefail = after.starts_with('-'),
                _ => {}
            }
            after = word;
        }
    }

    /// How a failure of the command is forgotten.
    fn dropped(&self, index: usize, all: &[Command]) -> Option<SmolStr> {
        let command = &all[index];
        if command.handling == Handling::Dropped {
            let instead = all.get(index + 1).map_or("true", Command::program);
            return Some(format!("`|| {instead}`").into());
        }
        if command.handling != Handling::Plain {
            return None;
        }
        let is_asked = all.get(index + 1).is_some_and(asks_for_status);
        if command.is_background {
            // Behind `&` the shell's own `$?` is of the start, so only the job itself can ask.
            let is_asked = is_asked && all[index + 1].is_background;
            let is_heard = is_asked || all.iter().any(hears_of_jobs);
            return unheard(&all[index + 1..]).filter(|_| !is_heard).map(Into::into);
        }
        if command.is_piped && !self.options.pipefail {
            let next = all.get(index + 1).map_or("", Command::program);
            return Some(format!("the pipe into `{next}`").into());
        }
        let is_last = all[index..].iter().all(|it| it.pipeline == command.pipeline);
        (!self.options.stops && !is_last && !is_asked).then(|| "a shell without `set -e`".into())
    }

    fn place(&mut self, range: Range<usize>) -> OriginId {
        if self.document.is_none() {
            self.document = embedded(self.node, self.origins);
        }
        mark(self.document, self.node, range, self.origins)
    }
}

/// True where a command looks at how the one before it ended.
fn asks_for_status(command: &Command) -> bool {
    command.words.iter().any(|it| it.text.contains("$?"))
        || command.assignments.iter().any(|it| it.contains("$?"))
}

/// True for `trap … CHLD`, which runs at the end of each job.
fn hears_of_jobs(command: &Command) -> bool {
    let mut signals = command.words.iter().skip(2).map(|it| it.text.as_str());
    command.program() == "trap" && signals.any(|it| matches!(it, "CHLD" | "SIGCHLD" | "17"))
}

/// How the end of what runs in the background is forgotten: `wait` alone ends well whatever became of its
/// jobs, and one that names them ends as they do (POSIX, `wait`).
fn unheard(after: &[Command]) -> Option<&'static str> {
    let mut waits = after.iter().filter(|it| it.program() == "wait").peekable();
    match waits.peek() {
        None => Some("`&`, which nothing waits for"),
        Some(_) => {
            waits.all(|it| it.words.len() == 1).then_some("`&` and a `wait` that names no job")
        }
    }
}

/// The place of a range in a script.
pub(super) fn place(node: &Node, range: Range<usize>, origins: &Origins) -> OriginId {
    mark(embedded(node, origins), node, range, origins)
}

fn embedded(node: &Node, origins: &Origins) -> Option<DocumentId> {
    let outer = origins.outermost(origins.span(node.origin)?);
    kai_syntax::embed(origins, node, origins.document(outer.document).path.clone())
}

fn mark(
    document: Option<DocumentId>,
    node: &Node,
    range: Range<usize>,
    origins: &Origins,
) -> OriginId {
    let offset = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
    let span = document.map(|document| Span {
        document,
        start: offset(range.start),
        end: offset(range.end),
    });
    span.map_or(node.origin, |it| origins.mark(it))
}

/// True for a command that runs what stands in the repository, or what it tells a package manager to.
fn runs_code(words: &[&str]) -> bool {
    const RUNNERS: [&str; 24] = [
        "bundle", "cargo", "composer", "docker", "dotnet", "go", "gradle", "gradlew", "jest",
        "just", "make", "mvn", "mvnw", "node", "npm", "npx", "pip", "pnpm", "poetry", "pytest",
        "python", "python3", "tox", "yarn",
    ];
    let Some(first) = words.first() else { return false };
    let name = first.rsplit('/').next().unwrap_or(first);
    let is_own = first.starts_with("./") || first.starts_with("scripts/");
    let is_source = matches!(*first, "sh" | "bash" | "source" | ".")
        && words.get(1).is_some_and(|it| !it.starts_with(['-', '/', '<', '$']));
    is_own || is_source || RUNNERS.contains(&name)
}

fn takes_strange_code(words: &[&str], written: &str) -> bool {
    match words {
        ["gh", "pr", "checkout", ..] => true,
        ["git", "fetch" | "checkout" | "clone" | "pull", ..] => {
            expression::is_strange_code(written)
        }
        _ => false,
    }
}

/// The address whose answer is run: piped into a shell, or read by one.
fn fetched(index: usize, all: &[Command]) -> Option<SmolStr> {
    let command = &all[index];
    let words: Vec<&str> = command.words.iter().map(|it| it.text.as_str()).collect();
    if is_fetch(command.program()) {
        let rest = all[index + 1..].iter().take_while(|it| it.pipeline == command.pipeline);
        let is_run =
            rest.into_iter().any(is_interpreter) || is_installed(&words, &all[index + 1..]);
        return is_run.then(|| address(&words)).flatten().filter(|it| !is_of_commit(it));
    }
    let text = words
        .get(1..)?
        .iter()
        .find(|it| ["$(curl ", "$(wget "].iter().any(|f| it.starts_with(f)))?;
    let address = address(&text.split_whitespace().collect::<Vec<_>>())?;
    (is_interpreter(command) && !is_of_commit(&address)).then_some(address)
}

/// The addresses whose answer a shell runs as it comes through a pipe, with the places of what asks them. What
/// comes after the pipe may miss what was not installed, and such are left out.
pub(crate) fn run_from_network(script: &shell::Script) -> Vec<(SmolStr, Range<usize>)> {
    let all = script.commands.iter().enumerate();
    let found = all.filter(|(index, it)| {
        let mut rest =
            script.commands[index + 1..].iter().take_while(|next| next.pipeline == it.pipeline);
        let is_last = script.commands.last().is_some_and(|last| last.pipeline == it.pipeline);
        is_last && is_fetch(it.program()) && rest.any(is_interpreter)
    });
    found
        .filter_map(|(_, it)| {
            let words: Vec<&str> = it.words.iter().map(|it| it.text.as_str()).collect();
            Some((address(&words)?, it.range()))
        })
        .collect()
}

/// True where a script says itself that a pipe fails with any of its commands.
pub(crate) fn has_pipefail(script: &shell::Script) -> bool {
    script
        .commands
        .iter()
        .any(|it| it.program() == "set" && it.words.iter().any(|it| it.text.contains("pipefail")))
}

/// True where the newest of something is kept as a file and installed or run, and nothing compares it
/// with a checksum or a signature.
fn is_installed(fetch: &[&str], after: &[Command]) -> bool {
    const CHECKS: &[&str] =
        &["cosign", "gpg", "gpgv", "minisign", "sha256sum", "sha512sum", "shasum", "slsa-verifier"];
    const INSTALLERS: &[&str] = &["apt", "apt-get", "bash", "dnf", "dpkg", "rpm", "sh", "yum"];
    let is_newest = address(fetch).is_some_and(|it| it.contains("latest"));
    let mut pairs = fetch.windows(2);
    let kept = pairs.find(|it| matches!(it[0], "-o" | "--output" | "-O" | "--output-document"));
    let Some(file) = kept.map(|it| it[1].trim_start_matches("./")).filter(|_| is_newest) else {
        return false;
    };
    let runs = |command: &Command| {
        let words = command.words.iter().map(|it| it.text.as_str());
        let words: Vec<_> = words.skip_while(|it| matches!(*it, "sudo" | "env" | "-E")).collect();
        let names = |it: &&str| it.trim_start_matches("./") == file;
        match &words[..] {
            [program, rest @ ..] => {
                let name = program.rsplit('/').next().unwrap_or(program);
                let is_itself = program.starts_with("./") && names(program);
                is_itself || (INSTALLERS.contains(&name) && rest.iter().any(names))
            }
            [] => false,
        }
    };
    let checks =
        |command: &Command| command.words.iter().any(|it| CHECKS.contains(&it.text.as_str()));
    after.iter().take_while(|it| !checks(it)).any(runs)
}

fn is_fetch(program: &str) -> bool {
    matches!(program, "curl" | "wget")
}

fn is_interpreter(command: &Command) -> bool {
    const INTERPRETERS: [&str; 6] = ["ash", "bash", "dash", "python", "python3", "sh"];
    let mut words = command.words.iter().map(|it| it.text.as_str());
    let plain = words.find(|it| !matches!(*it, "sudo" | "env" | "-E") && !it.contains('='));
    let name = plain.map(|it| it.rsplit('/').next().unwrap_or(it));
    // `python -c …` runs its own text and reads what is piped as data.
    name.is_some_and(|it| INTERPRETERS.contains(&it))
        && !(command.program().starts_with("python")
            && command.words.iter().any(|it| matches!(it.text.as_str(), "-c" | "-m")))
}

/// The host and path that a command asks, or the variable that begins them.
fn address(words: &[&str]) -> Option<SmolStr> {
    let at = words.iter().find_map(|it| {
        let after = it.find("://").map(|at| &it[at + 3..]);
        after.or_else(|| it.starts_with('$').then_some(it))
    })?;
    let end = at.find([')', '"', '\'', '?', '#']).unwrap_or(at.len());
    let address = &at[..end];
    // A password before the host is nobody's business.
    Some(address.rsplit_once('@').map_or(address, |it| it.1).into())
}

/// True where the address names a commit, whose files nobody can change.
fn is_of_commit(address: &str) -> bool {
    let is_commit = |it: &str| it.len() == 40 && it.bytes().all(|it| it.is_ascii_hexdigit());
    address.starts_with("raw.githubusercontent.com/") && address.split('/').any(is_commit)
}

/// A request that changes something at the other end, whose answer nobody looks at: curl alone says
/// that all is well when the server refuses.
fn is_unchecked_call(command: &Command, words: &[&str]) -> bool {
    if command.program() != "curl" || command.is_piped || command.handling != Handling::Plain {
        return false;
    }
    let short = |letter: char| {
        words.iter().any(|it| {
            it.starts_with('-')
                && !it.starts_with("--")
                && it[1..].starts_with(|first: char| first.is_ascii_alphabetic())
                && is_flag(it, letter)
        })
    };
    let long = |names: &[&str]| {
        words
            .iter()
            .any(|it| names.iter().any(|name| it == name || it.starts_with(&format!("{name}="))))
    };
    let method = words.windows(2).any(|it| {
        matches!(it[0], "-X" | "--request") && matches!(it[1], "POST" | "PUT" | "PATCH" | "DELETE")
    }) || words
        .iter()
        .any(|it| matches!(*it, "-XPOST" | "-XPUT" | "-XPATCH" | "-XDELETE"));
    let sends = method
        || long(&["--data", "--data-raw", "--data-binary", "--data-urlencode", "--json", "--form"])
        || words.iter().any(|it| matches!(*it, "-d" | "-F"));
    let is_checked = short('f')
        || long(&["--fail", "--fail-with-body", "--fail-early", "--write-out"])
        || words.iter().any(|it| it.starts_with("-w"));
    sends && !is_checked
}

/// True where a letter is one of a bundle of flags without values: `-fsSL`.
fn is_flag(word: &str, letter: char) -> bool {
    const FLAGS: &str = "fgiIkLnNOpqRsSv#0123456";
    let flags = &word[1..];
    flags.contains(letter)
        && flags[..flags.find(letter).unwrap_or(0)].chars().all(|it| FLAGS.contains(it))
}
