//! Values to YAML and JSON and back, and base64.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kai_core::{Node, Problem};
use kai_syntax::go_template::bytes;
use kai_syntax::yaml::SequenceIndent;
use kai_syntax::{json, yaml};

use super::convert::to_text;
use super::json_error::json_error;
use super::json_text::through_json;
use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::trace;
use crate::helm::value::{
    Data, Map, MapType, Source, Text, TextBuilder, Value, from_node, unsupported, with_text_keys,
};

const ANY: &[Kind] = &[Kind::Any];
const TEXT: &[Kind] = &[Kind::Text];

pub(super) const ALL: &[Function] = &[
    function("b64dec", TEXT, None, |run, it| {
        let text = to_text(&it[0]);
        let decoded = match STANDARD.decode(text.as_str().replace(['\r', '\n'], "")) {
            Ok(decoded) => bytes::to_text(decoded),
            Err(error) => illegal_base64(text.as_str(), &error),
        };
        Ok(text.changed(decoded, run.origins).into())
    }),
    function("b64enc", TEXT, None, |run, it| {
        let text = to_text(&it[0]);
        Ok(text.changed(STANDARD.encode(text.bytes()), run.origins).into())
    }),
    function("fromJson", TEXT, None, |run, it| Ok(object_or_error(from_json(run, &it[0]), ""))),
    function("fromJsonArray", TEXT, None, |run, it| Ok(list_or_error(from_json(run, &it[0]), ""))),
    function("fromYaml", TEXT, None, |run, it| {
        Ok(object_or_error(from_yaml(run, &it[0]), DECODING))
    }),
    function("fromYamlArray", TEXT, None, |run, it| {
        Ok(list_or_error(from_yaml(run, &it[0]), DECODING))
    }),
    function("mustFromJson", TEXT, None, |run, it| from_json(run, &it[0])),
    function("mustToJson", ANY, None, |run, it| Ok(to_json(run, &it[0], true))),
    function("mustToPrettyJson", ANY, None, |run, it| Ok(to_pretty_json(run, &it[0]))),
    function("mustToRawJson", ANY, None, |run, it| Ok(to_json(run, &it[0], false))),
    function("mustToYaml", ANY, None, |run, it| to_yaml(run, &it[0])),
    function("toJson", ANY, None, |run, it| Ok(to_json(run, &it[0], true))),
    function("toPrettyJson", ANY, None, |run, it| Ok(to_pretty_json(run, &it[0]))),
    function("toRawJson", ANY, None, |run, it| Ok(to_json(run, &it[0], false))),
    function("toYaml", ANY, None, |run, it| {
        Ok(to_yaml(run, &it[0]).unwrap_or_else(|_| Value::text("")))
    }),
    function("toYamlPretty", ANY, None, |run, it| {
        Ok(written(&it[0].to_node(run.origins), SequenceIndent::Two))
    }),
];

/// What `sigs.k8s.io/yaml` puts before an error of types.
const DECODING: &str = "error unmarshaling JSON: while decoding JSON: ";

pub(super) fn illegal_base64(text: &str, error: &base64::DecodeError) -> String {
    let at = match error {
        base64::DecodeError::InvalidByte(at, _) | base64::DecodeError::InvalidLastSymbol(at, _) => {
            *at
        }
        _ => text.len() / 4 * 4,
    };
    format!("illegal base64 data at input byte {at}")
}

/// Helm writes JSON first, and reads that as YAML to write YAML.
fn to_yaml(run: &Run<'_>, value: &Value) -> Outcome {
    let mut node = value.to_node(run.origins);
    let text = written(&node, SequenceIndent::None);
    // What JSON changes is escaped here, and nearly no text has an escape.
    let has_odd = text.as_str().is_some_and(|it| it.contains('\\') || bytes::has_raw(it));
    if has_odd && through_json(&mut node)? {
        return Ok(written(&node, SequenceIndent::None));
    }
    Ok(text)
}

/// Every key and scalar of the text keeps its source.
fn written(node: &Node, indent: SequenceIndent) -> Value {
    let (text, marks) = yaml::emit_marked(node, indent);
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let mut out = TextBuilder::with_room(text.len(), 2 * marks.len());
    let mut at = 0;
    for mark in marks {
        let (start, end) = (mark.start as usize, (mark.end as usize).min(text.len()));
        out.push_plain(&text[at..start]);
        out.push(&text[start..end], Source::Value(mark.origin));
        at = end;
    }
    out.push_plain(&text[at..]);
    out.finish().into()
}

fn to_json(run: &Run<'_>, value: &Value, escapes_html: bool) -> Value {
    let mut text = json::emit(&value.to_node(run.origins));
    if escapes_html {
        text = text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    }
    text = text.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    if bytes::has_raw(&text) {
        text = text.replace(|it| bytes::raw(it).is_some(), "\\ufffd");
    }
    Value::from(Text::new(text, value.origin))
}

