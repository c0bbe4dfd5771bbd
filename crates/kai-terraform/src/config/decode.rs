//! Blocks to what they declare.

use std::collections::BTreeMap;
use std::sync::Arc;

use kai_core::{Origins, Span};
use smol_str::SmolStr;

use super::{
    Condition, Defaults, Import, Lifecycle, Local, Module, ModuleCall, Move, Output, Removal,
    Repetition, Resource, ResourceName, Variable, constraint,
};
use crate::diagnostic::{Diagnostic, Outcome};
use crate::eval::{Evaluator, Scope};
use crate::function::{FileError, Surroundings};
use crate::syntax::{Attribute, Block, Body, Expr, Kind, Step, parse_expression};
use crate::value::{Type, Value};

/// Places where only literals may stand.
struct Static<'a>(&'a Origins);

impl Scope for Static<'_> {
    fn resolve(&self, root: &str, steps: &[Step], span: Span) -> Outcome<(Value, usize)> {
        self.check(root, steps, span).map(|()| (Value::null(Type::Dynamic), 0))
    }

    fn check(&self, _: &str, _: &[Step], span: Span) -> Outcome<()> {
        Err(Diagnostic::new(span, "Variables not allowed", "Variables may not be used here."))
    }

    fn origins(&self) -> &Origins {
        self.0
    }

    fn surroundings(&self) -> &dyn Surroundings {
        self
    }
}

impl Surroundings for Static<'_> {
    fn read(&self, _: &str) -> Result<Vec<u8>, FileError> {
        Err(FileError::NotFound)
    }

    fn files_below(&self, _: &str) -> Option<Vec<String>> {
        None
    }

    fn working_folder(&self) -> Option<String> {
        None
    }

    fn now(&self) -> Option<String> {
        None
    }

    fn render(&self, _: &str, _: &str, _: &Value) -> Result<Value, String> {
        Err("templates may not be used here".into())
    }
}

/// The value of an expression that refers to nothing and calls nothing.
pub(crate) fn static_value(origins: &Origins, expr: &Expr) -> Outcome<Value> {
    if let Some(span) = first_call(expr) {
        let detail = "Functions may not be called here.";
        return Err(Diagnostic::new(span, "Function calls not allowed", detail));
    }
    Evaluator::new(&Static(origins)).value(expr)
}

fn first_call(expr: &Expr) -> Option<Span> {
    if let Kind::Call(call) = &expr.kind {
        return Some(Span { end: call.close.end, ..expr.span });
    }
    let mut found = None;
    expr.each_child(&mut |child, _| {
        if found.is_none() {
            found = first_call(child);
        }
    });
    found
}

/// A reference, also where it is written between quotes as JSON has it.
pub(crate) fn reference(origins: &Origins, expr: &Expr) -> Expr {
    let Some(text) = expr.literal_text() else { return expr.clone() };
    let path = origins.document(expr.span.document).path.clone();
    let parsed = origins
        .add_document(path, text.to_string())
        .and_then(|document| parse_expression(origins, document).ok());
    parsed.map_or_else(|| expr.clone(), |it| Expr { span: expr.span, origin: expr.origin, ..it })
}

/// Reads the blocks of files into a module; what is wrong goes to the problems.
pub(super) struct Decoder<'a> {
    pub(super) origins: &'a Origins,
    pub(super) module: Module,
    pub(super) problems: Vec<Diagnostic>,
}

