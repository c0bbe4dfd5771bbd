//! What pods take with them: configuration, secrets, volumes, identities, images.

use kai_core::{ComponentId, OriginId};
use kai_graph::{
    Claim, Component, Container, DependencyKind, EnvSource, Facts, PersistentVolume, Strength,
    VolumeSource, Wait, WaitCondition, Workload,
};

use super::arrows::Arrows;
use super::operator;

/// Links workloads with what they mount, read and act as, and claims with their volumes.
pub(super) fn link(arrows: &mut Arrows<'_>) {
    for component in arrows.index.components {
        match &component.facts {
            Facts::Workload(workload) => User { component, arrows }.workload(workload),
            Facts::Claim(claim) => self::claim(arrows, component, claim),
            Facts::PersistentVolume(volume) => persistent_volume(arrows, component, volume),
            _ => {}
        }
    }
}

fn claim<'a>(arrows: &mut Arrows<'a>, component: &'a Component, claim: &Claim) {
    let mut user = User { component, arrows };
    if let Some(class) = claim.storage_class.traced() {
        user.object("StorageClass", &class.value, DependencyKind::Mounts, class.origin);
    }
    if let Some(name) = &claim.volume_name {
        user.object("PersistentVolume", name, DependencyKind::Mounts, claim.origin);
    }
}

/// A volume that is bound to a claim by name is the claim's.
fn persistent_volume(arrows: &mut Arrows<'_>, component: &Component, volume: &PersistentVolume) {
    let Some((namespace, name)) = &volume.claim else { return };
    let is_claim = |it: &Component| matches!(it.facts, Facts::Claim(_));
    if let Some(claim) = arrows.index.nearest_object(component, namespace, name, is_claim) {
        let kind = DependencyKind::Mounts;
        arrows.add(claim, component.id, kind, Strength::Hard, component.origin);
    }
}

struct User<'a, 'b> {
    component: &'a Component,
    arrows: &'b mut Arrows<'a>,
}

impl User<'_, '_> {
    fn workload(&mut self, workload: &Workload) {
        let pod = &workload.pod;
        for container in pod.all_containers() {
            self.container(container);
        }
        for volume in &pod.volumes {
            self.volume(&volume.source, volume.origin);
        }
        for template in &workload.claim_templates {
            if let Some(class) = template.claim.storage_class.traced() {
                self.object("StorageClass", &class.value, DependencyKind::Mounts, class.origin);
            }
        }
        if let Some(account) = pod.service_account.traced() {
            let is_wanted = |it: &Component| matches!(it.facts, Facts::Identity(_));
            self.to(&account.value, is_wanted, DependencyKind::ActsAs, false, account.origin);
        }
        for (name, origin) in &pod.image_pull_secrets {
            self.secret(name, false, *origin);
        }
        for wait in &workload.waits_for {
            self.wait(wait);
        }
    }

    /// Who waits until another is healthy cannot start without it; that another is only started
    /// first says nothing about whether it is needed.
    fn wait(&mut self, wait: &Wait) {
        let is_soft = wait.condition == WaitCondition::Started || !wait.is_required;
        let is_wanted = |it: &Component| matches!(it.facts, Facts::Workload(_));
        self.to(&wait.name, is_wanted, DependencyKind::WaitsFor, is_soft, wait.origin);
    }

    fn container(&mut self, container: &Container) {
        for variable in &container.env {
            match &variable.source {
                EnvSource::Configuration { name, is_optional, .. } => {
                    self.configuration(name, *is_optional, variable.origin);
                }
                EnvSource::Secret { name, is_optional, .. } => {
                    self.secret(name, *is_optional, variable.origin);
                }
                _ => {}
            }
        }
        // Pods that run do not pull, so an absent registry hurts the next start only.
        if let Some(image) = container.image.traced() {
            let registry = &image.value.registry;
            let target = self.arrows.outside(self.component, "registry", registry, image.origin);
            self.add(target, DependencyKind::PullsFrom, true, image.origin);
        }
    }

    fn volume(&mut self, source: &VolumeSource, origin: OriginId) {
        match source {
            VolumeSource::Claim { name } => {
                let is_wanted = |it: &Component| matches!(it.facts, Facts::Claim(_));
                self.to(name, is_wanted, DependencyKind::Mounts, false, origin);
            }
            VolumeSource::Named { name } => {
                self.object("volume", name, DependencyKind::Mounts, origin);
            }
            VolumeSource::Configuration { name, is_optional, .. } => {
                self.configuration(name, *is_optional, origin);
            }
            VolumeSource::Secret { name, is_optional, .. } => {
                self.secret(name, *is_optional, origin);
            }
            VolumeSource::Projected(sources) => {
                for source in sources {
                    self.volume(source, origin);
                }
            }
            _ => {}
        }
    }

    fn configuration(&mut self, name: &str, is_optional: bool, origin: OriginId) {
        let is_wanted = |it: &Component| matches!(it.facts, Facts::Configuration(_));
        self.to(name, is_wanted, DependencyKind::ReadsConfiguration, is_optional, origin);
    }

    fn secret(&mut self, name: &str, is_optional: bool, origin: OriginId) {
        let is_wanted = |it: &Component| matches!(it.facts, Facts::Secret(_));
        self.to(name, is_wanted, DependencyKind::ReadsSecret, is_optional, origin);
        // CloudNativePG puts the address of a cluster into a Secret of a fixed name.
        for suffix in operator::secret_suffixes() {
            let Some(cluster) = name.strip_suffix(suffix) else { continue };
            let is_cluster = |it: &Component| {
                it.native_kind == "Cluster" && it.api_group() == "postgresql.cnpg.io"
            };
            self.to(cluster, is_cluster, DependencyKind::Calls, is_optional, origin);
        }
    }

    fn object(&mut self, kind: &str, name: &str, relation: DependencyKind, origin: OriginId) {
        self.to(name, |it| it.native_kind == kind, relation, false, origin);
    }

    fn to(
        &mut self,
        name: &str,
        is_wanted: impl Fn(&Component) -> bool,
        kind: DependencyKind,
        is_optional: bool,
        origin: OriginId,
    ) {
        let namespace = &self.component.namespace;
        let index = self.arrows.index;
        if let Some(target) = index.nearest_object(self.component, namespace, name, is_wanted) {
            self.add(target, kind, is_optional, origin);
        }
    }

    fn add(&mut self, target: ComponentId, kind: DependencyKind, is_soft: bool, origin: OriginId) {
        let strength = if is_soft { Strength::Soft } else { Strength::Hard };
        self.arrows.add(self.component.id, target, kind, strength, origin);
    }
}
