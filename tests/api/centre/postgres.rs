//! A PostgreSQL server of the tests' own: Debian's binaries, a folder below the system's temporary one, a Unix socket and
//! no port. It ends when this process ends, however it ends.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

pub struct Server {
    folder: PathBuf,
    bin: PathBuf,
    /// Whom it runs as, when not as ourselves.
    user: Option<String>,
    options: String,
    /// Holds a pipe open: when it closes, the watcher stops the server and removes the folder.
    _watcher: Child,
}

impl Server {
    pub fn start(&self) {
        let log = self.folder.join("log").display().to_string();
        self.run("pg_ctl", &["-D", &self.data(), "-l", &log, "-w", "-o", &self.options, "start"]);
    }

    /// As when the machine fails.
    pub fn stop(&self) {
        self.run("pg_ctl", &["-D", &self.data(), "-w", "-m", "immediate", "stop"]);
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.bin.join(program).display().to_string();
        let mut command = match &self.user {
            Some(user) => {
                let mut command = Command::new("runuser");
                command.args(["-u", user, "--", &program]);
                command
            }
            None => Command::new(&program),
        };
        // No pipes: the server would inherit them, and their end would never come.
        command
            .args(arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        assert!(command.status().expect("PostgreSQL's programs run").success(), "{program} {arguments:?} failed");
    }
}

/// The server of this process, started when first asked for.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(start)
}

/// A test's database. It goes with the test: two hundred that stay fill a disk.
pub struct Database {
    name: String,
}

impl Database {
    pub fn copy_of(template: &str) -> Database {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        server().execute(&format!("CREATE DATABASE {name} TEMPLATE {template}"));
        Database { name }
    }

    pub fn url(&self) -> String {
        server().url(&self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        server().execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

impl Server {
    /// `postgres://` of a database in it.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://linedesk@localhost/{database}?host={}", self.folder.display())
    }

    /// Runs one statement, not in a transaction.
    pub fn execute(&self, sql: &str) {
        let socket = self.folder.display().to_string();
        let out = Command::new(self.bin.join("psql"))
            .args(["-h", &socket, "-U", "linedesk", "-d", "postgres", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql])
            .output()
            .expect("psql runs");
        assert!(out.status.success(), "{sql}: {}", String::from_utf8_lossy(&out.stderr));
    }
}

/// A server with its own settings.
pub fn start_with(settings: &[&str]) -> Server {
    let bin = binaries().expect("PostgreSQL is installed (apt-get install postgresql)");
    let folder = tempfile::Builder::new().prefix("ldpg").tempdir().expect("a temporary folder").keep();
    let user = owner(&folder);
    let watcher = watch(&bin, &folder, user.as_deref());
    let options =
        format!("-k {} -c listen_addresses='' -c max_connections=300 {}", folder.display(), settings.join(" "));
    let server = Server { folder, bin, user, options, _watcher: watcher };
    let data = server.data();
    server.run("initdb", &["-D", &data, "-U", "linedesk", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]);
    server.start();
    server
}

fn start() -> Server {
    start_with(&["-c fsync=off", "-c synchronous_commit=off", "-c max_wal_size=64MB", "-c min_wal_size=32MB"])
}

/// A shell that waits for the end of its input, then stops the server by its own pid file.
fn watch(bin: &Path, folder: &Path, user: Option<&str>) -> Child {
    let stop = format!("{} -D {} -m immediate stop", bin.join("pg_ctl").display(), folder.join("data").display());
    let stop = user.map_or(stop.clone(), |user| format!("runuser -u {user} -- {stop}"));
    let script = format!("cd /; cat >/dev/null; {stop} >/dev/null 2>&1; rm -rf {}", folder.display());
    Command::new("sh")
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell runs")
}

/// The newest Debian version.
fn binaries() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists())
        .collect();
    found.sort();
    found.pop()
}

/// PostgreSQL refuses to run as root: then it runs as `postgres`, who must own the folder.
fn owner(folder: &Path) -> Option<String> {
    let id = Command::new("id").arg("-u").output().expect("id runs");
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return None;
    }
    let done = Command::new("chown").arg("postgres").arg(folder).status().expect("chown runs");
    assert!(done.success(), "there is no user postgres");
    Some("postgres".to_owned())
}
