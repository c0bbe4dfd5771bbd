//! The same input gives the same bytes, over runs and over the order of files.

use crate::manifests::{ingress, service};
use kai_testing::Memory;

use crate::assess;

/// SplitMix64.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[test]
fn shuffled_files_give_the_same_assessment() {
    let mut files: Vec<(String, String)> = Vec::new();
    for team in ["pay", "shop", "mail"] {
        for app in ["web", "api", "cache"] {
            let text =
                service(team, app, 1, Some("next")).replace("registry.example.com/cache", "redis");
            files.push((format!("{team}/{app}.yaml"), text));
        }
        files.push((
            format!("{team}/in.yaml"),
            ingress(team, &format!("{team}.example.com"), "web"),
        ));
        files.push((format!("{team}/broken.yaml"), "a: [1\n".to_string()));
    }
    let review = |files: &[(String, String)]| {
        let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        kai_report::json::review(&assess(&Memory::in_this_order(files)))
    };
    let expected = review(&files);
    for seed in 0..12 {
        let mut state = seed;
        for at in (1..files.len()).rev() {
            let other = usize::try_from(next(&mut state) % (at as u64 + 1)).unwrap();
            files.swap(at, other);
        }
        let actual = review(&files);
        let lines = || actual.lines().zip(expected.lines());
        let first = lines().find(|(actual, expected)| actual != expected);
        assert!(actual == expected, "seed {seed} gives another review: {first:?}");
    }
}
