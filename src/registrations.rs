//! Desk phones' registrations, kept over a restart: a file of lines beside the journal, one for each change, the newest of
//! an agent counts. Local, because phones must ring while the database is away; apart from the journal, because a refresh
//! each minute is no history and the start must not read for long.
//!
//! What is written has reached the kernel: it outlives the process. It is synced only when the file is written anew (a power
//! failure may cost the last refreshes, and phones that lost their power register by themselves).

use crate::clock;
use call::{AgentId, SavedBinding};
use crossbeam_channel::{Receiver, Sender, bounded};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;
use types::Moment;

pub mod limit {
    //! Every maximum of the kept registrations, named.
    use std::time::Duration;

    /// Changes that wait for the disk; beyond, they are counted and forgotten, and the phone's next refresh mends it.
    pub const WAITING: usize = 16_384;
    /// The file is written anew when it is four times as long as it need be, and longer than this.
    pub const FILE: u64 = 1024 * 1024;
    /// Agents whose phones are kept.
    pub const AGENTS: usize = 65_536;
    /// A disk that refused is asked again after this.
    pub const AGAIN: Duration = Duration::from_secs(10);
}

/// One line.
#[derive(Serialize, Deserialize)]
struct Line {
    agent: AgentId,
    kept: Vec<SavedBinding>,
}

/// Agents and their phones.
pub type Registered = Vec<(AgentId, Vec<SavedBinding>)>;

/// What the last process left: the newest line of each agent. Lines that cannot be read are passed over: the file was cut
/// by a crash, and whoever stood there registers again.
pub fn read(path: &Path) -> std::io::Result<Registered> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut newest = BTreeMap::new();
    for line in BufReader::new(file).split(b'\n') {
        if let Ok(Line { agent, kept }) = serde_json::from_slice(&line?) {
            newest.insert(agent, kept);
        }
    }
    newest.retain(|_, kept| !kept.is_empty());
    Ok(newest.into_iter().take(limit::AGENTS).collect())
}

/// The way to the file. Never blocks.
#[derive(Clone)]
pub struct Registrations {
    changes: Sender<Line>,
}

impl Registrations {
    /// An agent's phones are these now.
    pub fn keep(&self, agent: AgentId, kept: Vec<SavedBinding>) {
        if self.changes.try_send(Line { agent, kept }).is_err() {
            metrics::counter!("linedesk_registrations_unkept_total").increment(1);
        }
    }
}

/// Starts the thread; it ends with the last [`Registrations`]. `known` is what [`read`] gave.
pub fn start(
    path: PathBuf,
    known: &[(AgentId, Vec<SavedBinding>)],
) -> std::io::Result<(Registrations, JoinHandle<()>)> {
    let (changes, waiting) = bounded(limit::WAITING);
    let lines = known.iter().filter_map(|(agent, kept)| Some((*agent, line(*agent, kept.clone())?)));
    let mut saved = SavedFile { path, lines: lines.collect(), file: None, length: 0, need: 0, again: None };
    saved.rewrite()?;
    let thread = std::thread::Builder::new().name("registrations".into()).spawn(move || saved.run(&waiting))?;
    Ok((Registrations { changes }, thread))
}

fn line(agent: AgentId, kept: Vec<SavedBinding>) -> Option<Vec<u8>> {
    let mut text = serde_json::to_vec(&Line { agent, kept }).ok()?;
    text.push(b'\n');
    Some(text)
}

/// The file of registrations and what must be in it.
struct SavedFile {
    path: PathBuf,
    lines: BTreeMap<AgentId, Vec<u8>>,
    /// None: the last write failed, and the file may end anywhere.
    file: Option<File>,
    length: u64,
    /// Bytes of `lines`.
    need: u64,
    again: Option<Moment>,
}

impl SavedFile {
    fn run(mut self, changes: &Receiver<Line>) {
        while let Ok(change) = changes.recv() {
            if let Err(error) = self.take(change) {
                self.file = None;
                self.again = Some(clock::now() + limit::AGAIN);
                tracing::warn!(%error, path = %self.path.display(),
                    "registrations cannot be kept: phones will have to register again after a restart; check the disk");
            }
        }
    }

