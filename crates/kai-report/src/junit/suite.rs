//! A review as a suite of tests.

use std::collections::BTreeSet;
use std::io::{self, Write};

use kai_assess::Assessment;
use kai_core::{Finding, Level};
use kai_rules::{RULES, Rule};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::Places;
use crate::terminal::clean;

/// The suite, ending in a line break. Findings of a level that does not fail are skipped tests.
#[must_use]
pub fn review(assessment: &Assessment, places: &Places, fails: impl Fn(Level) -> bool) -> String {
    let suite = Suite { assessment, places, fails };
    let mut bytes = Vec::new();
    let written = suite.write(&mut Writer::new_with_indent(&mut bytes, b' ', 2));
    written.expect("memory can always be written");
    bytes.push(b'\n');
    String::from_utf8(bytes).expect("all of it was text")
}

struct Suite<'a, F> {
    assessment: &'a Assessment,
    places: &'a Places,
    fails: F,
}

impl<F: Fn(Level) -> bool> Suite<'_, F> {
    fn write<W: Write>(&self, xml: &mut Writer<W>) -> io::Result<()> {
        xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let silent = self.silent();
        let Assessment { findings, failures, .. } = self.assessment;
        let failed = findings.iter().filter(|it| (self.fails)(it.level)).count();
        let skipped = findings.len() - failed;
        let tests = findings.len() + failures.len() + silent.len();
        let counts = [("tests", tests), ("failures", failed), ("errors", failures.len())];
        let counts: Vec<_> = counts.map(|(key, count)| (key, count.to_string())).into();
        let counts = || counts.iter().map(|(key, count)| (*key, count.as_str()));
        let suites = xml.create_element("testsuites").with_attribute(("name", "Kai"));
        suites.with_attributes(counts()).write_inner_content(|xml| {
            let suite = xml.create_element("testsuite").with_attribute(("name", "kai review"));
            let suite = suite.with_attributes(counts());
            let suite = suite.with_attribute(("skipped", skipped.to_string().as_str()));
            suite.write_inner_content(|xml| {
                findings.iter().try_for_each(|it| self.finding(xml, it))?;
                failures.iter().try_for_each(|it| failure(xml, it))?;
                silent.iter().try_for_each(|it| passed(xml, it))
            })?;
            Ok(())
        })?;
        Ok(())
    }

    /// Rules that found nothing in what was read, and did not give up.
    fn silent(&self) -> Vec<&'static Rule> {
        if self.assessment.reading.document_count == 0 {
            return Vec::new();
        }
        let found: BTreeSet<&str> = self.assessment.findings.iter().map(|it| it.rule).collect();
        let gave_up = |rule: &str| {
            self.assessment.failures.iter().any(|it| it.starts_with(&format!("{rule}:")))
        };
        RULES.iter().copied().filter(|it| !found.contains(it.id) && !gave_up(it.id)).collect()
    }

    fn finding<W: Write>(&self, xml: &mut Writer<W>, finding: &Finding) -> io::Result<()> {
        let name = xml_text(&format!("{}: {}", finding.component, finding.title));
        let mut case = xml
            .create_element("testcase")
            .with_attribute(("classname", finding.rule))
            .with_attribute(("name", name.as_str()));
        let place = finding.locations.first();
        if let Some(place) = place {
            let path = xml_text(self.places.path(&place.path).as_str());
            case = case.with_attribute(("file", path.as_str()));
            case = case.with_attribute(("line", place.line.max(1).to_string().as_str()));
        }
        case.write_inner_content(|xml| {
            let message = xml_text(&finding.message);
            if !(self.fails)(finding.level) {
                let skipped = xml.create_element("skipped");
                return skipped
                    .with_attribute(("message", message.as_str()))
                    .write_empty()
                    .map(drop);
            }
            let failure = xml.create_element("failure");
            let failure = failure.with_attribute(("type", finding.level.as_str()));
            let failure = failure.with_attribute(("message", message.as_str()));
            failure.write_text_content(BytesText::new(&self.words(finding))).map(drop)
        })?;
        Ok(())
    }

    /// What a reader needs, a line each.
    fn words(&self, finding: &Finding) -> String {
        let place = finding.locations.first().map(|it| self.places.place(it)).unwrap_or_default();
        let lines = [
            ("place", place.as_str()),
            ("breaks", &finding.blast_radius),
            ("know", &finding.detection),
            ("recover", &finding.recovery),
            ("fix", &finding.remedy),
            ("verify", &finding.verify),
        ];
        lines.map(|(label, text)| format!("{label}: {}\n", xml_text(text))).concat()
    }
}

fn failure<W: Write>(xml: &mut Writer<W>, failure: &str) -> io::Result<()> {
    let case = xml.create_element("testcase").with_attribute(("classname", "kai"));
    case.with_attribute(("name", "the review is complete")).write_inner_content(|xml| {
        let error = xml.create_element("error");
        error.with_attribute(("message", xml_text(failure).as_str())).write_empty().map(drop)
    })?;
    Ok(())
}

fn passed<W: Write>(xml: &mut Writer<W>, rule: &Rule) -> io::Result<()> {
    let case = xml.create_element("testcase").with_attribute(("classname", rule.id));
    case.with_attribute(("name", "passes")).write_empty().map(drop)
}

/// Text without the characters that XML 1.0 cannot hold in any form.
fn xml_text(text: &str) -> String {
    clean(text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}