fn to_pretty_json(run: &Run<'_>, value: &Value) -> Value {
    let compact = to_json(run, value, true);
    let compact = compact.as_str().unwrap_or_default();
    let mut out = String::new();
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    let mut characters = compact.chars().peekable();
    while let Some(it) = characters.next() {
        if in_text {
            out.push(it);
            in_text = escaped || it != '"';
            escaped = !escaped && it == '\\';
            continue;
        }
        match it {
            '{' | '[' => {
                out.push(it);
                if let Some(&close @ ('}' | ']')) = characters.peek() {
                    out.push(close);
                    characters.next();
                } else {
                    depth += 1;
                    new_line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(it);
            }
            ',' => {
                out.push(it);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => {
                in_text = it == '"';
                out.push(it);
            }
        }
    }
    Value::from(Text::new(out, value.origin))
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
}

fn from_yaml(run: &Run<'_>, value: &Value) -> Outcome {
    let text = to_text(value);
    let refused = |message: &str| Err(format!("error converting YAML to JSON: {message}"));
    if let Some(words) = bytes::yaml_error(text.as_str()) {
        return refused(&format!("yaml: {words}"));
    }
    let parsed = match run.budget.is_traced {
        true => trace::parse(run.origins, &text),
        false => trace::parse_untraced(run.origins, text.as_str()),
    };
    // Duplicate keys are problems too, but leave a document.
    let problem = parsed.problems.first().filter(|_| parsed.documents.is_empty());
    let words = match problem {
        Some(problem) => Some(in_words_of_go(text.as_str(), problem)),
        None => line_error(text.as_str()).map(|it| format!("yaml: {it}")),
    };
    if let Some(words) = words {
        return refused(&words);
    }
    let node = parsed.documents.first().map(|it| &it.node);
    if let Some((words, _)) = node.and_then(unsupported) {
        return Err(words);
    }
    Ok(node.map_or(Value::NIL, |it| from_node(&with_text_keys(run.origins, it))))
}

fn in_words_of_go(text: &str, problem: &Problem) -> String {
    if let Some(words) = yaml::null_key_error(text) {
        return words;
    }
    let words = yaml::libyaml_error(text).unwrap_or_else(|| problem.message.to_string());
    format!("yaml: {words}")
}

/// What libyaml alone refuses: it has its own mind of tabs, and ends a line where Unicode does.
fn line_error(text: &str) -> Option<String> {
    const ENDS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];
    // All of them begin with one of two bytes, and what is read may be long.
    let mut begins = memchr::memchr2_iter(0xc2, 0xe2, text.as_bytes());
    if begins.any(|at| text[at..].starts_with(ENDS)) {
        return yaml::libyaml_error(&text.replace(ENDS, "\n"));
    }
    text.contains('\t').then(|| yaml::libyaml_error(text)).flatten()
}

fn from_json(run: &Run<'_>, value: &Value) -> Outcome {
    let mut text = to_text(value);
    if let Cow::Owned(replaced) = bytes::replaced(text.as_str()) {
        text = text.changed(replaced, run.origins);
    }
    let parsed = trace::parse_json(run.origins, &text);
    let parsed = parsed.map_err(|message| json_error(text.as_str()).unwrap_or(message));
    parsed.map(|it| from_node(&it))
}

/// A map, or a map with the error; null is an empty map to YAML and none at all to JSON.
fn object_or_error(outcome: Outcome, before: &str) -> Value {
    let message = match outcome {
        Ok(value) => match value.data {
            Data::Map(_) => return value,
            Data::Nil | Data::Missing => return Value::map(Map::new(MapType::Any)),
            _ => {
                let kind = json_kind(&value);
                format!(
                    "{before}json: cannot unmarshal {kind} into Go value of type \
                     map[string]interface {{}}"
                )
            }
        },
        Err(message) => message,
    };
    let mut map = Map::new(MapType::Any);
    map.set("Error", Value::text(message));
    Value::map(map)
}

fn list_or_error(outcome: Outcome, before: &str) -> Value {
    let message = match outcome {
        Ok(value) => match value.data {
            Data::List(..) => return value,
            Data::Nil | Data::Missing => return Value::list([]),
            _ => {
                let kind = json_kind(&value);
                format!(
                    "{before}json: cannot unmarshal {kind} into Go value of type []interface {{}}"
                )
            }
        },
        Err(message) => message,
    };
    Value::list([Value::text(message)])
}

fn json_kind(value: &Value) -> &'static str {
    match value.data {
        Data::Bool(_) => "bool",
        Data::Text(_) => "string",
        Data::List(..) => "array",
        Data::Map(_) => "object",
        _ => "number",
    }
}
