//! Which paths and components are meant.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};
use globset::{GlobBuilder, GlobMatcher};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

/// A glob over paths; what it says of a folder holds for everything below it.
#[derive(Debug, Clone)]
pub struct PathPattern {
    glob: Glob,
    /// The folder that is read, from the one that the pattern starts at.
    below: Utf8PathBuf,
}

/// A glob over names (`ledger`), kinds and names (`StatefulSet/*`), or namespaces, kinds and names
/// (`payments/*/ledger`).
#[derive(Debug, Clone)]
pub struct ComponentPattern(Glob);

/// How people call a component.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    pub namespace: &'a str,
    pub kind: &'a str,
    pub name: &'a str,
}

#[derive(Debug, Clone)]
struct Glob {
    text: String,
    matcher: GlobMatcher,
}

impl Glob {
    fn of(text: &str) -> Result<Self, String> {
        let mut builder = GlobBuilder::new(text);
        let glob = builder.literal_separator(true).case_insensitive(true).build();
        let matcher = glob.map_err(|it| it.kind().to_string())?.compile_matcher();
        Ok(Self { text: text.to_owned(), matcher })
    }
}

impl PathPattern {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.glob.text
    }

    #[must_use]
    pub fn matches(&self, path: &Utf8Path) -> bool {
        let path = seen_from(&self.below, path);
        path.ancestors().any(|it| self.glob.matcher.is_match(it))
    }

    pub(crate) fn start_above(&mut self, below: &Utf8Path) {
        self.below = below.to_owned();
    }
}

impl From<Glob> for PathPattern {
    fn from(glob: Glob) -> Self {
        Self { glob, below: Utf8PathBuf::new() }
    }
}

impl From<Glob> for ComponentPattern {
    fn from(glob: Glob) -> Self {
        Self(glob)
    }
}

/// A path that counts from `below`, which it may leave by `..`, as counted from above.
fn seen_from<'a>(below: &Utf8Path, path: &'a Utf8Path) -> Cow<'a, Utf8Path> {
    if below.as_str().is_empty() {
        return Cow::Borrowed(path);
    }
    let mut seen = below.to_owned();
    for part in path.components() {
        match part {
            Utf8Component::ParentDir => drop(seen.pop()),
            Utf8Component::Normal(name) => seen.push(name),
            _ => {}
        }
    }
    Cow::Owned(seen)
}

impl ComponentPattern {
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    #[must_use]
    pub fn matches(&self, it: Named<'_>) -> bool {
        let Named { namespace, kind, name } = it;
        match self.0.text.matches('/').count() {
            0 => self.0.matcher.is_match(name),
            1 => self.0.matcher.is_match(format!("{kind}/{name}")),
            _ => self.0.matcher.is_match(format!("{namespace}/{kind}/{name}")),
        }
    }

    /// True where a text as a whole is meant: a host, or a host and a path.
    #[must_use]
    pub fn matches_text(&self, text: &str) -> bool {
        self.0.matcher.is_match(text)
    }
}

macro_rules! is_a_glob {
    ($($name:ident: $wanted:literal;)*) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(GlobVisitor).map(Self::from)
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "description": $wanted })
            }
        }
    )*};
}

is_a_glob! {
    PathPattern: "A glob over paths, `overlays/prod*`; what it matches holds for all below it.";
    ComponentPattern: "A glob: `ledger`, `StatefulSet/*` or `payments/*/ledger`.";
}

struct GlobVisitor;

impl Visitor<'_> for GlobVisitor {
    type Value = Glob;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a glob")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Glob, E> {
        Glob::of(text.trim_end_matches('/'))
            .map_err(|why| E::custom(format!("`{text}` is not a pattern: {why}")))
    }
}

/// One value or a list of them.
#[derive(Debug, Clone)]
pub(crate) struct Many<T>(pub(crate) Vec<T>);

/// The name by which a value asks the reader for a list, also where one value stands alone.
pub(crate) const MANY: &str = "$many";

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Many<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(MANY, ManyVisitor(PhantomData))
    }
}

struct ManyVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ManyVisitor<T> {
    type Value = Many<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one value or a list of them")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Many<T>, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(Many(all))
    }
}

/// Reads one value or a list, where a field says so.
pub(crate) fn many<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Many::deserialize(deserializer).map(|it| it.0)
}

impl<T: JsonSchema> JsonSchema for Many<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Many{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({ "oneOf": [one.clone(), { "type": "array", "items": one }] })
    }
}