impl Decoder<'_> {
    pub(super) fn file(&mut self, body: &Body) {
        for attribute in &body.attributes {
            self.unexpected(attribute);
        }
        for block in &body.blocks {
            if let Err(problem) = self.block(block) {
                self.problems.push(*problem);
            }
        }
    }

    fn unexpected(&mut self, attribute: &Attribute) {
        self.problems.push(*unsupported(attribute));
    }

    fn block(&mut self, block: &Block) -> Outcome<()> {
        match block.kind.as_str() {
            "locals" => {
                for attribute in &block.body.attributes {
                    let local =
                        Local { expr: Arc::clone(&attribute.expr), span: attribute.name_span };
                    if self.module.locals.contains_key(&attribute.name) {
                        let detail = format!(
                            "A local value named \"{}\" was already defined.",
                            attribute.name
                        );
                        return Err(Diagnostic::new(
                            attribute.name_span,
                            "Duplicate local value definition",
                            detail,
                        ));
                    }
                    self.module.locals.insert(attribute.name.clone(), local);
                }
                Ok(())
            }
            "variable" => self.variable(block),
            "output" => self.output(block),
            "resource" | "data" => self.resource(block),
            "module" => self.call(block),
            "provider" => {
                labels(block, &["name"])?;
                self.module.providers.push(block.clone());
                Ok(())
            }
            "terraform" => {
                // Where the state is kept holds for whatever version is asked for.
                self.module.settings.push(block.clone());
                self.settings(block)?;
                Ok(())
            }
            "check" => self.check(block),
            "moved" => {
                let [from, to] = ["from", "to"].map(|it| self.required(&block.body, it));
                self.module.moves.push(Move { from: from?, to: to?, span: block.header });
                Ok(())
            }
            "removed" => self.removed(block),
            "import" => self.import(block),
            "ephemeral" => Ok(()),
            other => {
                let detail = format!("Blocks of type \"{other}\" are not expected here.");
                Err(Diagnostic::new(block.kind_span, "Unsupported block type", detail))
            }
        }
    }

    fn required(&self, body: &Body, name: &str) -> Outcome<Expr> {
        let Some(attribute) = body.attribute(name) else {
            let detail =
                format!("The argument \"{name}\" is required, but no definition was found.");
            return Err(Diagnostic::new(body.end, "Missing required argument", detail));
        };
        Ok(reference(self.origins, &attribute.expr))
    }

    fn flag(&self, body: &Body, name: &str) -> Outcome<Option<bool>> {
        let Some(attribute) = body.attribute(name) else { return Ok(None) };
        let value = static_value(self.origins, &attribute.expr)?;
        let value = value.convert(&Type::Bool).map_err(|error| {
            let detail = format!("Unsuitable value: {}", error.message);
            Diagnostic::new(attribute.expr.span, "Unsuitable value type", detail)
        })?;
        Ok(value.as_bool())
    }

    fn variable(&mut self, block: &Block) -> Outcome<()> {
        labels(block, &["name"])?;
        let name = SmolStr::from(block.label(0));
        check_name(block, 0, "variable")?;
        allow(
            &block.body,
            &["type", "default", "description", "sensitive", "nullable", "ephemeral"],
            &["validation"],
        )?;
        if self.module.variables.contains_key(&name) {
            let detail = format!(
                "A variable named \"{name}\" was already declared. Variable names must be unique within a module."
            );
            return Err(Diagnostic::new(block.header, "Duplicate variable declaration", detail));
        }
        let mut variable = Variable {
            ty: Type::Dynamic,
            defaults: Defaults::default(),
            default: None,
            is_typed: false,
            is_nullable: self.flag(&block.body, "nullable")?.unwrap_or(true),
            is_sensitive: self.flag(&block.body, "sensitive")?.unwrap_or(false),
            is_ephemeral: self.flag(&block.body, "ephemeral")?.unwrap_or(false),
            validations: self.conditions(&block.body, "validation")?,
            span: block.header,
            origin: block.origin,
        };
        if let Some(attribute) = block.body.attribute("type") {
            let expr = json_expr(self.origins, &attribute.expr);
            (variable.ty, variable.defaults) = constraint(self.origins, &expr)?;
            variable.is_typed = true;
        }
        if let Some(attribute) = block.body.attribute("default") {
            let value = static_value(self.origins, &attribute.expr)?;
            let filled = variable.defaults.apply(&value);
            let value = filled.convert(&variable.ty).map_err(|error| {
                let detail = format!(
                    "This default value is not compatible with the variable's type constraint: {}.",
                    error.message
                );
                let summary = "Invalid default value for variable";
                Diagnostic::new(attribute.expr.span, summary, detail)
            })?;
            if value.is_null() && !variable.is_nullable {
                let detail = "A null default value is not valid when nullable=false.";
                let summary = "Invalid default value for variable";
                return Err(Diagnostic::new(attribute.expr.span, summary, detail));
            }
            variable.default = Some(value);
        }
        for validation in &variable.validations {
            let mut refers = false;
            crate::eval::References::each(&validation.condition, &mut |root, steps, _| {
                refers |= root == "var"
                    && matches!(steps.first().map(|it| &it.kind), Some(crate::syntax::StepKind::Attribute(it)) if *it == name);
            });
            if !refers {
                let detail = format!(
                    "The condition for variable \"{name}\" must refer to var.{name} in order to test incoming values."
                );
                let summary = "Invalid variable validation condition";
                self.problems.push(*Diagnostic::new(validation.condition.span, summary, detail));
            }
        }
        self.module.variables.insert(name, variable);
        Ok(())
    }

    fn output(&mut self, block: &Block) -> Outcome<()> {
        labels(block, &["name"])?;
        check_name(block, 0, "output")?;
        let name = SmolStr::from(block.label(0));
        allow(
            &block.body,
            &["value", "description", "sensitive", "ephemeral", "depends_on"],
            &["precondition"],
        )?;
        if let Some(first) = self.module.outputs.get(&name) {
            let detail = format!(
                "An output named \"{name}\" was already defined at {}. Output names must be unique within a module.",
                place(self.origins, first.span)
            );
            return Err(Diagnostic::new(block.header, "Duplicate output definition", detail));
        }
        let value = block.body.attribute("value").map(|it| Arc::clone(&it.expr));
        if value.is_none() {
            let detail = "The argument \"value\" is required, but no definition was found.";
            return Err(Diagnostic::new(block.body.end, "Missing required argument", detail));
        }
        let output = Output {
            value,
            is_sensitive: self.flag(&block.body, "sensitive")?.unwrap_or(false),
            is_ephemeral: self.flag(&block.body, "ephemeral")?.unwrap_or(false),
            preconditions: self.conditions(&block.body, "precondition")?,
            depends_on: block.body.attribute("depends_on").map(|it| Arc::clone(&it.expr)),
            span: block.header,
        };
        for condition in &output.preconditions {
            refers_to_something(condition, "precondition")?;
        }
        self.module.outputs.insert(name, output);
        Ok(())
    }

    fn conditions(&self, body: &Body, kind: &str) -> Outcome<Vec<Condition>> {
        let condition = |block: &Block| {
            let Some(condition) = block.body.attribute("condition") else {
                let detail = "The argument \"condition\" is required, but no definition was found.";
                return Err(Diagnostic::new(block.body.end, "Missing required argument", detail));
            };
            let Some(message) = block.body.attribute("error_message") else {
                let detail =
                    "The argument \"error_message\" is required, but no definition was found.";
                return Err(Diagnostic::new(block.body.end, "Missing required argument", detail));
            };
            Ok(Condition {
                condition: Arc::clone(&condition.expr),
                message: Some(Arc::clone(&message.expr)),
                span: block.header,
            })
        };
        body.blocks_of(kind).map(condition).collect()
    }

    fn resource(&mut self, block: &Block) -> Outcome<()> {
        let is_data = block.kind == "data";
        labels_of(block, &["type", "name"], if is_data { "data" } else { "resource" })?;
        check_name(block, 0, "resource")?;
        check_name(block, 1, "resource")?;
        let name = ResourceName::new(is_data, block.label(0), block.label(1));
        if let Some(first) = self.module.resources.get(&name) {
            let kind = if is_data { "data resource" } else { "resource" };
            let summary = format!(
                "Duplicate {} \"{}\" configuration",
                if is_data { "data" } else { "resource" },
                name.ty
            );
            let detail = format!(
                "A {} {kind} named \"{}\" was already declared at {}. Resource names must be unique per type in each module.",
                name.ty,
                name.name,
                place(self.origins, first.span)
            );
            return Err(Diagnostic::new(block.header, summary, detail));
        }
        let resource = self.resource_of(block, name.clone())?;
        self.module.resources.insert(name, Arc::new(resource));
        Ok(())
    }

    pub(super) fn resource_of(&mut self, block: &Block, name: ResourceName) -> Outcome<Resource> {
        let repetition = repetition(&block.body)?;
        let mut lifecycle = Lifecycle::default();
        for inner in block.body.blocks_of("lifecycle") {
            lifecycle = self.lifecycle(inner, &name)?;
        }
        let mut body = block.body.clone();
        const META: &[&str] = &["count", "for_each", "depends_on", "provider"];
        body.attributes.retain(|it| !META.contains(&it.name.as_str()));
        const BLOCKS: &[&str] = &["lifecycle", "provisioner", "connection"];
        body.blocks.retain(|it| !BLOCKS.contains(&it.kind.as_str()));
        Ok(Resource {
            name,
            repetition,
            depends_on: block.body.attribute("depends_on").map(|it| Arc::clone(&it.expr)),
            provider: block.body.attribute("provider").map(|it| Arc::clone(&it.expr)),
            body,
            provisioners: block.body.blocks_of("provisioner").cloned().collect(),
            lifecycle,
            span: block.header,
            origin: block.origin,
        })
    }

    fn lifecycle(&self, block: &Block, _: &ResourceName) -> Outcome<Lifecycle> {
        allow(
            &block.body,
            &["create_before_destroy", "prevent_destroy", "ignore_changes", "replace_triggered_by"],
            &["precondition", "postcondition"],
        )?;
        let mut lifecycle = Lifecycle {
            is_protected: self.flag(&block.body, "prevent_destroy")?.unwrap_or(false),
            creates_first: self.flag(&block.body, "create_before_destroy")?.unwrap_or(false),
            replaced_by: block
                .body
                .attribute("replace_triggered_by")
                .map(|it| Arc::clone(&it.expr)),
            preconditions: self.conditions(&block.body, "precondition")?,
            postconditions: self.conditions(&block.body, "postcondition")?,
            ..Lifecycle::default()
        };
        for condition in &lifecycle.preconditions {
            refers_to_something(condition, "precondition")?;
        }
        if let Some(attribute) = block.body.attribute("ignore_changes") {
            let expr = reference(self.origins, &attribute.expr);
            match &expr.kind {
                Kind::Tuple(elements) => {
                    let elements = elements.iter().map(|it| reference(self.origins, it));
                    lifecycle.ignored = elements.collect();
                }
                _ => lifecycle.ignores_all = expr.keyword() == Some("all"),
            }
        }
        Ok(lifecycle)
    }

    fn call(&mut self, block: &Block) -> Outcome<()> {
        labels(block, &["name"])?;
        check_name(block, 0, "module")?;
        let name = SmolStr::from(block.label(0));
        if self.module.calls.contains_key(&name) {
            let detail = format!(
                "A module call named \"{name}\" was already defined. Module calls must have unique names within a module."
            );
            return Err(Diagnostic::new(block.header, "Duplicate module call", detail));
        }
        const META: &[&str] =
            &["source", "version", "count", "for_each", "depends_on", "providers"];
        let inputs = block.body.attributes.iter().filter(|it| !META.contains(&it.name.as_str()));
        let inputs = inputs.map(|it| (it.name.clone(), (Arc::clone(&it.expr), it.name_span)));
        let inputs: BTreeMap<_, _> = inputs.collect();
        let attribute = block.body.attribute("source");
        let source = match attribute {
            Some(attribute) => {
                static_value(self.origins, &attribute.expr)?.as_str().map(Into::into)
            }
            None => {
                let detail = "The argument \"source\" is required, but no definition was found.";
                return Err(Diagnostic::new(block.body.end, "Missing required argument", detail));
            }
        };
        let version = block.body.attribute("version");
        let version = version.map(|it| {
            let text = static_value(self.origins, &it.expr).ok();
            text.and_then(|it| it.as_str().map(SmolStr::from)).unwrap_or_default()
        });
        let call = ModuleCall {
            name: name.clone(),
            source,
            version,
            source_span: attribute.map_or(block.header, |it| it.expr.span),
            repetition: repetition(&block.body)?,
            depends_on: block.body.attribute("depends_on").map(|it| Arc::clone(&it.expr)),
            providers: block.body.attribute("providers").map(|it| Arc::clone(&it.expr)),
            inputs,
            span: block.header,
            origin: block.origin,
        };
        self.module.calls.insert(name, Arc::new(call));
        Ok(())
    }

    fn check(&mut self, block: &Block) -> Outcome<()> {
        labels(block, &["name"])?;
        if block.body.blocks_of("assert").next().is_none() {
            let detail = "Check blocks must have at least one assert block.";
            return Err(Diagnostic::new(block.header, "Zero assert blocks", detail));
        }
        for inner in block.body.blocks_of("data") {
            self.resource(inner)?;
        }
        self.module.checks.push(block.clone());
        Ok(())
    }

    fn removed(&mut self, block: &Block) -> Outcome<()> {
        let from = self.required(&block.body, "from")?;
        let has_key = match &from.kind {
            Kind::Index(..) => true,
            Kind::Traversal(_, steps) => steps
                .last()
                .is_some_and(|it| !matches!(it.kind, crate::syntax::StepKind::Attribute(_))),
            _ => false,
        };
        if has_key {
            let detail = "Resource address must be a resource (e.g. \"test_instance.foo\"), not a resource instance (e.g. \"test_instance.foo[1]\").";
            return Err(Diagnostic::new(from.span, "Resource instance keys not allowed", detail));
        }
        let mut destroys = true;
        for inner in block.body.blocks_of("lifecycle") {
            destroys = self.flag(&inner.body, "destroy")?.unwrap_or(true);
        }
        self.module.removals.push(Removal { from, destroys, span: block.header });
        Ok(())
    }

    fn import(&mut self, block: &Block) -> Outcome<()> {
        let to = self.required(&block.body, "to")?;
        let text = address_text(&to);
        let first = self.module.imports.iter().find(|it| address_text(&it.to) == text);
        if let (Some(first), Some(text)) = (first, &text) {
            let detail = format!(
                "An import block for the resource \"{text}\" was already declared at {}. A resource can have only one import block.",
                place(self.origins, first.span)
            );
            let summary = format!("Duplicate import configuration for \"{text}\"");
            return Err(Diagnostic::new(block.header, summary, detail));
        }
        let expr = |name| block.body.attribute(name).map(|it| Arc::clone(&it.expr));
        let import = Import { to, id: expr("id"), for_each: expr("for_each"), span: block.header };
        self.module.imports.push(import);
        Ok(())
    }

    fn settings(&self, block: &Block) -> Outcome<()> {
        let Some(attribute) = block.body.attribute("required_version") else { return Ok(()) };
        let value = static_value(self.origins, &attribute.expr)?;
        let Some(text) = value.as_str() else { return Ok(()) };
        if super::source::is_version_allowed(text) == Some(false) {
            let detail = "This configuration does not support Terraform version 1.11.4. To proceed, either choose another supported Terraform version or update this version constraint. Version constraints are normally set for good reason, so updating the constraint may lead to other errors or unexpected behavior.";
            return Err(Diagnostic::new(
                attribute.expr.span,
                "Unsupported Terraform Core version",
                detail,
            ));
        }
        Ok(())
    }
}

