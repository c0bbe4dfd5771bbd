//! Charts that Terraform installs: resources of its Helm provider as orders of releases.
//!
//! What the two composers say meets here: the plan knows which chart and which values, the project
//! renders them. A value that stands in a file, or in a text of the configuration, keeps its line there.

use kai_compose::Project;
use kai_compose::helm::{ChartReference, SetKind};
use kai_compose::kustomize::without_password;
use kai_compose::roots::{
    HIDDEN_PART, OPEN_PART, Order, OrderedChart, OrderedParameter, OrderedValue, OrderedValues,
    resolve,
};
use kai_core::environment::{EnvironmentEvidence, assumed};
use kai_core::{Gap, GapKind, Map, Node, OriginId, Origins, Root, Scalar, ScalarKind, SmolStr};
use kai_terraform::roots::{Composition, Instance};
use kai_terraform::value::{Piece, Value};

use crate::applied::repetition;
use crate::written::{Written, written};

/// What the resources of all compositions ask for. A chart that is not here, and values that nobody
/// knows, become gaps of their root.
pub(crate) fn orders(project: &Project<'_>, compositions: &mut [Composition]) -> Vec<Order> {
    let mut orders = Vec::new();
    for composition in compositions {
        let Composition { root, instances, .. } = composition;
        let mut gaps = Vec::new();
        for instance in instances.iter().filter(is_release) {
            let reader = Reader::new(project, root, instance, instances);
            match reader.order() {
                Some(order) if order.has_chart(project) => {
                    gaps.extend(order.unknown.iter().cloned());
                    orders.push(order);
                }
                _ => {
                    let what = reader.text("chart").unwrap_or(&instance.address);
                    let what = without_password(what);
                    gaps.push(Gap { kind: GapKind::Chart, what, at: Some(instance.origin) });
                }
            }
        }
        root.gaps.append(&mut gaps);
    }
    orders
}

/// The charts of repositories that the resources of all compositions name.
pub(crate) fn published(
    project: &Project<'_>,
    compositions: &[Composition],
) -> Vec<ChartReference> {
    let mut found = Vec::new();
    for Composition { root, instances, .. } in compositions {
        for instance in instances.iter().filter(is_release) {
            let reader = Reader::new(project, root, instance, instances);
            let chart = reader.argument("chart").and_then(|it| reader.chart(it));
            if let Some(OrderedChart::Published(reference)) = chart {
                found.push(reference);
            }
        }
    }
    found
}

fn is_release(instance: &&Instance) -> bool {
    instance.ty == "helm_release" && !(instance.is_data || instance.is_call)
}

struct Reader<'a> {
    project: &'a Project<'a>,
    root: &'a Root,
    instance: &'a Instance,
    /// The arguments, with what other objects of Kubernetes say of themselves.
    values: Value,
}

impl<'a> Reader<'a> {
    fn new(
        project: &'a Project<'a>,
        root: &'a Root,
        instance: &'a Instance,
        all: &[Instance],
    ) -> Self {
        let values = kai_sources::terraform::settled(&instance.values, all);
        Self { project, root, instance, values }
    }

    /// Nothing where it cannot be known which chart is meant.
    fn order(&self) -> Option<Order> {
        let chart = self.argument("chart")?;
        let name = self.text("name")?;
        let address = &self.instance.address;
        let from = self.project.origins().span(self.instance.origin)?;
        let mut order = Order {
            who: format!("Terraform `{address}`"),
            from: self.project.origins().document(from.document).path.clone(),
            key: format!("{address}/{}", self.root.release.as_deref().unwrap_or_default()),
            chart: self.chart(chart)?,
            name: name.into(),
            namespace: self.namespace(),
            values: Vec::new(),
            parameters: Vec::new(),
            unknown: Vec::new(),
            open: Vec::new(),
            environment: self.environment(),
            at: chart.origin,
        };
        if let Some(namespace) = self.argument("namespace").filter(|it| it.as_str().is_none()) {
            order.open.push(self.open("namespace", namespace, namespace.origin));
        }
        order.open.extend(repetition(self.instance));
        self.add_values(&mut order);
        for block in ["set", "set_list"] {
            self.add_parameters(block, false, &mut order);
        }
        for block in ["set_sensitive", "set_wo"] {
            self.add_parameters(block, true, &mut order);
        }
        // A program has the last word on what is applied.
        if let Some(program) = self.argument("postrender").filter(|it| !is_empty(it)) {
            order.unknown.push(self.unknown("postrender", program.origin));
        }
        Some(order)
    }

    /// The argument of a name, if it is written.
    fn argument(&self, name: &str) -> Option<&Value> {
        self.values.entries()?.get(name).filter(|it| !it.is_null())
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.argument(name)?.as_str()
    }

