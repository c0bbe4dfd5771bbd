//! What Helmfile has besides (`pkg/tmpl/context_funcs.go` of version 1). What asks the machine of
//! whoever runs it is noted, and what it gives is nothing to go by.

use super::convert::{default, to_text};
use super::{Function, Kind, Outcome, function};
use crate::helm::run::Run;
use crate::helm::value::{Data, Value};

/// In front of the name of a variable of the environment, whose value nobody here knows.
const MARK: &str = "\u{1}kai-environment ";

pub(super) const ALL: &[Function] = &[
    function("default", &[Kind::Any], Some(Kind::Any), or_default),
    function("env", &[Kind::Text], None, env),
    function("envExec", &[], Some(Kind::Any), |run, _| machine(run, "what `envExec` gives")),
    function("exec", &[], Some(Kind::Any), |run, _| machine(run, "what `exec` gives")),
    function("expandSecretRefs", &[Kind::Any], None, |run, _| {
        machine(run, "what `expandSecretRefs` gives")
    }),
    function("fetchSecretValue", &[Kind::Text], None, |run, it| {
        let what = format!("the secret `{}`", to_text(&it[0]).as_str());
        machine(run, &what)
    }),
    function("get", &[Kind::Text, Kind::Any], Some(Kind::Any), |_, it| {
        let path = to_text(&it[0]);
        let (default, object) = match it.as_slice() {
            [_, object] => (None, object),
            [_, default, object] => (Some(default), object),
            _ => return Err("unexpected number of args passed to the template function get".into()),
        };
        match at(path.as_str(), object).or_else(|| default.cloned()) {
            Some(found) => Ok(found),
            None => Err(format!("no value exist for key \"{}\"", path.as_str())),
        }
    }),
    function("getOrNil", &[Kind::Text, Kind::Any], None, |_, it| {
        Ok(at(to_text(&it[0]).as_str(), &it[1]).unwrap_or(Value::NIL))
    }),
    function("readDir", &[Kind::Text], None, |run, _| machine(run, "what `readDir` lists")),
    function("readDirEntries", &[Kind::Text], None, |run, _| {
        machine(run, "what `readDirEntries` lists")
    }),
    function("readFile", &[Kind::Text], None, |run, it| {
        let path = to_text(&it[0]);
        let asked = &mut run.budget.asked;
        match asked.files.get(path.as_str()) {
            Some(text) => Ok(Value::text(text.as_str())),
            None => {
                asked.file = Some(path.as_str().to_owned());
                Err(format!("the file `{}` is not here", path.as_str()))
            }
        }
    }),
    function("requiredEnv", &[Kind::Text], None, |run, it| {
        let what = variable(to_text(&it[0]).as_str());
        machine(run, &what)
    }),
];

/// What is at the end of a path of keys; the object itself where that is empty.
fn at(path: &str, object: &Value) -> Option<Value> {
    path.split('.').filter(|it| !it.is_empty()).try_fold(object.clone(), |object, key| {
        let map = object.as_map()?;
        map.borrow().get(key).cloned()
    })
}

fn machine(run: &mut Run<'_>, what: &str) -> Outcome {
    run.budget.asked.machine.push(what.to_owned());
    Err(format!("nobody here knows {what}"))
}

fn variable(name: &str) -> String {
    format!("the environment variable `{name}`")
}

fn env(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let name = to_text(&arguments[0]);
    run.budget.asked.machine.push(variable(name.as_str()));
    Ok(Value::text(format!("{MARK}{}", name.as_str()).as_str()))
}

/// A variable that may be set elsewhere has its default here.
fn or_default(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    if let [value, given] = arguments.as_slice()
        && let Data::Text(text) = &given.data
        && let Some(name) = text.as_str().strip_prefix(MARK)
    {
        let what = variable(name);
        // One that is asked for once more without a default stays unknown.
        let machine = &mut run.budget.asked.machine;
        if let Some(at) = machine.iter().rposition(|it| *it == what) {
            machine.remove(at);
        }
        return Ok(value.clone());
    }
    default(run, arguments)
}
