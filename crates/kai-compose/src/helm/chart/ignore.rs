//! `.helmignore`: globs of one level, the first that speaks decides.

use std::iter::Peekable;
use std::str::Chars;

/// The lines of one file, and what Helm leaves out anyway.
#[derive(Debug)]
pub(crate) struct Ignore {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    glob: Vec<Piece>,
    negates: bool,
    only_folders: bool,
    /// Without a slash a pattern looks at the last part of a path alone.
    looks_at_name: bool,
}

impl Ignore {
    /// # Errors
    ///
    /// A pattern with two stars, or one that is no glob.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let lines = text.trim_start_matches('\u{feff}').lines().chain(["templates/.?*"]);
        let mut rules = Vec::new();
        for line in lines.map(str::trim).filter(|it| !it.is_empty() && !it.starts_with('#')) {
            if line.contains("**") {
                return Err("double-star (**) syntax is not supported".into());
            }
            let negates = line.starts_with('!');
            let line = line.strip_prefix('!').unwrap_or(line);
            let only_folders = line.ends_with('/');
            let line = line.strip_suffix('/').unwrap_or(line);
            let glob = line.strip_prefix('/').unwrap_or(line);
            let looks_at_name = !line.contains('/');
            let glob = go_glob(glob).ok_or_else(|| format!("`{line}` is no pattern"))?;
            rules.push(Rule { glob, negates, only_folders, looks_at_name });
        }
        Ok(Self { rules })
    }

    /// True for a file that is left out, itself or with a folder above it.
    pub(crate) fn leaves_out(&self, path: &str) -> bool {
        let folders = path.match_indices('/').map(|(at, _)| &path[..at]);
        folders.into_iter().any(|it| self.matches(it, true)) || self.matches(path, false)
    }

    fn matches(&self, path: &str, is_folder: bool) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        for rule in &self.rules {
            let looked_at = if rule.looks_at_name { name } else { path };
            let fits = (is_folder || !rule.only_folders) && fits(&rule.glob, looked_at);
            // What a negative line does not match is left out.
            if rule.negates && !fits {
                return true;
            }
            if fits && !rule.negates {
                return true;
            }
        }
        false
    }
}

/// A part of a pattern of Go's `filepath.Match`.
#[derive(Debug)]
enum Piece {
    Character(char),
    /// `?`: any but a slash.
    One,
    /// `*`: any number of them.
    Many,
    /// `[a-z]`, `[^a-z]`
    Class {
        is_negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Piece {
    fn fits(&self, it: char) -> bool {
        match self {
            Self::Character(own) => *own == it,
            Self::One | Self::Many => it != '/',
            Self::Class { is_negated, ranges } => {
                ranges.iter().any(|(first, last)| (*first..=*last).contains(&it)) != *is_negated
            }
        }
    }
}

/// Nothing for what is no pattern.
fn go_glob(pattern: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut characters = pattern.chars().peekable();
    while let Some(it) = characters.next() {
        pieces.push(match it {
            '*' => Piece::Many,
            '?' => Piece::One,
            '[' => class(&mut characters)?,
            '\\' => Piece::Character(characters.next()?),
            it => Piece::Character(it),
        });
    }
    Some(pieces)
}

fn class(characters: &mut Peekable<Chars<'_>>) -> Option<Piece> {
    let is_negated = characters.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    while ranges.is_empty() || characters.next_if_eq(&']').is_none() {
        let first = in_class(characters)?;
        let last = match characters.next_if_eq(&'-') {
            Some(_) => in_class(characters)?,
            None => first,
        };
        ranges.push((first, last));
    }
    let is_right = ranges.iter().all(|(first, last)| first <= last);
    is_right.then_some(Piece::Class { is_negated, ranges })
}

fn in_class(characters: &mut Peekable<Chars<'_>>) -> Option<char> {
    match characters.next()? {
        '\\' => characters.next(),
        '-' | ']' => None,
        it => Some(it),
    }
}

/// True where the pattern matches all of a text. As in Go, only the last star is tried again.
fn fits(pieces: &[Piece], text: &str) -> bool {
    // Most patterns say how a name ends, and most names end otherwise.
    if let Some(Piece::Character(last)) = pieces.last()
        && !text.ends_with(*last)
    {
        return false;
    }
    let (mut pieces, mut characters, mut star) = (pieces, text.chars(), None);
    loop {
        let mut behind = characters.clone();
        match (pieces.split_first(), behind.next()) {
            (Some((Piece::Many, rest)), _) => {
                pieces = rest;
                star = Some((rest, characters.clone()));
                continue;
            }
            (Some((next, rest)), Some(it)) if next.fits(it) => {
                (pieces, characters) = (rest, behind);
                continue;
            }
            (None, None) => return true,
            _ => {}
        }
        let Some((after, from)) = &mut star else { return false };
        if from.next().is_none_or(|it| it == '/') {
            return false;
        }
        (pieces, characters) = (after, from.clone());
    }
}
