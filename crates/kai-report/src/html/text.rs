//! Texts of reviewed files as markup.

use kai_core::Location;
use maud::{Markup, html};

use crate::terminal::{Options, clean};

/// A sentence; what stands in backticks is set as code.
pub(super) fn prose(text: &str) -> Markup {
    let text = clean(text);
    let is_paired = text.matches('`').count().is_multiple_of(2);
    if !is_paired {
        return html! { (text) };
    }
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// A path and line, in pieces that may wrap after a slash.
pub(super) fn place(location: &Location, options: &Options) -> Markup {
    let place = options.place(location);
    html! {
        code.place {
            @for (index, part) in place.split('/').enumerate() {
                @if index > 0 { "/" wbr; }
                (part)
            }
        }
    }
}

/// `Deployment/ledger`, with a chance to wrap after the kind.
pub(super) fn label(label: &str) -> Markup {
    let label = clean(label);
    html! {
        @match label.split_once('/') {
            Some((kind, name)) => code { (kind) "/" wbr; (name) },
            None => code { (label) },
        }
    }
}

/// `1 file`, `1,327 files`.
pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = match noun.strip_suffix('y') {
        _ if number == 1 => noun.to_owned(),
        Some(stem) if !noun.ends_with("ey") => format!("{stem}ies"),
        _ => format!("{noun}s"),
    };
    format!("{} {plural}", grouped(number))
}

/// `1,327`.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
