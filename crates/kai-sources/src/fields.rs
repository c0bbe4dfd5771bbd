//! Reading a mapping of the effective tree field by field.
//!
//! Every read answers in the same way: what is written, with its origin; what the platform fills in
//! where nothing is written; or the reason why it is not known. What is written with the wrong type
//! is not known, and becomes a problem at its span. A read whose answer has no room for "not known"
//! (a list, a mapping) counts a hole instead, see [`Reader::holes`].

use std::cell::{Cell, RefCell};

use kai_core::{
    Known, Map, Node, OriginId, Origins, Problem, Reason, Role, Scalar, ScalarKind, SmolStr,
    Traced, Value,
};
use kai_graph::{Bytes, Expression, IntOrPercent, Labels, Millicores, Operator, PortRef, Selector};

/// What the reads of one object share.
pub(crate) struct Reader<'a> {
    pub(crate) origins: &'a Origins,
    default_role: Role,
    /// How people name the object: kind and name.
    kind: &'a str,
    name: &'a str,
    problems: RefCell<Vec<Problem>>,
    holes: Cell<u32>,
    /// The default origins of mappings that left something out.
    defaults: RefCell<Vec<((OriginId, usize), OriginId)>>,
}

/// One mapping. One that is not there reads like one without fields, and knows why it is not there.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    reader: &'a Reader<'a>,
    map: Option<&'a Map>,
    /// Why a field that is not there is not known.
    reason: Reason,
    /// The mapping, or the nearest one around it where it is not there.
    pub(crate) origin: OriginId,
    /// How many mappings from that one down to this are not there.
    absent: usize,
}

/// A type that one scalar holds.
pub(crate) trait Read: Sized {
    /// What must stand there, to end the sentence "it is not …".
    const WANTED: &'static str;

    fn read(scalar: &Scalar) -> Option<Self>;
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        origins: &'a Origins,
        default_role: Role,
        kind: &'a str,
        name: &'a str,
    ) -> Self {
        Self {
            origins,
            default_role,
            kind,
            name,
            problems: RefCell::default(),
            holes: Cell::new(0),
            defaults: RefCell::default(),
        }
    }

    pub(crate) fn fields(&'a self, node: &'a Node) -> Fields<'a> {
        let map = node.as_map();
        Fields { reader: self, map, reason: Reason::NotDeclared, origin: node.origin, absent: 0 }
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    /// How many lists and mappings could not be read so far. Two equal counts around a piece of
    /// reading mean that what it did not find is not there.
    pub(crate) fn holes(&self) -> u32 {
        self.holes.get()
    }

    fn hole(&self) {
        self.holes.set(self.holes.get() + 1);
    }

    /// Reads one scalar that stands under `key`.
    pub(crate) fn read<T: Read>(&self, key: &str, node: &Node) -> Known<T> {
        match &node.value {
            Value::Unknown(unknown) => return Known::Unknown(unknown.reason),
            Value::Scalar(scalar) => match T::read(scalar) {
                Some(value) => return Known::new(value, node.origin),
                None if is_templated(&scalar.text) => return Known::Unknown(Reason::Templated),
                None => {}
            },
            Value::Seq(_) | Value::Map(_) => {}
        }
        self.refuse(key, node, T::WANTED);
        Known::Unknown(Reason::Unreadable)
    }

    /// Says that the API would not take what stands under `key`. Never quotes it: it may be secret.
    pub(crate) fn refuse(&self, key: &str, node: &Node, wanted: &str) {
        let (kind, name) = (self.kind, self.name);
        let (separator, name) = if name.is_empty() { ("", "") } else { ("/", name) };
        self.problems.borrow_mut().push(Problem {
            span: self.origins.span(node.origin),
            path: None,
            message: format!("`{key}` of `{kind}{separator}{name}` is not {wanted}"),
            remedy: format!("{}; the object is refused as it is", remedy(wanted)),
        });
    }

    /// The origin of what is left out of a mapping, `absent` mappings below one that is there: a step
    /// for each of them, so that who writes the value knows how many to write around it.
    fn default_at(&self, mapping: OriginId, absent: usize) -> OriginId {
        // A mapping is read in one go, so what it left out before is among the last.
        const LAST: usize = 8;
        let key = (mapping, absent);
        let known = self.defaults.borrow();
        if let Some((_, known)) = known.iter().rev().take(LAST).find(|(it, _)| *it == key) {
            return *known;
        }
        drop(known);
        let owner = match absent {
            0 => mapping,
            _ => self.default_at(mapping, absent - 1),
        };
        let made = self.origins.defaulted(self.default_role, owner);
        self.defaults.borrow_mut().push((key, made));
        made
    }
}

