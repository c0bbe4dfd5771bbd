//! A word as the shell would read it.

use brush_parser::ParserOptions;
use brush_parser::word::{
    BraceExpressionMember, BraceExpressionOrText, WordPiece, WordPieceWithSource,
};

use crate::class::{Argument, Class, Objection, Verdict, ask, secret, worst};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Without quotes; as it is written where it is not fixed.
    pub(crate) text: String,
    pub(crate) kind: Kind,
    /// Files decide what it becomes.
    pub(crate) is_glob: bool,
    /// It stands in the text as the shell reads it.
    pub(crate) is_plain: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing but itself.
    Fixed,
    /// Holds the value of a variable that tells nobody anything.
    Harmless,
    /// Known only when it runs.
    Expanded,
}

/// Something inside of a word that runs, and what is said of the rest.
#[derive(Debug, Default)]
pub(crate) struct Inside {
    pub(crate) scripts: Vec<String>,
    pub(crate) verdicts: Vec<Verdict>,
}

/// Variables whose values are no secret.
const HARMLESS: &[&str] =
    &["HOME", "PWD", "OLDPWD", "USER", "LANG", "TERM", "TZ", "SHELL", "SECONDS", "LINENO", "UID"];

/// Parts of names of variables that hold secrets.
const TELLING: &[&str] =
    &["TOKEN", "SECRET", "PASS", "KEY", "CREDENTIAL", "AUTH", "COOKIE", "SESSION", "DSN", "_URL"];

impl Word {
    pub(crate) fn fixed(text: impl Into<String>) -> Self {
        Self { text: text.into(), kind: Kind::Fixed, is_glob: false, is_plain: true }
    }

    pub(crate) fn is_fixed(&self) -> bool {
        self.kind == Kind::Fixed
    }

    pub(crate) fn argument(&self) -> Argument {
        let text = self.text.clone();
        if self.is_fixed() { Argument::Literal(text) } else { Argument::Expanded(text) }
    }
}

/// One written word to the words that it becomes: more than one only where braces say so.
pub(crate) fn read(raw: &str, inside: &mut Inside) -> Vec<Word> {
    let options = ParserOptions::default();
    if raw.contains('{')
        && !raw.contains(['\'', '"', '\\', '$', '`'])
        && let Ok(Some(pieces)) = brush_parser::word::parse_brace_expansions(raw, &options)
        && pieces.iter().any(|it| matches!(it, BraceExpressionOrText::Expr(_)))
    {
        return match expanded(&pieces) {
            Some(words) => words.iter().map(|it| Word { is_plain: false, ..simple(it) }).collect(),
            None => vec![unknown(raw)],
        };
    }
    let Ok(pieces) = brush_parser::word::parse(raw, &options) else {
        inside.verdicts.push(ask("a word that cannot be read"));
        return vec![unknown(raw)];
    };
    let mut reading = Reading { text: String::new(), kind: Kind::Fixed, is_glob: false, inside };
    for piece in &pieces {
        reading.piece(piece, raw, false);
    }
    let Reading { text, kind, is_glob, .. } = reading;
    // Braces beside quotes may still expand.
    let has_braces = pieces.iter().any(|it| match &it.piece {
        WordPiece::Text(it) => it.contains('{') && (raw.contains(',') || raw.contains("..")),
        _ => false,
    });
    if kind == Kind::Expanded || has_braces {
        return vec![unknown(raw)];
    }
    vec![Word { is_plain: text == raw, text, kind, is_glob }]
}

fn unknown(raw: &str) -> Word {
    Word { text: raw.to_owned(), kind: Kind::Expanded, is_glob: false, is_plain: false }
}

fn simple(text: &str) -> Word {
    Word { is_glob: is_pattern(text), ..Word::fixed(text) }
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?']) || text.contains('[') && text.contains(']')
}

/// The words of `a{b,c}d`, where its parts are plain and few.
fn expanded(pieces: &[BraceExpressionOrText]) -> Option<Vec<String>> {
    const WORDS_MAX: usize = 64;
    let mut words = vec![String::new()];
    for piece in pieces {
        let parts = match piece {
            BraceExpressionOrText::Text(it) => vec![it.clone()],
            BraceExpressionOrText::Expr(members) => {
                let mut parts = Vec::new();
                for member in members {
                    match member {
                        BraceExpressionMember::Child(it) => parts.extend(expanded(it)?),
                        BraceExpressionMember::NumberSequence { .. }
                        | BraceExpressionMember::CharSequence { .. } => return None,
                    }
                }
                parts
            }
        };
        words = words
            .iter()
            .flat_map(|it| parts.iter().map(move |part| format!("{it}{part}")))
            .collect();
        if words.len() > WORDS_MAX {
            return None;
        }
    }
    Some(words)
}

struct Reading<'a> {
    text: String,
    kind: Kind,
    is_glob: bool,
    inside: &'a mut Inside,
}

