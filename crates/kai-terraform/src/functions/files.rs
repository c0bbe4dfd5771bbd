//! Functions of files. Nothing outside of the tree is read.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use kai_core::{OriginId, Reason};
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::arguments::{Outcome, text, texts};
use super::digests::{in_base64, in_hexadecimal};
use super::file_pattern::FilePattern;
use crate::function::{FileError, Function, FunctionError, Parameter, Surroundings};
use crate::value::{Cause, Type, Value};

pub(super) fn functions() -> Vec<Function> {
    let of_file = |name, body| {
        Function::new(name, Type::String, body).takes(Parameter::new("path", Type::String))
    };
    vec![
        of_file("abspath", |around, it, _| Ok(absolute(around, text(&it[0])))),
        of_file("basename", |_, it, _| Ok(Value::string(basename(text(&it[0]))))),
        of_file("dirname", |_, it, _| Ok(Value::string(dirname(text(&it[0]))))),
        of_file("file", |around, it, _| match encrypted(around, text(&it[0])) {
            Some(value) => Ok(value),
            None => file(around, text(&it[0])).map(Value::string),
        }),
        of_file("filebase64", |around, it, _| match encrypted(around, text(&it[0])) {
            Some(value) => Ok(value),
            None => Ok(Value::string(BASE64_STANDARD.encode(read(around, text(&it[0]))?))),
        }),
        of_file("filebase64sha256", |around, it, _| {
            Ok(in_base64::<Sha256>(&read(around, text(&it[0]))?))
        }),
        of_file("filebase64sha512", |around, it, _| {
            Ok(in_base64::<Sha512>(&read(around, text(&it[0]))?))
        }),
        Function::new("fileexists", Type::Bool, |around, it, _| exists(around, text(&it[0])))
            .takes(Parameter::new("path", Type::String)),
        of_file("filemd5", |around, it, _| Ok(in_hexadecimal::<Md5>(&read(around, text(&it[0]))?))),
        Function::new("fileset", Type::set(Type::String), fileset)
            .takes(Parameter::new("path", Type::String))
            .takes(Parameter::new("pattern", Type::String)),
        of_file("filesha1", |around, it, _| {
            Ok(in_hexadecimal::<Sha1>(&read(around, text(&it[0]))?))
        }),
        of_file("filesha256", |around, it, _| {
            Ok(in_hexadecimal::<Sha256>(&read(around, text(&it[0]))?))
        }),
        of_file("filesha512", |around, it, _| {
            Ok(in_hexadecimal::<Sha512>(&read(around, text(&it[0]))?))
        }),
        of_file("pathexpand", |_, it, _| {
            let path = text(&it[0]);
            // Nobody knows whose home folder it will be.
            Ok(if path.starts_with('~') {
                not_here("the home folder")
            } else {
                Value::string(path)
            })
        }),
    ]
}

fn not_here(what: &str) -> Value {
    Value::unknown(Type::String, Cause::new(Reason::NotInRepository, what, OriginId::NONE))
}

fn absolute(around: &dyn Surroundings, path: &str) -> Value {
    if path.starts_with('/') {
        return Value::string(clean(path));
    }
    match around.working_folder() {
        Some(folder) => Value::string(clean(&format!("{folder}/{path}"))),
        None => not_here("the folder in which Terraform runs"),
    }
}

pub(super) fn read(around: &dyn Surroundings, path: &str) -> Result<Vec<u8>, FunctionError> {
    around.read(path).map_err(|error| {
        let path = clean(path);
        let message = match error {
            FileError::NotFound => format!(
                "no file exists at {path:?}; this function works only with files that are \
                 distributed as part of the configuration source code, so if this file will be \
                 created by a resource in this configuration you must instead obtain this result \
                 from an attribute of that resource"
            ),
            FileError::IsFolder => format!("failed to read file: read {path}: is a directory"),
            FileError::Unreadable => format!("failed to open {path:?}"),
        };
        FunctionError::of(0, message)
    })
}

/// What a file is to come to that a tool has encrypted as a whole: whoever applies has decrypted it before.
pub(super) fn encrypted(around: &dyn Surroundings, path: &str) -> Option<Value> {
    let tool = kai_core::encrypted_with(&around.read(path).ok()?)?;
    let path = clean(path);
    Some(not_here(&format!("`{path}`, encrypted with {tool}: not read")))
}

pub(super) fn file(around: &dyn Surroundings, path: &str) -> Result<String, FunctionError> {
    String::from_utf8(read(around, path)?).map_err(|_| {
        FunctionError::new(format!(
            "contents of {:?} are not valid UTF-8; use the filebase64 function to obtain the \
             Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to \
             obtain file hashing results instead",
            clean(path)
        ))
    })
}

fn exists(around: &dyn Surroundings, path: &str) -> Outcome {
    match around.read(path) {
        Ok(_) => Ok(Value::bool(true)),
        Err(FileError::NotFound) => Ok(Value::bool(false)),
        Err(FileError::IsFolder) => {
            Err(FunctionError::new(format!("{:?} is a directory, not a file", clean(path))))
        }
        Err(FileError::Unreadable) => {
            Err(FunctionError::new(format!("failed to stat {:?}", clean(path))))
        }
    }
}

/// Files below the folder, by their paths from it. A pattern may begin with steps out of it.
fn fileset(around: &dyn Surroundings, arguments: &[Value], _: &Type) -> Outcome {
    let (folder, written) = (text(&arguments[0]), text(&arguments[1]));
    let (mut steps, mut inner) = (String::new(), written);
    while let Some(rest) = inner.strip_prefix("../") {
        steps.push_str("../");
        inner = rest;
    }
    let pattern = FilePattern::new(inner).ok_or_else(|| {
        FunctionError::new(format!("failed to glob pattern {written:?}: syntax error in pattern"))
    })?;
    let files = around.files_below(&clean(&format!("{folder}/{steps}"))).unwrap_or_default();
    let found = files.iter().filter(|it| pattern.matches(it)).map(|it| format!("{steps}{it}"));
    let Some(elements) = texts(found).elements().cloned() else { return Ok(texts([""; 0])) };
    Ok(Value::set(Type::String, elements.to_vec()))
}

fn basename(path: &str) -> String {
    let trimmed = path.trim_end_matches('/');
    match (path, trimmed.rsplit('/').next()) {
        ("", _) => ".".into(),
        (_, None | Some("")) => "/".into(),
        (_, Some(name)) => name.into(),
    }
}

fn dirname(path: &str) -> String {
    clean(path.rfind('/').map_or("", |at| &path[..=at]))
}

/// The shortest path that names the same, as Go's `filepath.Clean`.
pub(super) fn clean(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|it| !matches!(*it, "" | ".")) {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            ("..", _) if is_absolute => {}
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (is_absolute, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".into(),
        (false, false) => joined,
    }
}
