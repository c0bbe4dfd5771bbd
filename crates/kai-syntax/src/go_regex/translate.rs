//! One dialect to the other, character by character.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::error::{PatternError, PatternFault};
use super::group;

type Translated<T = ()> = Result<T, PatternError>;

/// Go refuses deeper ones, too.
const DEEPEST: usize = 1000;

/// Go's limit of `{n,m}`.
const REPEAT_MAX: u32 = 1000;

pub(super) fn translate(pattern: &str) -> Translated<String> {
    let mut reader = Reader { pattern, at: 0, out: String::new(), names: BTreeSet::new() };
    let mut open = 0;
    // What a repetition would repeat: nothing, something, or a repetition that starts there.
    let mut before = Before::Nothing;
    while let Some(it) = reader.peek() {
        let start = reader.at;
        before = match it {
            '\\' => {
                reader.escape()?;
                Before::Atom
            }
            '[' => {
                reader.class()?;
                Before::Atom
            }
            '(' if reader.rest().starts_with("(?") => {
                let is_open = reader.group()?;
                open += usize::from(is_open);
                if is_open { Before::Nothing } else { before }
            }
            '(' | '|' => {
                reader.copy(it);
                open += usize::from(it == '(');
                Before::Nothing
            }
            ')' => {
                if open == 0 {
                    return Err(PatternError::new(PatternFault::UnexpectedParenthesis, pattern));
                }
                open -= 1;
                reader.copy(it);
                Before::Atom
            }
            '*' | '+' | '?' | '{' => match reader.repetition()? {
                Some(written) => {
                    before.repeat(pattern, start, reader.at)?;
                    reader.out.push_str(&written);
                    Before::Repetition(start)
                }
                None => {
                    reader.at += 1;
                    reader.out.push_str("\\{");
                    Before::Atom
                }
            },
            '}' | ']' => {
                reader.at += 1;
                reader.out.push('\\');
                reader.out.push(it);
                Before::Atom
            }
            it => {
                reader.copy(it);
                Before::Atom
            }
        };
        if open > DEEPEST {
            return Err(PatternError::new(PatternFault::TooDeep, pattern));
        }
    }
    if open > 0 {
        return Err(PatternError::new(PatternFault::MissingParenthesis, pattern));
    }
    Ok(reader.out)
}

#[derive(Clone, Copy)]
enum Before {
    Nothing,
    Atom,
    Repetition(usize),
}

impl Before {
    fn repeat(self, pattern: &str, start: usize, end: usize) -> Translated {
        let (fault, from) = match self {
            Self::Nothing => (PatternFault::MissingRepeatArgument, start),
            Self::Repetition(first) => (PatternFault::NestedRepeat, first),
            Self::Atom => return Ok(()),
        };
        Err(PatternError::new(fault, &pattern[from..end]))
    }
}

struct Reader<'p> {
    pattern: &'p str,
    at: usize,
    out: String,
    names: BTreeSet<&'p str>,
}

impl<'p> Reader<'p> {
    fn rest(&self) -> &'p str {
        &self.pattern[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let it = self.peek()?;
        self.at += it.len_utf8();
        Some(it)
    }

    fn copy(&mut self, it: char) {
        self.out.push(it);
        self.at += it.len_utf8();
    }

    fn literal(&mut self, it: char) {
        self.out.push_str(&regex::escape(it.encode_utf8(&mut [0; 4])));
    }

    /// True when something is open now.
    fn group(&mut self) -> Translated<bool> {
        let opening = group::opening(self.rest())?;
        if let Some(name) = opening.name
            && !self.names.insert(name)
        {
            return Err(PatternError::new(PatternFault::DuplicateName, name));
        }
        self.out.push_str(&opening.written);
        self.at += opening.length;
        Ok(opening.is_open)
    }

