//! A PostgreSQL server of our own, in a folder of its own, that can be stopped in the middle.

use crate::ports;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

pub struct Postgres {
    folder: TempDir,
    port: u16,
}

/// PostgreSQL refuses to run as root: then everything is run as the user `postgres` that its package made.
fn as_postgres(program: &str) -> Command {
    // SAFETY: a plain system call without arguments.
    if unsafe { libc::geteuid() } == 0 {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", program]);
        return command;
    }
    Command::new(program)
}

fn binary(name: &str) -> String {
    let versions =
        std::fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed: `scripts/setup test` does it");
    let mut found: Vec<PathBuf> =
        versions.filter_map(|entry| Some(entry.ok()?.path().join("bin").join(name))).collect();
    found.retain(|path| path.exists());
    found.sort();
    found.pop().expect("PostgreSQL's server programs are installed").display().to_string()
}

fn well(what: &str, output: Output) {
    let words = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&words));
}

impl Postgres {
    pub fn start() -> Postgres {
        let folder = TempDir::new().expect("a folder for PostgreSQL");
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o777))
            .expect("its folder is open to its user");
        let postgres = Postgres { folder, port: ports::block() };
        let arguments =
            ["-D", &postgres.data(), "-U", "linedesk", "--auth", "trust", "-E", "UTF8", "--no-locale", "-N"];
        well("initdb", as_postgres(&binary("initdb")).args(arguments).current_dir("/").output().expect("initdb runs"));
        postgres.again();
        let arguments = ["-h", "127.0.0.1", "-p", &postgres.port.to_string(), "-U", "linedesk", "linedesk"];
        well(
            "createdb",
            as_postgres(&binary("createdb")).args(arguments).current_dir("/").output().expect("createdb runs"),
        );
        postgres
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    pub fn again(&self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories='{}'",
            self.port,
            self.folder.path().display()
        );
        let log = self.folder.path().join("log").display().to_string();
        let arguments = ["start", "-w", "-D", &self.data(), "-l", &log, "-o", &options];
        well("pg_ctl start", as_postgres(&binary("pg_ctl")).args(arguments).current_dir("/").status_only());
    }

    /// As by a crash: connections break in the middle.
    pub fn stop(&self) {
        let arguments = ["stop", "-w", "-m", "immediate", "-D", &self.data()];
        well("pg_ctl stop", as_postgres(&binary("pg_ctl")).args(arguments).current_dir("/").status_only());
    }

    pub fn url(&self) -> String {
        format!("postgres://linedesk@127.0.0.1:{}/linedesk", self.port)
    }
}

trait StatusOnly {
    fn status_only(&mut self) -> Output;
}

impl StatusOnly for Command {
    /// The server inherits the output of `pg_ctl`: who waits for its end waits for the server's.
    fn status_only(&mut self) -> Output {
        let nothing = std::process::Stdio::null;
        let status = self.stdin(nothing()).stdout(nothing()).stderr(nothing()).status().expect("it runs");
        Output { status, stdout: Vec::new(), stderr: Vec::new() }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let arguments = ["stop", "-m", "immediate", "-D", &self.data()];
        let _ = as_postgres(&binary("pg_ctl")).args(arguments).current_dir("/").status_only();
    }
}
