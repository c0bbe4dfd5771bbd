//! Variables in texts as Flux fills them: `${name}`, and what can be done with one on the way
//! (the functions of `github.com/fluxcd/pkg/envsubst`, which its controller uses).

use kai_core::{OriginId, SmolStr};
use regex::Regex;

use super::plan::Overrides;

/// A text with its variables filled in.
#[derive(Debug, Default)]
pub(super) struct Filled {
    pub(super) text: String,
    /// The values that were put in.
    pub(super) used: Vec<OriginId>,
    /// False where a variable that others may set has no value here, or where Flux refuses the text.
    pub(super) is_complete: bool,
}

/// True for a text that has something to fill, or a dollar sign that is written twice.
pub(super) fn has_hole(text: &str) -> bool {
    text.contains("${") || text.contains("$$")
}

/// Fills a text.
pub(super) fn fill(text: &str, overrides: &Overrides) -> Filled {
    let mut reader =
        Reader { rest: text, overrides, used: Vec::new(), is_complete: true, depth: 0 };
    match reader.text() {
        Some(text) => Filled { text, used: reader.used, is_complete: reader.is_complete },
        None => Filled { text: text.to_owned(), ..Filled::default() },
    }
}

/// Variables in defaults of variables stop here.
const DEEPEST: u32 = 50;

struct Reader<'a> {
    rest: &'a str,
    overrides: &'a Overrides,
    used: Vec<OriginId>,
    is_complete: bool,
    depth: u32,
}

/// What is written is not understood.
type Read<T> = Option<T>;

