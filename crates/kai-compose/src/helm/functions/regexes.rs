//! Regular expressions in Go's dialect.

use std::cell::RefCell;
use std::collections::BTreeMap;

use kai_syntax::go_regex;
use regex::Regex;

use super::convert::{to_int, to_text};
use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::value::{Text, TextBuilder, Value, bounds};

const TWO: &[Kind] = &[Kind::Text, Kind::Text];
const THREE: &[Kind] = &[Kind::Text, Kind::Text, Kind::Text];
const LIMITED: &[Kind] = &[Kind::Text, Kind::Text, Kind::Int];

pub(super) const ALL: &[Function] = &[
    function("mustRegexFind", TWO, None, find),
    function("mustRegexFindAll", LIMITED, None, find_all),
    function("mustRegexMatch", TWO, None, matches),
    function("mustRegexReplaceAll", THREE, None, replace_all),
    function("mustRegexReplaceAllLiteral", THREE, None, replace_all_literal),
    function("mustRegexSplit", LIMITED, None, split),
    function("regexFind", TWO, None, find),
    function("regexFindAll", LIMITED, None, find_all),
    function("regexMatch", TWO, None, |run, it| {
        Ok(matches(run, it).unwrap_or_else(|_| Value::bool(false)))
    }),
    function("regexQuoteMeta", &[Kind::Text], None, |run, it| {
        let text = to_text(&it[0]);
        let mut quoted = String::new();
        for character in text.as_str().chars() {
            if r"\.+*?()|[]{}^$".contains(character) {
                quoted.push('\\');
            }
            quoted.push(character);
        }
        Ok(text.changed(quoted, run.origins).into())
    }),
    function("regexReplaceAll", THREE, None, replace_all),
    function("regexReplaceAllLiteral", THREE, None, replace_all_literal),
    function("regexSplit", LIMITED, None, split),
];

thread_local! {
    /// Charts ask the same few patterns again and again, and one takes longer to read than to use.
    static COMPILED: RefCell<BTreeMap<String, Regex>> = const { RefCell::new(BTreeMap::new()) };
}

/// More patterns than this come from a chart that makes them up.
const MOST_COMPILED: usize = 64;

fn compile(pattern: &Value) -> Result<Regex, String> {
    let pattern = to_text(pattern);
    let known = COMPILED.with_borrow(|it| it.get(pattern.as_str()).cloned());
    if let Some(known) = known {
        return Ok(known);
    }
    let regex = go_regex::compile(pattern.as_str()).map_err(|it| it.to_string())?;
    COMPILED.with_borrow_mut(|it| {
        if it.len() < MOST_COMPILED {
            it.insert(pattern.as_str().to_owned(), regex.clone());
        }
    });
    Ok(regex)
}

fn matches(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    Ok(Value::bool(compile(&arguments[0])?.is_match(to_text(&arguments[1]).as_str())))
}

fn find(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let text = to_text(&arguments[1]);
    let found = compile(&arguments[0])?.find(text.as_str()).map(|it| it.range());
    Ok(found.map_or_else(|| Text::plain(""), |it| text.slice(it)).into())
}

fn find_all(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let text = to_text(&arguments[1]);
    let most = usize::try_from(to_int(&arguments[2])).unwrap_or(usize::MAX);
    let regex = compile(&arguments[0])?;
    let found = regex.find_iter(text.as_str()).take(most).map(|it| text.slice(it.range()).into());
    Ok(Value::strings(found.collect::<Vec<Value>>()))
}

fn replace_all(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    replace(&arguments, |captures, template| {
        let mut expanded = String::new();
        captures.expand(template, &mut expanded);
        expanded
    })
}

fn replace_all_literal(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    replace(&arguments, |_, template| template.to_owned())
}

fn replace(
    arguments: &[Value],
    replacement: impl Fn(&regex::Captures<'_>, &str) -> String,
) -> Outcome {
    let (text, template) = (to_text(&arguments[1]), to_text(&arguments[2]));
    let regex = compile(&arguments[0])?;
    let mut out = TextBuilder::default();
    let mut start = 0;
    for captures in regex.captures_iter(text.as_str()) {
        let Some(all) = captures.get(0) else { continue };
        out.push_slice(&text, start..all.start());
        let new = replacement(&captures, template.as_str());
        if !bounds::may_grow(out.len(), new.len()) {
            break;
        }
        let source = template.parts().first().map(|it| it.source);
        match source {
            Some(source) => out.push(&new, source),
            None => out.push_plain(&new),
        }
        start = all.end();
    }
    out.push_slice(&text, start..text.len());
    Ok(out.finish().into())
}

fn split(_: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let text = to_text(&arguments[1]);
    let regex = compile(&arguments[0])?;
    let most = to_int(&arguments[2]);
    if most == 0 {
        return Ok(Value::strings([]));
    }
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let whole = text.as_str();
    if !regex.as_str().is_empty() && whole.is_empty() {
        return Ok(Value::strings([Value::text("")]));
    }
    let mut parts: Vec<Value> = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for found in regex.find_iter(whole) {
        if parts.len() + 1 >= most {
            break;
        }
        end = found.start();
        if found.end() != 0 {
            parts.push(text.slice(begin..end).into());
        }
        begin = found.end();
    }
    if end != whole.len() {
        parts.push(text.slice(begin..whole.len()).into());
    }
    Ok(Value::strings(parts))
}
