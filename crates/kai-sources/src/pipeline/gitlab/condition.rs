//! The language of `if:` in rules.

use kai_core::SmolStr;

/// What is known of a variable before a pipeline runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Text(SmolStr),
    /// The name of the default branch, whatever that is.
    DefaultBranch,
    /// The name of another branch.
    OtherBranch,
    /// Some text.
    Set,
    /// A text, or nothing.
    Unknown,
}

/// A condition with parentheses that are deeper is left open.
const DEEPEST: usize = 64;

/// Whether a condition holds; none where it depends on what is not known.
pub(super) fn holds(condition: &str, of: &dyn Fn(&str) -> Value) -> Option<bool> {
    let tokens = tokens(condition);
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0, of };
    let held = parser.any();
    held.filter(|_| parser.at == tokens.len())
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token<'a> {
    Variable(&'a str),
    Text(&'a str),
    /// Between slashes.
    Pattern,
    Null,
    /// `==`, `&&`, a parenthesis.
    Sign(&'a str),
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some((token, after)) = token(rest) {
        tokens.push(token);
        rest = after.trim_start();
    }
    // What is left makes the whole condition one that nobody here understands.
    if !rest.is_empty() {
        tokens.push(Token::Sign(rest));
    }
    tokens
}

fn token(text: &str) -> Option<(Token<'_>, &str)> {
    const SIGNS: [&str; 8] = ["==", "!=", "=~", "!~", "&&", "||", "(", ")"];
    if let Some(sign) = SIGNS.iter().find(|it| text.starts_with(**it)) {
        return Some((Token::Sign(sign), &text[sign.len()..]));
    }
    if let Some(rest) = text.strip_prefix('$') {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '_');
        let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
        return Some((Token::Variable(name), after.strip_prefix('}').unwrap_or(after)));
    }
    if let Some(after) = text.strip_prefix("null") {
        return Some((Token::Null, after));
    }
    let quote = text.chars().next().filter(|it| matches!(it, '"' | '\'' | '/'))?;
    let inside = &text[1..];
    let end = closing(inside, quote)?;
    let after = &inside[end + 1..];
    Some(match quote {
        '/' => (Token::Pattern, after.trim_start_matches(|it: char| it.is_ascii_lowercase())),
        _ => (Token::Text(&inside[..end]), after),
    })
}

fn closing(text: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(at, letter)| {
        let is_end = letter == quote && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        is_end.then_some(at)
    })
}

struct Parser<'a> {
    tokens: &'a [Token<'a>],
    at: usize,
    /// The parentheses around what is read.
    depth: usize,
    of: &'a dyn Fn(&str) -> Value,
}

impl<'a> Parser<'a> {
    fn next(&mut self) -> Option<&'a Token<'a>> {
        let token = self.tokens.get(self.at);
        self.at += usize::from(token.is_some());
        token
    }

    fn takes(&mut self, sign: &str) -> bool {
        let is_next = self.tokens.get(self.at) == Some(&Token::Sign(sign));
        self.at += usize::from(is_next);
        is_next
    }

    fn any(&mut self) -> Option<bool> {
        let mut held = self.all();
        while self.takes("||") {
            held = match (held, self.all()) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
        }
        held
    }

    fn all(&mut self) -> Option<bool> {
        let mut held = self.one();
        while self.takes("&&") {
            held = match (held, self.one()) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
        }
        held
    }

    fn one(&mut self) -> Option<bool> {
        if self.takes("(") {
            self.depth += 1;
            let held = if self.depth > DEEPEST { None } else { self.any() };
            self.depth -= 1;
            return held.filter(|_| self.takes(")"));
        }
        let left = self.operand()?;
        for (sign, is_equal) in [("==", true), ("!=", false)] {
            if self.takes(sign) {
                let right = self.operand()?;
                return equal(&left, &right).map(|it| it == is_equal);
            }
        }
        for (sign, matches) in [("=~", true), ("!~", false)] {
            if self.takes(sign) {
                self.next();
                // Nothing matches no pattern; what a text matches is left open.
                return (left == Value::Null).then_some(!matches);
            }
        }
        is_set(&left)
    }

    fn operand(&mut self) -> Option<Value> {
        match self.next()? {
            Token::Variable(name) => Some((self.of)(name)),
            Token::Text(text) => Some(Value::Text((*text).into())),
            Token::Null => Some(Value::Null),
            Token::Pattern | Token::Sign(_) => None,
        }
    }
}

fn is_set(value: &Value) -> Option<bool> {
    match value {
        Value::Null => Some(false),
        Value::Text(text) => Some(!text.is_empty()),
        Value::DefaultBranch | Value::OtherBranch | Value::Set => Some(true),
        Value::Unknown => None,
    }
}

fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Unknown, _) | (_, Value::Unknown) => None,
        (Value::Null, Value::Null) | (Value::DefaultBranch, Value::DefaultBranch) => Some(true),
        (Value::Null, _) | (_, Value::Null) => Some(false),
        (Value::DefaultBranch, Value::OtherBranch) | (Value::OtherBranch, Value::DefaultBranch) => {
            Some(false)
        }
        (Value::Text(left), Value::Text(right)) => Some(left == right),
        // Nearly every default branch is called so, and then no other one is.
        (Value::OtherBranch, Value::Text(name)) | (Value::Text(name), Value::OtherBranch)
            if matches!(name.as_str(), "main" | "master") =>
        {
            Some(false)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_holds_does_not_or_nobody_knows() {
        let of = |name: &str| match name {
            "SOURCE" => Value::Text("push".into()),
            "BRANCH" => Value::OtherBranch,
            "DEFAULT" => Value::DefaultBranch,
            "TAG" => Value::Null,
            _ => Value::Unknown,
        };
        for (condition, expected) in [
            ("$SOURCE == \"push\"", Some(true)),
            ("$SOURCE != 'push' && $X", Some(false)),
            ("$BRANCH == $DEFAULT || $SOURCE == \"web\"", Some(false)),
            ("$BRANCH == \"main\"", Some(false)),
            ("$BRANCH == \"release\"", None),
            ("$DEFAULT == \"main\"", None),
            ("$TAG", Some(false)),
            ("$TAG =~ /^v\\/1/", Some(false)),
            ("$TAG == null && ($X || $SOURCE)", Some(true)),
            ("$BRANCH =~ /^release/i", None),
            ("$SOURCE == \"push\" && $X == \"1\"", None),
            ("something else", None),
        ] {
            assert_eq!(holds(condition, &of), expected, "{condition}");
        }
    }

    #[test]
    fn parentheses_are_read_as_deep_as_people_write_them() {
        let nested =
            |depth: usize| format!("{}null == null{}", "(".repeat(depth), ")".repeat(depth));
        let of = |_: &str| Value::Unknown;
        assert_eq!(holds(&nested(DEEPEST), &of), Some(true));
        assert_eq!(holds(&nested(100_000), &of), None);
    }
}
