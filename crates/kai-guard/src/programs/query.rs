//! `jq` and `yq`: languages that read, but not only the file that is given.

use crate::class::{Verdict, ask};
use crate::flags::{Style, parse};
use crate::paths::{self, Use};
use crate::words::{Word, expands};

const JQ: &str = "-r -c -n -s -S -e -j -a -C -M -R -h --raw-output --compact-output --null-input --slurp \
    --sort-keys --exit-status --join-output --ascii-output --color-output --monochrome-output --raw-input \
    --tab --indent= --args --jsonargs --seq --stream --unbuffered --raw-output0";

const YQ: &str = "!-i !--inplace !-s= !--split-exp= -P -r -n -N -j -C -M -e -I= -o= -p= -y -Y -c -S -0 --prettyPrint \
    --unwrapScalar --null-input --no-doc --tojson --colors --no-colors --exit-status --indent= --output-format= \
    --input-format= --yaml-output --raw-output --nul-output --header-preprocess --sort-keys";

/// What reaches beyond the file.
const REACHING: &[&str] = &[
    "env",
    "strenv",
    "envsubst",
    "load",
    "load_str",
    "load_xml",
    "load_base64",
    "load_props",
    "import",
    "include",
    "input_filename",
    "system",
    "get_search_list",
    "halt_error",
    "modulemeta",
    "splitDoc",
    "ENV",
];

pub(super) fn judge(name: &str, arguments: &[Word]) -> Verdict {
    let (plain, named) = named_values(arguments);
    let parsed = parse(&plain, &[if name == "yq" { YQ } else { JQ }], Style::Letters)?;
    named.iter().try_for_each(super::plain::is_text)?;
    let mut operands = &parsed.operands[..];
    if name == "yq"
        && let Some((verb, rest)) = operands.split_first()
        && matches!(verb.text.as_str(), "eval" | "e" | "eval-all" | "ea")
    {
        operands = rest;
    }
    let Some((program, files)) = operands.split_first() else { return Ok(()) };
    if !program.is_fixed() {
        return Err(expands(program));
    }
    stays(&program.text)?;
    // `yq -P file` has no program.
    let is_maybe_file =
        name == "yq" && files.is_empty() && !program.text.starts_with(['.', '(', '[']);
    if is_maybe_file || program.text.starts_with(".env") {
        paths::check(program, Use::Measure)?;
    }
    files.iter().try_for_each(|it| paths::check(it, Use::Content))
}

/// Without `--arg NAME VALUE` and its like, and their values.
fn named_values(arguments: &[Word]) -> (Vec<Word>, Vec<Word>) {
    let mut plain = Vec::new();
    let mut named = Vec::new();
    let mut rest = arguments.iter();
    while let Some(it) = rest.next() {
        if matches!(it.text.as_str(), "--arg" | "--argjson") {
            named.extend(rest.by_ref().take(2).cloned());
        } else {
            plain.push(it.clone());
        }
    }
    (plain, named)
}

fn stays(program: &str) -> Verdict {
    let is_letter = |it: char| it.is_alphanumeric() || matches!(it, '_' | '$');
    let mut before = ' ';
    let mut rest = program;
    while let Some(it) = rest.chars().next() {
        if !is_letter(it) {
            before = it;
            rest = &rest[it.len_utf8()..];
            continue;
        }
        let end = rest.find(|it| !is_letter(it)).unwrap_or(rest.len());
        let word = &rest[..end];
        // `.env` and `{env: …}` are names of fields.
        let is_key = rest[end..].trim_start().starts_with(':') && matches!(before, '{' | ',' | ' ');
        let is_field = (before == '.' || is_key) && !word.starts_with('$');
        if !is_field && REACHING.contains(&word.trim_start_matches('$'))
            || word.starts_with("$__")
            || word == "$ENV"
        {
            return ask(format!("`{word}` reads more than the file"));
        }
        before = word.chars().last().unwrap_or(' ');
        rest = &rest[end..];
    }
    Ok(())
}
