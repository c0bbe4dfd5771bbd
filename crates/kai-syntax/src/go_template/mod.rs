//! Go's `text/template`: text to a tree, with the places that Go's own errors name.
//!
//! The grammar and every error follow `text/template/parse` of Go 1.26. Function names are looked
//! up while parsing, as Go does, so an unknown one refuses the file. A parsed template says
//! nothing about values; running it is the composer's work.
//!
//! Start with [`parse`].

pub mod bytes;
mod lexer;
mod number;
mod parser;
mod plain;
mod print;
mod quote;
mod token;
mod tree;

pub use number::{Number, parse_float, parse_int, parse_unsigned};
pub use parser::{ParseError, parse};
pub use quote::{is_printable, quoted, quoted_char, unquote};
pub use tree::{
    Branch, Call, Command, Definition, Item, Literal, Operand, Pipeline, Template, Term,
};

#[cfg(test)]
mod tests;