/// Types in JSON are texts.
fn json_expr(origins: &Origins, expr: &Expr) -> Expr {
    let is_json = origins.document(expr.span.document).path.as_str().ends_with(".json");
    if is_json { reference(origins, expr) } else { expr.clone() }
}

/// The address that a reference names, where it is plain.
pub(crate) fn address_text(expr: &Expr) -> Option<String> {
    use crate::syntax::StepKind;
    let Kind::Traversal(root, steps) = &expr.kind else { return None };
    let mut text = root.to_string();
    for step in steps {
        match &step.kind {
            StepKind::Attribute(name) => text.push_str(&format!(".{name}")),
            StepKind::Number(number) => text.push_str(&format!("[{number}]")),
            StepKind::Text(key) => text.push_str(&format!("[{key:?}]")),
        }
    }
    Some(text)
}

fn refers_to_something(condition: &Condition, kind: &str) -> Outcome<()> {
    let mut is_constant = true;
    crate::eval::References::each(&condition.condition, &mut |_, _, _| is_constant = false);
    if is_constant {
        let detail = "The condition expression must refer to at least one object from elsewhere in the configuration, or else its result would not be checking anything.";
        let summary = format!("Invalid {kind} expression");
        return Err(Diagnostic::new(condition.condition.span, summary, detail));
    }
    Ok(())
}

