//! `csvdecode`, in the dialect of Go's `encoding/csv`.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::arguments::{Outcome, text};
use crate::function::{Function, FunctionError, Parameter, Surroundings};
use crate::value::{Type, Value};

pub(super) fn functions() -> Vec<Function> {
    let csvdecode = Function::typed("csvdecode", |_| Ok(Type::Dynamic), csvdecode);
    vec![csvdecode.takes(Parameter::new("str", Type::String))]
}

fn csvdecode(_: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let mut reader = Reader { rest: text(&arguments[0]), line: 1 };
    let Some((_, header)) = reader.record()? else {
        return Err(FunctionError::new("missing header line"));
    };
    let mut names: BTreeMap<SmolStr, Type> = BTreeMap::new();
    for name in &header {
        if names.insert(name.into(), Type::String).is_some() {
            return Err(FunctionError::new(format!("duplicate column name {name:?}")));
        }
    }
    let mut rows = Vec::new();
    while let Some((line, fields)) = reader.record()? {
        if fields.len() != header.len() {
            return Err(wrong(line, "wrong number of fields"));
        }
        let columns = header.iter().zip(fields);
        rows.push(Value::object(
            columns.map(|(name, it)| (name.into(), Value::string(it))).collect(),
        ));
    }
    Ok(Value::list(Type::object(names), rows))
}

fn wrong(line: usize, what: &str) -> FunctionError {
    FunctionError::new(format!("CSV parse error on line {line}: {what}"))
}

struct Reader<'t> {
    rest: &'t str,
    line: usize,
}

impl Reader<'_> {
    /// The next record and the line on which it begins; empty lines are none.
    fn record(&mut self) -> Result<Option<(usize, Vec<String>)>, FunctionError> {
        while let Some(rest) = self.rest.strip_prefix('\n').or(self.rest.strip_prefix("\r\n")) {
            self.rest = rest;
            self.line += 1;
        }
        if self.rest.is_empty() {
            return Ok(None);
        }
        let first = self.line;
        let mut fields = Vec::new();
        loop {
            let field = match self.rest.starts_with('"') {
                true => self.quoted()?,
                false => self.bare()?,
            };
            fields.push(field);
            if let Some(rest) = self.rest.strip_prefix(',') {
                self.rest = rest;
                continue;
            }
            let end = self.rest.strip_prefix("\r\n").or(self.rest.strip_prefix('\n'));
            self.rest = end.unwrap_or("");
            self.line += 1;
            return Ok(Some((first, fields)));
        }
    }

    fn bare(&mut self) -> Result<String, FunctionError> {
        let line_end = self.rest.find('\n').unwrap_or(self.rest.len());
        let line = &self.rest[..line_end];
        let line = line.strip_suffix('\r').unwrap_or(line);
        let field = &line[..line.find(',').unwrap_or(line.len())];
        if field.contains('"') {
            return Err(wrong(self.line, "bare \" in non-quoted-field"));
        }
        self.rest = &self.rest[field.len()..];
        Ok(field.to_owned())
    }

    fn quoted(&mut self) -> Result<String, FunctionError> {
        let unbalanced = "extraneous or missing \" in quoted-field";
        let mut field = String::new();
        self.rest = &self.rest[1..];
        loop {
            let Some(quote) = self.rest.find('"') else {
                let lines = self.rest.trim_end_matches('\n').matches('\n').count();
                return Err(wrong(self.line + lines, unbalanced));
            };
            let part = &self.rest[..quote];
            self.line += part.matches('\n').count();
            // A line break within a field is always one character.
            field.push_str(&part.replace("\r\n", "\n"));
            self.rest = &self.rest[quote + 1..];
            match self.rest.strip_prefix('"') {
                Some(rest) => {
                    field.push('"');
                    self.rest = rest;
                }
                None => break,
            }
        }
        let is_end = self.rest.is_empty() || self.rest.starts_with([',', '\n']);
        if is_end || self.rest.starts_with("\r\n") || self.rest == "\r" {
            return Ok(field);
        }
        Err(wrong(self.line, unbalanced))
    }
}
