use kai_core::Origins;

use super::parse_file;

#[track_caller]
fn check(text: &str, blocks: &[&str], problems: &[(&str, u32)]) {
    let origins = Origins::new();
    let document = origins.add_document("main.tf".into(), text.into()).unwrap();
    let (body, found) = parse_file(&origins, document);
    let names: Vec<_> = body.blocks.iter().map(|it| it.label(0)).collect();
    assert_eq!(names, blocks);
    let found: Vec<_> = found
        .iter()
        .map(|it| {
            let line = it.span.map(|it| origins.document(it.document).position(it.start).line);
            (it.summary.as_str(), line.unwrap_or_default())
        })
        .collect();
    assert_eq!(found, problems);
}

#[test]
fn a_broken_block_costs_one_problem_and_the_rest_is_there() {
    let text = "variable \"a\" {}\nvariable \"b\" {\n  default = [1 2]\n}\nvariable \"c\" {\n}\n";
    check(text, &["a", "c"], &[("Missing item separator", 3)]);
}

#[test]
fn an_unclosed_block_ends_where_the_next_begins() {
    let text = "variable \"a\" {\n  default = 1\nvariable \"b\" {\n}\n";
    check(text, &["b"], &[("Unclosed configuration block", 1)]);
}

#[test]
fn deep_nesting_is_refused() {
    let text = format!("a = {}1{}\n", "[".repeat(5000), "]".repeat(5000));
    check(&text, &[], &[("Expression too deep", 1)]);
}
