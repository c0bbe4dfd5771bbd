//! A system of Terraform that is put together from modules: teams, each with services.

use std::fmt::Write as _;

use camino::Utf8PathBuf;

use kai_testing::Memory;

/// Each is a call with `SERVICES` calls and `QUEUES` resources of its own: 8,500 calls and 10,000 resources
/// in all, with one bucket of each service.
const TEAMS: usize = 500;
const SERVICES: usize = 16;
const QUEUES: usize = 4;

pub(crate) fn tree() -> Memory {
    let mut live = String::new();
    for at in 0..TEAMS {
        write!(
            live,
            "module \"team_{at}\" {{\n  source = \"../team\"\n  team   = \"team-{at}\"\n  keep   = {}\n}}\n",
            at % 30 + 1,
        )
        .expect("a string takes everything");
    }
    let mut team = String::from(
        "variable \"team\" { type = string }\nvariable \"keep\" { type = number }\nlocals {\n  tags = { team = var.team }\n}\n",
    );
    for at in 0..SERVICES {
        write!(
            team,
            "module \"service_{at}\" {{\n  source = \"../service\"\n  name   = \"${{var.team}}-service-{at}\"\n  tags   = local.tags\n}}\n",
        )
        .expect("a string takes everything");
    }
    for at in 0..QUEUES {
        write!(
            team,
            "resource \"aws_sqs_queue\" \"queue_{at}\" {{\n  name                      = \"${{var.team}}-queue-{at}\"\n  message_retention_seconds = var.keep * 86400\n  tags                      = local.tags\n}}\n",
        )
        .expect("a string takes everything");
    }
    let service = "variable \"name\" { type = string }
variable \"tags\" {
  type    = map(string)
  default = {}
}
resource \"aws_s3_bucket\" \"data\" {
  bucket = \"${var.name}-data\"
  tags   = merge(var.tags, { service = var.name })
}
output \"bucket\" { value = aws_s3_bucket.data.bucket }
";
    let files = [("live", live), ("team", team), ("service", service.to_owned())];
    Memory::new(
        files.map(|(folder, text)| {
            (Utf8PathBuf::from(format!("{folder}/main.tf")), text.into_bytes())
        }),
    )
}
