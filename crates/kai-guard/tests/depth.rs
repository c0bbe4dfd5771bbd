//! Texts that are made to stop whoever reads them.

use std::time::{Duration, Instant};

use kai_guard::{Class, classify};

fn nested(open: &str, middle: &str, close: &str, count: usize) -> String {
    format!("{}{middle}{}", open.repeat(count), close.repeat(count))
}

#[expect(clippy::disallowed_methods, reason = "a test that takes time")]
#[test]
fn a_text_that_goes_deep_or_on_and_on_is_asked_about_at_once() {
    const PAIRS: &[(&str, &str, &str, &str)] = &[
        ("", "( ", "ls", " )"),
        ("", "( : \")\"; ", "ls", " )"),
        ("", "{ ", "ls;", " }"),
        ("", "{ : '}'; ", "ls;", " }"),
        ("", "if ", "ls", "; then ls; fi"),
        ("", "while ", "ls", "; do ls; done"),
        ("", "! ", "ls", ""),
        ("", "case a in a) ", "ls", ";; esac"),
        ("echo ", "$(", "ls", ")"),
        ("echo ", "\"$(echo ", "a", ")\""),
        ("echo ", "${a:-", "a", "}"),
        ("echo ", "\"${a:-", "a", "}\""),
        ("echo ", "\"${a:-$(echo ", "a", ")}\""),
        ("echo ", "$(( $(echo ", "1", ") ))"),
        ("echo ", "${a:$((", "1", "))}"),
        ("echo ", "@(a|", "a", ")"),
        ("echo $(( ", "(", "1", ")"),
        ("echo ", "$((", "1", "))"),
        ("echo ", "{a,", "b", "}"),
        ("echo ", "<(", "ls", ")"),
        ("[[ ", "( ", "a", " )"),
        ("[[ ", "! ", "a", " ]]"),
        ("[[ a ", "&& a ", "]]", ""),
        ("f() ", "{ f() ", "{ ls; }", "; }"),
    ];
    for (before, open, middle, close) in PAIRS {
        for count in [3, 4, 9, 60, 98, 150, 380, 500, 2000, 20_000] {
            let text = format!("{before}{}", nested(open, middle, close, count));
            let start = Instant::now();
            let judged = classify(&text);
            let took = start.elapsed();
            // A hang lasts for hours; slow machines do not.
            assert!(took < Duration::from_secs(5), "{before}{open} x {count}: {took:?}");
            assert!(count < 400 || judged.class != Class::ReadOnly, "{open} x {count}");
        }
    }
}

#[test]
fn patterns_and_aliases_that_go_on_and_on_end() {
    let stars = "*".repeat(40);
    let itself = vec!["a"; 200].join(";");
    let names: Vec<String> = ('b'..='h').map(|it| it.to_string()).collect();
    let doubled: String = names
        .iter()
        .zip(names.iter().skip(1))
        .map(|(name, next)| format!("alias {name}='{}'; ", vec![next.as_str(); 20].join(";")))
        .collect();
    for text in [
        format!("cat ./{stars}q.md"),
        format!("cat ./{}q.md", "*a".repeat(30)),
        format!("alias a='{itself}'; a"),
        format!("{doubled} b"),
        "ls;".repeat(20_000),
        "A=1 ".repeat(16_000) + "ls",
    ] {
        let judged = classify(&format!("{text}; kubectl delete ns shop"));
        assert_ne!(judged.class, Class::ReadOnly, "{text}");
        let is_seen = judged.calls.iter().any(|it| it.program == "kubectl");
        assert!(is_seen || !judged.is_readable, "{text}");
    }
}

#[test]
fn a_pattern_of_many_stars_still_finds_secrets() {
    for text in ["cat ./**e*n*v", "cat .e**", "cat ./secr*ts.y*", "cat ./id_*sa", "cat ./*.k[e]y"] {
        assert_ne!(classify(text).class, Class::ReadOnly, "{text}");
    }
}
