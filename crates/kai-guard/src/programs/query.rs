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

/// What only computes. Every other word is asked about: it may read the environment or another file
/// (`env`, `load_str`, `eval`), or be defined by the program.
const COMPUTING: &str = "\
    abs acosh add alias all all_c anchor and any any_c arrays as ascii ascii_downcase ascii_upcase base32 base32d base64 \
    base64d booleans break capture catch ceil collect combinations comments contains csv date dateadd datesub debug del \
    delpaths di divide document_index documentIndex downcase elif else empty end endswith error explode false fi \
    file_index fileIndex filter finites first flatten floor foot_comment for foreach format_datetime fromdate \
    fromdateiso8601 fromjson from_entries from_json from_unix from_xml from_yaml fromstream getpath gmtime group_by gsub \
    halt has head_comment html if implode in index indices infinite inputs input inside is_key isempty isinfinite isnan \
    isnormal isvalid items_in iterables join json kind key keys keys_unsorted label last leaf_paths length limit line \
    line_comment localtime log log10 log2 ltrim ltrimstr map map_values match max max_by min min_by mktime nan normals not \
    now nth null nulls numbers objects omit or parent parents path paths pick pivot pow props range recurse recurse_down \
    reduce ireduce repeat reverse rindex round rtrim rtrimstr scalars scan select setpath sh shuffle slice sort sort_by \
    sort_keys split splits sqrt startswith strftime strings strptime style sub tag test text then to_csv to_datetime \
    to_entries to_json to_number to_props to_string to_tsv to_unix to_xml to_yaml toarray todate todateiso8601 tojson \
    tonumber tostream tostring transpose trim trimstr true truncate_stream try tsv type tz unique unique_by until upcase \
    uri urid utf8bytelength values walk while with with_dtf with_entries xml yaml column";

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
    // `yq -P file` has no program, and `yq .netrc` reads a file of that name where there is one.
    if name == "yq" && may_be_file(&program.text) {
        paths::check(program, Use::Content)?;
    } else {
        stays(&program.text)?;
    }
    files.iter().try_for_each(|it| paths::check(it, Use::Content))
}

/// True for a program of one word that could be the name of a file.
fn may_be_file(program: &str) -> bool {
    let is_word = program.chars().all(|it| it.is_alphanumeric() || "._-/~*".contains(it));
    let computes = || COMPUTING.split_ascii_whitespace().any(|it| it == program);
    let is_field = program.strip_prefix('.').is_some_and(|it| {
        let is_path = it.contains('.') && !it.starts_with("env");
        is_path || !paths::normally_holds_secrets(program)
    });
    is_word && (program.contains('/') || !is_field && !computes() && program != ".")
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

/// True for a program of words that only compute.
fn stays(program: &str) -> Verdict {
    let mut reading = Reading { rest: program, open: Vec::new(), before: ' ' };
    while !reading.rest.is_empty() {
        reading.token()?;
    }
    Ok(())
}

struct Reading<'a> {
    rest: &'a str,
    /// Brackets that are open; `"` for a text that goes on behind what is put into it.
    open: Vec<char>,
    /// The last sign that is no blank.
    before: char,
}

impl Reading<'_> {
    fn token(&mut self) -> Verdict {
        let Some(it) = self.rest.chars().next() else { return Ok(()) };
        let is_letter = |it: char| it.is_alphanumeric() || it == '_';
        if is_letter(it) || it == '$' {
            let end = self.rest[it.len_utf8()..].find(|it| !is_letter(it));
            let end = end.map_or(self.rest.len(), |end| end + it.len_utf8());
            let word = &self.rest[..end];
            self.word(word, &self.rest[end..])?;
            self.before = word.chars().last().unwrap_or(' ');
            self.rest = &self.rest[end..];
            return Ok(());
        }
        self.rest = &self.rest[it.len_utf8()..];
        match it {
            '"' => self.text()?,
            '(' | '[' | '{' => self.open.push(it),
            ')' | ']' | '}' => {
                let opened = self.open.pop();
                if it == ')' && opened == Some('"') {
                    self.text()?;
                } else if opened.is_none() {
                    return ask("a program that cannot be read");
                }
            }
            // Two dots are no field that follows.
            '.' if self.before == '.' => {
                self.before = ' ';
                return Ok(());
            }
            it if it.is_ascii_whitespace() || ".,:;|/+-*%=<>!?@".contains(it) => {}
            it => return ask(format!("`{it}` in a program is not known")),
        }
        self.before = if it.is_ascii_whitespace() && self.before != '.' { self.before } else { it };
        Ok(())
    }

    fn word(&self, word: &str, behind: &str) -> Verdict {
        let is_field = self.before == '.';
        let is_key = self.open.last() == Some(&'{')
            && matches!(self.before, '{' | ',')
            && behind.trim_start().starts_with(':');
        let is_variable = word.starts_with('$') && word != "$ENV" && !word.starts_with("$__");
        let is_number = word.bytes().all(|it| it.is_ascii_digit() || matches!(it, b'e' | b'E'))
            && word.starts_with(|it: char| it.is_ascii_digit());
        let computes = || COMPUTING.split_ascii_whitespace().any(|it| it == word);
        if is_field && !word.starts_with('$') || is_key || is_variable || is_number || computes() {
            return Ok(());
        }
        ask(format!("`{word}` may read more than the file"))
    }

    /// To the end of a text, or to what is put into it.
    fn text(&mut self) -> Verdict {
        let mut signs = self.rest.char_indices();
        while let Some((at, it)) = signs.next() {
            match it {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(());
                }
                '\\' => match signs.next() {
                    Some((at, '(')) => {
                        self.rest = &self.rest[at + 1..];
                        self.open.push('"');
                        return Ok(());
                    }
                    Some(_) => {}
                    None => break,
                },
                _ => {}
            }
        }
        ask("a text without an end")
    }
}
