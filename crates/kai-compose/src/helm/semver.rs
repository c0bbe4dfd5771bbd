//! Versions and constraints as Masterminds' `semver` reads them, which Helm and Sprig use.

use std::cmp::Ordering;
use std::fmt;

use smol_str::SmolStr;

/// A version; missing parts are zero, and a leading `v` is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) major: u64,
    pub(crate) minor: u64,
    pub(crate) patch: u64,
    pub(crate) prerelease: SmolStr,
    pub(crate) metadata: SmolStr,
    /// As written.
    pub(crate) original: SmolStr,
}

impl Version {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let unprefixed = text.strip_prefix('v').unwrap_or(text);
        let (rest, metadata) = split(unprefixed, '+')?;
        let (numbers, prerelease) = split(rest, '-')?;
        let mut parts = numbers.split('.');
        let mut number = |is_first: bool| match parts.next() {
            Some(part) => {
                let is_number = !part.is_empty() && part.bytes().all(|it| it.is_ascii_digit());
                is_number.then(|| part.parse().ok()).flatten()
            }
            None if is_first => None,
            None => Some(0),
        };
        let (major, minor, patch) = (number(true)?, number(false)?, number(false)?);
        if parts.next().is_some() || !are_identifiers(prerelease) || !are_identifiers(metadata) {
            return None;
        }
        let has_padding = |it: &str| {
            it.len() > 1 && it.starts_with('0') && it.bytes().all(|it| it.is_ascii_digit())
        };
        if prerelease.split('.').any(has_padding) {
            return None;
        }
        Some(Self {
            major,
            minor,
            patch,
            prerelease: prerelease.into(),
            metadata: metadata.into(),
            original: text.into(),
        })
    }

    fn numbers(&self) -> (u64, u64, u64) {
        (self.major, self.minor, self.patch)
    }
}

/// What stands before and after a mark; the text after it must not be empty.
fn split(text: &str, mark: char) -> Option<(&str, &str)> {
    match text.split_once(mark) {
        Some((_, "")) => None,
        Some(parts) => Some(parts),
        None => Some((text, "")),
    }
}

