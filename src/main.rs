//! Arguments in, exit code out. Everything else is in the library.

use clap::{Args, Parser, Subcommand};
use linedesk::config::{self, Config, Fault};
use linedesk::{journal, phone, prompts, run};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "linedesk", version, about = "A contact-centre server for property-management companies")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// A complete demo hotline on loopback, with a demo company and known passwords
    Demo(DemoArgs),
    /// Runs the server
    Serve {
        #[arg(long)]
        config: PathBuf,
    },
    /// Checks a configuration file, its flows and prompts
    Check {
        #[arg(long)]
        config: PathBuf,
    },
    /// Call flows
    Flow {
        #[command(subcommand)]
        command: FlowCommand,
    },
    /// A telephone for the terminal: calls sip:NUMBER@HOST:PORT
    Phone(PhoneArgs),
    /// The journal of events
    Journal {
        #[command(subcommand)]
        command: JournalCommand,
    },
    /// Recordings of calls
    Recordings {
        #[command(subcommand)]
        command: RecordingsCommand,
    },
    /// User accounts
    People {
        #[command(subcommand)]
        command: PeopleCommand,
    },
}

#[derive(Args)]
struct DemoArgs {
    /// Folder of database, journal and recordings
    #[arg(long, default_value = "./data/demo")]
    data: PathBuf,
    /// Web address
    #[arg(long, default_value = "127.0.0.1:8080")]
    http: SocketAddr,
    /// SIP address, UDP and TCP
    #[arg(long, default_value = "127.0.0.1:5060")]
    sip: SocketAddr,
    /// RTP ports, FROM-TO
    #[arg(long)]
    rtp: Option<String>,
    /// Simulated residents who phone in all day
    #[arg(long, default_value_t = 0)]
    callers: usize,
    /// Seed of what the simulated residents do
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Subcommand)]
enum FlowCommand {
    /// Parses and checks a flow file
    Check { file: PathBuf },
    /// Walks through a flow in the terminal: type keys, read what the caller hears
    Run { file: PathBuf },
}

#[derive(Subcommand)]
enum JournalCommand {
    /// Checks every record and reports damage
    Verify { dir: PathBuf },
}

#[derive(Subcommand)]
enum RecordingsCommand {
    /// Reads every recording that has ended, compares it with what was kept of it, and reports damage
    Verify {
        #[arg(long)]
        config: PathBuf,
    },
}

#[derive(Subcommand)]
enum PeopleCommand {
    /// Creates an administrator; the password is read from LINEDESK_PASSWORD or asked for
    AddAdmin {
        #[arg(long)]
        config: PathBuf,
        login: String,
        #[arg(long)]
        name: Option<String>,
    },
    /// Takes away a lost second factor: the password alone logs in, until another one is set up
    ResetSecondFactor {
        #[arg(long)]
        config: PathBuf,
        login: String,
    },
}

#[derive(Args)]
struct PhoneArgs {
    /// sip:NUMBER@HOST:PORT
    uri: String,
    /// The caller's number
    #[arg(long, default_value = "+79990000001")]
    from: String,
    /// Keys to press after the answer, about two seconds apart
    #[arg(long, value_delimiter = ',')]
    keys: Vec<String>,
    /// What to say: a WAV file, repeated
    #[arg(long)]
    play: Option<PathBuf>,
    /// WAV file to record to
    #[arg(long)]
    record: Option<PathBuf>,
    /// Hang up after so many seconds
    #[arg(long)]
    seconds: Option<u64>,
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Demo(args) => demo(args),
        Command::Serve { config } => read(&config).and_then(|config| runtime(run::serve(config))),
        Command::Check { config } => check(&config),
        Command::Flow { command: FlowCommand::Check { file } } => flow_check(&file),
        Command::Flow { command: FlowCommand::Run { file } } => run::flow::run(&file),
        Command::Phone(args) => call(args),
        Command::Journal { command: JournalCommand::Verify { dir } } => verify(&dir),
        Command::Recordings { command: RecordingsCommand::Verify { config } } => {
            read(&config).and_then(|config| runtime(run::recordings::verify(config)))
        }
        Command::People { command: PeopleCommand::AddAdmin { config, login, name } } => {
            read(&config).and_then(|config| runtime(run::people::add_admin(config, login, name)))
        }
        Command::People { command: PeopleCommand::ResetSecondFactor { config, login } } => {
            read(&config).and_then(|config| runtime(run::people::reset_second_factor(config, login)))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("linedesk: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn demo(args: DemoArgs) -> anyhow::Result<()> {
    let DemoArgs { data, http, sip, rtp, callers, seed } = args;
    let demo = config::Demo { data, http, sip, rtp, callers, seed };
    let config = config::demo(&demo).map_err(all)?;
    runtime(run::demo(config, demo))
}

fn read(path: &std::path::Path) -> anyhow::Result<Config> {
    Config::read(path).map_err(all)
}

/// Every fault on lines of its own.
fn all(faults: Vec<Fault>) -> anyhow::Error {
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    anyhow::anyhow!("cannot start\n{}", lines.join("\n"))
}

fn runtime<F: Future<Output = anyhow::Result<()>>>(work: F) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("shell").build()?;
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    done
}

fn check(path: &std::path::Path) -> anyhow::Result<()> {
    let config = read(path)?;
    let materials = prompts::read(&config).map_err(all)?;
    for warning in config.warnings() {
        println!("{}: warning: {warning}", path.display());
    }
    println!(
        "{}: no faults: {} numbers, {} queues, {} flows, {} prompts",
        path.display(),
        config.numbers.len(),
        config.queues.len(),
        materials.flows.len(),
        materials.prompts.len()
    );
    Ok(())
}

fn flow_check(file: &std::path::Path) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file)?;
    let (prompts, missing) = prompts::prompts(None);
    if !missing.is_empty() {
        return Err(all(missing));
    }
    let flow = prompts::check(&text, &file.display().to_string(), &prompts).map_err(all)?;
    println!("{}: no faults; it leads to the queues {}", file.display(), flow.queues().join(", "));
    Ok(())
}

fn verify(dir: &std::path::Path) -> anyhow::Result<()> {
    let report = journal::verify::verify(dir)?;
    println!("{report}");
    anyhow::ensure!(report.faults.is_empty(), "{} faults", report.faults.len());
    Ok(())
}

fn call(args: PhoneArgs) -> anyhow::Result<()> {
    let PhoneArgs { uri, from, keys, play, record, seconds } = args;
    let seconds = seconds.map(std::time::Duration::from_secs);
    phone::run(phone::Order { uri, from, keys: keys.concat(), play, record, seconds })
}
