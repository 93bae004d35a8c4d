//! `linedesk flow run FILE`: one caller walks through a flow, in the terminal.

use crate::clock;
use crate::prompts;
use anyhow::{Context, Result};
use ivr::Locale;
use ivr::simulate::Simulation;
use std::io::{BufRead, Write};
use std::path::Path;
use std::sync::Arc;

pub fn run(file: &Path) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let (prompts, _) = prompts::prompts(None);
    let place = file.display().to_string();
    let flow = prompts::check(&text, &place, &prompts).map_err(|faults| {
        let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("{}", lines.join("\n"))
    })?;
    let time = move |locale, clip: &str| prompts::duration(&prompts, locale, clip);
    let mut simulation = Simulation::new(Arc::new(flow), Locale::Ru, clock::now()).with_clip_time(Box::new(time));
    println!("Keys: 0-9 * #. An empty line waits. `ticket 4521 in_progress 20.11 09:30` gives the caller a ticket.");
    print!("{}", simulation.line("start"));
    let mut input = std::io::stdin().lock();
    while !simulation.is_ended() {
        print!("> ");
        std::io::stdout().flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            break;
        }
        print!("{}", simulation.line(line.trim()));
    }
    Ok(())
}