impl Reading<'_> {
    fn piece(&mut self, piece: &WordPieceWithSource, raw: &str, is_quoted: bool) {
        match &piece.piece {
            WordPiece::Text(it) => {
                self.is_glob |= !is_quoted && is_pattern(it);
                // `!(a)` and `@(a|b)` are patterns of bash.
                if !is_quoted && it.contains('(') {
                    self.kind = Kind::Expanded;
                }
                self.text.push_str(it);
            }
            WordPiece::SingleQuotedText(it) => self.text.push_str(it),
            WordPiece::AnsiCQuotedText(it) => match ansi(it) {
                Some(it) => self.text.push_str(&it),
                None => self.kind = Kind::Expanded,
            },
            WordPiece::DoubleQuotedSequence(pieces) => {
                for it in pieces {
                    self.piece(it, raw, true);
                }
            }
            WordPiece::EscapeSequence(it) => {
                let escaped = it.strip_prefix('\\').unwrap_or(it);
                self.text.push_str(if escaped == "\n" { "" } else { escaped });
            }
            WordPiece::TildePrefix(it) => {
                self.text.push('~');
                self.text.push_str(it);
            }
            WordPiece::GettextDoubleQuotedSequence(_) | WordPiece::ArithmeticExpression(_) => {
                self.kind = Kind::Expanded;
                self.source(piece, raw);
            }
            WordPiece::CommandSubstitution(it) | WordPiece::BackquotedCommandSubstitution(it) => {
                self.kind = Kind::Expanded;
                self.inside.scripts.push(it.clone());
            }
            WordPiece::ParameterExpansion(_) => self.parameter(piece, raw),
        }
    }

    fn parameter(&mut self, piece: &WordPieceWithSource, raw: &str) {
        let source = raw.get(piece.start_index..piece.end_index).unwrap_or(raw);
        let name = source.trim_start_matches('$').trim_matches(['{', '}']);
        if HARMLESS.contains(&name) || matches!(name, "?" | "#" | "$") {
            self.text.push_str(source);
            if self.kind == Kind::Fixed {
                self.kind = Kind::Harmless;
            }
            return;
        }
        self.kind = Kind::Expanded;
        let upper = name.to_ascii_uppercase();
        if upper.starts_with('!') || TELLING.iter().any(|it| upper.contains(it)) {
            self.inside.verdicts.push(secret(format!(
                "`{source}` is the value of a variable that may hold a secret"
            )));
        }
        self.source(piece, raw);
    }

    /// What stands inside of an expansion may run, too.
    fn source(&mut self, piece: &WordPieceWithSource, raw: &str) {
        let source = raw.get(piece.start_index..piece.end_index).unwrap_or(raw);
        let inner = source.trim_start_matches('$').trim_matches(['{', '}', '(', ')', '"']);
        if inner.len() < source.len() && inner.contains(['$', '`']) {
            let _ = read(inner, self.inside);
        }
    }
}

/// `$'…'` without its escapes; nothing where one is not known.
fn ansi(text: &str) -> Option<String> {
    let mut result = String::new();
    let mut rest = text.chars().peekable();
    while let Some(it) = rest.next() {
        if it != '\\' {
            result.push(it);
            continue;
        }
        let (radix, digits_max, mut number) = match rest.next()? {
            'n' => {
                result.push('\n');
                continue;
            }
            't' => {
                result.push('\t');
                continue;
            }
            it @ ('\\' | '\'' | '"' | '?') => {
                result.push(it);
                continue;
            }
            'x' => (16, 2, 0),
            'u' => (16, 4, 0),
            it => (8, 2, it.to_digit(8)?),
        };
        for _ in 0..digits_max {
            let Some(digit) = rest.peek().and_then(|it| it.to_digit(radix)) else { break };
            number = number * radix + digit;
            rest.next();
        }
        result.push(char::from_u32(number)?);
    }
    Some(result)
}

/// What is said of characters that a reader does not see, or takes for others.
pub(crate) fn are_visible(text: &str) -> Verdict {
    let odd = text.chars().find(|it| match it {
        '\n' | '\t' => false,
        it if it.is_ascii() => it.is_ascii_control(),
        // Letters of Latin alphabets with their marks.
        it => !('\u{c0}'..='\u{24f}').contains(it),
    });
    match odd {
        None => Ok(()),
        Some(it) => ask(format!("U+{:04X} hides what the text says", u32::from(it))),
    }
}

/// The worst that is said of the parts of words.
pub(crate) fn said(inside: &Inside) -> Verdict {
    worst(inside.verdicts.iter().cloned())
}

/// A question about an argument that is known only when it runs.
pub(crate) fn expands(word: &Word) -> Objection {
    Objection::new(Class::Unknown, format!("`{}` is known only when it runs", word.text))
}
