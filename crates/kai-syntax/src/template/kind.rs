//! Which language a template is written in.

use std::cmp::Ordering;

/// The language of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TemplateKind {
    /// `{{ .Values.image }}`, as Helm and Go programs write it.
    Go,
    /// `{% if %}`, `{{ variable }}`, as Ansible writes it.
    Jinja,
    /// `%{ if }`, `${variable}`, as `templatefile` of Terraform reads it.
    Terraform,
    /// `${VARIABLE}`, as `envsubst` and Flux replace it.
    Envsubst,
}

impl TemplateKind {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Go => "Go template",
            Self::Jinja => "Jinja template",
            Self::Terraform => "Terraform template",
            Self::Envsubst => "envsubst template",
        }
    }

    /// The language of a text that does not read as YAML; none when nothing but texts in quotes
    /// holds template marks, so that the text is just broken.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        text.lines().filter_map(Clue::of_line).max().map(|it| it.0)
    }
}

/// A mark on one line, and how much it tells: other languages also write what looks like Jinja's
/// variables and envsubst's.
#[derive(PartialEq, Eq)]
struct Clue(TemplateKind, u8);

impl Ord for Clue {
    fn cmp(&self, other: &Self) -> Ordering {
        self.1.cmp(&other.1)
    }
}

impl PartialOrd for Clue {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Clue {
    fn of_line(line: &str) -> Option<Self> {
        let code = line.trim_start();
        if code.starts_with("${") {
            return Some(of_variable(code));
        }
        let mut quote = None;
        let mut depth = 0_usize;
        let mut before = b' ';
        for (at, byte) in line.bytes().enumerate() {
            match (quote, byte) {
                (Some(open), b'{') if ends_quote_inside(&line[at..], open) => {
                    return mark(&line[at..]);
                }
                (Some(open), _) if open == byte => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') if opens_quote(before) => quote = Some(byte),
                (None, b'#') if before.is_ascii_whitespace() => return None,
                (None, b'{' | b'%') => {
                    if let Some(clue) = mark(&line[at..]) {
                        return Some(clue);
                    }
                    depth += usize::from(byte == b'{');
                }
                // Between brackets the brace of a variable opens a mapping to YAML.
                (None, b'$') if depth > 0 && line[at..].starts_with("${") => {
                    return Some(of_variable(&line[at..]));
                }
                (None, b'[') => depth += 1,
                (None, b'}' | b']') => depth = depth.saturating_sub(1),
                (None, _) => {}
            }
            before = byte;
        }
        None
    }
}

/// True for `{{ f "x" }}` inside double quotes, where the text ends in the middle of the hole to
/// YAML, and for a hole that goes on in the next line.
fn ends_quote_inside(rest: &str, quote: u8) -> bool {
    let Some(inside) = rest.strip_prefix("{{") else { return false };
    inside.split_once("}}").is_none_or(|(hole, _)| hole.as_bytes().contains(&quote))
}

fn opens_quote(before: u8) -> bool {
    before.is_ascii_whitespace() || b":[{,(=".contains(&before)
}

fn mark(rest: &str) -> Option<Clue> {
    if rest.starts_with("{%") || rest.starts_with("{#") {
        return Some(Clue(TemplateKind::Jinja, 4));
    }
    if let Some(expression) = rest.strip_prefix("{{") {
        return Some(of_expression(expression));
    }
    let directive = rest.strip_prefix("%{")?.trim_start_matches(['~', ' ']);
    let is_directive =
        ["if", "for", "else", "endif", "endfor"].iter().any(|it| directive.starts_with(it));
    is_directive.then_some(Clue(TemplateKind::Terraform, 3))
}

/// Go names fields with a dot and variables with a dollar, Jinja names variables as they are.
fn of_expression(expression: &str) -> Clue {
    const ACTIONS: [&str; 18] = [
        "block", "break", "continue", "default", "define", "else", "end", "fail", "if", "include",
        "index", "printf", "quote", "range", "required", "template", "toYaml", "with",
    ];
    let expression = expression.trim_start_matches(['-', ' ']);
    let word_length = expression.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let word = &expression[..word_length];
    let is_called = expression[word_length..].starts_with('(');
    if word.is_empty() || (ACTIONS.contains(&word) && !is_called) {
        Clue(TemplateKind::Go, 2)
    } else {
        Clue(TemplateKind::Jinja, 1)
    }
}

/// Variables of the environment are written in capitals.
fn of_variable(code: &str) -> Clue {
    let is_lower = code[2..].starts_with(|it: char| it.is_ascii_lowercase());
    Clue(if is_lower { TemplateKind::Terraform } else { TemplateKind::Envsubst }, 0)
}
