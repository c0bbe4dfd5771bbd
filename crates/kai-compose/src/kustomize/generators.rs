//! `configMapGenerator` and `secretGenerator`.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use camino::Utf8Path;
use kai_core::{
    Entry, Gap, GapKind, Map, Node, OriginId, Origins, Reason, Role, SmolStr, Unknown, Value,
};

use super::fields::{Fields, Pair, Text};
use super::paths;
use super::resource::{Behavior, Resource};
use super::sources::{self, Datum};
use crate::{Project, Refusal};

/// One entry of `configMapGenerator:` or `secretGenerator:`.
#[derive(Debug, Clone)]
pub(crate) struct GeneratorArgs {
    pub(crate) kind: &'static str,
    pub(crate) name: Option<Text>,
    pub(crate) namespace: Option<Text>,
    pub(crate) behavior: Behavior,
    pub(crate) literals: Vec<Text>,
    pub(crate) files: Vec<Text>,
    pub(crate) envs: Vec<Text>,
    pub(crate) options: Option<GeneratorOptions>,
    /// The `type` of a Secret.
    pub(crate) secret_type: Option<Text>,
    pub(crate) at: OriginId,
}

/// `generatorOptions:`, or `options:` of one generator.
#[derive(Debug, Clone, Default)]
pub(crate) struct GeneratorOptions {
    pub(crate) labels: Vec<Pair>,
    pub(crate) annotations: Vec<Pair>,
    pub(crate) disable_name_suffix_hash: bool,
    /// Where it says that the object is immutable.
    pub(crate) immutable: Option<OriginId>,
}

/// A generated object, and what its data lacks.
pub(crate) struct Generated {
    pub(crate) resource: Resource,
    pub(crate) gaps: Vec<Gap>,
}

const FIELDS: [&str; 8] =
    ["namespace", "name", "behavior", "literals", "files", "envs", "env", "options"];

impl GeneratorArgs {
    pub(crate) fn config_map(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.only(&FIELDS)?;
        Self::read(fields, "ConfigMap")
    }

    pub(crate) fn secret(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.only(&[FIELDS.as_slice(), &["type"]].concat())?;
        Self::read(fields, "Secret")
    }

    fn read(fields: &Fields<'_>, kind: &'static str) -> Result<Self, Refusal> {
        let mut envs = fields.texts("envs")?;
        envs.extend(fields.some_text("env")?);
        let behavior = fields.text("behavior")?;
        Ok(Self {
            kind,
            name: fields.some_text("name")?,
            namespace: fields.some_text("namespace")?,
            behavior: Behavior::of(behavior.as_ref().map_or("", |it| it.value.as_str())),
            literals: fields.texts("literals")?,
            files: fields.texts("files")?,
            envs,
            options: fields.nested("options")?.as_ref().map(GeneratorOptions::read).transpose()?,
            secret_type: if kind == "Secret" { fields.some_text("type")? } else { None },
            at: fields.origin,
        })
    }

    /// Makes the object.
    pub(crate) fn generate(
        &self,
        project: &Project<'_>,
        dir: &Utf8Path,
        global: Option<&GeneratorOptions>,
    ) -> Result<Generated, Refusal> {
        let origins = project.origins();
        let Some(name) = &self.name else {
            return Err(Refusal::at(self.at, "a generated object must have a name"));
        };
        let options = GeneratorOptions::merged(self.options.as_ref(), global);
        let stamp = origins.derived(Role::Generated, Some(self.at), &[]);
        let named = |text: &Text| {
            let origin = origins.replaced(Role::Generated, text.origin, None);
            Node::string(text.value.clone(), origin)
        };
        let mut metadata = vec![entry("name", stamp, named(name))];
        metadata.extend(self.namespace.as_ref().map(|it| entry("namespace", stamp, named(it))));
        metadata.extend(marks("labels", &options.labels, stamp, origins));
        metadata.extend(marks("annotations", &options.annotations, stamp, origins));
        let mut object = vec![
            entry("apiVersion", stamp, Node::string("v1", stamp)),
            entry("kind", stamp, Node::string(self.kind, stamp)),
            entry("metadata", stamp, Node::map(Map::from_entries(metadata), stamp)),
        ];
        if self.kind == "Secret" {
            let kind = self.secret_type.as_ref().map(named);
            let kind = kind.unwrap_or_else(|| Node::string("Opaque", stamp));
            object.push(entry("type", stamp, kind));
        }
        let mut data =
            Data { generator: self, project, dir, name: &name.value, stamp, gaps: vec![] };
        object.extend(data.entries()?);
        if let Some(at) = options.immutable {
            let origin = origins.replaced(Role::Generated, at, None);
            let immutable = Value::Scalar(kai_core::Scalar::bool(true));
            object.push(entry("immutable", stamp, Node::new(immutable, origin)));
        }
        let mut resource = Resource::new(Node::map(Map::from_entries(object), stamp));
        // Without all of the content there is no telling the suffix.
        resource.needs_hash = !options.disable_name_suffix_hash && data.gaps.is_empty();
        resource.is_generated = true;
        resource.behavior = self.behavior;
        Ok(Generated { resource, gaps: data.gaps })
    }
}

impl GeneratorOptions {
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self, Refusal> {
        fields.only(&["labels", "annotations", "disableNameSuffixHash", "immutable"])?;
        Ok(Self {
            labels: fields.pairs("labels")?,
            annotations: fields.pairs("annotations")?,
            disable_name_suffix_hash: fields.flag("disableNameSuffixHash")?,
            immutable: fields
                .flag("immutable")?
                .then(|| fields.get("immutable").map_or(fields.origin, |it| it.origin)),
        })
    }