    /// `*`, `+`, `?` or `{n,m}`, with the mark of a lazy one; none for a brace that repeats nothing.
    fn repetition(&mut self) -> Translated<Option<String>> {
        let rest = self.rest();
        let mut length = 1;
        if rest.starts_with('{') {
            let Some((least, most, end)) = counts(rest) else { return Ok(None) };
            let is_ordered = most.is_none_or(|most| most >= least && most <= REPEAT_MAX);
            if least > REPEAT_MAX || !is_ordered {
                return Err(PatternError::new(PatternFault::RepeatSize, &rest[..end]));
            }
            length = end;
        }
        length += usize::from(rest[length..].starts_with('?'));
        self.at += length;
        Ok(Some(rest[..length].to_owned()))
    }

    /// An escape outside of a class.
    fn escape(&mut self) -> Translated {
        let rest = self.rest();
        if let Some(quoted) = rest.strip_prefix("\\Q") {
            let end = quoted.find("\\E").unwrap_or(quoted.len());
            // As one thing, so that what repeats it repeats the last character as in Go.
            self.out.push_str(&regex::escape(&quoted[..end]));
            self.at += (2 + end + 2).min(rest.len());
            return Ok(());
        }
        match rest[1..].chars().next() {
            Some('A') => self.whole("\\A"),
            Some('z') => self.whole("\\z"),
            Some('b') => self.whole("(?-u:\\b)"),
            Some('B') => self.whole("(?-u:\\B)"),
            _ => {
                self.class_escape()?;
            }
        }
        Ok(())
    }

    fn whole(&mut self, written: &str) {
        self.out.push_str(written);
        self.at += 2;
    }

    /// An escape that may stand in a class; gives the character if it stands for one.
    fn class_escape(&mut self) -> Translated<Option<char>> {
        let start = self.at;
        let rest = self.rest();
        let Some(it) = rest[1..].chars().next() else {
            return Err(PatternError::new(PatternFault::TrailingBackslash, ""));
        };
        let ascii = match it {
            'd' => Some("[0-9]"),
            'D' => Some("[^0-9]"),
            's' => Some("[\\t\\n\\x0C\\r ]"),
            'S' => Some("[^\\t\\n\\x0C\\r ]"),
            'w' => Some("[0-9A-Za-z_]"),
            'W' => Some("[^0-9A-Za-z_]"),
            _ => None,
        };
        if let Some(written) = ascii {
            self.whole(written);
            return Ok(None);
        }
        if matches!(it, 'p' | 'P') {
            self.property(it == 'P')?;
            return Ok(None);
        }
        let Some((character, length)) = character(rest) else {
            let end = start + 1 + it.len_utf8();
            return Err(PatternError::new(PatternFault::Escape, &self.pattern[start..end]));
        };
        self.at += length;
        self.literal(character);
        Ok(Some(character))
    }

    /// `\pL` or `\p{Greek}`; a `^` in the braces turns it around.
    fn property(&mut self, is_negated: bool) -> Translated {
        let rest = self.rest();
        let (name, length) = match rest[2..].strip_prefix('{') {
            Some(behind) => match behind.find('}') {
                Some(end) => (&behind[..end], 4 + end),
                None => return Err(PatternError::new(PatternFault::ClassRange, rest)),
            },
            None => match rest[2..].chars().next() {
                Some(it) => (&rest[2..2 + it.len_utf8()], 2 + it.len_utf8()),
                None => return Err(PatternError::new(PatternFault::ClassRange, rest)),
            },
        };
        let (name, is_negated) = match name.strip_prefix('^') {
            Some(name) => (name, !is_negated),
            None => (name, is_negated),
        };
        let mark = if is_negated { 'P' } else { 'p' };
        let written = write!(self.out, "\\{mark}{{{name}}}");
        debug_assert!(written.is_ok(), "a string takes everything");
        self.at += length;
        Ok(())
    }

