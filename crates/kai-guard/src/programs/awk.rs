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

fn reads_only(program: &str) -> Verdict {
    if program.contains("/inet") {
        return network("`awk` opens a connection");
    }
    let tokens = tokens(program)?;
    let is_call = |name: &str| tokens.iter().any(|it| it.0 == name);
    if is_call("system") {
        return mutates("`awk` runs a command");
    }
    if is_call("ENVIRON") || is_call("PROCINFO") || is_call("SYMTAB") {
        return secret("`awk` reads the environment");
    }
    if is_call("|") || is_call("|&") {
        return mutates("`awk` pipes into a command");
    }
    if is_call("@") || is_call("FUNCTAB") {
        return ask("`awk` calls what is known only when it runs");
    }
    if is_call("getline") || is_call("ARGV") || is_call("ARGC") {
        return ask("`awk` reads what its program says");
    }
    let mut prints = false;
    for (token, depth) in &tokens {
        match token.as_str() {
            "print" | "printf" => prints = true,
            ";" | "\n" | "}" | "{" => prints = false,
            ">" | ">>" if prints && *depth == 0 => return mutates("`awk` writes a file"),
            _ => {}
        }
    }
    Ok(())
}

/// Words and signs of a program, each with how many round brackets it is in; texts are `""`.
fn tokens(program: &str) -> Result<Vec<(String, u32)>, crate::class::Objection> {
    let mut tokens: Vec<(String, u32)> = Vec::new();
    let mut depth = 0_u32;
    let mut rest = program;
    while let Some(it) = rest.chars().next() {
        let token = match it {
            '"' => {
                rest = behind(&rest[1..], '"')?;
                tokens.push(("\"\"".to_owned(), depth));
                continue;
            }
            '#' => {
                rest = rest.find('\n').map_or("", |it| &rest[it..]);
                continue;
            }
            '/' if begins_pattern(tokens.last().map(|it| it.0.as_str())) => {
                rest = behind(&rest[1..], '/')?;
                tokens.push(("\"\"".to_owned(), depth));
                continue;
            }
            '\\' if rest[1..].starts_with('\n') => {
                rest = &rest[2..];
                continue;
            }
            '\n' => "\n",
            it if it.is_whitespace() => {
                rest = &rest[it.len_utf8()..];
                continue;
            }
            it if it.is_alphanumeric() || it == '_' => {
                let end = rest
                    .find(|it: char| !(it.is_alphanumeric() || it == '_'))
                    .unwrap_or(rest.len());
                &rest[..end]
            }
            _ => ["||", "|&", "&&", ">=", "<=", ">>", "==", "!="]
                .into_iter()
                .find(|it| rest.starts_with(it))
                .unwrap_or(&rest[..it.len_utf8()]),
        };
        match token {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        tokens.push((token.to_owned(), depth));
        rest = &rest[token.len()..];
    }
    Ok(tokens)
}

/// A slash divides behind a value, and begins a pattern elsewhere.
fn begins_pattern(before: Option<&str>) -> bool {
    match before {
        None | Some("print" | "return" | "in" | "case") => true,
        Some(")" | "]" | "$" | "\"\"") => false,
        Some(it) => !it.chars().all(|it| it.is_alphanumeric() || it == '_'),
    }
}

fn behind(text: &str, end: char) -> Result<&str, crate::class::Objection> {
    let mut is_escaped = false;
    for (index, it) in text.char_indices() {
        match it {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\n' => break,
            it if it == end => return Ok(&text[index + 1..]),
            _ => {}
        }
    }
    ask("an `awk` program that cannot be read")
}