fn repetition(body: &Body) -> Outcome<Repetition> {
    let (count, for_each) = (body.attribute("count"), body.attribute("for_each"));
    if let (Some(_), Some(second)) = (count, for_each) {
        let detail = "The \"count\" and \"for_each\" meta-arguments are mutually-exclusive, only one should be used to be explicit about the number of resources to be created.";
        let summary = "Invalid combination of \"count\" and \"for_each\"";
        return Err(Diagnostic::new(second.name_span, summary, detail));
    }
    let expr = |it: Option<&Attribute>| it.map(|it| Arc::clone(&it.expr));
    Ok(Repetition { count: expr(count), for_each: expr(for_each) })
}

fn labels(block: &Block, names: &[&str]) -> Outcome<()> {
    labels_of(block, names, block.kind.as_str())
}

fn labels_of(block: &Block, names: &[&str], kind: &str) -> Outcome<()> {
    if let Some(name) = names.get(block.labels.len()) {
        let detail =
            format!("All {kind} blocks must have {} labels ({}).", names.len(), names.join(", "));
        let summary = format!("Missing {name} for {kind}");
        return Err(Diagnostic::new(block.header, summary, detail));
    }
    if let Some(extra) = block.labels.get(names.len()) {
        let detail = format!(
            "Only {} labels ({}) are expected for {kind} blocks.",
            names.len(),
            names.join(", ")
        );
        return Err(Diagnostic::new(extra.span, format!("Extraneous label for {kind}"), detail));
    }
    Ok(())
}

