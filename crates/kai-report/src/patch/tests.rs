//! Diffs as people and `git apply` read them.

use expect_test::{Expect, expect};

use super::unified;

#[track_caller]
fn check(before: &str, after: &str, expected: Expect) {
    expected.assert_eq(&unified([("base/cache.yaml".into(), before, after)], false));
}

#[test]
fn a_change_is_shown_with_what_is_around_it() {
    check(
        "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\n",
        "a: 1\nb: 2\nc: 3\nd: 4\ne: 6\nf: 6\n",
        expect![[r#"
            --- a/base/cache.yaml
            +++ b/base/cache.yaml
            @@ -2,5 +2,5 @@
             b: 2
             c: 3
             d: 4
            -e: 5
            +e: 6
             f: 6
        "#]],
    );
}

#[test]
fn a_file_may_end_without_a_line_break_and_keep_its_carriage_returns() {
    let text = unified([("a.yaml".into(), "a: 1\r\nb: 2", "a: 2\r\nb: 2")], false);
    assert!(text.contains("-a: 1\r\n+a: 2\r\n b: 2\n\\ No newline at end of file\n"), "{text:?}");
}

#[test]
fn a_terminal_obeys_nothing_of_it() {
    let text = unified([("a.yaml".into(), "a: 1 # \u{1b}[2J\n", "a: 2 # \u{1b}[2J\n")], true);
    assert!(text.chars().all(|it| it == '\n' || !it.is_control()), "{text:?}");
    assert!(text.contains("-a: 1 # \u{fffd}[2J\n"), "{text}");
}