    /// What a generator says wins over what all say, except that a flag once true stays true.
    fn merged(local: Option<&Self>, global: Option<&Self>) -> Self {
        let mut merged = local.cloned().unwrap_or_default();
        let Some(global) = global else { return merged };
        for (mine, theirs) in
            [(&mut merged.labels, &global.labels), (&mut merged.annotations, &global.annotations)]
        {
            let new = theirs
                .iter()
                .filter(|pair| !mine.iter().any(|known| known.key.value == pair.key.value));
            let new: Vec<Pair> = new.cloned().collect();
            mine.extend(new);
            mine.sort_by(|one, other| one.key.value.cmp(&other.key.value));
        }
        merged.disable_name_suffix_hash |= global.disable_name_suffix_hash;
        merged.immutable = merged.immutable.or(global.immutable);
        merged
    }
}

/// Collects the data of one object.
struct Data<'a> {
    generator: &'a GeneratorArgs,
    project: &'a Project<'a>,
    dir: &'a Utf8Path,
    name: &'a str,
    stamp: OriginId,
    gaps: Vec<Gap>,
}

impl Data<'_> {
    fn entries(&mut self) -> Result<Vec<Entry>, Refusal> {
        let mut data: BTreeMap<SmolStr, Option<Datum>> = BTreeMap::new();
        let mut keys_unknown = false;
        for env in &self.generator.envs {
            match self.project.raw(&paths::join(self.dir, &env.value)) {
                Some(file) => {
                    for (key, datum) in sources::env_file(self.project, &file, env)? {
                        self.add(&mut data, key, Some(datum), env)?;
                    }
                }
                None => {
                    keys_unknown = true;
                    self.note_absent(env);
                }
            }
        }
        for literal in &self.generator.literals {
            let (key, datum) = sources::literal(self.project.origins(), literal)?;
            self.add(&mut data, key, Some(datum), literal)?;
        }
        for file in &self.generator.files {
            let (key, path) = sources::file_source(file)?;
            let raw = self.project.raw(&paths::join(self.dir, path));
            if raw.is_none() {
                self.note_absent(file);
            }
            let datum = raw.map(|raw| sources::whole_file(self.project, &raw, file));
            self.add(&mut data, key, datum, file)?;
        }
        Ok(self.fields(data, keys_unknown))
    }

    fn add(
        &self,
        data: &mut BTreeMap<SmolStr, Option<Datum>>,
        key: SmolStr,
        datum: Option<Datum>,
        source: &Text,
    ) -> Result<(), Refusal> {
        if data.contains_key(&key) {
            let message = format!("`{}` illegally repeats the key `{key}`", self.name);
            return Err(Refusal::at(source.origin, message));
        }
        data.insert(key, datum);
        Ok(())
    }

    fn note_absent(&mut self, source: &Text) {
        self.gaps.push(Gap {
            kind: GapKind::AbsentFile,
            what: source.value.to_string(),
            at: Some(source.origin),
        });
    }

    fn fields(&self, data: BTreeMap<SmolStr, Option<Datum>>, keys_unknown: bool) -> Vec<Entry> {
        let is_secret = self.generator.kind == "Secret";
        let (mut texts, mut binaries) = (Vec::new(), Vec::new());
        for (key, datum) in data {
            let Some(datum) = datum else {
                texts.push(entry(&key, self.stamp, self.unknown()));
                continue;
            };
            let text = datum.text();
            let is_text = text.is_some();
            let value = match text {
                Some(text) if !is_secret => Node::string(text, datum.origin),
                _ => self.encoded(&datum),
            };
            let entry = Entry { key, key_origin: datum.key_origin, node: value };
            if is_text || is_secret { texts.push(entry) } else { binaries.push(entry) }
        }
        let mut fields = Vec::new();
        if keys_unknown {
            fields.push(entry("data", self.stamp, self.unknown()));
        } else if !texts.is_empty() || is_secret {
            let data = Node::map(Map::from_entries(texts), self.stamp);
            fields.push(entry("data", self.stamp, data));
        }
        if !binaries.is_empty() {
            let data = Node::map(Map::from_entries(binaries), self.stamp);
            fields.push(entry("binaryData", self.stamp, data));
        }
        fields
    }

    fn encoded(&self, datum: &Datum) -> Node {
        let origins = self.project.origins();
        let origin = origins.derived(Role::Generated, Some(datum.origin), &[datum.origin]);
        Node::string(base64_lines(datum.bytes()), origin)
    }

    fn unknown(&self) -> Node {
        let unknown = Unknown { reason: Reason::NotInRepository, text: SmolStr::default() };
        Node::new(Value::Unknown(Arc::new(unknown)), self.stamp)
    }
}

/// Base64 in lines of 70 characters; one line has no line break.
fn base64_lines(bytes: &[u8]) -> String {
    const LINE: usize = 70;
    let encoded = STANDARD.encode(bytes);
    if encoded.len() < LINE {
        return encoded;
    }
    let mut lines = String::with_capacity(encoded.len() + encoded.len() / LINE + 1);
    for (index, character) in encoded.chars().enumerate() {
        if index > 0 && index % LINE == 0 {
            lines.push('\n');
        }
        lines.push(character);
    }
    lines.push('\n');
    lines
}

fn entry(key: &str, key_origin: OriginId, node: Node) -> Entry {
    Entry { key: key.into(), key_origin, node }
}

fn marks(name: &str, pairs: &[Pair], stamp: OriginId, origins: &Origins) -> Option<Entry> {
    if pairs.is_empty() {
        return None;
    }
    let entries = pairs.iter().map(|pair| {
        let origin = origins.replaced(Role::Generated, pair.value.origin, None);
        entry(&pair.key.value, pair.key.origin, Node::string(pair.value.value.clone(), origin))
    });
    Some(entry(name, stamp, Node::map(Map::from_entries(entries.collect()), stamp)))
}
