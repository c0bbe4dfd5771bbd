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
            ':' | 'b' | 't' | 'T' => {
                self.skip(|it| it.is_ascii_alphanumeric() || matches!(it, ' ' | '\t' | '_'));
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
        self.skip(|it| matches!(it, ' ' | '\t'));
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

    /// Behind a delimiter that is not escaped. A delimiter in a class is taken for the end, as POSIX
    /// leaves it open; then the rest does not read as commands.
    fn until(&mut self, delimiter: char) -> Verdict {
        let mut is_escaped = false;
        let mut classes = 0;
        for (index, it) in self.rest.char_indices() {
            if is_escaped {
                is_escaped = false;
            } else if it == '\\' {
                is_escaped = true;
            } else if it == delimiter {
                if classes > 0 {
                    return ask("a delimiter of `sed` inside of a class");
                }
                self.rest = &self.rest[index + it.len_utf8()..];
                return Ok(());
            } else if it == '[' {
                classes = 1;
            } else if it == ']' {
                classes = 0;
            }
        }
        ask("a `sed` pattern without an end")
    }

    fn end(&mut self) -> Verdict {
        match self.rest.chars().next() {
            None | Some(';' | '\n' | '}' | '{') => Ok(()),
            Some(' ' | '\t' | '#') => Ok(()),
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
