//! The flags that a program is known by.
//!
//! A grammar is a text of flags with spaces between them: `-n` alone, `--lines=` with a value,
//! `--file<` with the path of a file to read, `--color?` with a value only after `=`, `-#` a number
//! such as `-5`. `!`, `@` and `$` before a flag say that it changes something, talks to another host,
//! or prints a secret.

use crate::class::{Objection, Verdict, ask, mutates, network, secret};
use crate::paths::{self, Use};
use crate::words::{Kind, Word, expands};

/// How a program reads its flags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `-abc` are three flags, `--long`, `--` ends them.
    Letters,
    /// As before, and a flag without a value takes `=false`.
    Go,
    /// `-long` is one flag.
    Words,
}

#[derive(Debug, Default)]
pub(crate) struct Arguments<'a> {
    /// Names with their dashes, and values.
    pub(crate) flags: Vec<(String, Option<String>)>,
    pub(crate) operands: Vec<&'a Word>,
}

impl Arguments<'_> {
    /// True where one of the flags is given, and not taken back behind it (`-check -check=false`).
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        let base = |it: &str| it.strip_suffix("=false").unwrap_or(it).to_owned();
        names.iter().any(|name| {
            let last = self.flags.iter().rev().find(|(it, _)| base(it) == base(name));
            last.is_some_and(|(it, _)| it == name)
        })
    }

    pub(crate) fn values<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a str> {
        let named = self.flags.iter().filter(|(name, _)| names.contains(&name.as_str()));
        named.filter_map(|(_, value)| value.as_deref())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    None,
    Text,
    File,
    AfterEquals,
}

struct Known {
    value: Value,
    harm: Option<char>,
}

/// Flags and operands, or what is said of the first flag that is not harmless.
pub(crate) fn parse<'a>(
    words: &'a [Word],
    grammars: &[&str],
    style: Style,
) -> Result<Arguments<'a>, Objection> {
    let mut result = Arguments::default();
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let text = word.text.as_str();
        if word.kind == Kind::Expanded {
            return Err(expands(word));
        }
        if !text.starts_with('-') || text == "-" {
            if word.is_glob && text.starts_with(['*', '?', '[']) {
                return ask(format!(
                    "a file that `{text}` finds may be called like a flag: write `./{text}`"
                ));
            }
            result.operands.push(word);
            continue;
        }
        if text == "--" {
            result.operands.extend(rest);
            break;
        }
        if text[1..].bytes().all(|it| it.is_ascii_digit()) && find("-#", grammars).is_some() {
            result.flags.push(("-#".to_owned(), Some(text[1..].to_owned())));
            continue;
        }
        let is_long = text.starts_with("--") || style == Style::Words;
        if is_long {
            let (name, glued) = match text.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (text, None),
            };
            let name = if style == Style::Words {
                name.strip_prefix('-').filter(|it| it.starts_with('-')).unwrap_or(name)
            } else {
                name
            };
            let known = known(name, grammars)?;
            let value = taken(&known, glued, &mut rest, name)?;
            harm(&known, name, value.as_deref())?;
            result.flags.push(given(&known, name, value));
            continue;
        }
        letters(text, grammars, &mut rest, &mut result)?;
    }
    Ok(result)
}

fn letters<'a>(
    text: &str,
    grammars: &[&str],
    rest: &mut std::slice::Iter<'a, Word>,
    result: &mut Arguments<'a>,
) -> Verdict {
    for (index, letter) in text.char_indices().skip(1) {
        let name = format!("-{letter}");
        let known = known(&name, grammars)?;
        let tail = &text[index + letter.len_utf8()..];
        let is_last = match known.value {
            Value::None => tail.is_empty() || tail.starts_with('='),
            Value::Text | Value::File | Value::AfterEquals => true,
        };
        if !is_last {
            harm(&known, &name, None)?;
            result.flags.push((name, None));
            continue;
        }
        let glued = tail.strip_prefix('=').or(Some(tail).filter(|it| !it.is_empty()));
        let value = taken(&known, glued, rest, &name)?;
        harm(&known, &name, value.as_deref())?;
        result.flags.push(given(&known, &name, value));
        break;
    }
    Ok(())
}

/// `--watch=false` is a flag of its own.
fn given(known: &Known, name: &str, value: Option<String>) -> (String, Option<String>) {
    match value.as_deref() {
        Some("false") if known.value == Value::None => (format!("{name}=false"), None),
        _ => (name.to_owned(), value),
    }
}

fn taken<'a>(
    known: &Known,
    glued: Option<&str>,
    rest: &mut std::slice::Iter<'a, Word>,
    name: &str,
) -> Result<Option<String>, Objection> {
    match (known.value, glued) {
        (Value::None, None) => Ok(None),
        (Value::None, Some(it @ ("true" | "false"))) => Ok(Some(it.to_owned())),
        (Value::None, Some(_)) => ask(format!("`{name}` takes no value that is known")),
        (Value::AfterEquals, it) => Ok(it.map(str::to_owned)),
        (Value::Text, Some(it)) => Ok(Some(it.to_owned())),
        (Value::File, Some(it)) => {
            paths::check(&Word::fixed(it), Use::Content)?;
            Ok(Some(it.to_owned()))
        }
        (Value::Text | Value::File, None) => {
            let Some(word) = rest.next() else { return ask(format!("`{name}` lacks its value")) };
            if word.kind == Kind::Expanded || word.is_glob && known.value == Value::File {
                return Err(expands(word));
            }
            if known.value == Value::File {
                paths::check(word, Use::Content)?;
            }
            Ok(Some(word.text.clone()))
        }
    }
}

fn harm(known: &Known, name: &str, value: Option<&str>) -> Verdict {
    if value == Some("false") && known.value == Value::None {
        return Ok(());
    }
    match known.harm {
        Some('!') => mutates(format!("`{name}` writes or runs something")),
        Some('@') => network(format!("`{name}` talks to another host")),
        Some('$') => secret(format!("`{name}` prints secrets")),
        _ => Ok(()),
    }
}

fn known(name: &str, grammars: &[&str]) -> Result<Known, Objection> {
    find(name, grammars).map_or_else(|| ask(format!("`{name}` is not known to be harmless")), Ok)
}

fn find(name: &str, grammars: &[&str]) -> Option<Known> {
    grammars.iter().flat_map(|it| it.split_ascii_whitespace()).find_map(|it| {
        let harm = it.chars().next().filter(|it| matches!(it, '!' | '@' | '$'));
        let rest = it.strip_prefix(['!', '@', '$']).unwrap_or(it);
        let (flag, value) = match rest.as_bytes().last()? {
            b'=' => (&rest[..rest.len() - 1], Value::Text),
            b'<' => (&rest[..rest.len() - 1], Value::File),
            b'?' => (&rest[..rest.len() - 1], Value::AfterEquals),
            _ => (rest, Value::None),
        };
        (flag == name).then_some(Known { value, harm })
    })
}