fn remedy(wanted: &str) -> String {
    if wanted == SmolStr::WANTED { String::from("quote it") } else { format!("write {wanted}") }
}

/// True for a text that something fills in before the API sees it (`${REPLICAS}`, `{{ .Values }}`).
pub(crate) fn is_templated(text: &str) -> bool {
    text.contains("${") || text.contains("{{")
}

impl<'a> Fields<'a> {
    /// What stands under the key; null counts as nothing, as the API has it.
    pub(crate) fn node(&self, key: &str) -> Option<&'a Node> {
        self.map?.get(key).filter(|it| !it.is_null())
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.node(key).is_some()
    }

    /// The value under the key, or why it is not known.
    pub(crate) fn get<T: Read>(&self, key: &str) -> Known<T> {
        match self.node(key) {
            Some(node) => self.reader.read(key, node),
            None => Known::Unknown(self.reason),
        }
    }

    /// The value under the key, or what the platform fills in where nothing is written.
    pub(crate) fn or<T: Read>(&self, key: &str, default: T) -> Known<T> {
        self.get(key).or(|| self.default(default))
    }

    /// A value that nobody wrote into this mapping.
    pub(crate) fn default<T>(&self, value: T) -> Known<T> {
        Known::new(value, self.default_origin())
    }

    pub(crate) fn default_origin(&self) -> OriginId {
        self.reader.default_at(self.origin, self.absent)
    }

    /// The value under the key, if it is there and can be read.
    pub(crate) fn opt<T: Read>(&self, key: &str) -> Option<T> {
        self.opt_traced(key).map(|it| it.value)
    }

    pub(crate) fn opt_traced<T: Read>(&self, key: &str) -> Option<Traced<T>> {
        match self.get(key) {
            Known::Value(traced) => Some(traced),
            Known::Unknown(Reason::NotDeclared) => None,
            Known::Unknown(_) => {
                self.reader.hole();
                None
            }
        }
    }

    /// The text under the key with its origin; what stands for it where it is not known.
    pub(crate) fn name(&self, key: &str) -> Option<(SmolStr, OriginId)> {
        let node = self.node(key)?;
        Some((self.text_of(key, node), node.origin))
    }

    /// Where the value under the key is written. What a part of a template in another file printed
    /// stands where the key does, with what else belongs to it.
    pub(crate) fn place(&self, key: &str) -> Option<OriginId> {
        self.node(key)?;
        let entry = self.map?.entry(key)?;
        let origins = self.reader.origins;
        let file = |it| origins.span(it).map(|it| origins.outermost(it).document);
        let is_elsewhere = origins.role(entry.node.origin) == Role::Written
            && file(entry.node.origin) != file(entry.key_origin);
        Some(match is_elsewhere {
            true => origins.derived(Role::Templated, Some(entry.key_origin), &[entry.node.origin]),
            false => entry.node.origin,
        })
    }

    /// The text under the key, empty where there is none.
    pub(crate) fn text(&self, key: &str) -> SmolStr {
        self.node(key).map(|node| self.text_of(key, node)).unwrap_or_default()
    }

    /// True where `true` stands under the key.
    pub(crate) fn is(&self, key: &str) -> bool {
        self.opt(key).unwrap_or(false)
    }

    /// The mapping under the key.
    pub(crate) fn at(&self, key: &str) -> Self {
        match self.node(key) {
            None => Self { map: None, absent: self.absent + 1, ..*self },
            Some(node) => self.enter(key, node),
        }
    }

    /// The mapping under the key, if something stands there.
    pub(crate) fn find(&self, key: &str) -> Option<Self> {
        self.node(key).map(|node| self.enter(key, node))
    }

    /// The mappings of the list under the key.
    pub(crate) fn list(&self, key: &'a str) -> impl Iterator<Item = Self> + use<'a> {
        let this = *self;
        this.nodes(key).iter().map(move |node| this.enter(key, node))
    }

    /// The texts of the list under the key, with their origins.
    pub(crate) fn names(&self, key: &str) -> Vec<(SmolStr, OriginId)> {
        let nodes = self.nodes(key).iter();
        nodes.map(|node| (self.text_of(key, node), node.origin)).collect()
    }

    /// The texts of the list under the key.
    pub(crate) fn texts(&self, key: &str) -> Vec<SmolStr> {
        self.nodes(key).iter().map(|node| self.text_of(key, node)).collect()
    }

    /// The items of the list under the key.
    pub(crate) fn nodes(&self, key: &str) -> &'a [Node] {
        let Some(node) = self.node(key) else { return &[] };
        match &node.value {
            Value::Seq(items) => items,
            Value::Unknown(_) => {
                self.reader.hole();
                &[]
            }
            Value::Scalar(_) | Value::Map(_) => {
                self.reader.hole();
                self.refuse_unless_templated(key, node, "a list");
                &[]
            }
        }
    }

    /// The keys and values of this mapping that hold something.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'a SmolStr, &'a Node)> + use<'a> {
        let entries = self.map.into_iter().flatten();
        entries.filter(|it| !it.node.is_null()).map(|it| (&it.key, &it.node))
    }

    /// The keys and values of this mapping, those that hold nothing included.
    pub(crate) fn all_entries(&self) -> impl Iterator<Item = (&'a SmolStr, &'a Node)> + use<'a> {
        self.map.into_iter().flatten().map(|it| (&it.key, &it.node))
    }

    /// The mapping under the key as sorted pairs of text.
    pub(crate) fn labels(&self, key: &str) -> Labels {
        let at = self.at(key);
        let mut labels: Labels =
            at.entries().map(|(key, node)| (key.clone(), self.text_of(key, node))).collect();
        labels.sort_unstable();
        labels
    }

    /// The label selector under the key, if one stands there.
    pub(crate) fn selector(&self, key: &str) -> Option<Selector> {
        let at = self.find(key)?;
        let (labels, expressions) = (at.labels("matchLabels"), at.expressions());
        Some(Selector { labels, expressions, origin: at.origin })
    }

    /// The `matchExpressions` of this mapping.
    pub(crate) fn expressions(&self) -> Vec<Expression> {
        self.list("matchExpressions").filter_map(|it| it.expression()).collect()
    }

    /// The selector under the key where it is a plain mapping of labels.
    pub(crate) fn label_selector(&self, key: &str) -> Option<Selector> {
        let origin = self.node(key)?.origin;
        Some(Selector { labels: self.labels(key), expressions: Vec::new(), origin })
    }

    fn expression(&self) -> Option<Expression> {
        let operator = match self.text("operator").as_str() {
            "In" => Operator::In,
            "NotIn" => Operator::NotIn,
            "Exists" => Operator::Exists,
            "DoesNotExist" => Operator::DoesNotExist,
            _ => {
                self.reader.hole();
                return None;
            }
        };
        Some(Expression { key: self.text("key"), operator, values: self.texts("values") })
    }

    fn enter(&self, key: &str, node: &'a Node) -> Self {
        let (map, reason) = match &node.value {
            Value::Map(map) => (Some(&**map), Reason::NotDeclared),
            Value::Unknown(unknown) => {
                self.reader.hole();
                (None, unknown.reason)
            }
            Value::Scalar(_) | Value::Seq(_) => {
                self.reader.hole();
                (None, self.refuse_unless_templated(key, node, "a mapping"))
            }
        };
        Self { reader: self.reader, map, reason, origin: node.origin, absent: 0 }
    }

    /// The text of a scalar, also of one that the API would refuse because it is no string.
    pub(crate) fn text_of(&self, key: &str, node: &Node) -> SmolStr {
        match &node.value {
            Value::Scalar(scalar) => {
                if scalar.kind != ScalarKind::Str {
                    self.reader.refuse(key, node, SmolStr::WANTED);
                }
                scalar.text.clone()
            }
            Value::Unknown(unknown) => {
                self.reader.hole();
                unknown.text.clone()
            }
            Value::Seq(_) | Value::Map(_) => {
                self.reader.hole();
                self.reader.refuse(key, node, SmolStr::WANTED);
                SmolStr::default()
            }
        }
    }

    fn refuse_unless_templated(&self, key: &str, node: &Node, wanted: &str) -> Reason {
        if node.text().is_some_and(is_templated) {
            return Reason::Templated;
        }
        self.reader.refuse(key, node, wanted);
        Reason::Unreadable
    }

    pub(crate) fn reader(&self) -> &'a Reader<'a> {
        self.reader
    }
}