    fn environment(&self) -> Option<EnvironmentEvidence> {
        let text = self.root.environment_evidence.clone();
        let environment = self.root.environment;
        (text != assumed().text).then_some(EnvironmentEvidence { environment, text })
    }

    /// A folder as seen from the root module, or the name of a chart that is published.
    fn chart(&self, chart: &Value) -> Option<OrderedChart> {
        let (text, origin) = (chart.as_str()?, chart.origin);
        let version = self.argument("version");
        let version = match version {
            Some(version) => Some(Node::string(version.as_str()?, version.origin)),
            None => None,
        };
        let folder = resolve(&self.root.path, text);
        if let Some(folder) = folder.filter(|it| self.project.holds(&it.join("Chart.yaml"))) {
            return Some(OrderedChart::Folder(folder));
        }
        let name = Node::string(text, origin);
        let reference = match self.argument("repository") {
            Some(repository) => ChartReference::new(&name, repository.as_str()?, version.as_ref()),
            None => ChartReference::whole(&name, version.as_ref()),
        };
        reference.map(OrderedChart::Published)
    }

    fn add_values(&self, order: &mut Order) {
        let Some(values) = self.argument("values") else { return };
        let Some(elements) = values.elements() else {
            order.unknown.push(self.unknown("values", values.origin));
            return;
        };
        for element in elements.iter().filter(|it| !it.is_null()) {
            let element = element.clone().marked(values.marks);
            match self.layer(&element, order) {
                Some(layer) => order.values.extend(layer),
                None => order.unknown.push(self.unknown("values", element.origin)),
            }
        }
    }

    /// One text of values; nothing where nobody knows which values it gives.
    fn layer(&self, values: &Value, order: &mut Order) -> Option<Option<OrderedValues>> {
        let Marked { text, open } = marked(values)?;
        if text.trim().is_empty() {
            return Some(None);
        }
        let address = &self.instance.address;
        order.open.extend(open.iter().map(|(key, why)| {
            let what = format!("{key} in values of `{address}` ({why})");
            Gap { kind: GapKind::Value, what, at: Some(values.origin) }
        }));
        // A text with a secret in it holds what may be shown and what may not.
        Some(Some(match values.marks.is_sensitive {
            true => OrderedValues::Tree(without_texts(&parsed(&text)?, values.origin)?),
            false => self.values(&text, values.origin),
        }))
    }

    fn values(&self, text: &str, origin: OriginId) -> OrderedValues {
        match written(self.project, text, origin) {
            Written::File(path) => OrderedValues::File(path),
            Written::Here(node) => OrderedValues::Tree(node),
        }
    }

    fn add_parameters(&self, block: &str, is_secret: bool, order: &mut Order) {
        let Some(blocks) = self.argument(block) else { return };
        let Some(blocks) = blocks.elements() else {
            order.unknown.push(self.unknown(block, blocks.origin));
            return;
        };
        for entries in blocks.iter() {
            match self.parameter(entries, is_secret) {
                Some(parameter) => {
                    if matches!(parameter.value, OrderedValue::Open) {
                        let value = entries.entries().and_then(|it| it.get("value"));
                        let what = format!("{} in {block}", parameter.name);
                        let open = value.map(|it| self.open(&what, it, entries.origin));
                        order.open.extend(open);
                    }
                    order.parameters.push(parameter);
                }
                None => order.unknown.push(self.unknown(block, entries.origin)),
            }
        }
    }

    fn parameter(&self, block: &Value, is_secret: bool) -> Option<OrderedParameter> {
        let entries = block.entries()?;
        let name = entries.get("name")?.as_str()?.to_owned();
        let value = entries.get("value")?;
        let ty = entries.get("type").filter(|it| !it.is_null());
        let kind = match ty.map_or(Some("auto"), Value::as_str) {
            Some("" | "auto") => Some(SetKind::Typed),
            Some("string") => Some(SetKind::Text),
            Some("literal") => Some(SetKind::Literal),
            _ => None,
        };
        // An address that is to come stands for itself, as a secret does.
        let is_hidden = is_secret
            || value.marks_deep().is_sensitive
            || kai_sources::terraform::is_address(value);
        let given = match (is_hidden, words(value), kind) {
            (true, ..) => OrderedValue::Hidden,
            (false, Some(text), Some(_)) => OrderedValue::Text(text),
            _ => OrderedValue::Open,
        };
        let kind = kind.unwrap_or(SetKind::Typed);
        Some(OrderedParameter { name, value: given, kind, origin: value.origin })
    }

    /// A single value that is not known, and what it waits for.
    fn open(&self, what: &str, value: &Value, at: OriginId) -> Gap {
        let why = value.first_unknown().map(|it| format!(" ({})", it.cause.text));
        let what = format!("{what} of `{}`{}", self.instance.address, why.unwrap_or_default());
        Gap { kind: GapKind::Value, what, at: Some(at) }
    }

