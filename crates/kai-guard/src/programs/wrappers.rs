//! Programs that run another one.

use crate::class::{Verdict, ask, at_least_ask, mutates, network, secret, worst};
use crate::flags::{Style, parse};
use crate::walk::{Feed, Walk, assigned};
use crate::words::{Kind, Word, expands};

/// Wrappers that change nothing of what they run: their flags, and the operands before it.
const PLAIN: &[(&str, &str, usize)] = &[
    ("timeout", "-k= -s= -v --kill-after= --signal= --verbose --preserve-status", 1),
    ("nice", "-n= --adjustment= -#", 0),
    ("ionice", "-c= -n= -t --class= --classdata=", 0),
    ("stdbuf", "-i= -o= -e= --input= --output= --error=", 0),
    ("command", "-p", 0),
    ("time", "-p -v -f= --portability --verbose --format=", 0),
];

/// Those that do more than run it: at least a question.
const ODD: &[(&str, &str, usize)] = &[
    (
        "timeout",
        "-k= -s= -v -f --foreground --kill-after= --signal= --verbose --preserve-status",
        1,
    ),
    (
        "sudo",
        "-n -E -H -S -i -s -k -A -b -u= -g= -h= -p= -C= -D= -R= -T= -U= --user= --group= --preserve-env? --non-interactive --login --set-home --stdin",
        0,
    ),
    ("doas", "-n -s -u= -C= -L", 0),
    ("nohup", "", 0),
    ("setsid", "-c -f -w --ctty --fork --wait", 0),
    ("exec", "-c -l -a=", 0),
    ("builtin", "", 0),
    ("coproc", "", 0),
    ("chrt", "-b -f -i -o -r -a -p -m -v", 1),
    ("taskset", "-a -c -p", 1),
    ("flock", "-n -x -s -u -w= -o -E= -F", 1),
    ("caffeinate", "-d -i -m -s -u -t=", 0),
    ("unbuffer", "-p", 0),
    ("chronic", "", 0),
    ("proxychains", "", 0),
    ("proxychains4", "", 0),
    ("aws-vault", "", 0),
    ("op", "", 0),
    ("doppler", "", 0),
];

pub(super) fn judge(name: &str, arguments: &[Word], walk: &mut Walk) -> Option<Verdict> {
    Some(match name {
        "env" => env(arguments, walk),
        "xargs" => xargs(arguments, walk),
        "parallel" => {
            let command: Vec<Word> =
                arguments.iter().take_while(|it| !it.text.starts_with(":::")).cloned().collect();
            at_least_ask(after_flags(&command, walk), "`parallel` runs a command many times")
        }
        "ssh" => ssh(arguments, walk),
        "watch" => watch(arguments, walk),
        "command"
            if arguments.first().is_some_and(|it| matches!(it.text.as_str(), "-v" | "-V")) =>
        {
            arguments.iter().try_for_each(super::plain::is_text)
        }
        "exec" if arguments.is_empty() => ask("changes what the shell reads and writes"),
        _ => {
            if let Some((_, flags, operands)) = PLAIN.iter().find(|it| it.0 == name)
                && let Some(command) = wrapped(arguments, flags, *operands)
            {
                return Some(run(command, walk));
            }
            let (_, flags, operands) = ODD.iter().find(|it| it.0 == name)?;
            let inner = match wrapped(arguments, flags, *operands) {
                Some(command) => run(command, walk),
                None => after_flags(arguments, walk),
            };
            at_least_ask(inner, &format!("`{name}` does more than run a command"))
        }
    })
}

fn run(command: &[Word], walk: &mut Walk) -> Verdict {
    if command.is_empty() { ask("nothing to run") } else { walk.inner(command) }
}

/// What stands behind flags that are known, and so many operands.
fn wrapped<'a>(arguments: &'a [Word], grammar: &str, operands: usize) -> Option<&'a [Word]> {
    let start = behind_flags(arguments, grammar)?;
    let rest = arguments.get(start..)?;
    let skipped = rest.get(..operands)?;
    skipped.iter().all(Word::is_fixed).then(|| &rest[operands..])
}

/// The place of the first word that is no flag.
fn behind_flags(arguments: &[Word], grammar: &str) -> Option<usize> {
    let mut index = 0;
    while let Some(word) = arguments.get(index) {
        if word.kind != Kind::Fixed {
            return None;
        }
        if word.text == "--" {
            return Some(index + 1);
        }
        if !word.text.starts_with('-') {
            return Some(index);
        }
        let takes_value = parse(&arguments[index..=index], &[grammar], Style::Letters).is_err();
        if takes_value {
            let pair = arguments.get(index..index + 2)?;
            let parsed = parse(pair, &[grammar], Style::Letters).ok()?;
            if !parsed.operands.is_empty() {
                return None;
            }
            index += 1;
        }
        index += 1;
    }
    Some(index)
}

/// Where flags are not known: the worst of what could be the command.
fn after_flags(arguments: &[Word], walk: &mut Walk) -> Verdict {
    let starts = arguments.iter().enumerate().filter(|(_, it)| !it.text.starts_with('-'));
    let verdicts: Vec<Verdict> =
        starts.take(3).map(|(index, _)| walk.inner(&arguments[index..])).collect();
    worst(verdicts)
}