fn check_name(block: &Block, index: usize, kind: &str) -> Outcome<()> {
    let Some(label) = block.labels.get(index) else { return Ok(()) };
    let is_valid = label.text.chars().next().is_some_and(|it| it.is_alphabetic() || it == '_')
        && label.text.chars().all(|it| it.is_alphanumeric() || it == '_' || it == '-');
    if is_valid {
        return Ok(());
    }
    let summary = match (kind, index) {
        ("resource", 0) => "Invalid resource type name".into(),
        _ => format!("Invalid {kind} name"),
    };
    let detail = "A name must start with a letter or underscore and may contain only letters, digits, underscores, and dashes.";
    Err(Diagnostic::new(label.span, summary, detail))
}

fn allow(body: &Body, attributes: &[&str], blocks: &[&str]) -> Outcome<()> {
    if let Some(extra) = body.attributes.iter().find(|it| !attributes.contains(&it.name.as_str())) {
        return Err(unsupported(extra));
    }
    if let Some(extra) = body.blocks.iter().find(|it| !blocks.contains(&it.kind.as_str())) {
        let detail = format!("Blocks of type \"{}\" are not expected here.", extra.kind);
        return Err(Diagnostic::new(extra.kind_span, "Unsupported block type", detail));
    }
    Ok(())
}

pub(crate) fn unsupported(attribute: &Attribute) -> Box<Diagnostic> {
    let detail = format!("An argument named \"{}\" is not expected here.", attribute.name);
    Diagnostic::new(attribute.name_span, "Unsupported argument", detail)
}

/// `main.tf:1,1-11`
pub(crate) fn place(origins: &Origins, span: Span) -> String {
    let span = origins.outermost(span);
    let document = origins.document(span.document);
    let (start, end) = (document.position(span.start), document.position(span.end));
    format!("{}:{},{}-{}", document.path, start.line, start.column, end.column)
}
