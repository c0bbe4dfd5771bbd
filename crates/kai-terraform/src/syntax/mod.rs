//! HCL: text to bodies and expressions, each with its place.
//!
//! The parser is our own because what Terraform says of a broken text, and where, is part of what
//! is compared: the order in which it looks at tokens decides both. [`parse_file`] survives broken
//! blocks: each costs one diagnostic and nothing beside it.

mod ast;
mod body;
mod expression;
mod for_expression;
mod lexer;
mod literal;
mod template;

#[cfg(test)]
mod tests;

pub use ast::*;
pub use body::parse_file;
pub use expression::{parse_expression, parse_expression_at};
pub use template::parse_template;
