//! Who names whose address: variables, arguments, configuration files, commands that wait.

use std::collections::BTreeMap;
use std::ops::Range;

use kai_core::{ComponentId, Environment, Lookup, OriginId, Origins, SmolStr};
use kai_graph::{
    Component, Configuration, Container, Controller, DependencyKind, EnvSource, Facts, Of,
    ProbeHandler, Strength, VolumeSource, Workload,
};

use super::address::{self, Name};
use super::arrows::Arrows;
use super::cloud_sql::{self, Instances};
use super::files::Files;
use super::hosts::Hosts;
use super::mention::{self, Form, Mention};
use super::routes::Behind;
use super::variables::{self, Variable, Variables};
use super::{shell, words};

/// Links every workload with what its texts name.
pub(super) fn link<'a>(arrows: &mut Arrows<'a>, behind: &Behind, origins: &'a Origins) {
    let own_hosts = own_hosts(arrows);
    let readers = readers(arrows);
    let instances = Instances::of(arrows.index.components);
    let hosts = Hosts::of(arrows.index.components);
    let mut files = Files::new(origins);
    for (component, workload) in arrows.index.workloads() {
        let mut caller = Caller {
            component,
            is_collector: has_image(workload, words::is_collector),
            is_viewer: has_image(workload, words::is_viewer),
            is_telemetry: words::is_telemetry(&component.name)
                || has_image(workload, words::is_telemetry),
            behind,
            own_hosts: &own_hosts,
            readers: &readers,
            instances: &instances,
            hosts: &hosts,
            arrows,
        };
        caller.texts(workload);
        caller.files(workload, &mut files);
    }
}

/// The names under which users come in: who names one names itself.
fn own_hosts(arrows: &Arrows<'_>) -> Lookup<String, ()> {
    let mut hosts = Lookup::new();
    for component in arrows.index.components {
        if let Facts::EntryPoint(entry) = &component.facts {
            for host in &entry.hosts {
                hosts.insert(host.to_ascii_lowercase(), ());
            }
        }
    }
    hosts
}

/// How many workloads take every key of a configuration, by environment, namespace and name.
type Readers = BTreeMap<(Environment, SmolStr, SmolStr), usize>;

fn readers(arrows: &Arrows<'_>) -> Readers {
    let mut readers = Readers::new();
    for (component, workload) in arrows.index.workloads() {
        let variables = workload.pod.all_containers().flat_map(|it| &it.env);
        let mut names: Vec<_> = variables.filter_map(|it| whole(&it.source)).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let environment = arrows.index.environment(component.root);
            let key = (environment, component.namespace.clone(), name.clone());
            *readers.entry(key).or_default() += 1;
        }
    }
    readers
}

fn whole(source: &EnvSource) -> Option<&SmolStr> {
    match source {
        EnvSource::Configuration { name, key: None, .. } => Some(name),
        _ => None,
    }
}

fn has_image(workload: &Workload, is_wanted: fn(&str) -> bool) -> bool {
    let images = workload.pod.containers.iter().filter_map(|it| it.image.value());
    images.take(1).any(|it| is_wanted(it.name()))
}

/// True for `BACKEND_URL_search` among `BACKEND_URL_shop`, `BACKEND_URL_cart` and more: whoever hands
/// requests on to so many loses a share of them with one, and not all.
fn is_one_of_many(key: &str, variables: &[Variable]) -> bool {
    const LEAST: usize = 5;
    let Some(family) = words::family(key) else { return false };
    variables.iter().filter(|it| words::family(&it.key) == Some(family)).count() >= LEAST
}

/// More readers than this do not all call what one configuration names.
const MANY: usize = 10;

