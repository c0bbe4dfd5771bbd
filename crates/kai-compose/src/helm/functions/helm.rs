//! Helm's own functions.

use std::rc::Rc;
use std::sync::Arc;

use kai_syntax::go_template;

use super::convert::to_text;
use super::{Function, Kind, Outcome, function};
use crate::helm::run::{Body, File, Run, stop};
use crate::helm::stand_in::STAND_IN;
use crate::helm::value::{Map, MapType, Value};

pub(super) const ALL: &[Function] = &[
    function("fail", &[Kind::Text], None, |_, it| Err(stop(to_text(&it[0]).as_str()))),
    function("include", &[Kind::Text, Kind::Any], None, include),
    function("lookup", &[Kind::Text, Kind::Text, Kind::Text, Kind::Text], None, |_, _| {
        Ok(Value::map(Map::new(MapType::Any)))
    }),
    function("required", &[Kind::Text, Kind::Any], None, required),
    function("tpl", &[Kind::Text, Kind::Any], None, tpl),
];

fn include(run: &mut Run<'_>, mut arguments: Vec<Value>) -> Outcome {
    let name = to_text(&arguments[0]);
    let Some(body) = run.templates.get(name.as_str()).cloned() else {
        let name = go_template::quoted(name.as_str());
        return Err(format!("template: no template {name} associated with template \"gotpl\""));
    };
    if !run.enter(&body) {
        let name = name.as_str();
        return Err(format!("rendering template has a nested reference name: {name}"));
    }
    let templates = run.templates.clone();
    let result = run.nested(templates, body.clone(), &arguments.swap_remove(1));
    run.leave(&body);
    result.map(Value::from).map_err(|it| it.to_string())
}

fn required(run: &mut Run<'_>, mut arguments: Vec<Value>) -> Outcome {
    let value = arguments.swap_remove(1);
    let is_empty = value.is_nil() || value.as_str() == Some("");
    match is_empty {
        false => Ok(value),
        true if run.budget.has_stand_ins => {
            run.note_needed(to_text(&arguments[0]).as_str());
            Ok(Value::text(STAND_IN))
        }
        true => Err(stop(to_text(&arguments[0]).as_str())),
    }
}

/// Texts that run themselves stop here. Helm has no bound, and dies of it.
const DEEPEST_TEXT: u32 = 200;

/// Runs a text as a template. What it defines ends with it.
fn tpl(run: &mut Run<'_>, arguments: Vec<Value>) -> Outcome {
    let text = to_text(&arguments[0]);
    if run.depth >= DEEPEST_TEXT {
        return Err(format!("texts are run as templates more than {DEEPEST_TEXT} deep"));
    }
    let name = run.name();
    let functions = run.functions;
    let parsed = go_template::parse(&name, text.as_str(), &|it| functions.get(it).is_some());
    let template = parsed.map_err(|it| {
        let text = go_template::quoted(text.as_str());
        format!("cannot parse template {text}: template: {name}:{}: {}", it.line, it.message)
    })?;
    let file =
        Rc::new(File { name: name.into(), text: text.clone(), template: Arc::new(template) });
    let mut templates = run.templates.clone();
    templates.add_definitions(&file);
    let body = Body::of(&file);
    let result = run.nested(templates, body, &arguments[1]);
    let text = result.map_err(|it| {
        let text = go_template::quoted(text.as_str());
        format!("error during tpl function execution for {text}: {it}")
    })?;
    Ok(crate::helm::output::without_no_value(text).into())
}
