use std::fmt::Write as _;

use expect_test::{Expect, expect};

use super::parse;

#[track_caller]
fn check(text: &str, expected: &Expect) {
    let script = parse(text).unwrap();
    let mut shown = String::new();
    for command in &script.commands {
        let words: Vec<&str> = command.words.iter().map(|it| it.text.as_str()).collect();
        let pipe = match (command.is_piped, command.is_background) {
            (true, _) => " |",
            (false, true) => " &",
            (false, false) => "",
        };
        let written = &text[command.range()];
        writeln!(shown, "{:?}: {}{pipe} <- {written}", command.handling, words.join(" ")).unwrap();
    }
    expected.assert_eq(&shown);
}

#[test]
fn commands_are_found_inside_of_what_holds_them() {
    check(
        "set -e\nif kubectl get ns a; then\n  for it in a b; do helm upgrade \"$it\" ./é; done\nfi\n(cd x && make test)\n",
        &expect![[r#"
            Plain: set -e <- set -e
            Tested: kubectl get ns a <- kubectl get ns a
            Plain: helm upgrade $it ./é <- helm upgrade "$it" ./é
            Tested: cd x <- cd x
            Plain: make test <- make test
        "#]],
    );
}

#[test]
fn what_becomes_of_a_failure_is_told() {
    check(
        "curl -sf https://a | sh\nkubectl apply -f . || true\na && b || exit 1\nrm x || echo \"not there\"\n",
        &expect![[r#"
            Plain: curl -sf https://a | <- curl -sf https://a
            Plain: sh <- sh
            Dropped: kubectl apply -f . <- kubectl apply -f .
            Plain: true <- true
            Tested: a <- a
            Replaced: b <- b
            Plain: exit 1 <- exit 1
            Dropped: rm x <- rm x
            Plain: echo not there <- echo "not there"
        "#]],
    );
}

#[test]
fn what_the_shell_does_not_wait_for_is_told() {
    check(
        "a &\n(b; c | d) &\nfor it in 1 2; do e & done\nwait\n",
        &expect![[r#"
        Plain: a & <- a
        Plain: b & <- b
        Plain: c | <- c
        Plain: d & <- d
        Plain: e & <- e
        Plain: wait <- wait
    "#]],
    );
}

#[test]
fn what_is_no_shell_gives_nothing() {
    assert_eq!(parse("if ("), None);
}
