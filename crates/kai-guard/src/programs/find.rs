//! `find`.

use super::wrappers::with_name;
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
            verdicts.push(with_name(&after[..end], &found(arguments), walk));
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

/// What stands for every file that is found.
fn found(arguments: &[Word]) -> Word {
    if names_are_narrow(arguments) {
        Word::fixed("names.yaml")
    } else {
        Word { kind: Kind::Expanded, ..Word::fixed("what `find` finds") }
    }
}

/// True where only names with a harmless ending are found.
pub(super) fn names_are_narrow(arguments: &[Word]) -> bool {
    let mut patterns = arguments
        .iter()
        .zip(arguments.iter().skip(1))
        .filter(|(flag, _)| matches!(flag.text.as_str(), "-name" | "-iname" | "-path" | "-ipath"));
    let is_plain =
        arguments.iter().all(|it| !matches!(it.text.as_str(), "-not" | "!" | "-o" | "-or" | ","));
    let mut count = 0;
    let are_narrow = patterns.all(|(_, it)| {
        count += 1;
        is_narrow(&it.text)
    });
    is_plain && are_narrow && count > 0
}
