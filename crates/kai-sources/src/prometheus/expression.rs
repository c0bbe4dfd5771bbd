//! What an expression looks at.

use kai_core::{Reason, SmolStr};
use kai_graph::{MatchOperator, Matcher, Watch};
use promql_parser::label::MatchOp;
use promql_parser::parser::{self, Expr, VectorSelector};

/// Longer or deeper texts are not read: the parser recurses.
const LENGTH: usize = 16 * 1024;
const DEPTH: usize = 64;

/// What an expression says.
pub(super) struct Expression {
    /// The series that it selects, in its order.
    pub(super) watches: Vec<Watch>,
    /// True where it asks for a quantile of one series, which is that series for every quantile.
    pub(super) has_quantile_of_one: bool,
}

pub(super) fn read(text: &str) -> Result<Expression, Reason> {
    if text.contains("{{") || text.contains("${") {
        return Err(Reason::Templated);
    }
    let tree = tree(text).ok_or(Reason::Unreadable)?;
    let mut watches = Vec::new();
    look_at(&tree, Around::default(), &mut watches);
    Ok(Expression { watches, has_quantile_of_one: has_quantile_of_one(&tree) })
}

fn tree(text: &str) -> Option<Expr> {
    let is_large = text.len() > LENGTH || depth(text) > DEPTH;
    if is_large { None } else { parser::parse(text).ok() }
}

/// True for a query that divides by what is measured, which may be nothing. Where something is put in
/// (`{{args.name}}`), a name stands.
pub(crate) fn has_share(query: &str) -> bool {
    let mut text = String::with_capacity(query.len());
    let mut rest = query;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((_, after)) = after.split_once("}}") else { return false };
        text.push_str(before);
        text.push('x');
        rest = after;
    }
    text.push_str(rest);
    tree(&text).is_some_and(|it| divides(&it))
}

fn divides(tree: &Expr) -> bool {
    match tree {
        Expr::Aggregate(it) => divides(&it.expr),
        Expr::Unary(it) => divides(&it.expr),
        Expr::Paren(it) => divides(&it.expr),
        Expr::Call(it) => it.args.args.iter().any(|it| divides(it)),
        Expr::Binary(it) => {
            let mut below = Vec::new();
            look_at(&it.rhs, Around::default(), &mut below);
            let is_share = it.op.to_string() == "/" && !below.is_empty();
            is_share || divides(&it.lhs) || divides(&it.rhs)
        }
        _ => false,
    }
}

/// True for a text that ends too early in every dialect: a bracket or a quote stays open, or nothing
/// follows an operator.
pub(super) fn is_cut_off(text: &str) -> bool {
    let (mut open, mut quote, mut is_escaped, mut is_comment) = (Vec::new(), None, false, false);
    let mut last = ' ';
    for letter in text.chars() {
        match (quote, letter) {
            (_, '\n') if is_comment => is_comment = false,
            _ if is_comment => {}
            _ if is_escaped => is_escaped = false,
            (Some('"' | '\''), '\\') => is_escaped = true,
            (Some(it), letter) if it == letter => quote = None,
            (Some(_), _) => {}
            (None, '#') => is_comment = true,
            (None, '"' | '\'' | '`') => quote = Some(letter),
            (None, '(') => open.push(')'),
            (None, '[') => open.push(']'),
            (None, '{') => open.push('}'),
            (None, ')' | ']' | '}') if open.pop() != Some(letter) => return true,
            _ => {}
        }
        if !letter.is_whitespace() && !is_comment {
            last = letter;
        }
    }
    quote.is_some() || !open.is_empty() || "+-*/%^<>=".contains(last)
}

fn has_quantile_of_one(tree: &Expr) -> bool {
    match tree {
        Expr::Aggregate(it) => {
            let is_quantile = it.op.to_string() == "quantile" && is_one(&it.expr);
            is_quantile || has_quantile_of_one(&it.expr)
        }
        Expr::Unary(it) => has_quantile_of_one(&it.expr),
        Expr::Paren(it) => has_quantile_of_one(&it.expr),
        Expr::Binary(it) => has_quantile_of_one(&it.lhs) || has_quantile_of_one(&it.rhs),
        Expr::Call(it) => it.args.args.iter().any(|it| has_quantile_of_one(it)),
        _ => false,
    }
}

/// True for what has one series at most, whatever is measured.
fn is_one(tree: &Expr) -> bool {
    match tree {
        Expr::Aggregate(it) => {
            let keeps_one = ["sum", "avg", "min", "max", "count", "stddev", "stdvar"];
            it.modifier.is_none() && keeps_one.contains(&it.op.to_string().as_str())
        }
        Expr::Paren(it) => is_one(&it.expr),
        Expr::Unary(it) => is_one(&it.expr),
        Expr::Binary(it) => {
            let is_number = |it: &Expr| matches!(it, Expr::NumberLiteral(_));
            let (left, right) = (is_one(&it.lhs), is_one(&it.rhs));
            left && (right || is_number(&it.rhs)) || right && is_number(&it.lhs)
        }
        _ => false,
    }
}

/// What stands around a selector.
#[derive(Clone, Copy, Default)]
struct Around {
    is_absence: bool,
    is_zero: bool,
}

fn look_at(tree: &Expr, around: Around, found: &mut Vec<Watch>) {
    match tree {
        Expr::Aggregate(it) => look_at(&it.expr, around, found),
        Expr::Unary(it) => look_at(&it.expr, around, found),
        Expr::Paren(it) => look_at(&it.expr, around, found),
        Expr::Subquery(it) => look_at(&it.expr, around, found),
        Expr::Binary(it) => {
            let is_zero = it.op.to_string() == "==" && (is_zero(&it.lhs) || is_zero(&it.rhs));
            let around = Around { is_zero: around.is_zero || is_zero, ..around };
            look_at(&it.lhs, around, found);
            look_at(&it.rhs, around, found);
        }
        Expr::Call(it) => {
            let is_absence = matches!(it.func.name, "absent" | "absent_over_time");
            let around = Around { is_absence: around.is_absence || is_absence, ..around };
            for argument in &it.args.args {
                look_at(argument, around, found);
            }
        }
        Expr::VectorSelector(it) => found.extend(watch(it, around)),
        Expr::MatrixSelector(it) => found.extend(watch(&it.vs, around)),
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => {}
    }
}

fn is_zero(tree: &Expr) -> bool {
    match tree {
        Expr::NumberLiteral(it) => it.val == 0.0,
        Expr::Paren(it) => is_zero(&it.expr),
        _ => false,
    }
}

/// None for a selector that does not name its metric.
fn watch(selector: &VectorSelector, around: Around) -> Option<Watch> {
    let matchers: Vec<Matcher> = selector
        .matchers
        .matchers
        .iter()
        .map(|it| {
            let operator = match it.op {
                MatchOp::Equal => MatchOperator::Equal,
                MatchOp::NotEqual => MatchOperator::NotEqual,
                MatchOp::Re(_) => MatchOperator::Regex,
                MatchOp::NotRe(_) => MatchOperator::NotRegex,
            };
            Matcher::new(it.name.as_str(), operator, it.value.as_str())
        })
        .collect();
    let named = matchers.iter().find(|it| it.label == "__name__").map(|it| it.value.clone());
    let metric = selector.name.as_deref().map(SmolStr::from).or(named)?;
    Some(Watch { metric, matchers, is_absence: around.is_absence, is_zero: around.is_zero })
}

fn depth(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'-' | b'+' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}