impl Read for SmolStr {
    const WANTED: &'static str = "a text";

    fn read(scalar: &Scalar) -> Option<Self> {
        (scalar.kind == ScalarKind::Str).then(|| scalar.text.clone())
    }
}

impl Read for bool {
    const WANTED: &'static str = "`true` or `false`";

    fn read(scalar: &Scalar) -> Option<Self> {
        scalar.as_bool()
    }
}

impl Read for u32 {
    const WANTED: &'static str = "a whole number from 0";

    fn read(scalar: &Scalar) -> Option<Self> {
        scalar.as_int().and_then(|it| it.try_into().ok())
    }
}

impl Read for i64 {
    const WANTED: &'static str = "a whole number";

    fn read(scalar: &Scalar) -> Option<Self> {
        scalar.as_int()
    }
}

impl Read for f64 {
    const WANTED: &'static str = "a number";

    fn read(scalar: &Scalar) -> Option<Self> {
        scalar.as_float()
    }
}

impl Read for u16 {
    const WANTED: &'static str = "a port number from 1 to 65535";

    fn read(scalar: &Scalar) -> Option<Self> {
        scalar.as_int().and_then(|it| it.try_into().ok()).filter(|&it| it != 0)
    }
}

impl Read for Millicores {
    const WANTED: &'static str = "an amount of processor time like `500m` or `2`";

