//! Variables in texts: `$NAME`, `${NAME}`, and what `${NAME:-…}` and its relatives fall back to.
//!
//! A variable that no file sets may still be set by whoever starts the project, so it is not known;
//! one with a default has that default until somebody says otherwise.

use kai_core::{
    Entry, Map, Node, OriginId, Origins, Problem, Reason, Role, Scalar, ScalarKind, ScalarStyle,
    SmolStr, Unknown, Value,
};

use super::variables::Variables;

/// How deep a default may hold variables with defaults.
const DEPTH_MAX: u32 = 16;

/// A text after its variables were filled in.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Filled {
    /// With `${NAME}` left where the value is not known.
    pub(super) text: String,
    /// Where the values came from.
    pub(super) sources: Vec<OriginId>,
    /// True where something is left.
    pub(super) has_holes: bool,
    /// True where one known variable is all there is to the text.
    pub(super) is_one_variable: bool,
}

/// What the text is, or the part of it that Compose refuses.
pub(super) fn fill(text: &str, variables: &Variables) -> Result<Filled, String> {
    let mut filled = Filled::default();
    fill_into(text, variables, &mut filled, DEPTH_MAX)?;
    Ok(filled)
}

fn fill_into(
    text: &str,
    variables: &Variables,
    filled: &mut Filled,
    depth: u32,
) -> Result<(), String> {
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        filled.text.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        rest = match after.chars().next() {
            Some('$') => {
                filled.text.push('$');
                &after[1..]
            }
            Some('{') => {
                let end = closing(after).ok_or_else(|| rest[at..].to_owned())?;
                braced(&after[1..end], variables, filled, depth)?;
                filled.is_one_variable = at == 0 && rest.len() == text.len();
                filled.is_one_variable &= end + 1 == after.len();
                &after[end + 1..]
            }
            Some(letter) if letter == '_' || letter.is_ascii_alphabetic() => {
                let length = name_length(after);
                variable(&after[..length], variables, filled);
                filled.is_one_variable = at == 0 && length + 1 == text.len();
                &after[length..]
            }
            _ => return Err(rest[at..].to_owned()),
        };
    }
    filled.text.push_str(rest);
    Ok(())
}

/// The brace that closes the one at the start.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn name_length(text: &str) -> usize {
    let is_part = |it: char| it == '_' || it.is_ascii_alphanumeric();
    text.find(|it| !is_part(it)).unwrap_or(text.len())
}

/// What stands between braces: a name, and what to do where it is set, unset or empty.
fn braced(
    inner: &str,
    variables: &Variables,
    filled: &mut Filled,
    depth: u32,
) -> Result<(), String> {
    let length = name_length(inner);
    let (name, operator) = inner.split_at(length);
    if name.is_empty() || name.starts_with(|it: char| it.is_ascii_digit()) || depth == 0 {
        return Err(format!("${{{inner}}}"));
    }
    if operator.is_empty() {
        variable(name, variables, filled);
        return Ok(());
    }
    let (counts_empty, operator) = match operator.strip_prefix(':') {
        Some(rest) => (true, rest),
        None => (false, operator),
    };
    let mut letters = operator.chars();
    let sign = letters.next();
    let word = letters.as_str();
    let value = variables.get(name);
    let is_set = value.is_some_and(|it| !counts_empty || it.value.as_deref() != Some(""));
    match sign {
        Some('-') if !is_set => fill_into(word, variables, filled, depth - 1),
        Some('+') if is_set => fill_into(word, variables, filled, depth - 1),
        Some('+') => Ok(()),
        Some('-' | '?') => {
            variable(name, variables, filled);
            Ok(())
        }
        _ => Err(format!("${{{inner}}}")),
    }
}

fn variable(name: &str, variables: &Variables, filled: &mut Filled) {
    match variables.get(name) {
        Some(known) if known.value.is_some() => {
            filled.text.push_str(known.value.as_deref().unwrap_or_default());
            filled.sources.push(known.origin);
        }
        _ => {
            filled.has_holes = true;
            filled.text.push_str(&format!("${{{name}}}"));
        }
    }
}

/// Fills in the variables of every value of a tree; keys have none.
pub(super) fn fill_tree(
    node: &Node,
    variables: &Variables,
    origins: &Origins,
    problems: &mut Vec<Problem>,
) -> Node {
    let value = match &node.value {
        Value::Scalar(scalar) if scalar.text.contains('$') => {
            return fill_scalar(node, scalar, variables, origins, problems);
        }
        Value::Scalar(_) | Value::Unknown(_) => return node.clone(),
        Value::Seq(items) => {
            let items = items.iter().map(|it| fill_tree(it, variables, origins, problems));
            return Node::seq(items.collect(), node.origin);
        }
        Value::Map(map) => map,
    };
    let entries = value.iter().map(|entry| Entry {
        node: fill_tree(&entry.node, variables, origins, problems),
        ..entry.clone()
    });
    Node::map(Map::from_entries(entries.collect()), node.origin)
}

fn fill_scalar(
    node: &Node,
    scalar: &Scalar,
    variables: &Variables,
    origins: &Origins,
    problems: &mut Vec<Problem>,
) -> Node {
    let filled = match fill(&scalar.text, variables) {
        Ok(filled) => filled,
        Err(part) => {
            problems.extend(refused(node, &part, origins));
            return unknown(&scalar.text, Reason::Unreadable, node.origin);
        }
    };
    if filled.has_holes {
        return unknown(&filled.text, Reason::NotInRepository, node.origin);
    }
    let origin = match filled.sources.as_slice() {
        // Only `$$`, or only defaults: the text here decides.
        [] => origins.derived(Role::Variable, Some(node.origin), &[node.origin]),
        [source] if filled.is_one_variable => {
            origins.replaced(Role::Variable, *source, Some(node.origin))
        }
        sources => {
            let parents: Vec<_> =
                [node.origin].into_iter().chain(sources.iter().copied()).collect();
            origins.derived(Role::Variable, Some(node.origin), &parents)
        }
    };
    let kind = match scalar.style {
        ScalarStyle::Plain => kai_syntax::yaml::resolve(&filled.text),
        _ => ScalarKind::Str,
    };
    let scalar = Scalar { text: filled.text.into(), kind, style: scalar.style };
    Node::new(Value::Scalar(scalar), origin)
}

/// A value that nobody can know from the text alone.
pub(super) fn unknown(text: &str, reason: Reason, origin: OriginId) -> Node {
    let unknown = Unknown { reason, text: SmolStr::new(text) };
    Node::new(Value::Unknown(unknown.into()), origin)
}

fn refused(node: &Node, part: &str, origins: &Origins) -> Option<Problem> {
    // A long text (a script) is named by its start.
    let part: String = part.chars().take(40).collect();
    let message = format!("`{part}` is no variable that Compose can fill in");
    let remedy = "write `$$` where a dollar sign is meant";
    origins.span(node.origin).map(|span| Problem::at(span, message, remedy))
}
