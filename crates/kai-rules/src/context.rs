//! What a rule may ask while it looks at one component.

use std::time::Duration;

use kai_break::{Case, Share, Verdict};
use kai_core::{
    ComponentId, Date, Edit, Environment, LocationRole, OriginId, Origins, Role, RootId, RootKind,
    Scalar, SmolStr, Span, Traced,
};
use kai_graph::{
    Absence, Component, DependencyKind, DisruptionBudget, Of, Selector, System, Workload,
};
use kai_settings::{Disruption, Named, Settings, Version};
use kai_syntax::edit;

use crate::written::quoted;
use crate::{Played, words};

/// The graph, where its facts are written, and what the user says of the system. Copied freely.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub system: &'a System,
    pub origins: &'a Origins,
    pub settings: &'a Settings,
    /// The day of the review; nothing is over where none is given.
    pub today: Option<Date>,
    /// What happens to components on declared nodes, however their pods are placed.
    pub played: &'a Played,
}

impl<'a> Context<'a> {
    #[must_use]
    pub fn new(system: &'a System, origins: &'a Origins, settings: &'a Settings) -> Self {
        Self { system, origins, settings, today: None, played: Played::NOTHING }
    }

    /// What came of a kind of failure that was played with the component.
    pub(crate) fn verdict(
        self,
        id: ComponentId,
        is_meant: impl Fn(&Case) -> bool,
    ) -> Option<&'a Verdict> {
        self.played.with(id).iter().find(|it| is_meant(&it.case))
    }

    /// The place with which too many pods of a component go, the narrowest, and whether it is a zone.
    /// Nothing where they find no other, which is told as that.
    pub(crate) fn goes_with(self, id: ComponentId) -> Option<(&'a Share, bool)> {
        let played = self.played.with(id);
        let share = |is_zone: bool| {
            played.iter().find_map(|it| match &it.case {
                Case::GoesWithNode(share) if !is_zone => Some((share, false)),
                Case::GoesWithZone(share) if is_zone => Some((share, true)),
                _ => None,
            })
        };
        let stays_away = |it: &Verdict| matches!(it.case, Case::NodeLost | Case::ZoneLost(_));
        share(false).or_else(|| share(true)).filter(|_| !played.iter().any(stays_away))
    }

    /// How much of its newest data the component may lose to a fault or a mistake, which is what
    /// backups are for, if `kai.yaml` says so.
    #[must_use]
    pub fn rpo(self, id: ComponentId) -> Option<Traced<Duration>> {
        self.rpo_after(id, Disruption::Application)
    }

    /// The same after any disruption.
    #[must_use]
    pub fn rpo_after(self, id: ComponentId, disruption: Disruption) -> Option<Traced<Duration>> {
        let journeys = self.journeys_that_need(id);
        self.settings.rpo(named(self.system.component(id)), &journeys, disruption)
    }

    /// After how long the component must work again, if `kai.yaml` says so.
    #[must_use]
    pub fn rto_after(self, id: ComponentId, disruption: Disruption) -> Option<Traced<Duration>> {
        let journeys = self.journeys_that_need(id);
        self.settings.rto(named(self.system.component(id)), &journeys, disruption)
    }

    /// The version of the cluster that the configuration is for, if `kai.yaml` says so.
    #[must_use]
    pub fn kubernetes_version(self) -> Option<Traced<Version>> {
        self.settings.kubernetes.as_ref().map(|it| it.version.traced())
    }

    /// Edits that set a number: in its place where it is written, else as a new entry of the mapping
    /// whose default it is. Mappings that are not there either are written around it, if the key says
    /// how they are called: `strategy.rollingUpdate.maxUnavailable`.
    pub(crate) fn set(self, origin: OriginId, key: &str, value: u32) -> Option<Vec<Edit>> {
        self.write(origin, key, &value.to_string(), &Scalar::int(value.into()))
    }

    /// The same for a text.
    pub(crate) fn set_text(self, origin: OriginId, key: &str, value: &str) -> Option<Vec<Edit>> {
        self.write(origin, key, &quoted(value), &Scalar::string(value))
    }

    /// The same for a truth.
    pub(crate) fn set_flag(self, origin: OriginId, key: &str, value: bool) -> Option<Vec<Edit>> {
        self.write(origin, key, &value.to_string(), &Scalar::bool(value))
    }

    fn write(self, origin: OriginId, key: &str, text: &str, value: &Scalar) -> Option<Vec<Edit>> {
        let is_default = |it: &OriginId| self.origins.role(*it) == Role::ApiDefault;
        if !is_default(&origin) {
            return edit::replace_scalar(self.origins, origin, value).map(|it| vec![it]);
        }
        let chain = self.origins.chain(origin);
        // One step is the value's own, and every other one a mapping that is not there.
        let missing = chain.iter().take_while(|it| is_default(it)).count();
        let keys: Vec<&str> = key.split('.').collect();
        let (outer, inner) = keys.get(keys.len().checked_sub(missing)?..)?.split_first()?;
        let mut entry = String::new();
        for (depth, key) in inner.iter().enumerate() {
            entry.push_str(&format!("{}{key}:\n", "  ".repeat(depth)));
        }
        let entry = match inner {
            [] => text.to_owned(),
            _ => format!("{} {text}", entry.trim_end()),
        };
        edit::insert_entry(self.origins, *chain.get(missing)?, outer, &entry)
    }

    /// True where the comment above a value, or above the mapping that holds it, has one of the words;
    /// there or where what it took the place of is written.
    pub(crate) fn is_commented(self, origin: OriginId, words: &[&str]) -> bool {
        let spans = self.origins.chain(origin).into_iter().filter_map(|it| self.origins.span(it));
        spans.into_iter().any(|span| self.is_commented_at(span, words))
    }

    fn is_commented_at(self, span: Span, words: &[&str]) -> bool {
        // Keys between the comment and the value.
        const KEYS: usize = 3;
        let document = self.origins.document(span.document);
        let before = document.text.get(..span.start as usize).unwrap_or_default();
        let lines = before.lines().rev().skip(usize::from(!before.ends_with('\n')));
        let mut lines = lines.map(str::trim).take_while(|it| !it.is_empty()).peekable();
        for _ in 0..KEYS {
            lines.next_if(|it| !it.starts_with('#'));
        }
        let comment: Vec<_> = lines.take_while(|it| it.starts_with('#')).collect();
        let comment = comment.join(" ").to_ascii_lowercase();
        words.iter().any(|it| comment.contains(it))
    }

    /// Where a value is shown: where it stands, and the object's name where nobody wrote it.
    pub(crate) fn shown(self, origin: OriginId, component: &Component) -> OriginId {
        let is_default = self.origins.role(origin) == Role::ApiDefault;
        if is_default { component.origin } else { origin }
    }

    /// What stands at a place of a file.
    pub(crate) fn written(self, at: OriginId) -> Option<&'a str> {
        let span = self.origins.outermost(self.origins.span(at)?);
        self.origins.document(span.document).text.get(span.start as usize..span.end as usize)
    }

    /// An edit that puts a word in the place of its only occurrence in what is written there.
    pub(crate) fn rename(self, at: OriginId, old: &str, new: &str) -> Option<Edit> {
        let (before, after) = self.written(at)?.split_once(old).filter(|it| !it.1.contains(old))?;
        let goes_on = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
        let is_whole = !before.ends_with(goes_on) && !after.starts_with(goes_on);
        let span = self.origins.outermost(self.origins.span(at)?);
        let start = span.start + u32::try_from(before.len()).ok()?;
        let end = start + u32::try_from(old.len()).ok()?;
        is_whole.then(|| Edit::replace(Span { start, end, ..span }, new))
    }

    /// Edits that add an entry to a mapping.
    pub(crate) fn insert(self, mapping: OriginId, key: &str, value: &str) -> Option<Vec<Edit>> {
        edit::insert_entry(self.origins, mapping, key, value)
    }

    /// Edits that annotate an object; none where it has the annotation, with whatever value.
    pub(crate) fn annotate(
        self,
        component: &Component,
        key: &str,
        value: &str,
    ) -> Option<Vec<Edit>> {
        let entry = format!("{key}: {value}");
        match component.annotation(key) {
            Some(_) => None,
            None if component.annotations.is_empty() => {
                self.insert(component.annotated, "annotations", &entry)
            }
            None => self.insert(component.annotated, key, value),
        }
    }

    /// What the component needs in one way, in the order of ids, each once.
    pub(crate) fn targets(
        self,
        id: ComponentId,
        kind: DependencyKind,
    ) -> impl Iterator<Item = &'a Component> {
        let mut last = None;
        self.system
            .needs(id)
            .iter()
            .filter(move |it| it.kind == kind)
            .filter(move |it| last.replace(it.target) != Some(it.target))
            .map(move |it| self.system.component(it.target))
    }

    /// What needs the component in one way, in the order of ids, each once.
    pub(crate) fn sources(
        self,
        id: ComponentId,
        kind: DependencyKind,
    ) -> impl Iterator<Item = &'a Component> {
        let mut sources: Vec<_> =
            self.system.needed_by(id).filter(|it| it.kind == kind).map(|it| it.source).collect();
        sources.sort_unstable();
        sources.dedup();
        sources.into_iter().map(move |it| self.system.component(it))
    }

    /// The workloads whose pods a budget counts.
    pub(crate) fn guarded_by(self, budget: Of<'_, DisruptionBudget>) -> Vec<Of<'a, Workload>> {
        let component = budget.component;
        let selector = budget.facts.selector.as_ref();
        selector
            .map(|it| self.system.pods_of(it, &component.namespace, component.root))
            .unwrap_or_default()
    }

    /// What was searched, where an object that `from` refers to is certainly not there.
    ///
    /// A root that declares no object of a kind at all leaves them to somebody else: to a README, to
    /// Terraform, to the platform.
    pub(crate) fn missing(
        self,
        from: &Component,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Option<String> {
        let scope = certain(self.system.absence(from, kind, namespace, name))?;
        // Who writes no namespace may give one when applying.
        let is_elsewhere =
            || namespace == "default" && self.system.holds_anywhere(from.root, kind, name);
        let is_left = !self.system.declares_kind(from.root, kind);
        (!is_left && !is_elsewhere()).then_some(scope)
    }

    /// What was searched, where certainly nothing of a kind is there that could concern `from`.
    pub(crate) fn none_of(self, from: &Component, kind: &str) -> Option<String> {
        certain(self.system.absence(from, kind, &from.namespace, &from.name))
    }

    /// The same for pods that a selector of `from` asks for.
    pub(crate) fn missing_pods(self, from: &Component, selector: &Selector) -> Option<String> {
        if self.is_met_later(from, selector) {
            return None;
        }
        certain(self.system.absence_of_pods(from, &from.namespace))
            .filter(|_| self.system.has_pods(from.root, &from.namespace))
    }

    /// True where pods in the root have some of the wanted labels and may get the others, and where
    /// all labels are met in another namespace while `from` writes none.
    fn is_met_later(self, from: &Component, selector: &Selector) -> bool {
        let Component { namespace, root, .. } = from;
        self.system.has_unfinished_pods(selector, namespace, *root)
            || (namespace == "default"
                && self.system.has_pods_elsewhere(selector, namespace, *root))
    }

    /// The place of these words in a text, the first that begins a line if one does, where the text is
    /// written in one piece; else the text.
    pub(crate) fn within(self, text: OriginId, words: &str) -> OriginId {
        let found = || {
            let span = self.origins.span(text)?;
            let document = self.origins.document(span.document);
            let written = document.text.get(span.start as usize..span.end as usize)?;
            let begins_line = |it: &(usize, &str)| it.0 == 0 || written[..it.0].ends_with('\n');
            let at = written.match_indices(words).find(begins_line).map(|it| it.0);
            let start = span.start + u32::try_from(at.or_else(|| written.find(words))?).ok()?;
            let end = start + u32::try_from(words.len()).ok()?;
            Some(self.origins.mark(Span { document: span.document, start, end }))
        };
        found().unwrap_or(text)
    }

    /// The journeys that stop when the component stops, by name.
    pub(crate) fn journeys_that_need(self, id: ComponentId) -> Vec<&'a str> {
        let needing = self.system.journeys_that_need(id);
        let mut names: Vec<_> = needing.map(|it| it.name.as_str()).collect();
        names.dedup();
        names
    }

    /// What becomes of the journeys that need the component, while it is away, in words: one that
    /// comes to it by routes stops, what calls it fails there. Empty where none needs it.
    pub(crate) fn stops(self, id: ComponentId) -> String {
        let ways = self.system.ways_to(id);
        let (mut stopped, mut failing) = (Vec::new(), Vec::new());
        for it in self.system.journeys_that_need(id) {
            let names = if ways.contains(&it.entry) { &mut stopped } else { &mut failing };
            names.push(it.name.as_str());
        }
        stopped.dedup();
        failing.retain(|it| !stopped.contains(it));
        failing.dedup();
        match (stopped.is_empty(), failing.is_empty()) {
            (true, true) => String::new(),
            (false, true) => words::stop(&stopped),
            (true, false) => words::fail(&failing),
            (false, false) => format!("{}, and {}", words::stop(&stopped), words::fail(&failing)),
        }
    }

    /// Whether a selector matches a namespace, if that can be told: the label that holds the name is
    /// always there, the others only where the Namespace was read.
    pub(crate) fn selects_namespace(
        self,
        selector: &Selector,
        namespace: &SmolStr,
        root: RootId,
    ) -> Option<bool> {
        const NAME: &str = "kubernetes.io/metadata.name";
        let mut objects = self.system.held(root, "Namespace", "");
        let object = objects.find(|it| it.name == *namespace);
        let mut labels = object.map(|it| it.labels.clone()).unwrap_or_default();
        if let Err(at) = labels.binary_search_by(|it| it.0.as_str().cmp(NAME)) {
            labels.insert(at, (SmolStr::new_static(NAME), namespace.clone()));
        }
        let is_about_name = selector.labels.iter().all(|(key, _)| key == NAME)
            && selector.expressions.iter().all(|it| it.key == NAME);
        (object.is_some() || is_about_name).then(|| selector.matches(&labels))
    }

    /// True for an object that is written in a configuration of Terraform, which applies it.
    pub(crate) fn is_configured(self, component: &Component) -> bool {
        let place = self.origins.location(component.origin, LocationRole::Primary);
        place.is_some_and(|it| matches!(it.path.extension(), Some("tf" | "tofu")))
    }

    /// True where nobody may apply both: files in a folder of examples show one way each.
    pub(crate) fn may_be_alternatives(self, one: &Component, other: &Component) -> bool {
        let root = self.system.root(one.root);
        let file = |it: &Component| self.origins.span(it.origin).map(|it| it.document);
        root.kind == RootKind::Manifests
            && root.environment == Environment::Example
            && file(one) != file(other)
    }

    /// True where the objects are those of a live cluster rather than files.
    pub(crate) fn is_live(self, component: &Component) -> bool {
        self.system.root(component.root).kind == RootKind::Dump
    }
}

fn named(component: &Component) -> Named<'_> {
    let Component { namespace, native_kind, name, .. } = component;
    Named { namespace, kind: native_kind, name }
}

fn certain(absence: Absence) -> Option<String> {
    match absence {
        Absence::Certain { scope } => Some(scope),
        Absence::Unknown { .. } => None,
    }
}
