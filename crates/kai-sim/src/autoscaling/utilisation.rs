//! How many pods a resource metric asks for (`replica_calculator.go`).

/// A target for the share of requests that is used.
#[derive(Debug, Clone, Copy)]
pub struct Utilisation {
    /// In hundredths.
    pub target: i64,
    /// How far from the target nothing happens, as a share of it. Its default is a tenth.
    pub tolerance: f64,
}

/// A pod as the autoscaler sees it.
#[derive(Debug, Clone, Copy)]
pub struct PodUsage {
    pub request: i64,
    /// Nothing where no metric came.
    pub usage: Option<i64>,
    pub is_ready: bool,
}

impl Utilisation {
    pub const TOLERANCE: f64 = 0.1;

    /// The wanted number of pods; nothing where no pod has a request or a metric, which is an error
    /// of the autoscaler. What is not known counts against the direction of the change.
    #[must_use]
    pub fn wanted(&self, pods: &[PodUsage]) -> Option<i64> {
        let current = pods.len() as i64;
        let known = |it: &&PodUsage| it.is_ready && it.usage.is_some();
        let measured: Vec<PodUsage> = pods.iter().filter(known).copied().collect();
        let ratio = self.ratio(&measured)?;
        let (unready, missing): (Vec<PodUsage>, Vec<PodUsage>) =
            pods.iter().filter(|it| !known(it)).partition(|it| it.usage.is_some());
        let raises_unready = !unready.is_empty() && ratio > 1.0;
        if !raises_unready && missing.is_empty() {
            let count = measured.len() as i64;
            return Some(if self.is_near(ratio) { current } else { up(ratio, count) });
        }
        let mut assumed = measured;
        let least = if ratio < 1.0 { self.target.max(100) } else { 0 };
        if !self.is_exact(ratio) {
            let usage = |it: &PodUsage| Some(it.request * least / 100);
            assumed.extend(missing.iter().map(|it| PodUsage { usage: usage(it), ..*it }));
        }
        if raises_unready {
            assumed.extend(unready.iter().map(|it| PodUsage { usage: Some(0), ..*it }));
        }
        let again = self.ratio(&assumed)?;
        let turns = (ratio < 1.0 && again > 1.0) || (ratio > 1.0 && again < 1.0);
        if turns || self.is_near(again) {
            return Some(current);
        }
        let wanted = up(again, assumed.len() as i64);
        let is_against = (again < 1.0 && wanted > current) || (again > 1.0 && wanted < current);
        Some(if is_against { current } else { wanted })
    }

    /// Use as a share of requests, of all pods together, in whole hundredths; over the target.
    #[expect(clippy::cast_precision_loss, reason = "the autoscaler divides doubles")]
    fn ratio(&self, pods: &[PodUsage]) -> Option<f64> {
        let requests: i64 = pods.iter().map(|it| it.request).sum();
        let usage: i64 = pods.iter().filter_map(|it| it.usage).sum();
        let utilisation = (usage * 100).checked_div(requests)?;
        (self.target > 0).then(|| utilisation as f64 / self.target as f64)
    }

    fn is_near(&self, ratio: f64) -> bool {
        (1.0 - self.tolerance..=1.0 + self.tolerance).contains(&ratio)
    }

    #[expect(clippy::float_cmp, reason = "the autoscaler compares exactly")]
    fn is_exact(&self, ratio: f64) -> bool {
        ratio == 1.0
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of pods")]
#[expect(clippy::cast_possible_truncation, reason = "a number of pods")]
fn up(ratio: f64, count: i64) -> i64 {
    (ratio * count as f64).ceil() as i64
}
