//! Exact values, and properties over seeded draws.

use kai_core::Interval;
use kai_slo::{
    MINUTES_PER_YEAR, Ratio, SloBudget, cannot_exceed, chance_of_any, k_of_n, mixture, overlap,
    pair_unavailability, parallel, product, rate_of, series, sum, union, width,
};

#[track_caller]
fn near(actual: f64, expected: f64) {
    let tolerance = expected.abs().max(1.0) * 1e-9;
    assert!((actual - expected).abs() <= tolerance, "{actual} is not {expected}");
}

fn ratios(values: &[f64]) -> Vec<Ratio> {
    values.iter().map(|&it| Ratio::clamped(it)).collect()
}

/// SplitMix64: a few seeded numbers do not need a crate.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double")]
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn ratio(&mut self) -> Ratio {
        Ratio::clamped(self.unit())
    }

    fn interval(&mut self) -> Interval {
        let mut ends = [self.unit() * 100.0, self.unit() * 100.0, self.unit() * 100.0];
        ends.sort_by(f64::total_cmp);
        Interval::new(ends[0], ends[1], ends[2])
    }
}

#[track_caller]
fn for_seeds(property: impl Fn(&mut Draw)) {
    for seed in 0..2_000 {
        let run = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            property(&mut Draw(seed));
        }));
        assert!(run.is_ok(), "seed {seed} fails: property(&mut Draw({seed}))");
    }
}

#[test]
fn three_nines_allow_526_minutes_a_year() {
    near(SloBudget::new(Ratio::clamped(0.999)).minutes_per_year(), 525.96);
    near(SloBudget::new(Ratio::clamped(0.9999)).minutes_per_year(), 52.596);
    near(SloBudget::new(Ratio::NONE).minutes_per_year(), MINUTES_PER_YEAR);
}

#[test]
fn a_budget_is_spent_in_proportion() {
    let budget = SloBudget::new(Ratio::clamped(0.999));
    near(budget.spent_by(Interval::exactly(525.96)).typical, 1.0);
    near(budget.spent_by(Interval::exactly(0.0)).high, 0.0);
    assert!(SloBudget::new(Ratio::ALL).spent_by(Interval::exactly(1.0)).typical.is_infinite());
    near(SloBudget::new(Ratio::ALL).spent_by(Interval::exactly(0.0)).typical, 0.0);
}

#[test]
fn a_full_outage_burns_three_nines_a_thousand_times_too_fast() {
    near(SloBudget::new(Ratio::clamped(0.999)).burn_rate(Ratio::ALL), 1000.0);
    near(SloBudget::new(Ratio::ALL).burn_rate(Ratio::NONE), 0.0);
}

#[test]
fn five_dependencies_at_four_nines_promise_99_95() {
    near(series(&ratios(&[0.9999; 5])).get(), 0.9999_f64.powi(5));
    assert_eq!(Ratio::clamped(0.9995).to_string(), "99.95 %");
    assert_eq!(Ratio::clamped(1.0).to_string(), "100 %");
}

#[test]
fn two_of_which_one_is_enough() {
    near(parallel(&ratios(&[0.9, 0.8])).get(), 0.98);
    near(parallel(&[]).get(), 0.0);
    near(series(&[]).get(), 1.0);
}

#[test]
fn two_of_three_at_nine_tenths() {
    near(k_of_n(2, &ratios(&[0.9; 3])).get(), 0.972);
    near(k_of_n(0, &[]).get(), 1.0);
    near(k_of_n(1, &[]).get(), 0.0);
    near(k_of_n(4, &ratios(&[1.0; 3])).get(), 0.0);
}

#[test]
fn a_shared_cause_dominates_a_pair() {
    near(pair_unavailability(Ratio::clamped(0.01), Ratio::NONE).get(), 0.0001);
    near(pair_unavailability(Ratio::clamped(0.01), Ratio::ALL).get(), 0.01);
    near(pair_unavailability(Ratio::clamped(0.01), Ratio::clamped(0.37)).get(), 0.003_739_69);
}

#[test]
fn a_survey_of_at_least_one_is_a_rate() {
    // 92 % in two years: 1.26 a year.
    near(rate_of(Ratio::clamped(0.92), 2.0), -(0.08_f64.ln()) / 2.0);
    near(chance_of_any(0.0, 10.0).get(), 0.0);
    assert!(rate_of(Ratio::ALL, 1.0).is_infinite());
}