    fn take(&mut self, Line { agent, kept }: Line) -> std::io::Result<()> {
        let gone = kept.is_empty();
        let Some(text) = line(agent, kept) else {
            return Ok(());
        };
        let known = self.lines.get(&agent);
        if known.is_some_and(|known| *known == text) || (known.is_none() && (gone || self.lines.len() >= limit::AGENTS))
        {
            return Ok(());
        }
        self.need -= known.map_or(0, |known| known.len() as u64);
        if gone {
            self.lines.remove(&agent);
        } else {
            self.need += text.len() as u64;
            self.lines.insert(agent, text.clone());
        }
        let Some(file) = &mut self.file else {
            return if self.again.is_some_and(|at| at > clock::now()) { Ok(()) } else { self.rewrite() };
        };
        file.write_all(&text)?;
        self.length += text.len() as u64;
        if self.length > limit::FILE && self.length > self.need * 4 {
            self.rewrite()?;
        }
        Ok(())
    }

    /// Beside the old file, then in its place: whenever the process ends, one of them is whole.
    fn rewrite(&mut self) -> std::io::Result<()> {
        let fresh = self.path.with_extension("new");
        let mut file = BufWriter::new(File::create(&fresh)?);
        for line in self.lines.values() {
            file.write_all(line)?;
        }
        let file = file.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        file.sync_data()?;
        std::fs::rename(fresh, &self.path)?;
        self.need = self.lines.values().map(|line| line.len() as u64).sum();
        (self.file, self.length, self.again) = (Some(file), self.need, None);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(user: &str, expires: i64) -> Vec<SavedBinding> {
        vec![SavedBinding {
            user: user.into(),
            uri: format!("sip:{user}@192.0.2.7:5060"),
            tcp: false,
            peer: "192.0.2.7:5060".parse().unwrap(),
            path: Vec::new(),
            instance: None,
            expires,
        }]
    }

    fn agent(n: u128) -> AgentId {
        AgentId::from_u128(n)
    }

    #[test]
    fn the_newest_of_each_agent_is_there_after_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registrations");
        assert_eq!(read(&path).unwrap(), []);
        let (registrations, thread) = start(path.clone(), &[]).unwrap();
        registrations.keep(agent(1), phone("one", 5));
        registrations.keep(agent(2), phone("two", 5));
        registrations.keep(agent(1), phone("one", 9));
        registrations.keep(agent(2), Vec::new());
        registrations.keep(agent(3), Vec::new());
        drop(registrations);
        thread.join().unwrap();
        assert_eq!(read(&path).unwrap(), [(agent(1), phone("one", 9))]);
        // The next process goes on where this one was, even with a line cut off.
        std::fs::write(&path, [std::fs::read(&path).unwrap().as_slice(), b"{\"agent\":\"0000"].concat()).unwrap();
        let known = read(&path).unwrap();
        let (registrations, thread) = start(path.clone(), &known).unwrap();
        registrations.keep(agent(4), phone("four", 7));
        drop(registrations);
        thread.join().unwrap();
        assert_eq!(read(&path).unwrap(), [(agent(1), phone("one", 9)), (agent(4), phone("four", 7))]);
    }

    #[test]
    fn refreshes_without_end_do_not_fill_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registrations");
        let (registrations, thread) = start(path.clone(), &[]).unwrap();
        let size = || std::fs::metadata(&path).unwrap().len();
        let one = serde_json::to_vec(&phone("one", 0)).unwrap().len() as u64;
        let mut sent = 0;
        let mut expires = 0;
        while sent < limit::FILE * 3 {
            // as fast as the thread takes them: what does not fit into the channel is forgotten
            expires += 1;
            if registrations.changes.send(Line { agent: agent(1), kept: phone("one", expires) }).is_ok() {
                sent += one;
            }
        }
        drop(registrations);
        thread.join().unwrap();
        assert!(size() < limit::FILE + 1_024, "{}", size());
        assert_eq!(read(&path).unwrap(), [(agent(1), phone("one", expires))]);
    }

    #[test]
    fn a_disk_that_refuses_is_asked_again_and_the_file_made_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("registrations");
        let mut saved =
            SavedFile { path: path.clone(), lines: BTreeMap::new(), file: None, length: 0, need: 0, again: None };
        saved.rewrite().unwrap();
        // a file that is open for reading only stands for a full disk
        saved.file = Some(File::open(&path).unwrap());
        assert!(saved.take(Line { agent: agent(1), kept: phone("one", 1) }).is_err());
        saved.file = None;
        saved.take(Line { agent: agent(2), kept: phone("two", 2) }).unwrap();
        assert_eq!(read(&path).unwrap(), [(agent(1), phone("one", 1)), (agent(2), phone("two", 2))]);
    }
}
