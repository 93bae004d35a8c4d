//! `linedesk journal verify DIR`: reads every record of every segment and tells what is there and what is not.

use crate::journal::{replay, segment};
use call::Event;
use std::path::{Path, PathBuf};

/// What was found. `faults` is empty when all is well; a torn tail of the newest segment is no fault.
#[derive(Debug, Default)]
pub struct Report {
    pub segments: u64,
    pub records: u64,
    pub span: Option<(u64, u64)>,
    /// Calls that have not ended.
    pub open: usize,
    pub torn: Option<(PathBuf, &'static str)>,
    pub faults: Vec<String>,
}

pub fn verify(dir: &Path) -> std::io::Result<Report> {
    let mut report = Report::default();
    let mut calls = replay::Unfinished::default();
    let numbers = segment::list(dir)?;
    for number in &numbers {
        let path = segment::path(dir, *number);
        let bytes = std::fs::read(&path)?;
        let name = path.display();
        let mut last = report.span.map(|s| s.1);
        let mut faults = Vec::new();
        let scan = segment::scan(&bytes, |record| {
            if let Some(before) = last.filter(|before| before + 1 != record.sequence) {
                faults.push(format!("{name}: sequence {} follows {before}", record.sequence));
            }
            last = Some(record.sequence);
            match serde_json::from_slice::<Event>(record.json) {
                Ok(event) => calls.see(&event),
                Err(error) => faults.push(format!("{name}: record {} is no event: {error}", record.sequence)),
            }
        });
        faults.extend(scan.damaged.iter().map(|(offset, why)| format!("{name}: damage at byte {offset}: {why}")));
        match scan.torn {
            Some(why) if Some(number) == numbers.last() => report.torn = Some((path.clone(), why)),
            Some(why) => faults.push(format!("{name}: bytes behind {} are no record: {why}", scan.good)),
            None => {}
        }
        report.segments += 1;
        report.records += scan.records;
        if let Some((first, last)) = scan.span {
            report.span = Some((report.span.map_or(first, |s| s.0), last));
        }
        report.faults.extend(faults);
    }
    report.open = calls.calls.len();
    Ok(report)
}

impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (first, last) = self.span.unwrap_or((0, 0));
        writeln!(f, "{} segments, {} records, sequence {first} to {last}", self.segments, self.records)?;
        writeln!(f, "{} calls have not ended", self.open)?;
        if let Some((path, why)) = &self.torn {
            writeln!(
                f,
                "incomplete end of {} ({why}): normal after a crash, repaired at the next start",
                path.display()
            )?;
        }
        for fault in &self.faults {
            writeln!(f, "FAULT {fault}")?;
        }
        write!(f, "{}", if self.faults.is_empty() { "no faults" } else { "the journal is damaged" })
    }
}
