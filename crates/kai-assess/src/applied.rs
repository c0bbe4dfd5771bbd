//! Objects of Kubernetes that Terraform applies: what the resources of one cluster put there is a root,
//! as a folder of manifests is.
//!
//! An object that a file or a text of the configuration holds keeps its lines there. A folder of which
//! Terraform applies every file is no root besides.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8PathBuf;
use kai_compose::Project;
use kai_compose::roots::RootPlan;
use kai_core::{Gap, GapKind, Node, OriginId, Origins, Root, RootKind, SmolStr};
use kai_sources::terraform::{Applied, applied};
use kai_terraform::roots::{Composition, Instance};

use crate::written::{Written, likeliest, written};

/// What the resources of all compositions apply.
#[derive(Default)]
pub(crate) struct AppliedRoots {
    /// With their objects.
    pub(crate) roots: Vec<(Root, kai_compose::Composition)>,
    /// Where such objects are written, besides the configuration.
    files: BTreeSet<Utf8PathBuf>,
}

impl AppliedRoots {
    pub(crate) fn of(project: &Project<'_>, compositions: &[Composition]) -> Self {
        let mut all = Self::default();
        for composition in compositions {
            for cluster in of_composition(project, composition) {
                all.files.extend(cluster.files.iter().cloned());
                all.roots.push(cluster.finish(&composition.root));
            }
        }
        all
    }

    /// True for manifests that nobody but Terraform applies.
    pub(crate) fn holds(&self, plan: &RootPlan) -> bool {
        let files = plan.plain_files();
        let is_folder = plan.kind == RootKind::Manifests && !files.is_empty();
        is_folder && files.iter().all(|it| self.files.contains(*it))
    }
}

/// One root for each cluster.
fn of_composition<'a>(project: &'a Project<'_>, composition: &Composition) -> Vec<Cluster<'a>> {
    let instances = &composition.instances;
    let mut clusters: BTreeMap<String, Cluster<'a>> = BTreeMap::new();
    for instance in instances {
        let Some(found) = applied(instance, instances, project.origins()) else { continue };
        let cluster = cluster(&instance.configured.by);
        let cluster = clusters.entry(cluster).or_insert_with(|| Cluster::new(project));
        cluster.take(found, &instance.address);
        cluster.gaps.extend(repetition(instance));
    }
    clusters.into_values().collect()
}

/// An object of which nobody knows how often it is there.
pub(crate) fn repetition(instance: &Instance) -> Option<Gap> {
    let what = format!("how many there are of `{}`", instance.address);
    let is_open = instance.address.contains("[?]");
    is_open.then_some(Gap { kind: GapKind::Value, what, at: Some(instance.origin) })
}

/// What tells clusters apart: what configures the provider, whichever of the providers it is.
fn cluster(configured_by: &str) -> String {
    let parts = configured_by.split('.').filter(|it| !matches!(*it, "kubernetes" | "kubectl"));
    parts.collect::<Vec<_>>().join(".")
}

/// What one cluster gets.
struct Cluster<'a> {
    project: &'a Project<'a>,
    gaps: Vec<Gap>,
    composed: kai_compose::Composition,
    files: BTreeSet<Utf8PathBuf>,
}

impl<'a> Cluster<'a> {
    fn new(project: &'a Project<'a>) -> Self {
        let (gaps, files) = (Vec::new(), BTreeSet::new());
        Self { project, gaps, composed: kai_compose::Composition::default(), files }
    }

    fn take(&mut self, found: Applied, address: &str) {
        match found {
            Applied::Object(node) => {
                let node = self.in_file(&node).unwrap_or(node);
                self.composed.objects.push(node);
            }
            Applied::Text { text, namespace, origin } => {
                for mut object in self.objects(&text, origin) {
                    if let Some(namespace) = &namespace {
                        put_into(&mut object, namespace, origin);
                    }
                    self.composed.objects.push(object);
                }
            }
            Applied::Unread { argument, origin } => {
                let what = format!("{argument} of `{address}`");
                self.gaps.push(Gap { kind: GapKind::Value, what, at: Some(origin) });
            }
        }
    }

    /// The same object where a file holds it that was decoded as a whole.
    fn in_file(&mut self, object: &Node) -> Option<Node> {
        let has_places = |it: &Node| it.origin != object.origin;
        if object.as_map()?.iter().any(|it| has_places(&it.node)) {
            return None;
        }
        let name = object.str_at(&["metadata", "name"])?;
        let project = self.project;
        let mut same = BTreeMap::new();
        for file in project.files() {
            let mut nodes = file.documents.iter().map(|it| &it.node);
            let is_it = |it: &&Node| {
                it.str_at(&["metadata", "name"]) == Some(name) && it.says_the_same(object)
            };
            same.extend(nodes.find(is_it).map(|it| (file.path.as_path(), it)));
        }
        let path = likeliest(same.keys().copied(), object.origin, project.origins())?;
        self.files.insert(path.to_owned());
        same.get(path).map(|it| (*it).clone())
    }

    fn objects(&mut self, text: &str, origin: OriginId) -> Vec<Node> {
        let (project, origins) = (self.project, self.project.origins());
        match written(project, text, origin) {
            Written::File(path) => {
                let documents = project.file(&path).map(|it| it.documents.clone());
                self.files.insert(path);
                documents.into_iter().flatten().map(|it| it.node).collect()
            }
            Written::Here(node) => self.parsed(&node, origins),
        }
    }

    fn parsed(&mut self, text: &Node, origins: &Origins) -> Vec<Node> {
        let around = origins.span(text.origin).map(|it| origins.document(it.document));
        let path = around.map(|it| it.path.clone()).unwrap_or_default();
        let Some(document) = kai_syntax::embed(origins, text, path) else { return Vec::new() };
        let parsed = kai_syntax::yaml::parse(origins, document);
        self.composed.problems.extend(parsed.problems);
        parsed.documents.into_iter().map(|it| it.node).collect()
    }

    /// The root beside that of Terraform: what that leaves unread may hold objects too.
    fn finish(mut self, of: &Root) -> (Root, kai_compose::Composition) {
        let mut root = of.clone();
        root.kind = RootKind::Manifests;
        root.reason = "resources of Terraform apply its objects".to_owned();
        root.gaps.append(&mut self.gaps);
        (root, self.composed)
    }
}

fn put_into(object: &mut Node, namespace: &SmolStr, origin: OriginId) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Node::map_mut) {
        metadata.set("namespace", origin, Node::string(namespace.clone(), origin));
    }
}