    /// What stands for a name that is to come where one is not known.
    fn namespace(&self) -> SmolStr {
        let namespace = self.argument("namespace").map(Value::stand_in);
        namespace.filter(|it| !it.is_empty()).unwrap_or_else(|| "default".into())
    }

    fn unknown(&self, what: &str, at: OriginId) -> Gap {
        let what = format!("{what} of `{}`", self.instance.address);
        Gap { kind: GapKind::Value, what, at: Some(at) }
    }
}

fn is_empty(value: &Value) -> bool {
    value.elements().is_some_and(|it| it.is_empty())
}

/// A value as `--set` takes it; lists in braces, where an element may be open.
fn words(value: &Value) -> Option<String> {
    if let Some(elements) = value.elements() {
        let word = |it| words(it).unwrap_or_else(|| OPEN_PART.to_owned());
        return Some(format!("{{{}}}", elements.iter().map(word).collect::<Vec<_>>().join(",")));
    }
    let number = value.as_number().map(ToString::to_string);
    let text = value.as_str().map(str::to_owned);
    text.or(number).or_else(|| value.as_bool().map(|it| it.to_string()))
}

/// A text of values that is put together around what is to come.
struct Marked {
    text: String,
    /// The names of the values that are open, and what each waits for.
    open: Vec<(String, SmolStr)>,
}

/// Nothing for a text of which no part is written.
fn marked(value: &Value) -> Option<Marked> {
    if let Some(text) = value.as_str() {
        return Some(Marked { text: text.to_owned(), open: Vec::new() });
    }
    let mut marked = Marked { text: String::new(), open: Vec::new() };
    let mut is_written = false;
    for piece in value.pieces() {
        let waits_for = match &piece {
            Piece::Text(text) => {
                is_written |= !text.trim().is_empty();
                marked.text.push_str(text);
                continue;
            }
            piece if kai_sources::terraform::is_address_piece(piece) => {
                marked.text.push_str(HIDDEN_PART);
                continue;
            }
            Piece::Attribute(to) => format!("{}{}", to.address, to.path).into(),
            Piece::Variable(cause) | Piece::Open(cause) => cause.clone(),
        };
        marked.open.push((key_before(&marked.text), waits_for));
        marked.text.push_str(OPEN_PART);
    }
    is_written.then_some(marked)
}

/// The name under which the end of a text of values stands.
fn key_before(text: &str) -> String {
    let line = text.rsplit(['\n', ',', '{']).next().unwrap_or_default();
    let key = line.split(':').next().unwrap_or_default();
    key.trim_matches(|it: char| it.is_whitespace() || matches!(it, '"' | '\'' | '-')).to_owned()
}

/// The one document of a text, wherever it stands.
fn parsed(text: &str) -> Option<Node> {
    let origins = Origins::new();
    let document = origins.add_document("values.yaml".into(), text.to_owned())?;
    let parsed = kai_syntax::yaml::parse(&origins, document);
    let is_read = parsed.problems.is_empty();
    parsed.documents.into_iter().next().filter(|_| is_read).map(|it| it.node)
}

/// Values without texts and numbers, any of which may be a secret; nothing where that is no mapping.
fn without_texts(values: &Node, origin: OriginId) -> Option<Node> {
    let map = values.as_map()?;
    let mut shown = Map::new();
    for entry in map.iter() {
        let node = match &entry.node.value {
            kai_core::Value::Map(_) => without_texts(&entry.node, origin)?,
            _ => hidden(&entry.node, origin),
        };
        shown.set(&entry.key, origin, node);
    }
    Some(Node::map(shown, origin))
}

fn hidden(value: &Node, origin: OriginId) -> Node {
    let is_shown = |it: &Scalar| matches!(it.kind, ScalarKind::Bool | ScalarKind::Null);
    match &value.value {
        kai_core::Value::Seq(items) => {
            Node::seq(items.iter().map(|it| hidden(it, origin)).collect(), origin)
        }
        kai_core::Value::Map(_) => without_texts(value, origin).unwrap_or_else(|| open(origin)),
        kai_core::Value::Scalar(it) if it.text.contains(OPEN_PART) => open(origin),
        kai_core::Value::Scalar(it) if is_shown(it) => Node::new(value.value.clone(), origin),
        kai_core::Value::Scalar(it) if it.kind == ScalarKind::Str && !it.text.is_empty() => {
            Node::string(HIDDEN_PART, origin)
        }
        _ => open(origin),
    }
}

fn open(origin: OriginId) -> Node {
    Node::string(OPEN_PART, origin)
}
