//! `sed`: a small language, of which a part writes files and runs commands.

use crate::class::{Verdict, ask, mutates};
use crate::flags::{Style, parse};
use crate::paths::{self, Use};
use crate::words::{Word, expands};

const FLAGS: &str = "!-i? !-I= !--in-place? -n -E -r -s -u -z -l= -e= --quiet --silent --regexp-extended \
    --separate --unbuffered --null-data --line-length= --expression= --posix --sandbox --debug";

pub(super) fn judge(arguments: &[Word]) -> Verdict {
    let parsed = parse(arguments, &[FLAGS], Style::Letters)?;
    let mut programs: Vec<&str> = parsed.values(&["-e", "--expression"]).collect();
    let mut files = &parsed.operands[..];
    if programs.is_empty() {
        let Some((program, rest)) = files.split_first() else {
            return ask("`sed` without a program");
        };
        if !program.is_fixed() {
            return Err(expands(program));
        }
        programs.push(&program.text);
        files = rest;
    }
    for program in programs {
        let mut reading = Reading { rest: program };
        reading.commands()?;
    }
    files.iter().try_for_each(|it| paths::check(it, Use::Content))
}

struct Reading<'a> {
    rest: &'a str,
}

impl<'a> Reading<'a> {
    fn commands(&mut self) -> Verdict {
        loop {
            self.skip(|it| it.is_ascii_whitespace() || matches!(it, ';' | '{' | '}'));
            if self.rest.is_empty() {
                return Ok(());
            }
            self.address()?;
            self.skip(|it| it.is_ascii_whitespace());
            if self.take(",") {
                self.skip(|it| it.is_ascii_whitespace() || matches!(it, '+' | '~'));
                self.address()?;
            }
            self.skip(|it| it.is_ascii_whitespace() || it == '!');
            if self.rest.starts_with('{') {
                continue;
            }
            self.command()?;
        }
    }

    fn command(&mut self) -> Verdict {
        let Some(command) = self.next() else { return ask("a `sed` address without a command") };
        match command {
            'p' | 'P' | 'd' | 'D' | 'n' | 'N' | 'h' | 'H' | 'g' | 'G' | 'x' | '=' | 'l' | 'q'
            | 'Q' | 'F' | 'z' => {
                self.skip(|it| it.is_ascii_digit() || matches!(it, ' ' | '\t'));
                self.end()
            }
            'a' | 'i' | 'c' | '#' => {
                let line = self.rest.find('\n').unwrap_or(self.rest.len());
                if self.rest[..line].ends_with('\\') {
                    return ask("a `sed` text of several lines");
                }
                self.rest = &self.rest[line..];
                Ok(())
            }
            // Behind a blank the next command begins, for some.
            ':' | 'b' | 't' | 'T' => {
                self.skip(|it| matches!(it, ' ' | '\t'));
                self.skip(|it| it.is_ascii_alphanumeric() || it == '_');
                self.end()
            }
            's' => self.substitution(),
            'y' => {
                let delimiter = self.next().unwrap_or('\n');
                self.until(delimiter)?;
                self.until(delimiter)?;
                self.end()
            }
            'w' | 'W' => mutates("`sed` writes a file"),
            'e' => mutates("`sed` runs a command"),
            it => ask(format!("the `sed` command `{it}` is not known to be harmless")),
        }
    }

    fn substitution(&mut self) -> Verdict {
        let Some(delimiter) =
            self.next().filter(|it| !it.is_alphanumeric() && !matches!(it, '\n' | '\\'))
        else {
            return ask("a `sed` substitution that cannot be read");
        };
        self.until(delimiter)?;
        self.until(delimiter)?;
        loop {
            match self.rest.chars().next() {
                Some('g' | 'p' | 'i' | 'I' | 'm' | 'M' | '0'..='9') => {
                    self.next();
                }
                Some('e') => return mutates("`sed` runs what it substitutes"),
                Some('w') => return mutates("`sed` writes a file"),
                _ => break,
            }
        }
        self.end()
    }

    fn address(&mut self) -> Verdict {
        match self.rest.chars().next() {
            Some('0'..='9' | '$') => {
                self.skip(|it| it.is_ascii_digit() || matches!(it, '$' | '~'));
                Ok(())
            }
            Some('/') => {
                self.next();
                self.until('/')?;
                self.skip(|it| matches!(it, 'I' | 'M'));
                Ok(())
            }
            Some('\\') => {
                self.next();
                let delimiter = self.next().unwrap_or('\n');
                self.until(delimiter)?;
                self.skip(|it| matches!(it, 'I' | 'M'));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Behind a delimiter that is not escaped. Whether a delimiter in a class ends the text is not the
    /// same for every `sed`, so that is asked about.
    fn until(&mut self, delimiter: char) -> Verdict {
        if delimiter.is_alphanumeric() || matches!(delimiter, '\n' | '\\' | '[' | ']') {
            return ask("a delimiter of `sed` that is not usual");
        }
        let mut rest = self.rest;
        while let Some(it) = rest.chars().next() {
            let behind = &rest[it.len_utf8()..];
            rest = match it {
                '\\' => behind.get(behind.chars().next().map_or(0, char::len_utf8)..).unwrap_or(""),
                '[' => match class_end(behind) {
                    Some(end) if !behind[..end].contains([delimiter, '\n', '\\']) => &behind[end..],
                    Some(end) if !behind[..end].contains([delimiter, '\n']) => behind,
                    _ => return ask("a delimiter of `sed` inside of a class"),
                },
                it if it == delimiter => {
                    self.rest = behind;
                    return Ok(());
                }
                _ => behind,
            };
        }
        ask("a `sed` pattern without an end")
    }

    fn end(&mut self) -> Verdict {
        self.skip(|it| matches!(it, ' ' | '\t'));
        match self.rest.chars().next() {
            None | Some(';' | '\n' | '}' | '#') => Ok(()),
            Some(it) => ask(format!("`{it}` behind a `sed` command")),
        }
    }

    fn skip(&mut self, skips: impl Fn(char) -> bool) {
        self.rest = self.rest.trim_start_matches(skips);
    }

    fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn next(&mut self) -> Option<char> {
        let it = self.rest.chars().next()?;
        self.rest = &self.rest[it.len_utf8()..];
        Some(it)
    }
}

/// Where a class ends that begins before the text: behind its `]`.
fn class_end(text: &str) -> Option<usize> {
    let mut rest = text.strip_prefix('^').unwrap_or(text);
    rest = rest.strip_prefix(']').unwrap_or(rest);
    loop {
        let at = rest.find([']', '['])?;
        let inner = &rest[at..];
        let named = ["[:", "[.", "[="].into_iter().find(|it| inner.starts_with(it));
        rest = match named {
            Some(named) => {
                let close = format!("{}]", &named[1..]);
                let end = inner[2..].find(&close)?;
                &inner[2 + end + close.len()..]
            }
            None if inner.starts_with('[') => &inner[1..],
            None => return Some(text.len() - inner.len() + 1),
        };
    }
}
