//! The tree as Go prints it in errors.

use std::fmt;

use super::tree::{Command, Literal, Operand, Pipeline, Term};

impl fmt::Display for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.variables.is_empty() {
            f.write_str(&self.variables.join(", "))?;
            f.write_str(if self.assigns { " = " } else { " := " })?;
        }
        separated(f, &self.commands, " | ")
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, operand) in self.operands.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            match &operand.term {
                Term::Pipeline(pipeline) => write!(f, "({pipeline})")?,
                _ => operand.fmt(f)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.term {
            Term::Function(name) => f.write_str(name),
            Term::Field(names) => fields(f, names),
            Term::Variable(name, names) => {
                f.write_str(name)?;
                fields(f, names)
            }
            Term::Chain(operand, names) => {
                match &operand.term {
                    Term::Pipeline(pipeline) => write!(f, "({pipeline})")?,
                    _ => operand.fmt(f)?,
                }
                fields(f, names)
            }
            Term::Pipeline(pipeline) => pipeline.fmt(f),
            Term::Dot => f.write_str("."),
            Term::Nil => f.write_str("nil"),
            Term::Bool(value) => value.fmt(f),
            Term::Number(number) => f.write_str(&number.text),
            Term::String(text, Literal::Quoted) => write!(f, "\"{text}\""),
            Term::String(text, Literal::Raw) => write!(f, "`{text}`"),
            Term::String(_, Literal::Written(literal)) => f.write_str(literal),
        }
    }
}

fn fields(f: &mut fmt::Formatter<'_>, names: &[smol_str::SmolStr]) -> fmt::Result {
    names.iter().try_for_each(|it| write!(f, ".{it}"))
}

fn separated<T: fmt::Display>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    separator: &str,
) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}
