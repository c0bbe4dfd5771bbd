//! A text as words.

use std::collections::BTreeSet;

use kai_core::Evidence;
use unicode_normalization::UnicodeNormalization as _;

/// One spelling for what looks alike, in small letters, without what cannot be seen.
pub(super) fn normal(text: &str) -> String {
    let composed = text.nfkc().filter(|it| !is_unseen(*it));
    composed
        .flat_map(char::to_lowercase)
        .map(|it| if matches!(it, '’' | '‘') { '\'' } else { it })
        .collect()
}

fn is_unseen(it: char) -> bool {
    let is_format = matches!(u32::from(it), 0xAD | 0x34F | 0x61C | 0x180E | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF | 0xE0000..=0xE007F);
    is_format || (it.is_control() && !it.is_whitespace())
}

/// Words as they stand between spaces, without the marks around them.
pub(super) fn tokens(normal: &str) -> Vec<&str> {
    let is_space = |it: char| it.is_whitespace() || matches!(it, '→' | '—' | '"' | '`' | '|' | ';');
    let pieces = normal.split(is_space).map(bare);
    pieces.filter(|it| !it.is_empty()).collect()
}

fn bare(word: &str) -> &str {
    let is_mark = |it: char| {
        matches!(
            it,
            '(' | ')'
                | '['
                | ']'
                | '{'
                | '}'
                | '<'
                | '>'
                | ','
                | ':'
                | '!'
                | '?'
                | '\''
                | '*'
                | '…'
                | '«'
                | '»'
                | '„'
                | '“'
                | '”'
        )
    };
    let word = word.trim_matches(is_mark).trim_end_matches(['.', '-', '–']);
    let word = word.trim_matches(is_mark);
    word.strip_suffix("'s").unwrap_or(word)
}

/// What a word may be a form of: `pods` of `pod`, `stopped` of `stop`.
pub(super) fn stems(word: &str) -> Vec<String> {
    let mut stems = vec![word.to_owned()];
    let is_word = word.len() > 3 && word.bytes().all(|it| it.is_ascii_lowercase());
    if !is_word {
        return stems;
    }
    for ending in ["s", "es", "ed", "d", "ing", "ly"] {
        let Some(stem) = word.strip_suffix(ending).filter(|it| it.len() > 1) else { continue };
        stems.push(stem.to_owned());
        if ending == "ing" {
            stems.push(format!("{stem}e"));
        }
        let bytes = stem.as_bytes();
        if matches!(ending, "ed" | "ing")
            && bytes.len() > 2
            && bytes[bytes.len() - 1] == bytes[bytes.len() - 2]
        {
            stems.push(stem[..stem.len() - 1].to_owned());
        }
    }
    for (ending, instead) in [("ies", "y"), ("ied", "y")] {
        if let Some(stem) = word.strip_suffix(ending) {
            stems.push(format!("{stem}{instead}"));
        }
    }
    stems
}

/// What pieces of evidence hold, together.
pub(super) struct Held {
    /// All of their text, for what consists of more than letters.
    pub(super) text: String,
    words: BTreeSet<String>,
    stems: BTreeSet<String>,
}

impl Held {
    pub(super) fn of(cited: &[&Evidence]) -> Self {
        let mut text = String::new();
        for it in cited {
            text.push_str(&whole(it));
            text.push('\n');
        }
        let spelt = parted(&text);
        let text = normal(&text);
        let words: BTreeSet<String> = text
            .split(|it: char| !is_inner(it))
            .map(|it| it.trim_matches(['-', '_']))
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .chain(normal(&spelt).split_whitespace().map(str::to_owned))
            .collect();
        let stems = words.iter().flat_map(|it| stems(it)).collect();
        Self { text, words, stems }
    }

    /// The word itself.
    pub(super) fn has(&self, word: &str) -> bool {
        self.words.contains(word)
    }

    /// A form of the word.
    pub(super) fn has_form(&self, word: &str) -> bool {
        stems(word).iter().any(|it| self.stems.contains(it))
    }

    /// What has marks inside, such as a path: between marks that do not belong to it.
    pub(super) fn has_token(&self, token: &str) -> bool {
        let mut from = 0;
        while let Some(at) = self.text[from..].find(token).map(|it| it + from) {
            let before = self.text[..at].chars().next_back();
            let after = self.text[at + token.len()..].chars().next();
            // `a/b.yaml` is not in `aa/b.yaml`, nor `b.yaml:4` in `b.yaml:41`.
            if !before.is_some_and(is_inner) && !after.is_some_and(is_inner) {
                return true;
            }
            from = at + token.chars().next().map_or(1, char::len_utf8);
        }
        false
    }
}

/// The words that names in camel case are made of: `terminationGracePeriodSeconds`.
fn parted(text: &str) -> String {
    let mut parts = String::new();
    for word in text.split(|it: char| !it.is_ascii_alphabetic()) {
        let is_joined = word.bytes().any(|it| it.is_ascii_uppercase())
            && word.starts_with(|it: char| it.is_ascii_lowercase());
        for letter in word.chars().filter(|_| is_joined) {
            if letter.is_ascii_uppercase() {
                parts.push(' ');
            }
            parts.push(letter);
        }
        parts.push(' ');
    }
    parts
}

fn is_inner(it: char) -> bool {
    it.is_alphanumeric() || matches!(it, '-' | '_')
}

/// Everything that a piece of evidence says.
pub(super) fn whole(evidence: &Evidence) -> String {
    let mut text = format!("{}\n{}", evidence.subject, evidence.text);
    for it in &evidence.details {
        text.push('\n');
        text.push_str(it);
    }
    for it in &evidence.places {
        text.push_str(&format!("\n{}:{}", it.path, it.line));
    }
    text
}

/// The parts of a sentence: what stands between marks, and between words that begin another statement.
pub(super) fn clauses(sentence: &str) -> Vec<&str> {
    const WORDS: &[&str] =
        &[" and ", " but ", " while ", " whereas ", " although ", " though ", " so "];
    let mut clauses: Vec<&str> = Vec::new();
    let marked = sentence.split_inclusive([',', ';', ':', '→', '(', ')', '—']);
    let mut start = 0;
    let mut at = 0;
    for piece in marked {
        at += piece.len();
        // `a:b` and `1,000` are one word.
        let ends = sentence[at..].is_empty() || sentence[at..].starts_with(' ');
        if ends {
            clauses.push(&sentence[start..at]);
            start = at;
        }
    }
    clauses.push(&sentence[start..]);
    for word in WORDS {
        clauses = clauses.into_iter().flat_map(|it| it.split(word)).collect();
    }
    clauses.into_iter().filter(|it| !tokens(it).is_empty()).collect()
}

/// Sentences, without the marks at their ends.
pub(super) fn sentences(normal: &str) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut sentence = String::new();
    let mut rest = normal.chars().peekable();
    while let Some(it) = rest.next() {
        let ends = it == '\n'
            || matches!(it, '.' | '!' | '?' | ';')
                && rest.peek().is_none_or(|it| it.is_whitespace());
        if ends {
            sentences.push(std::mem::take(&mut sentence));
        } else {
            sentence.push(it);
        }
    }
    sentences.push(sentence);
    let joined =
        sentences.into_iter().map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "));
    joined.filter(|it| !it.is_empty()).collect()
}
