//! What the README shows is what the binary prints.

use std::fs;

use crate::run::{kai, repository};

#[test]
fn the_finding_that_the_readme_quotes_is_real() {
    let readme = fs::read_to_string(repository().join("README.md")).expect("there is a README");
    let quoted = readme.split("```text\n").nth(1).and_then(|it| it.split("```").next());
    let quoted = quoted.expect("the README quotes the page in a `text` fence");
    let page = kai(&repository(), &["review", "examples/payments"], None).stdout;
    let missing: Vec<&str> =
        quoted.lines().filter(|line| !page.lines().any(|it| it == *line)).collect();
    assert!(missing.is_empty(), "the page does not print {missing:#?}\nbut:\n{page}");
}

#[test]
fn the_page_of_the_example_fits_one_screen() {
    let page = kai(&repository(), &["review", "examples/payments"], None).stdout;
    assert!(page.lines().count() <= 45, "{} lines:\n{page}", page.lines().count());
    let wide: Vec<&str> = page.lines().filter(|it| it.chars().count() > 100).collect();
    assert!(wide.is_empty(), "{wide:#?}");
}
