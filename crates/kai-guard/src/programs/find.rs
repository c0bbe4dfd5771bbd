//! `find`.

use super::wrappers::with_names;
use crate::class::{Verdict, ask, mutates, worst};
use crate::paths::{self, Use, is_narrow};
use crate::walk::Walk;
use crate::words::{Kind, Word, expands};

/// Tests and actions without a value.
const ALONE: &str = "-print -print0 -ls -prune -quit -empty -true -false -depth -mount -xdev -not -a -and -o -or \
    -readable -writable -executable -follow -nouser -nogroup -daystart -noleaf -warn -nowarn ! ( ) , -H -L -P";

/// Those with one.
const VALUED: &str = "-name -iname -path -ipath -wholename -iwholename -regex -iregex -regextype -type -xtype \
    -size -maxdepth -mindepth -mtime -mmin -atime -amin -ctime -cmin -newer -anewer -cnewer -perm -user -group \
    -uid -gid -links -inum -samefile -lname -ilname -fstype -printf -newermt -used -D";

pub(super) fn judge(arguments: &[Word], walk: &mut Walk) -> Verdict {
    if let Some(word) = arguments.iter().find(|it| it.kind != Kind::Fixed) {
        return Err(expands(word));
    }
    if arguments.iter().any(|it| it.is_glob && it.text.starts_with(['*', '?', '['])) {
        return ask("a name that a pattern finds may be a test of `find`");
    }
    let mut verdicts = Vec::new();
    let mut rest = arguments;
    while let Some((word, after)) = rest.split_first() {
        let text = word.text.as_str();
        let is_listed = |list: &str| list.split_ascii_whitespace().any(|it| it == text);
        rest = after;
        if is_listed(VALUED) {
            rest = after.get(1..).unwrap_or_default();
        } else if matches!(text, "-exec" | "-execdir" | "-ok" | "-okdir") {
            let end = after.iter().position(|it| matches!(it.text.as_str(), ";" | "+"));
            let Some(end) = end else { return ask("`-exec` without an end") };
            let before = &arguments[..arguments.len() - after.len() - 1];
            let names = found(before).unwrap_or_else(unknown);
            // One `{}` before a `+` stands for many files: two show what a second one is taken for.
            let count = if after[end].text == "+" { 2 } else { 1 };
            let times = |it: &Word| if it.text == "{}" { count } else { 1 };
            let repeated = |it: &'_ Word| std::iter::repeat_n(it.clone(), times(it));
            let command: Vec<Word> = after[..end].iter().flat_map(repeated).collect();
            verdicts.push(with_names(&command, &names, walk));
            walk.reads_unnamed = true;
            if text != "-exec" {
                verdicts.push(ask("runs a command where files are"));
            }
            rest = &after[end + 1..];
        } else if matches!(text, "-delete" | "-fprint" | "-fprint0" | "-fprintf" | "-fls") {
            verdicts.push(mutates(format!("`{text}` changes files")));
        } else if !text.starts_with(['-', '(', ')', '!', ',']) {
            verdicts.push(paths::check(word, Use::Name));
        } else if !is_listed(ALONE) && !text.starts_with("-O") {
            verdicts.push(ask(format!("`find {text}` is not known to be harmless")));
        }
    }
    worst(verdicts)
}

fn unknown() -> Vec<Word> {
    vec![Word { kind: Kind::Expanded, ..Word::fixed("what `find` finds") }]
}

/// Tests that only leave files out.
const TESTS: &str = "-size -maxdepth -mindepth -mtime -mmin -atime -amin -ctime -cmin -newer -anewer -cnewer -perm \
    -user -group -uid -gid -links -newermt -type";

/// What stands for the files that are found, one name for each place that is looked in; nothing where a test
/// is not known to leave secrets out.
fn found(arguments: &[Word]) -> Option<Vec<Word>> {
    let is_test = |it: &&Word| it.text.starts_with(['-', '(', '!', ',']);
    let count = arguments.iter().position(|it| is_test(&it)).unwrap_or(arguments.len());
    let (roots, mut rest) = arguments.split_at(count);
    let mut has_name = false;
    while let Some((word, after)) = rest.split_first() {
        let is_in = |list: &str, it: &str| list.split_ascii_whitespace().any(|known| known == it);
        let names = |it: &str| matches!(it, "-name" | "-iname" | "-path" | "-ipath");
        let value = |words: &[Word]| words.first().map(|it| it.text.clone());
        rest = match word.text.as_str() {
            "-a" | "-and" | "-xdev" | "-mount" | "-readable" | "-noleaf" => after,
            it if names(it) => {
                has_name |= is_narrow(&value(after)?);
                after.get(1..)?
            }
            it if is_in(TESTS, it) => after.get(1..)?,
            "!" | "-not" => {
                let test = value(after)?;
                if !names(&test) && !is_in(TESTS, &test) {
                    return None;
                }
                after.get(2..)?
            }
            _ => return None,
        };
    }
    if !has_name || roots.iter().any(|it| it.is_glob) {
        return None;
    }
    let here = [Word::fixed(".")];
    let roots = if roots.is_empty() { &here[..] } else { roots };
    Some(roots.iter().map(|it| Word::fixed(format!("{}/names.yaml", it.text))).collect())
}

/// The same for a list that ends each name with a zero byte: with another end, a name could be more than one.
pub(super) fn listed(arguments: &[Word]) -> Option<Vec<Word>> {
    let (last, before) = arguments.split_last()?;
    (last.text == "-print0").then(|| found(before)).flatten()
}
