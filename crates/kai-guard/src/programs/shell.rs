//! What the shell does itself, and shells.

use super::plain::is_text;
use crate::class::{Verdict, ask, at_least_ask, secret};
use crate::paths::{self, Use};
use crate::walk::Walk;
use crate::words::{Word, expands};

pub(super) fn judge(name: &str, arguments: &[Word], walk: &mut Walk) -> Option<Verdict> {
    Some(match name {
        "sh" | "bash" | "zsh" | "dash" | "ksh" | "fish" | "ash" => shell(name, arguments, walk),
        "eval" => {
            let texts: Vec<&str> = arguments.iter().map(|it| it.text.as_str()).collect();
            at_least_ask(
                fixed(arguments).and_then(|()| walk.nested(&texts.join(" "))),
                "`eval` runs a text",
            )
        }
        "trap" | "alias" => {
            let texts = arguments.iter().filter(|it| it.is_fixed());
            let texts: Vec<String> = texts
                .map(|it| it.text.split_once('=').map_or(it.text.clone(), |(_, it)| it.to_owned()))
                .collect();
            let inner = crate::class::worst(
                texts.iter().take(1).map(|it| walk.nested(it)).collect::<Vec<_>>(),
            );
            at_least_ask(inner, &format!("`{name}` changes what runs"))
        }
        "cd" => cd(arguments),
        "printf" => match arguments.first().map(|it| it.text.as_str()) {
            Some(it) if it.starts_with('-') && it != "--" => ask("`printf` with a flag"),
            _ => arguments.iter().try_for_each(is_text),
        },
        "test" | "[" => test(arguments),
        "set" => set(arguments),
        "export" | "declare" | "typeset" | "readonly" | "local" => {
            let prints = arguments.iter().all(|it| it.text.starts_with('-'));
            if prints {
                secret(format!("`{name}` prints variables"))
            } else {
                ask(format!("`{name}` sets variables"))
            }
        }
        "sleep" => match arguments {
            [it] if it.is_fixed() && seconds(&it.text).is_some_and(|it| it <= 300.0) => Ok(()),
            _ => ask("how long it sleeps is not known"),
        },
        "exit" | "return" | "wait" | "break" | "continue" => arguments.iter().try_for_each(|it| {
            let is_number = it.is_fixed() && it.text.bytes().all(|it| it.is_ascii_digit());
            if is_number { Ok(()) } else { ask(format!("`{name}` of `{}`", it.text)) }
        }),
        "umask" | "jobs" if arguments.is_empty() => Ok(()),
        _ => return None,
    })
}

fn fixed(words: &[Word]) -> Verdict {
    words.iter().find(|it| !it.is_fixed()).map_or(Ok(()), |it| Err(expands(it)))
}

fn shell(name: &str, arguments: &[Word], walk: &mut Walk) -> Verdict {
    let script = arguments.iter().position(|it| {
        it.text.starts_with('-') && !it.text.starts_with("--") && it.text.ends_with('c')
    });
    let inner = match script.and_then(|it| arguments.get(it + 1)) {
        Some(it) if it.is_fixed() => walk.nested(&it.text),
        Some(it) => Err(expands(it)),
        None => Ok(()),
    };
    at_least_ask(inner, &format!("`{name}` runs what a text says"))
}

fn cd(arguments: &[Word]) -> Verdict {
    match arguments {
        [it] if it.text.starts_with('-') => ask("`cd` with a flag"),
        [it] => paths::check(it, Use::Measure),
        _ => ask("`cd` leads out of this folder"),
    }
}

fn test(arguments: &[Word]) -> Verdict {
    arguments.iter().try_for_each(|it| {
        is_text(it)?;
        if matches!(it.text.as_str(), "-v" | "-R")
            || it.text.contains(['$', '`', '[']) && it.text != "["
        {
            return ask("a test that may run what its operand says");
        }
        Ok(())
    })
}

fn set(arguments: &[Word]) -> Verdict {
    if arguments.is_empty() {
        return secret("`set` prints variables");
    }
    arguments.iter().try_for_each(|it| match it.text.as_str() {
        "-e" | "-u" | "-x" | "+e" | "+u" | "+x" | "-eu" | "-ex" | "-eux" | "-euo" | "-exo"
        | "-euxo" | "-o" | "pipefail" | "errexit" | "nounset" | "xtrace" => Ok(()),
        it => ask(format!("`set {it}` is not known to be harmless")),
    })
}

pub(super) fn seconds(text: &str) -> Option<f64> {
    let (number, unit) = match text.char_indices().last()? {
        (index, 's') => (&text[..index], 1.0),
        (index, 'm') => (&text[..index], 60.0),
        (index, 'h') => (&text[..index], 3600.0),
        _ => (text, 1.0),
    };
    number.parse::<f64>().ok().map(|it| it * unit).filter(|it| it.is_finite() && *it >= 0.0)
}