fn env(arguments: &[Word], walk: &mut Walk) -> Verdict {
    let mut index = 0;
    let mut verdicts = Vec::new();
    let outer = walk.variables();
    while let Some(word) = arguments.get(index) {
        let text = word.text.as_str();
        match text {
            "-u" | "--unset" => index += 1,
            "-S" | "--split-string" => {
                let rest = arguments.get(index + 1).map_or("", |it| it.text.as_str());
                verdicts.push(walk.nested(rest));
                verdicts.push(ask("`env -S` splits a text into a command"));
                return worst(verdicts);
            }
            "-i" | "-" | "--ignore-environment" | "-0" | "--null" => {}
            _ if text.starts_with("-u") || text.starts_with("--unset=") => {}
            _ if text.starts_with('-') => verdicts.push(ask(format!("`env {text}` is not known"))),
            _ => match text.split_once('=') {
                Some((name, value)) => {
                    let value = word.is_fixed().then_some(value);
                    verdicts.push(assigned(name, value));
                    walk.set(name, value.map(str::to_owned));
                }
                None => break,
            },
        }
        index += 1;
    }
    let command = arguments.get(index..).unwrap_or_default();
    if command.is_empty() {
        walk.forget(outer);
        return secret("`env` prints the environment");
    }
    verdicts.push(walk.inner(command));
    walk.forget(outer);
    worst(verdicts)
}

/// What another host runs is told as well.
fn ssh(arguments: &[Word], walk: &mut Walk) -> Verdict {
    const FLAGS: &str = "-4 -6 -A -a -C -f -G -g -K -k -M -N -n -q -s -T -t -v -V -X -x -Y -y -B= -b= -c= -D= -E= -e= \
        -F= -I= -i= -J= -L= -l= -m= -O= -o= -p= -Q= -R= -S= -W= -w=";
    let far = network("`ssh` talks to another host");
    let Some(command) = wrapped(arguments, FLAGS, 1).filter(|it| !it.is_empty()) else {
        return far;
    };
    let text: Vec<&str> = command.iter().map(|it| it.text.as_str()).collect();
    worst([far, walk.nested(&text.join(" "))])
}

fn watch(arguments: &[Word], walk: &mut Walk) -> Verdict {
    let inner = match wrapped(arguments, "-n= -d -t -b -e -g -c -x -q= --interval= --no-title", 0) {
        Some(command) if command.iter().all(Word::is_fixed) => {
            let text: Vec<&str> = command.iter().map(|it| it.text.as_str()).collect();
            walk.nested(&text.join(" "))
        }
        _ => after_flags(arguments, walk),
    };
    at_least_ask(inner, "`watch` never ends")
}

fn xargs(arguments: &[Word], walk: &mut Walk) -> Verdict {
    const FLAGS: &str = "-0 -r -t -x -n= -P= -L= -I= -d= -s= -E= --null --no-run-if-empty --verbose \
        --exit --max-args= --max-procs= --max-lines= --replace? --delimiter= --max-chars=";
    let feed = std::mem::take(&mut walk.feed);
    let Some(command) = wrapped(arguments, FLAGS, 0) else {
        return at_least_ask(
            after_flags(arguments, walk),
            "where `xargs` reads its arguments is not known",
        );
    };
    if command.is_empty() {
        return Ok(());
    }
    let replaced = parse(&arguments[..arguments.len() - command.len()], &[FLAGS], Style::Letters)?;
    let given = match &feed {
        // At blanks, one name would be several, and some of them flags.
        Feed::Names(names) if replaced.has(&["-0", "--null"]) => names.clone(),
        _ => vec![Word { kind: Kind::Expanded, ..Word::fixed("what `xargs` is given") }],
    };
    walk.reads_unnamed = true;
    let marker = replaced.values(&["-I", "--replace"]).next().map(str::to_owned);
    let prints_only = command.first().is_some_and(|it| {
        it.is_fixed() && matches!(it.text.as_str(), "echo" | "basename" | "dirname")
    });
    let verdict = match marker {
        Some(marker) => with_names_at(command, &marker, &given, walk),
        None if prints_only => walk.inner(command),
        // Names come many at a time: two show what a second one is taken for.
        None => walk.inner(&[command, &given, &given].concat()),
    };
    walk.feed = feed;
    verdict
}

/// What is said of a command with each of the names in the place of `{}`.
pub(super) fn with_names(command: &[Word], names: &[Word], walk: &mut Walk) -> Verdict {
    if command.is_empty() {
        return mutates("nothing to run");
    }
    with_names_at(command, "{}", names, walk)
}

fn with_names_at(command: &[Word], marker: &str, names: &[Word], walk: &mut Walk) -> Verdict {
    if let Some(program) = command.first().filter(|it| it.text.contains(marker)) {
        return Err(expands(program));
    }
    let verdicts: Vec<Verdict> = names
        .iter()
        .map(|name| {
            let word = |it: &Word| match it.text.as_str() {
                text if text == marker => name.clone(),
                text if text.contains(marker) => Word { kind: Kind::Expanded, ..it.clone() },
                _ => it.clone(),
            };
            walk.inner(&command.iter().map(word).collect::<Vec<_>>())
        })
        .collect();
    worst(verdicts)
}