    /// `[…]`, in which nothing but ranges, escapes and `[:name:]` has a meaning.
    fn class(&mut self) -> Translated {
        let start = self.at;
        let missing = PatternError::new(PatternFault::MissingBracket, &self.pattern[start..]);
        self.copy('[');
        if self.peek() == Some('^') {
            self.copy('^');
        }
        let mut is_first = true;
        loop {
            let rest = self.rest();
            match self.peek() {
                None => return Err(missing),
                Some(']') if !is_first => break,
                // Perl's named classes.
                Some('[') if rest.starts_with("[:") && rest.contains(":]") => {
                    let end = rest.find(":]").unwrap_or(0) + 2;
                    if !is_posix(&rest[2..end - 2]) {
                        return Err(PatternError::new(PatternFault::ClassRange, &rest[..end]));
                    }
                    self.out.push_str(&rest[..end]);
                    self.at += end;
                }
                Some(_) => self.range()?,
            }
            is_first = false;
        }
        self.copy(']');
        Ok(())
    }

    fn range(&mut self) -> Translated {
        let start = self.at;
        let low = self.member()?;
        let rest = self.rest();
        let is_range = rest.starts_with('-') && rest.len() > 1 && !rest.starts_with("-]");
        let (Some(low), true) = (low, is_range) else { return Ok(()) };
        self.copy('-');
        match self.member()? {
            Some(high) if high >= low => Ok(()),
            _ => {
                let part = &self.pattern[start..self.at];
                Err(PatternError::new(PatternFault::ClassRange, part))
            }
        }
    }

    /// One character of a class, or a class within it.
    fn member(&mut self) -> Translated<Option<char>> {
        if self.peek() == Some('\\') {
            return self.class_escape();
        }
        let it = self.next();
        if let Some(it) = it {
            self.literal(it);
        }
        Ok(it)
    }
}

fn is_posix(name: &str) -> bool {
    matches!(
        name.strip_prefix('^').unwrap_or(name),
        "alnum"
            | "alpha"
            | "ascii"
            | "blank"
            | "cntrl"
            | "digit"
            | "graph"
            | "lower"
            | "print"
            | "punct"
            | "space"
            | "upper"
            | "word"
            | "xdigit"
    )
}

/// The numbers of `{n}`, `{n,}` or `{n,m}`, and where it ends.
fn counts(rest: &str) -> Option<(u32, Option<u32>, usize)> {
    let end = rest.find('}')?;
    let inside = &rest[1..end];
    let number = |it: &str| {
        let is_number = !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit());
        let has_leading_zero = it.len() > 1 && it.starts_with('0');
        (is_number && !has_leading_zero).then(|| it.parse().unwrap_or(u32::MAX))
    };
    let (least, most) = match inside.split_once(',') {
        Some((least, "")) => (number(least)?, None),
        Some((least, most)) => (number(least)?, Some(number(most)?)),
        None => (number(inside)?, Some(number(inside)?)),
    };
    Some((least, most, end + 1))
}

/// The character that an escape stands for, and the length of the escape.
fn character(rest: &str) -> Option<(char, usize)> {
    let it = rest[1..].chars().next()?;
    let code =
        |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match it {
        'a' => Some(('\u{7}', 2)),
        'f' => Some(('\u{c}', 2)),
        'n' => Some(('\n', 2)),
        'r' => Some(('\r', 2)),
        't' => Some(('\t', 2)),
        'v' => Some(('\u{b}', 2)),
        '0'..='7' => {
            let digits = rest[1..].bytes().take(3).take_while(|it| (b'0'..=b'7').contains(it));
            let digits = digits.count();
            // A single digit but nought would refer back to a group.
            let is_octal = it == '0' || digits > 1;
            let found = code(&rest[1..=digits], 8).map(|it| (it, 1 + digits));
            found.filter(|_| is_octal)
        }
        'x' => match rest[2..].strip_prefix('{') {
            Some(behind) => {
                let end = behind.find('}')?;
                code(&behind[..end], 16).map(|it| (it, end + 4))
            }
            None => {
                let digits = rest.get(2..4)?;
                let is_hexadecimal = digits.bytes().all(|it| it.is_ascii_hexdigit());
                code(digits, 16).filter(|_| is_hexadecimal).map(|it| (it, 4))
            }
        },
        it if it.is_ascii_punctuation() => Some((it, 2)),
        _ => None,
    }
}
