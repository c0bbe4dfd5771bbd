//! Who can read what Terraform keeps.

use crate::system::{asked, says};

const STATE: &str = r#"== prod/main.tf
terraform {
  backend "s3" {
    bucket       = "shop-state"
    key          = "prod.tfstate"
    region       = "eu-west-1"
    use_lockfile = true
  }
}
resource "aws_db_instance" "orders" { identifier = "orders" }
"#;

const BUCKET: &str = r#"
resource "aws_s3_bucket" "kept" { bucket = "shop-state" }
resource "aws_s3_bucket_versioning" "kept" {
  bucket = aws_s3_bucket.kept.id
  versioning_configuration { status = "Enabled" }
}
resource "aws_s3_bucket_policy" "kept" {
  bucket = aws_s3_bucket.kept.id
  policy = jsonencode({ Statement = [{
    Effect = "Allow", Principal = { AWS = "arn:aws:iam::111122223333:role/auditor" }
    Action = "s3:GetObject", Resource = "arn:aws:s3:::shop-state/*"
  }] })
}
"#;

const ROLE: &str = r#"
resource "aws_iam_role" "ci" {
  name = "ci"
  assume_role_policy = jsonencode({ Statement = [{
    Effect    = "Allow", Action = "sts:AssumeRoleWithWebIdentity"
    Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" }
    Condition = { StringLike = { "token.actions.githubusercontent.com:sub" = "repo:acme/shop:*" } }
  }] })
}
resource "aws_iam_role_policy" "ci" {
  role   = aws_iam_role.ci.id
  policy = jsonencode({ Statement = [{
    Effect = "Allow", Action = ["s3:GetObject", "s3:PutObject"], Resource = "arn:aws:s3:::shop-state/*"
  }] })
}
"#;

#[test]
fn readers_of_a_state_are_those_whom_policies_let_in() {
    for question in ["who can read the state?", "who can read the terraform state of orders?"] {
        let answer = asked(&[STATE, BUCKET, ROLE], question);
        says(
            &answer,
            "The state of `prod` is kept by the backend `s3` in `shop-state` as `prod.tfstate`",
        );
        says(&answer, "two applies cannot write at once");
        says(&answer, "`aws_s3_bucket/kept` is that bucket: what is overwritten can be had back.");
        says(
            &answer,
            "A policy on the bucket lets `arn:aws:iam::111122223333:role/auditor` read it.",
        );
        says(&answer, "`aws_iam_role/ci` may read it: `repo:acme/shop:*` may become it.");
    }
}

#[test]
fn what_is_not_declared_of_a_state_is_said() {
    let answer = asked(&[STATE], "who can read the state?");
    says(&answer, "Nothing that I read says who reads it.");
    says(&answer, "`shop-state` is not declared here");
    let none =
        "== prod/main.tf\nresource \"aws_db_instance\" \"orders\" { identifier = \"orders\" }\n";
    says(
        &asked(&[none], "where is the terraform state?"),
        "No configuration that I read says where",
    );
}

#[test]
fn a_role_that_is_denied_something_or_may_do_everything_is_named() {
    let denied = ROLE.replace(
        "policy = jsonencode({ Statement = [{",
        "policy = jsonencode({ Statement = [{ Effect = \"Deny\", Action = \"s3:DeleteObject\", Resource = \"*\" }, {",
    );
    says(
        &asked(&[STATE, &denied], "who can read the state?"),
        "`aws_iam_role/ci` may read it, unless what it is denied forbids that: `repo:acme/shop:*` may become it.",
    );
    let power = r#"
resource "aws_iam_role" "ops" {
  name = "ops"
  assume_role_policy = jsonencode({ Statement = [{
    Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::111122223333:root" }
  }] })
}
resource "aws_iam_role_policy_attachment" "ops" {
  role       = aws_iam_role.ops.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
"#;
    says(
        &asked(&[STATE, power], "who can read the state?"),
        "`aws_iam_role/ops` may do everything in its account, and so reads it if the bucket is of that (`AdministratorAccess`)",
    );
}

#[test]
fn another_bucket_and_a_role_that_only_writes_read_nothing() {
    let other = [BUCKET, ROLE].concat().replace("shop-state", "shop-pictures");
    says(
        &asked(&[STATE, &other], "who can read the state?"),
        "Nothing that I read says who reads it.",
    );
    let writes = ROLE.replace("\"s3:GetObject\", ", "");
    says(
        &asked(&[STATE, &writes], "who can read the state?"),
        "Nothing that I read says who reads it.",
    );
}

#[test]
fn a_component_that_is_called_state_is_not_whose_state_it_is() {
    let namesake = "resource \"aws_db_instance\" \"state\" { identifier = \"state\" }\n";
    for question in ["who can read the state of orders?", "who can read the terraform state?"] {
        let answer = asked(&[STATE, namesake], question);
        says(&answer, "The state of `prod` is kept by the backend `s3` in `shop-state`");
        assert_ne!(answer.subject, "aws_db_instance/state", "{question}");
    }
}

#[test]
fn a_backend_that_is_no_bucket_has_no_name_that_is_missing() {
    let of = |backend: &str| {
        let text = format!(
            "== prod/main.tf\nterraform {{\n  {backend}\n}}\n\
             resource \"aws_db_instance\" \"orders\" {{ identifier = \"orders\" }}\n"
        );
        asked(&[&text], "where is the terraform state?")
    };
    let cloud = of("cloud {\n organization = \"acme\"\n workspaces { name = \"prod\" }\n }");
    says(&cloud, "by the backend `cloud`, and where that keeps it is not read;");
    says(&of("backend \"local\" {}"), "by the backend `local`, on the machine that applies it;");
}

#[test]
fn a_bucket_that_everybody_reads_is_told_among_the_readers() {
    let open = BUCKET.replace("{ AWS = \"arn:aws:iam::111122223333:role/auditor\" }", "\"*\"");
    let answer = asked(&[STATE, &open], "who can read the state?");
    says(&answer, "Everybody may read what is in `aws_s3_bucket/kept`.");
}
