//! Charts that Terraform installs: resources of its Helm provider as orders of releases.
//!
//! What the two composers say meets here: the plan knows which chart and which values, the project
//! renders them. A value that stands in a file, or in a text of the configuration, keeps its line there.

use kai_compose::Project;
use kai_compose::helm::ChartReference;
use kai_compose::kustomize::without_password;
use kai_compose::roots::{Order, OrderedChart, OrderedParameter, OrderedValues, resolve};
use kai_core::environment::{EnvironmentEvidence, assumed};
use kai_core::{Gap, GapKind, Node, OriginId, Root};
use kai_terraform::roots::{Composition, Instance};
use kai_terraform::value::Value;

use crate::written::{Written, written};

/// What the resources of all compositions ask for. A chart that is not here, and values that nobody
/// knows, become gaps of their root.
pub(crate) fn orders(project: &Project<'_>, compositions: &mut [Composition]) -> Vec<Order> {
    let mut orders = Vec::new();
    for composition in compositions {
        let Composition { root, instances, .. } = composition;
        let mut gaps = Vec::new();
        for instance in instances.iter().filter(is_release) {
            let reader = Reader { project, root, instance };
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
            let reader = Reader { project, root, instance };
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
}

impl Reader<'_> {
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
            namespace: self.text("namespace").unwrap_or("default").into(),
            values: Vec::new(),
            parameters: Vec::new(),
            unknown: Vec::new(),
            environment: self.environment(),
            at: chart.origin,
        };
        if let Some(namespace) = self.argument("namespace").filter(|it| it.as_str().is_none()) {
            order.unknown.push(self.unknown("namespace", namespace.origin));
        }
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
        self.instance.values.entries()?.get(name).filter(|it| !it.is_null())
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
        // A sensitive text holds what may be shown and what may not.
        let is_shown = |it: &&Value| !it.marks.is_sensitive;
        let Some(elements) = Some(values).filter(is_shown).and_then(Value::elements) else {
            order.unknown.push(self.unknown("values", values.origin));
            return;
        };
        for element in elements.iter().filter(|it| !it.is_null()) {
            match Some(element).filter(is_shown).and_then(Value::as_str) {
                Some(text) if text.trim().is_empty() => {}
                Some(text) => order.values.push(self.values(text, element.origin)),
                None => order.unknown.push(self.unknown("values", element.origin)),
            }
        }
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
                Some(parameter) => order.parameters.push(parameter),
                None => order.unknown.push(self.unknown(block, entries.origin)),
            }
        }
    }

    fn parameter(&self, block: &Value, is_secret: bool) -> Option<OrderedParameter> {
        let entries = block.entries()?;
        let name = entries.get("name")?.as_str()?.to_owned();
        let value = entries.get("value")?;
        // An address that is to come stands for itself, as a secret does.
        let is_hidden = is_secret
            || value.marks_deep().is_sensitive
            || kai_sources::terraform::is_address(value);
        let value_text = match is_hidden {
            true => None,
            false => Some(words(value)?),
        };
        let ty = match entries.get("type").filter(|it| !it.is_null()) {
            Some(ty) => ty.as_str()?,
            None => "auto",
        };
        // A `literal` is not parsed at all.
        let is_parsed = matches!(ty, "" | "auto" | "string");
        is_parsed.then(|| OrderedParameter {
            name,
            value: value_text,
            is_text: ty == "string",
            origin: value.origin,
        })
    }

    fn unknown(&self, what: &str, at: OriginId) -> Gap {
        let what = format!("{what} of `{}`", self.instance.address);
        Gap { kind: GapKind::Value, what, at: Some(at) }
    }
}

fn is_empty(value: &Value) -> bool {
    value.elements().is_some_and(|it| it.is_empty())
}

/// A value as `--set` takes it; lists in braces.
fn words(value: &Value) -> Option<String> {
    if let Some(elements) = value.elements() {
        let all: Option<Vec<_>> = elements.iter().map(words).collect();
        return Some(format!("{{{}}}", all?.join(",")));
    }
    let number = value.as_number().map(ToString::to_string);
    let text = value.as_str().map(str::to_owned);
    text.or(number).or_else(|| value.as_bool().map(|it| it.to_string()))
}
