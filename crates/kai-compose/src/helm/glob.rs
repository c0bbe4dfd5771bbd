//! Patterns of `.Files.Glob`: those of `gobwas/glob` with a slash as separator.

use std::cell::RefCell;
use std::collections::BTreeMap;

use regex::Regex;

thread_local! {
    /// Charts ask the same few patterns again and again, and one takes longer to read than to use.
    static COMPILED: RefCell<BTreeMap<String, Glob>> = const { RefCell::new(BTreeMap::new()) };
}

/// More patterns than this come from a chart that makes them up.
const MOST_COMPILED: usize = 64;

/// A pattern; one that cannot be read matches everything, as in Helm.
#[derive(Debug, Clone)]
pub(crate) struct Glob {
    regex: Option<Regex>,
}

impl Glob {
    pub(crate) fn new(pattern: &str) -> Self {
        let known = COMPILED.with_borrow(|it| it.get(pattern).cloned());
        known.unwrap_or_else(|| {
            let glob = Self::compile(pattern);
            COMPILED.with_borrow_mut(|it| {
                if it.len() < MOST_COMPILED {
                    it.insert(pattern.to_owned(), glob.clone());
                }
            });
            glob
        })
    }

    fn compile(pattern: &str) -> Self {
        let mut regex = String::from("^(?s:");
        let is_whole = translate(pattern, &mut regex).is_some();
        regex.push_str(")$");
        Self { regex: Regex::new(&regex).ok().filter(|_| is_whole) }
    }

    pub(crate) fn matches(&self, name: &str) -> bool {
        self.regex.as_ref().is_none_or(|it| it.is_match(name))
    }
}

fn translate(pattern: &str, regex: &mut String) -> Option<()> {
    let mut characters = pattern.chars().peekable();
    let mut open = 0_u32;
    while let Some(it) = characters.next() {
        match it {
            '*' if characters.peek() == Some(&'*') => {
                while characters.next_if_eq(&'*').is_some() {}
                regex.push_str(".*");
            }
            '*' => regex.push_str("[^/]*"),
            '?' => regex.push_str("[^/]"),
            '{' => {
                open += 1;
                regex.push_str("(?:");
            }
            '}' if open > 0 => {
                open -= 1;
                regex.push(')');
            }
            ',' if open > 0 => regex.push('|'),
            '[' => {
                regex.push('[');
                if characters.next_if_eq(&'!').is_some() {
                    regex.push('^');
                }
                loop {
                    match characters.next()? {
                        ']' => break,
                        '-' => regex.push('-'),
                        it => regex.push_str(&regex::escape(&it.to_string())),
                    }
                }
                regex.push(']');
            }
            '\\' => regex.push_str(&regex::escape(&characters.next()?.to_string())),
            it => regex.push_str(&regex::escape(&it.to_string())),
        }
    }
    (open == 0).then_some(())
}