impl Reader<'_> {
    fn text(&mut self) -> Read<String> {
        let mut text = String::new();
        while let Some(at) = self.rest.find('$') {
            text.push_str(&self.rest[..at]);
            self.rest = &self.rest[at..];
            if self.take("$$") {
                text.push('$');
            } else if self.take("${") {
                text.push_str(&self.hole()?);
            } else {
                self.take("$");
                text.push('$');
            }
        }
        text.push_str(self.rest);
        Some(text)
    }

    fn take(&mut self, word: &str) -> bool {
        let rest = self.rest.strip_prefix(word);
        rest.map(|it| self.rest = it).is_some()
    }

    /// What stands between the braces, behind the first one.
    fn hole(&mut self) -> Read<String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let filled = self.function()?;
        self.depth -= 1;
        self.take("}").then_some(filled)
    }

    fn function(&mut self) -> Read<String> {
        if self.take("#") {
            let name = self.name()?;
            return Some(self.value(&name).len().to_string());
        }
        let name = self.name()?;
        for operator in [":=", ":-", ":?", ":+", "="] {
            if self.take(operator) {
                let value = self.value(&name);
                let default = self.default()?;
                return Some(if value.is_empty() { default } else { value });
            }
        }
        let value = self.value(&name);
        if self.take(":") {
            return self.part(&value);
        }
        if self.take("/") {
            return self.replaced(&value);
        }
        type Case = (&'static str, fn(&str) -> String);
        let cases: [Case; 4] =
            [("^^", str::to_uppercase), (",,", str::to_lowercase), ("^", upper), (",", lower)];
        if let Some((_, change)) = cases.into_iter().find(|it| self.take(it.0)) {
            return Some(change(&value));
        }
        for (operator, is_start, is_longest) in
            [("##", true, true), ("#", true, false), ("%%", false, true), ("%", false, false)]
        {
            if self.take(operator) {
                let pattern = glob(&self.piece("}", false)?)?;
                return Some(trimmed(&value, &pattern, is_start, is_longest));
            }
        }
        Some(value)
    }

    fn name(&mut self) -> Read<SmolStr> {
        let is_name = |it: char| it.is_alphanumeric() || it == '_';
        let end = self.rest.find(|it| !is_name(it)).filter(|&it| it > 0)?;
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        Some(name.into())
    }

    /// The value of a variable, which is empty where nobody sets it.
    fn value(&mut self, name: &str) -> String {
        let known = self.overrides.variables.iter().find(|(it, ..)| it == name);
        match known {
            Some((_, value, origin)) => {
                self.used.push(*origin);
                value.to_string()
            }
            None => {
                self.is_complete &= !self.overrides.has_unknown_variables;
                String::new()
            }
        }
    }

    /// A default: all up to the brace that ends it, with the variables in it.
    fn default(&mut self) -> Read<String> {
        let mut text = String::new();
        while !self.rest.starts_with('}') {
            text.push_str(&self.piece("}", false)?);
        }
        Some(text)
    }

    /// One variable, or a text up to one of the characters or to a variable. Nothing is none. Where
    /// there are escapes, a backslash takes a slash or a backslash as it is, and a dollar a dollar.
    fn piece(&mut self, ends: &str, has_escapes: bool) -> Read<String> {
        if self.take("${") {
            return self.hole();
        }
        let mut text = String::new();
        while let Some(next) = self.rest.chars().next() {
            let is_escaped = ["$$", "\\/", "\\\\"].iter().any(|it| self.rest.starts_with(it));
            if has_escapes && is_escaped {
                text.push_str(&self.rest[1..2]);
                self.rest = &self.rest[2..];
                continue;
            }
            if ends.contains(next) || self.rest.starts_with("${") {
                break;
            }
            text.push(next);
            self.rest = &self.rest[next.len_utf8()..];
        }
        (!text.is_empty()).then_some(text)
    }

    /// `${name:position:length}`, in bytes.
    fn part(&mut self, value: &str) -> Read<String> {
        let position = self.piece(":}", false)?;
        let length = if self.take(":") { Some(self.piece("}", false)?) } else { None };
        let Ok(position) = position.parse::<i64>() else { return Some(value.to_owned()) };
        let whole = i64::try_from(value.len()).ok()?;
        let start = if position < 0 { (whole + position).max(0) } else { position.min(whole) };
        let end = match length {
            None => whole,
            Some(length) => match length.parse::<i64>() {
                Ok(length) => start.saturating_add(length).min(whole),
                Err(_) => return Some(value.to_owned()),
            },
        };
        let range = usize::try_from(start).ok()?..usize::try_from(end).ok()?;
        value.get(range).map(str::to_owned)
    }

    /// `${name/old/new}` and its variants. Without a second text, what stands at the start or at the
    /// end stays.
    fn replaced(&mut self, value: &str) -> Read<String> {
        let kind = ["/", "#", "%"].into_iter().find(|it| self.take(it));
        let old = self.piece("/", true)?;
        if !self.take("/") {
            return None;
        }
        let new = match (self.rest.starts_with('}'), kind) {
            (true, Some("#" | "%")) => return Some(value.to_owned()),
            (true, _) => String::new(),
            (false, _) => self.piece("}", true)?,
        };
        let new = new.as_str();
        Some(match kind {
            Some("/") => value.replace(&old, new),
            Some("#") => value.strip_prefix(&*old).map_or(value.into(), |it| format!("{new}{it}")),
            Some(_) => value.strip_suffix(&*old).map_or(value.into(), |it| format!("{it}{new}")),
            None => value.replacen(&old, new, 1),
        })
    }
}

fn upper(text: &str) -> String {
    first(text, |it| it.to_uppercase().collect())
}

fn lower(text: &str) -> String {
    first(text, |it| it.to_lowercase().collect())
}

fn first(text: &str, change: fn(char) -> String) -> String {
    let mut characters = text.chars();
    characters.next().map(change).unwrap_or_default() + characters.as_str()
}

/// A pattern of a shell as an expression; nothing for one with sets of characters.
fn glob(pattern: &str) -> Option<Regex> {
    if pattern.contains(['[', '\\']) {
        return None;
    }
    let escaped = regex::escape(pattern).replace("\\*", ".*").replace("\\?", ".");
    Regex::new(&format!("(?s)^(?:{escaped})$")).ok()
}

/// A text without its shortest or longest start or end that a pattern matches.
fn trimmed(text: &str, pattern: &Regex, is_start: bool, is_longest: bool) -> String {
    let mut cuts: Vec<usize> = text.char_indices().map(|it| it.0).chain([text.len()]).collect();
    // From the shortest piece to the longest, or back.
    if is_start == is_longest {
        cuts.reverse();
    }
    let pieces = cuts.into_iter().map(|it| {
        let (start, end) = text.split_at(it);
        if is_start { (start, end) } else { (end, start) }
    });
    let found = pieces.into_iter().find(|(cut, _)| !cut.is_empty() && pattern.is_match(cut));
    found.map_or(text, |it| it.1).to_owned()
}
