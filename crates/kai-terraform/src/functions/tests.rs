use std::collections::BTreeMap;

use super::function;
use crate::function::{FileError, FunctionError, Surroundings};
use crate::value::{Marks, Type, Value};

/// Two files below a folder.
struct Files;

impl Surroundings for Files {
    fn read(&self, path: &str) -> Result<Vec<u8>, FileError> {
        match path {
            "a/one.txt" => Ok(b"one".to_vec()),
            "a" => Err(FileError::IsFolder),
            _ => Err(FileError::NotFound),
        }
    }

    fn files_below(&self, folder: &str) -> Option<Vec<String>> {
        (folder == "a").then(|| vec!["b/two.yaml".into(), "one.txt".into()])
    }

    fn working_folder(&self) -> Option<String> {
        None
    }

    fn now(&self) -> Option<String> {
        None
    }

    fn render(&self, _: &str, template: &str, _: &Value) -> Result<Value, String> {
        Ok(Value::string(template))
    }
}

fn call(name: &str, arguments: &[Value]) -> Result<Value, FunctionError> {
    function(name).unwrap_or_else(|| panic!("no function `{name}`")).call(&Files, arguments)
}

fn text(value: &str) -> Value {
    Value::string(value)
}

fn list(elements: &[&str]) -> Value {
    Value::tuple(elements.iter().map(|it| text(it)).collect::<Vec<_>>())
}

/// The result as JSON, or the message of the error.
#[track_caller]
fn check(name: &str, arguments: &[Value], expected: &str) {
    let result = match call(name, arguments) {
        Ok(value) => call("jsonencode", &[value]).map(|it| it.as_str().map(str::to_owned)),
        Err(error) => Ok(Some(error.message)),
    };
    assert_eq!(result, Ok(Some(expected.to_owned())), "`{name}`");
}

#[test]
fn absurd_sizes_are_refused() {
    let million = Value::int(1 << 40);
    check("indent", &[million, text("a\nb")], "the result would be larger than 16777216 bytes");
    let lines = text(&"x".repeat(1 << 13));
    check(
        "replace",
        &[lines.clone(), text(""), lines],
        "the result would be larger than 16777216 bytes",
    );
    check(
        "format",
        &[text("%99999999d"), Value::int(1)],
        "99999999 is too large a number in a format",
    );
    let many = Value::tuple(vec![Value::int(1); 2000]);
    let sets = [many.clone(), many.clone(), many];
    check("setproduct", &sets, "the product has too many elements");
    let most = "more than 1024 values were generated; either decrease the difference between start \
                and end or use a smaller step";
    check("range", &[Value::int(1 << 40)], most);
    check("jsondecode", &[text(&"[".repeat(100_000))], "exceeded max depth");
    let bomb = format!(
        "a: &a [{}]\nb: &b [{}]\nc: &c [{}]\nd: [{}]",
        ["x"; 100].join(","),
        ["*a"; 100].join(","),
        ["*b"; 100].join(","),
        ["*c"; 100].join(",")
    );
    check(
        "yamldecode",
        &[text(&bomb)],
        "the document is nested too deeply or holds too many values",
    );
}

#[test]
fn what_nobody_knows_before_an_apply_is_to_come() {
    for name in ["timestamp", "plantimestamp", "uuid"] {
        let value = call(name, &[]).unwrap_or_else(|it| panic!("{it:?}"));
        let unknown = value.as_unknown().map(|it| it.cause.text.to_string());
        assert_eq!(unknown, Some(format!("{name}()")));
    }
    let home = call("pathexpand", &[text("~/x")]).map(|it| it.is_known());
    assert_eq!(home, Ok(false));
    let compressed = call("base64gzip", &[text(&"aaaa".repeat(20))]).map(|it| it.is_known());
    assert_eq!(compressed, Ok(false), "another compressor writes other bytes");
}

#[test]
fn functions_that_are_gone_say_what_to_write() {
    let message = "the \"list\" function was deprecated in Terraform v0.12 and is no longer available; use \
                   tolist([ ... ]) syntax to write a literal list";
    check("list", &[text("a")], message);
}

#[test]
fn files_are_read_and_found() {
    check("file", &[text("a/one.txt")], r#""one""#);
    check(
        "file",
        &[text("./a")],
        "no file exists at \"a\"; this function works only with files that \
        are distributed as part of the configuration source code, so if this file will be created by \
        a resource in this configuration you must instead obtain this result from an attribute of \
        that resource",
    );
    check("fileexists", &[text("b")], "false");
    check("fileset", &[text("a"), text("**/*.{yaml,txt}")], r#"["b/two.yaml","one.txt"]"#);
    check("fileset", &[text("a"), text("*")], r#"["one.txt"]"#);
    check("fileset", &[text("nowhere"), text("*")], "[]");
}

#[test]
fn marks_follow_the_values_that_carry_them() {
    let secret = || text("s").marked(Marks::SENSITIVE);
    let map = Value::object(BTreeMap::from([("a".into(), secret()), ("b".into(), text("c"))]));
    let marks = |name: &str, arguments: &[Value]| {
        call(name, arguments).map(|it| (it.marks.is_sensitive, it.marks_deep().is_sensitive))
    };
    assert_eq!(marks("upper", &[secret()]), Ok((true, true)));
    assert_eq!(marks("merge", std::slice::from_ref(&map)), Ok((false, true)));
    assert_eq!(marks("keys", std::slice::from_ref(&map)), Ok((false, false)));
    assert_eq!(marks("lookup", &[map.clone(), text("b")]), Ok((false, false)));
    assert_eq!(marks("jsonencode", &[map]), Ok((true, true)));
    assert_eq!(marks("nonsensitive", &[secret()]), Ok((false, false)));
}

#[test]
fn a_text_to_come_answers_by_its_beginning() {
    let around = call("uuid", &[]).unwrap_or_else(|it| panic!("{it:?}"));
    let named = call("format", &[text("web-%s"), around]).unwrap_or_else(|it| panic!("{it:?}"));
    let answer = |prefix| call("startswith", &[named.clone(), text(prefix)]).map(|it| it.as_bool());
    assert_eq!(answer("web"), Ok(Some(true)));
    assert_eq!(answer("db"), Ok(Some(false)));
    assert_eq!(answer("web-1"), Ok(None));
}

#[test]
fn networks_are_divided() {
    check("cidrsubnet", &[text("10.0.0.0/16"), Value::int(8), Value::int(3)], r#""10.0.3.0/24""#);
    check(
        "cidrhost",
        &[text("fd00::/8"), Value::int(-1)],
        r#""fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff""#,
    );
    let subnets = [text("10.0.0.0/30"), Value::int(2), Value::int(1)];
    check("cidrsubnets", &subnets, r#"["10.0.0.0/32","10.0.0.2/31"]"#);
}

#[test]
fn lists_keep_or_lose_their_types_as_in_terraform() {
    check("concat", &[list(&["a"]), Value::tuple(vec![Value::int(1)])], r#"["a",1]"#);
    check("distinct", &[Value::tuple(vec![Value::int(1), text("1")])], r#"["1"]"#);
    check("contains", &[list(&["1"]), Value::int(1)], "false");
    let null = Value::null(Type::Dynamic);
    check("coalesce", &[null.clone(), text(""), text("x")], r#""x""#);
    check("compact", &[Value::tuple(vec![null, text(""), text("x")])], r#"["x"]"#);
}
