//! How long pods stay on a node that is lost (plugin/pkg/admission/defaulttolerationseconds).

use smol_str::SmolStr;

use crate::model::{Effect, Pod, Taint, Toleration};

const SECONDS: i64 = 300;

/// Adds five minutes for nodes that are not ready or not reachable, where the pod says nothing.
#[must_use]
pub fn with_default_tolerations(mut pod: Pod) -> Pod {
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let key = SmolStr::new_static(key);
        let taint = Taint { key, value: SmolStr::default(), effect: Effect::NoExecute };
        // A toleration of any value counts as one here.
        let says = |it: &Toleration| {
            (it.key.is_empty() || it.key == taint.key)
                && it.effect.is_none_or(|effect| effect == Effect::NoExecute)
        };
        if !pod.tolerations.iter().any(says) {
            pod.tolerations.push(Toleration {
                key: taint.key,
                value: None,
                effect: Some(Effect::NoExecute),
                seconds: Some(SECONDS),
            });
        }
    }
    pod
}