    fn read(scalar: &Scalar) -> Option<Self> {
        quantity(scalar).and_then(Self::parse)
    }
}

impl Read for Bytes {
    const WANTED: &'static str = "an amount of bytes like `512Mi`";

    fn read(scalar: &Scalar) -> Option<Self> {
        quantity(scalar).and_then(Self::parse)
    }
}

impl Read for IntOrPercent {
    const WANTED: &'static str = "a whole number from 0 or a share like `50%`";

    fn read(scalar: &Scalar) -> Option<Self> {
        match scalar.as_str() {
            Some(text) => text.strip_suffix('%')?.parse().ok().map(Self::Percent),
            None => u32::read(scalar).map(Self::Count),
        }
    }
}

impl Read for PortRef {
    const WANTED: &'static str = "a port number, or a port's name";

    fn read(scalar: &Scalar) -> Option<Self> {
        match scalar.as_str() {
            // A name holds at least one letter; digits in quotes name no port.
            Some(text) => {
                text.contains(|it: char| it.is_ascii_alphabetic()).then(|| Self::Name(text.into()))
            }
            None => u16::read(scalar).map(Self::Number),
        }
    }
}

/// The items of the list at a path of keys.
pub(crate) fn items<'a>(node: &'a Node, path: &[&str]) -> &'a [Node] {
    node.at(path).map(Node::items).unwrap_or_default()
}

/// The API reads quantities from strings and from plain numbers.
fn quantity(scalar: &Scalar) -> Option<&str> {
    matches!(scalar.kind, ScalarKind::Str | ScalarKind::Int | ScalarKind::Float)
        .then_some(scalar.text.as_str())
}