fn are_identifiers(text: &str) -> bool {
    text.is_empty()
        || text.split('.').all(|it| {
            !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
        })
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers()
            .cmp(&other.numbers())
            .then_with(|| by_prerelease(&self.prerelease, &other.prerelease))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A release comes after its prereleases; numbers before words.
fn by_prerelease(left: &str, right: &str) -> Ordering {
    match (left.is_empty(), right.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    let (mut left, mut right) = (left.split('.'), right.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(left), Some(right)) => match (left.parse::<u64>(), right.parse::<u64>()) {
                (Ok(left), Ok(right)) => left.cmp(&right),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => left.cmp(right),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// Alternatives, each of which is a list of conditions that must all hold.
#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    alternatives: Vec<Vec<Condition>>,
}

#[derive(Debug, Clone)]
struct Condition {
    operator: Operator,
    version: Version,
    /// `1.2.x` or `1.2`
    open_patch: bool,
    /// `1.x` or `1`
    open_minor: bool,
    /// `*`
    open_major: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    /// Nothing written, or `=`.
    Equal,
    NotEqual,
    Greater,
    Less,
    AtLeast,
    AtMost,
    Tilde,
    Caret,
}

/// The newest of the versions that a range allows; of all that are no prereleases where the range
/// is empty. A version that is written out is taken as it is.
#[must_use]
pub fn newest<'a>(range: &str, versions: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    if let Some(exact) = versions.clone().find(|it| *it == range) {
        return Some(exact);
    }
    let constraint = Constraint::parse(if range.is_empty() { "*" } else { range })?;
    let parsed = versions.filter_map(|it| Some((Version::parse(it)?, it)));
    let allowed = parsed.filter(|(version, _)| constraint.is_met_by(version));
    allowed.max_by(|(one, _), (other, _)| one.cmp(other)).map(|(_, text)| text)
}

impl Constraint {
    /// Whether a version satisfies a constraint; false where either cannot be read.
    pub(crate) fn allows(constraint: &str, version: &str) -> bool {
        match (Self::parse(constraint), Version::parse(version)) {
            (Some(constraint), Some(version)) => constraint.is_met_by(&version),
            _ => false,
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = hyphens_to_bounds(text)?;
        let alternatives = text.split("||").map(alternative).collect::<Option<Vec<_>>>()?;
        Some(Self { alternatives })
    }

    pub(crate) fn is_met_by(&self, version: &Version) -> bool {
        self.alternatives.iter().any(|all| {
            // A prerelease is only meant where the list names one.
            let names_prerelease = all.iter().any(|it| !it.version.prerelease.is_empty());
            let is_meant = version.prerelease.is_empty() || names_prerelease;
            is_meant && all.iter().all(|it| it.is_met_by(version))
        })
    }
}

/// `1.2 - 3` is `>=1.2 <=3`.
fn hyphens_to_bounds(text: &str) -> Option<String> {
    let mut out = Vec::new();
    for alternative in text.split("||") {
        match alternative.split_once(" - ") {
            Some((from, to)) => out.push(format!(">={} <={}", from.trim(), to.trim())),
            None => out.push(alternative.to_owned()),
        }
    }
    Some(out.join("||"))
}

fn alternative(text: &str) -> Option<Vec<Condition>> {
    let mut conditions = Vec::new();
    let mut rest = text.trim_matches([' ', ',']);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let operator_length = rest.find(|it| !"=!<>~^ ".contains(it)).unwrap_or(rest.len());
        let (operator, behind) = rest.split_at(operator_length);
        let version_length = behind.find([' ', ',']).unwrap_or(behind.len());
        let (version, behind) = behind.split_at(version_length);
        conditions.push(Condition::new(operator.trim(), version)?);
        rest = behind.trim_start_matches([' ', ',']);
    }
    Some(conditions)
}

impl Condition {
    fn new(operator: &str, text: &str) -> Option<Self> {
        let operator = match operator {
            "" | "=" | "==" => Operator::Equal,
            "!=" => Operator::NotEqual,
            ">" => Operator::Greater,
            "<" => Operator::Less,
            ">=" | "=>" => Operator::AtLeast,
            "<=" | "=<" => Operator::AtMost,
            "~" | "~>" => Operator::Tilde,
            "^" => Operator::Caret,
            _ => return None,
        };
        let unprefixed = text.strip_prefix('v').unwrap_or(text);
        let numbers_end = unprefixed.find(['-', '+']).unwrap_or(unprefixed.len());
        let (numbers, suffix) = unprefixed.split_at(numbers_end);
        let parts: Vec<_> = numbers.split('.').collect();
        let is_open = |at: usize| parts.get(at).is_none_or(|it| matches!(*it, "x" | "X" | "*"));
        let open_major = is_open(0);
        let open_minor = open_major || is_open(1);
        let open_patch = open_minor || is_open(2);
        let number = |at: usize, open: bool| if open { "0" } else { parts.get(at).unwrap_or(&"0") };
        let full = format!(
            "{}.{}.{}{}",
            number(0, open_major),
            number(1, open_minor),
            number(2, open_patch),
            if open_patch && !suffix.starts_with('-') { "" } else { suffix }
        );
        let version = Version::parse(&full)?;
        Some(Self { operator, version, open_patch, open_minor, open_major })
    }

    fn is_met_by(&self, version: &Version) -> bool {
        let wanted = &self.version;
        match self.operator {
            Operator::Equal if self.open_patch => self.is_tilde(version),
            Operator::Equal => version == wanted || version.cmp(wanted) == Ordering::Equal,
            Operator::NotEqual if self.open_major => false,
            Operator::NotEqual if self.open_minor => version.major != wanted.major,
            Operator::NotEqual if self.open_patch => {
                (version.major, version.minor) != (wanted.major, wanted.minor)
            }
            Operator::NotEqual => version.cmp(wanted) != Ordering::Equal,
            Operator::Greater if self.open_minor => version.major > wanted.major,
            Operator::Greater if self.open_patch => {
                (version.major, version.minor) > (wanted.major, wanted.minor)
            }
            Operator::Greater => version > wanted,
            Operator::Less => version < wanted,
            Operator::AtLeast => version >= wanted,
            Operator::AtMost if self.open_minor => self.open_major || version.major <= wanted.major,
            Operator::AtMost if self.open_patch => {
                (version.major, version.minor) <= (wanted.major, wanted.minor)
            }
            Operator::AtMost => version <= wanted,
            Operator::Tilde => self.is_tilde(version),
            Operator::Caret => self.is_caret(version),
        }
    }

    fn is_tilde(&self, version: &Version) -> bool {
        if self.open_major {
            return true;
        }
        version >= &self.version
            && version.major == self.version.major
            && (self.open_minor || version.minor == self.version.minor)
    }

    fn is_caret(&self, version: &Version) -> bool {
        let wanted = &self.version;
        if version < wanted {
            return false;
        }
        if wanted.major > 0 || self.open_minor {
            return self.open_major || version.major == wanted.major;
        }
        if wanted.minor > 0 || self.open_patch {
            return (version.major, version.minor) == (0, wanted.minor);
        }
        version.numbers() == (0, 0, wanted.patch)
    }
}
