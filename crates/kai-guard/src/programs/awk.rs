//! `awk`: a language that can run commands, write files and open connections.

use crate::class::{Verdict, ask, mutates, network, secret};
use crate::flags::{Style, parse};
use crate::paths::{self, Use};
use crate::words::{Word, expands};

const FLAGS: &str = "-F= -v= -b -c -C -h -M -n -N -O -P -r -s -S -t -V --field-separator= --assign= --posix \
    --re-interval --sandbox --traditional --characters-as-bytes --csv";

pub(super) fn judge(arguments: &[Word]) -> Verdict {
    let parsed = parse(arguments, &[FLAGS], Style::Letters)?;
    let Some((program, files)) = parsed.operands.split_first() else {
        return ask("`awk` without a program");
    };
    if !program.is_fixed() {
        return Err(expands(program));
    }
    reads_only(&program.text)?;
    let is_assignment = |it: &Word| {
        it.text.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
        })
    };
    files.iter().filter(|it| !is_assignment(it)).try_for_each(|it| paths::check(it, Use::Content))
}

/// Where a pattern or a text of a program ends is not the same for every `awk`, so its words are
/// looked for wherever they stand, in patterns, texts and comments, too.
fn reads_only(program: &str) -> Verdict {
    let has = |text: &str| program.contains(text);
    if has("/inet") {
        return network("`awk` opens a connection");
    }
    if has("system") {
        return mutates("`awk` may run a command: its program says `system`");
    }
    if ["ENVIRON", "PROCINFO", "SYMTAB"].into_iter().any(has) {
        return secret("`awk` reads the environment");
    }
    // `||` is "or" wherever it is no text.
    if program.replace("||", "").contains('|') {
        return mutates("`awk` may pipe into a command: its program holds a `|`");
    }
    if let Some(at) = program.find("print")
        && program[at..].contains('>')
    {
        return mutates("`awk` may write a file: its program holds a `>` behind `print`");
    }
    if ["@", "FUNCTAB", "\\\n", "\r"].into_iter().any(has) {
        return ask("`awk` calls what is known only when it runs");
    }
    if ["getline", "ARGV", "ARGC"].into_iter().any(has) {
        return ask("`awk` reads what its program says");
    }
    Ok(())
}
