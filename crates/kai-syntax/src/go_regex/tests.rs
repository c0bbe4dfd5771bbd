use super::compile;

#[track_caller]
fn check(pattern: &str, text: &str, expected: Option<&str>) {
    let found = compile(pattern).map(|it| it.find(text).map(|it| it.as_str().to_owned()));
    assert_eq!(found, Ok(expected.map(str::to_owned)), "`{pattern}` in `{text}`");
}

#[track_caller]
fn check_error(pattern: &str, expected: &str) {
    let message = compile(pattern).err().map(|it| format!("{} in {}", it.fault, it.part));
    assert_eq!(message.as_deref(), Some(expected), "`{pattern}`");
}

#[test]
fn classes_of_letters_and_digits_are_ascii() {
    check(r"\d+", "٣7", Some("7"));
    check(r"\w+", "ü_x", Some("_x"));
    check(r"[\s\d]+", "\u{a0} 1", Some(" 1"));
    check(r"\bb", "éb", Some("b"));
    check(r"a\Bb", "ab", Some("b").map(|_| "ab"));
    check(r"[[:word:]]+", "ü1_", Some("1_"));
}

#[test]
fn a_class_has_no_operators() {
    check(r"[a&&b]+", "a&b", Some("a&b"));
    check(r"[[a]+", "x[a", Some("[a"));
    check(r"[]a]+", "]a", Some("]a"));
    check(r"[^]]+", "]ab]", Some("ab"));
    check(r"[a~~b]", "~", Some("~"));
    check(r"[a-c-]+", "b-c", Some("b-c"));
    check(r"[#x ]+", "# x", Some("# x"));
    check(r"[a-z0-9-_.]+", "A1-_.b", Some("1-_.b"));
    check(r"[\d-z]+", "1-zy", Some("1-z"));
}

#[test]
fn quoting_and_numbers_of_characters_are_read() {
    check(r"\Qa.b\E+", "a.bb", Some("a.bb"));
    check(r"\Qa.b", "a.b", Some("a.b"));
    check(r"\x41\x{42}\103\07*", "ABC", Some("ABC"));
    check(r"\pN\p{^L}\P{L}", "7-8", Some("7-8"));
}

#[test]
fn braces_that_repeat_nothing_stand_for_themselves() {
    check(r"a{,2}", "a{,2}", Some("a{,2}"));
    check(r"{x}", "{x}", Some("{x}"));
    check(r"a{2}b{1,}?", "aabb", Some("aab"));
    check(r"a]}", "a]}", Some("a]}"));
}

#[test]
fn groups_have_names_and_flags() {
    check(r"(?P<x>a)(?<y>b)", "ab", Some("ab"));
    check(r"(?i)A(?-i)b", "ab", Some("ab"));
    check(r"(?i:A)", "a", Some("a"));
    check(r"(?U)a+", "aa", Some("a"));
    check(r"()|x", "x", Some(""));
}

#[test]
fn what_go_refuses_is_refused_in_its_words() {
    check_error("(", "missing closing ) in (");
    check_error("a)", "unexpected ) in a)");
    check_error("[", "missing closing ] in [");
    check_error("[a", "missing closing ] in [a");
    check_error("a(?!b)", "invalid or unsupported Perl syntax in (?!");
    check_error("(?<=a)b", "invalid or unsupported Perl syntax in (?<=");
    check_error("(?x)a", "invalid or unsupported Perl syntax in (?x");
    check_error(r"(a)\1", r"invalid escape sequence in \1");
    check_error(r"\q", r"invalid escape sequence in \q");
    check_error(r"a\", "trailing backslash at end of expression in ");
    check_error("a{1001}", "invalid repeat count in {1001}");
    check_error("a{2,1}", "invalid repeat count in {2,1}");
    check_error("*", "missing argument to repetition operator in *");
    check_error("a|+", "missing argument to repetition operator in +");
    check_error("a**", "invalid nested repetition operator in **");
    check_error("a{2}{3}", "invalid nested repetition operator in {2}{3}");
    check_error("[b-a]", "invalid character class range in b-a");
    check_error(r"[a-\d]", r"invalid character class range in a-\d");
    check_error("[[:nope:]]", "invalid character class range in [:nope:]");
    check_error("(?P<a>x)(?P<a>y)", "duplicate capture group name in a");
    check_error("(?P<a", "invalid named capture in (?P<a");
}