#[test]
fn a_product_with_one_unsure_factor_is_as_wide_as_that_factor() {
    let product = product(&[Interval::new(2.0, 12.0, 52.0), Interval::exactly(3.0)]);
    near(product.low, 6.0);
    near(product.typical, 36.0);
    near(product.high, 156.0);
}

#[test]
fn unsure_factors_are_combined_in_quadrature() {
    let factor = Interval::new(1.0, 10.0, 100.0);
    let product = product(&[factor, factor]);
    near(product.typical, 100.0);
    near(product.high, 100.0 * 10.0_f64.powf(std::f64::consts::SQRT_2));
    near(product.low, 100.0 / 10.0_f64.powf(std::f64::consts::SQRT_2));
}

#[test]
fn a_sum_of_unsure_terms_is_narrower_than_its_ends() {
    let sum = sum(&[Interval::new(7.0, 10.0, 13.0), Interval::new(16.0, 20.0, 24.0)]);
    near(sum.low, 25.0);
    near(sum.typical, 30.0);
    near(sum.high, 35.0);
}

#[test]
fn two_answers_make_a_union() {
    let union = union(Interval::new(1.0, 4.0, 5.0), Interval::new(2.0, 9.0, 30.0));
    assert_eq!((union.low, union.high), (1.0, 30.0));
    near(union.typical, 6.0);
    let night = mixture(Interval::exactly(30.0), 0.25, Interval::exactly(360.0));
    assert_eq!((night.low, night.typical, night.high), (30.0, 277.5, 360.0));
}

#[test]
fn overlap_is_of_the_narrower() {
    near(overlap(Interval::new(0.0, 1.0, 10.0), Interval::new(5.0, 6.0, 7.0)), 1.0);
    near(overlap(Interval::new(0.0, 1.0, 4.0), Interval::new(3.0, 4.0, 9.0)), 0.25);
    near(overlap(Interval::exactly(1.0), Interval::exactly(2.0)), 0.0);
    near(overlap(Interval::exactly(1.0), Interval::exactly(1.0)), 1.0);
    near(width(Interval::exactly(0.0)), 1.0);
}

#[test]
fn results_stay_ordered_and_inside_the_hard_bound() {
    for_seeds(|draw| {
        let terms: Vec<_> = (0..1 + draw.next() % 5).map(|_| draw.interval()).collect();
        let (product, sum, bound) = (product(&terms), sum(&terms), cannot_exceed(&terms));
        for it in [product, sum] {
            assert!(0.0 <= it.low && it.low <= it.typical && it.typical <= it.high);
        }
        let slack = 1.0 + 1e-9;
        assert!(bound.low <= product.low * slack && product.high <= bound.high * slack);
        assert!(sum.high <= terms.iter().map(|it| it.high).sum::<f64>() * slack);
    });
}

#[test]
fn redundancy_never_hurts_and_series_never_helps() {
    for_seeds(|draw| {
        let parts: Vec<_> = (0..1 + draw.next() % 6).map(|_| draw.ratio()).collect();
        let best = parts.iter().map(|it| it.get()).fold(0.0, f64::max);
        let worst = parts.iter().map(|it| it.get()).fold(1.0, f64::min);
        assert!(series(&parts).get() <= worst + 1e-12);
        assert!(parallel(&parts).get() >= best - 1e-12);
        near(k_of_n(parts.len(), &parts).get(), series(&parts).get());
        near(k_of_n(1, &parts).get(), parallel(&parts).get());
        let (u, beta) = (draw.ratio(), draw.ratio());
        assert!(pair_unavailability(u, beta).get() <= u.get() + 1e-12);
    });
}

#[test]
fn needing_more_is_never_more_available() {
    for_seeds(|draw| {
        let parts: Vec<_> = (0..6).map(|_| draw.ratio()).collect();
        for needed in 0..6 {
            assert!(k_of_n(needed, &parts).get() + 1e-12 >= k_of_n(needed + 1, &parts).get());
        }
    });
}

#[test]
fn a_rate_and_its_chance_are_inverses() {
    for_seeds(|draw| {
        let (rate, years) = (draw.unit() * 5.0, 0.1 + draw.unit());
        near(rate_of(chance_of_any(rate, years), years), rate);
    });
}

#[test]
fn budgets_split_add_up() {
    for_seeds(|draw| {
        let budget = SloBudget::new(Ratio::clamped(0.9 + draw.unit() * 0.0999));
        let (one, other) = (draw.interval(), draw.interval());
        let whole = budget.spent_by(one.plus(other)).typical;
        near(budget.spent_by(one).typical + budget.spent_by(other).typical, whole);
        assert!(budget.burn_rate(draw.ratio()) >= 0.0);
    });
}