struct Caller<'a, 'b> {
    component: &'a Component,
    /// It collects from others and goes on when they are away.
    is_collector: bool,
    /// It shows what others hold, and goes on when one of them is away.
    is_viewer: bool,
    /// It is itself telemetry, so that telemetry is what it works with.
    is_telemetry: bool,
    behind: &'b Behind,
    own_hosts: &'b Lookup<String, ()>,
    readers: &'b Readers,
    instances: &'b Instances<'a>,
    hosts: &'b Hosts<'a>,
    arrows: &'b mut Arrows<'a>,
}

/// Where a text stands, for all addresses in it.
#[derive(Clone, Copy)]
struct Place<'a> {
    key: &'a str,
    kind: DependencyKind,
    is_optional: bool,
    /// True where so many read the text, or a list of addresses with this one in it, that it does not
    /// say whom this one calls.
    is_directory: bool,
    /// True in files, where a URL may be a comment's or a link.
    is_file: bool,
}

impl<'a> Caller<'a, '_> {
    fn texts(&mut self, workload: &'a Workload) {
        for container in &workload.pod.init_containers {
            let command: Vec<&str> = container
                .command
                .iter()
                .chain(&container.args)
                .map(|it| it.value.as_str())
                .collect();
            let image = container.image.value().map(|it| it.name());
            let waits = !container.is_sidecar
                && (command.iter().any(|it| shell::is_waiting(it))
                    || image.is_some_and(shell::is_waiting));
            let kind = if waits { DependencyKind::WaitsFor } else { DependencyKind::Calls };
            self.container(container, kind);
        }
        for container in &workload.pod.containers {
            self.container(container, DependencyKind::Calls);
            self.liveness(container);
        }
    }

    fn container(&mut self, container: &'a Container, kind: DependencyKind) {
        let mut variables = variables::of(self.arrows.index, self.component, container);
        let directories = self.directories(&variables.all);
        for variable in &variables.all {
            let Variable { key, value, origin, is_optional, .. } = variable;
            let is_directory =
                variable.from_whole.as_ref().is_some_and(|it| directories.contains(it));
            let is_file = value.contains('\n');
            let is_optional = *is_optional || is_one_of_many(key, &variables.all);
            let place = Place { key, kind, is_optional, is_directory, is_file };
            for it in mention::scan(value, key) {
                self.mention(value, &it, place, *origin);
            }
        }
        let mut flag = "";
        for argument in container.command.iter().chain(&container.args) {
            let written = argument.value.as_str();
            let expanded = variables.expand(written);
            let text = expanded.as_deref().unwrap_or(written);
            let key = if written.starts_with('-') { "" } else { flag };
            let place =
                Place { key, kind, is_optional: false, is_directory: false, is_file: false };
            for it in mention::scan(text, key) {
                self.mention(text, &it, place, argument.origin);
            }
            for host in shell::hosts(text) {
                let it = Mention { host, port: None, form: Form::Bare, key: None };
                self.mention(text, &it, place, argument.origin);
            }
            flag = if written.starts_with('-') && !written.contains('=') { written } else { "" };
        }
        self.cloud_sql(container, &mut variables);
    }

    /// Whom a command asks that decides whether the container is restarted.
    fn liveness(&mut self, container: &'a Container) {
        let Some(probe) = &container.liveness else { return };
        let ProbeHandler::Exec { command } = &probe.handler else { return };
        let written = command.join(" ");
        let mut variables = variables::of(self.arrows.index, self.component, container);
        let expanded = variables.expand(&written);
        let text = expanded.as_deref().unwrap_or(&written);
        let kind = DependencyKind::LivesBy;
        let place =
            Place { key: "", kind, is_optional: false, is_directory: false, is_file: false };
        for it in mention::scan(text, "") {
            self.mention(text, &it, place, probe.origin);
        }
        for host in shell::hosts(text) {
            let it = Mention { host, port: None, form: Form::Bare, key: None };
            self.mention(text, &it, place, probe.origin);
        }
    }

    /// Configurations that several workloads take as a whole and in which this one finds itself, or
    /// that very many take, so that none of them can need all that is in it.
    fn directories(&self, variables: &[Variable]) -> Vec<SmolStr> {
        let Component { root, namespace, .. } = self.component;
        let readers = |name: &SmolStr| {
            let environment = self.arrows.index.environment(*root);
            let key = (environment, namespace.clone(), name.clone());
            self.readers.get(&key).copied().unwrap_or_default()
        };
        let mut found: Vec<SmolStr> = Vec::new();
        for Variable { key, value, from_whole, .. } in variables {
            let Some(name) = from_whole.as_ref().filter(|it| !found.contains(it)) else { continue };
            let names_itself =
                || mention::scan(value, key).iter().any(|it| self.is_own(&value[it.host.clone()]));
            let count = readers(name);
            if count > MANY || count > 1 && names_itself() {
                found.push(name.clone());
            }
        }
        found
    }

    fn is_own(&self, host: &str) -> bool {
        address::service(self.arrows.index, self.component, &Name::parse(host))
            .is_some_and(|it| self.is_behind(it))
    }

    fn is_behind(&self, service: ComponentId) -> bool {
        self.behind.get(&service).is_some_and(|it| it.contains(&self.component.id))
    }

    /// True where no pod behind a service holds state.
    fn is_stateless(&self, service: ComponentId) -> bool {
        let has_engine = |it: &ComponentId| match &self.arrows.index.get(*it).facts {
            Facts::Workload(workload) => workload.engine.is_some(),
            _ => true,
        };
        !self.behind.get(&service).is_none_or(|it| it.iter().any(has_engine))
    }

    /// The proxy's arguments and variables name instances, and so do variables of whoever connects by
    /// itself; what those name is only trusted where it is declared.
    fn cloud_sql(&mut self, container: &Container, variables: &mut Variables) {
        let is_proxy = cloud_sql::is_proxy(container);
        for Variable { key, value, origin, .. } in &variables.all {
            if is_proxy || cloud_sql::is_key(key) {
                self.cloud_sql_instances(value, is_proxy, *origin);
            }
        }
        if !is_proxy {
            return;
        }
        for argument in container.command.iter().chain(&container.args) {
            let expanded = variables.expand(&argument.value);
            let text = expanded.as_deref().unwrap_or(argument.value.as_str());
            self.cloud_sql_instances(text, true, argument.origin);
        }
    }

    fn cloud_sql_instances(&mut self, text: &str, is_proxy: bool, origin: OriginId) {
        for name in cloud_sql::names(text) {
            let declared = self.instances.find(&name, self.component, self.arrows.index);
            let target = match declared {
                Some(it) => it,
                None if is_proxy => {
                    self.arrows.outside(self.component, "Cloud SQL", name.whole, origin)
                }
                None => continue,
            };
            let kind = DependencyKind::Calls;
            self.arrows.add(self.component.id, target, kind, Strength::Hard, origin);
        }
    }

    fn files(&mut self, workload: &'a Workload, files: &mut Files<'a>) {
        for volume in &workload.pod.volumes {
            self.volume(&volume.source, files);
        }
    }

    fn volume(&mut self, source: &'a VolumeSource, files: &mut Files<'a>) {
        match source {
            VolumeSource::Configuration { name, is_optional, .. } => {
                let index = self.arrows.index;
                let Some(configuration) = variables::configuration(index, self.component, name)
                else {
                    return;
                };
                self.configuration(configuration, *is_optional, files);
            }
            VolumeSource::Projected(sources) => {
                for source in sources {
                    self.volume(source, files);
                }
            }
            _ => {}
        }
    }

    fn configuration(
        &mut self,
        configuration: Of<'a, Configuration>,
        is_optional: bool,
        files: &mut Files<'a>,
    ) {
        for setting in files.speaking(configuration).iter() {
            let kind = DependencyKind::Calls;
            let key = &setting.key;
            let place = Place { key, kind, is_optional, is_directory: false, is_file: true };
            for (at, it) in files.mentions(setting).iter().enumerate() {
                if let Some((target, strength)) = self.target(&setting.value, it, place) {
                    let origin = files.origin(setting, at);
                    let target = self.resolved(target, origin);
                    self.arrows.add(self.component.id, target, kind, strength, origin);
                }
            }
        }
    }

    fn mention(&mut self, text: &str, mention: &Mention, place: Place<'_>, origin: OriginId) {
        if let Some((target, strength)) = self.target(text, mention, place) {
            let target = self.resolved(target, origin);
            self.arrows.add(self.component.id, target, place.kind, strength, origin);
        }
    }

    fn resolved(&mut self, target: Target<'_>, origin: OriginId) -> ComponentId {
        match target {
            Target::Inside(id) => id,
            Target::Outside(name) => self.arrows.outside(self.component, "host", name, origin),
        }
    }

    /// What an address means, and how much the program needs it.
    fn target<'t>(
        &self,
        text: &'t str,
        mention: &Mention,
        place: Place<'_>,
    ) -> Option<(Target<'t>, Strength)> {
        let host = &text[mention.host.clone()];
        let name = Name::parse(host);
        let key = mention.key.clone().map(|it: Range<usize>| &text[it]);
        let target = match address::service(self.arrows.index, self.component, &name) {
            Some(id) => {
                let is_self = self.is_behind(id);
                Target::Inside((!is_self).then_some(id)?)
            }
            None => {
                let keys = [key.unwrap_or_default(), place.key];
                match self.hosts.find(host, self.component, self.arrows.index) {
                    Some(id) => {
                        let is_link = keys.iter().any(|it| words::is_for_people(it));
                        Target::Inside((!is_link).then_some(id)?)
                    }
                    None => {
                        let is_outside = self.is_outside(&name, mention, place, &keys);
                        is_outside.then_some(Target::Outside(host))?
                    }
                }
            }
        };
        let is_telemetry = !self.is_telemetry
            && (words::is_telemetry(place.key)
                || key.is_some_and(words::is_telemetry)
                || words::is_telemetry(host.split('.').next().unwrap_or(host)));
        let is_exported = words::is_exporter(place.key) || key.is_some_and(words::is_exporter);
        let is_only_listed = place.is_directory
            && matches!(target, Target::Inside(service) if self.is_stateless(service));
        let is_soft = place.is_optional
            || is_telemetry
            || is_exported
            || [place.key, key.unwrap_or_default()].into_iter().any(words::is_ornament)
            || is_only_listed
            || self.is_collector
            || self.does_not_wait_for(&target)
            || (place.is_file && self.is_viewer && words::lists_sources(text));
        Some((target, if is_soft { Strength::Soft } else { Strength::Hard }))
    }

    /// True in a Compose project for a service that the caller names and does not wait for, although
    /// it waits for others: it starts, and serves, without it.
    fn does_not_wait_for(&self, target: &Target<'_>) -> bool {
        let Target::Inside(id) = target else { return false };
        let name = &self.arrows.index.components[id.0 as usize].name;
        self.component.workload().is_some_and(|it| {
            let waits = &it.facts.waits_for;
            it.facts.controller == Controller::ComposeService
                && !waits.is_empty()
                && waits.iter().all(|wait| wait.name != *name)
        })
    }

    /// True for a host of somebody else. A link for people is no dependency, and in files only a key
    /// that says address is trusted.
    fn is_outside(
        &self,
        name: &Name<'_>,
        mention: &Mention,
        place: Place<'_>,
        keys: &[&str; 2],
    ) -> bool {
        let is_named = if place.is_file {
            words::is_address(keys[0])
        } else {
            mention.form != Form::Bare || keys.iter().any(|it| words::is_address(it))
        };
        is_named
            && !keys.iter().any(|it| words::is_for_people(it))
            && address::is_outside(name)
            && self.own_hosts.get(&name.whole.to_ascii_lowercase()).is_none()
    }
}

enum Target<'a> {
    Inside(ComponentId),
    Outside(&'a str),
}
