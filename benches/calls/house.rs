//! A company made for a benchmark: its configuration, and rows written past the API, because ten thousand people or a
//! million tickets would take longer to make than to measure.

use crate::server::{PASSWORD, SIP, Server, program, text};
use crate::{generator, phones};
use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqliteConnection};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// Where the server hears HTTP.
pub const HTTP: &str = "127.0.0.1:18090";
/// Where browsers' sound goes.
const BROWSERS: &str = "127.0.0.1:21990";

/// Goes to a queue of agents with desk phones at once, recorded.
pub const QUEUED: &str = "700";
/// Goes to a queue without agents: answered, music.
pub const UNATTENDED: &str = "701";
/// As `QUEUED`, not recorded.
pub const UNRECORDED: &str = "702";
/// Goes to a queue of agents with browsers, recorded.
pub const TO_BROWSERS: &str = "703";
const NUMBERS: [(&str, &str, bool); 4] =
    [(QUEUED, "work", true), (UNATTENDED, "empty", true), (UNRECORDED, "work", false), (TO_BROWSERS, "browsers", true)];

/// What stays over restarts.
pub struct House {
    pub folder: PathBuf,
    /// Agents with desk phones: `desk0`, `agent0`, and so on.
    agents: usize,
}

impl House {
    /// Writes the configuration, makes the people: `agents` with desk phones, `browsers` with browsers, a supervisor.
    pub async fn found(folder: &Path, agents: usize, browsers: usize) -> Result<House, String> {
        let house = House { folder: folder.to_owned(), agents };
        let flows = folder.join("flows");
        std::fs::create_dir_all(&flows).map_err(text)?;
        for queue in ["work", "empty", "browsers"] {
            let flow = format!(
                "title = \"{queue}\"\nstart = \"queue\"\ndispatcher = \"queue\"\ndegraded = \"queue\"\n\n\
                 [node.queue]\ndo = \"queue\"\nqueue = \"{queue}\"\npriority = 0\n"
            );
            std::fs::write(flows.join(queue).with_extension("toml"), flow).map_err(text)?;
        }
        std::fs::write(house.file(), house.config(&flows)).map_err(text)?;
        let mut admin = Command::new(program());
        admin
            .args(["people", "add-admin", "--config"])
            .arg(house.file())
            .arg("bench")
            .env("LINEDESK_PASSWORD", PASSWORD);
        let made = admin.output().await.map_err(text)?;
        if !made.status.success() {
            return Err(format!("no administrator: {}", String::from_utf8_lossy(&made.stderr)));
        }
        let mut rows = house.rows().await?;
        hire(&mut rows, "boss", "supervisor", "", 0, 1).await?;
        hire(&mut rows, "sue", "supervisor", "", 0, 1).await?;
        hire(&mut rows, "agent", "dispatcher", "work", 20_000, agents).await?;
        hire(&mut rows, "web", "dispatcher", "browsers", 90_000, browsers).await?;
        Ok(house)
    }

    pub fn file(&self) -> PathBuf {
        self.folder.join("bench.toml")
    }

    pub fn log(&self) -> PathBuf {
        self.folder.join("server.log")
    }

    fn config(&self, flows: &Path) -> String {
        let data = self.folder.join("data");
        let mut config = format!(
            "[node]\nname = \"bench\"\ndata = {data:?}\ndrain = \"0s\"\n\n[http]\naddress = \"{HTTP}\"\n\n\
             [sip]\nudp = \"{SIP}\"\ntcp = \"{SIP}\"\nrealm = \"bench\"\n\n\
             [media]\nbind = \"127.0.0.1\"\nports = \"22000-31999\"\nbrowser = \"{BROWSERS}\"\n\n\
             [journal]\nreserve = \"16M\"\n\n[log]\nfilter = \"warn\"\n\n[flows]\nfolder = {flows:?}\n\n\
             [[trunks]]\nname = \"loopback\"\naddresses = [\"127.0.0.1\"]\n\n"
        );
        for (number, flow, recorded) in NUMBERS {
            config += &format!("[numbers.{number}]\nflow = \"{flow}\"\nlocale = \"en\"\nrecorded = {recorded}\n\n");
        }
        for queue in ["work", "empty", "browsers"] {
            config += &format!(
                "[[queues]]\nname = \"{queue}\"\nwrapup = \"0s\"\nwaiting_max = 5000\nannounce_first = \"1h\"\n\
                 announce_each = \"1h\"\n\n"
            );
        }
        for nth in 0..self.agents {
            config +=
                &format!("[[devices]]\naccount = \"desk{nth}\"\nagent = \"agent{nth}\"\npassword = \"{PASSWORD}\"\n\n");
        }
        config
    }

    /// Its database, while no server has it.
    async fn rows(&self) -> Result<SqliteConnection, String> {
        let file = self.folder.join("data").join("linedesk.db");
        let options = SqliteConnectOptions::new().filename(file).synchronous(SqliteSynchronous::Off);
        options.pragma("cache_size", "-200000").connect().await.map_err(text)
    }

    /// Starts the server on its core, with every agent's phone registered.
    pub async fn open(&self) -> Result<Server, String> {
        let mut server = Server::start(self).await?;
        self.register().await?;
        server.log_in("boss").await?;
        server.know("Agent ", self.agents).await?;
        Ok(server)
    }

    /// Registers the desk phones, at the port where the generator will answer for them.
    pub async fn register(&self) -> Result<(), String> {
        let accounts: Vec<_> = (0..self.agents).map(|nth| (format!("desk{nth}"), PASSWORD.to_owned())).collect();
        phones::register(SocketAddr::from((Ipv4Addr::LOCALHOST, generator::UAS)), SIP, &accounts).await
    }

    /// Writes so many tickets, one in a hundred of them open, with their clocks: 50 buildings, 40 technicians, years of
    /// work. Gives the seconds it took.
    pub async fn tickets(&self, count: i64) -> Result<f64, String> {
        let began = linedesk::clock::now();
        let mut rows = self.rows().await?;
        hire(&mut rows, "hands", "technician", "", 0, 40).await?;
        sqlx::raw_sql("PRAGMA foreign_keys = OFF").execute(&mut rows).await.map_err(text)?;
        sqlx::query("BEGIN").execute(&mut rows).await.map_err(text)?;
        for statement in [BUILDINGS, TICKETS, CLOCKS] {
            sqlx::query(statement).bind(count).execute(&mut rows).await.map_err(text)?;
        }
        sqlx::query("COMMIT").execute(&mut rows).await.map_err(text)?;
        Ok(linedesk::clock::now().duration_since(began).as_secs_f64())
    }
}

/// People `PREFIX0`, `PREFIX1` ... with the administrator's password (a hash is dear) and extensions from `extension` on
/// (0: none). One alone has no number.
async fn hire(
    rows: &mut SqliteConnection,
    prefix: &str,
    role: &str,
    queue: &str,
    extension: i64,
    count: usize,
) -> Result<(), String> {
    let count = i64::try_from(count).map_err(text)?;
    sqlx::query(PEOPLE)
        .bind(count)
        .bind(prefix)
        .bind(role)
        .bind(extension)
        .bind(count == 1)
        .execute(&mut *rows)
        .await
        .map_err(text)?;
    if !queue.is_empty() {
        let of = format!("{prefix}%");
        let put =
            sqlx::query("INSERT INTO person_queues (person_id, queue) SELECT id, $2 FROM people WHERE login LIKE $1");
        put.bind(of).bind(queue).execute(rows).await.map_err(text)?;
    }
    Ok(())
}

const PEOPLE: &str = "WITH RECURSIVE n (i) AS (SELECT 0 WHERE $1 > 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $1)
    INSERT INTO people (id, login, name, role, password, extension, active, version, created_at, updated_at)
    SELECT randomblob(16), CASE WHEN $5 THEN $2 ELSE $2 || i END,
        upper(substr($2, 1, 1)) || substr($2, 2) || ' ' || i, $3, p.password,
        CASE WHEN $4 > 0 THEN CAST($4 + i AS TEXT) END, 1, 1, p.created_at, p.created_at
    FROM n JOIN people p ON p.login = 'bench'";

const BUILDINGS: &str = "WITH RECURSIVE n (i) AS (SELECT 0 WHERE $1 > 0 UNION ALL SELECT i + 1 FROM n WHERE i < 49)
    INSERT INTO buildings (id, code, name, address, kind, status, timezone, power_supply, has_concierge, emergency_notes,
        version, created_at, updated_at)
    SELECT randomblob(16), CAST(100 + i AS TEXT), 'House ' || i, 'Street ' || i, 'residential', 'active',
        'Europe/Moscow', 'one_source', 0, '', 1, p.created_at, p.created_at
    FROM n JOIN people p ON p.login = 'bench'";

/// The newest is registered a minute ago, each before it four minutes earlier; 99 of 100 are closed. Their ids grow with
/// time, as those of real ones.
const TICKETS: &str = "WITH RECURSIVE n (i) AS (SELECT 0 WHERE $1 > 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $1),
    b AS (SELECT id, row_number() OVER (ORDER BY code) - 1 AS nth FROM buildings),
    p AS (SELECT id, row_number() OVER (ORDER BY login) - 1 AS nth FROM people WHERE role = 'technician'),
    t AS (SELECT i, i % 100 = 0 AS open,
        strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now', '-' || (4 * ($1 - i) - 3) || ' minutes') AS at,
        strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now', (60 + i % 9973) || ' minutes') AS due FROM n)
    INSERT INTO tickets (id, number, kind, state, priority, profile, building_id, place_text, requester_name,
        requester_phone, title, details, search, executor_id, source, complete, registered_at, closed_at, reopen_count,
        decline_count, next_due_at, version, created_at, updated_at)
    SELECT CAST(printf('%016d', i) AS BLOB), 10000 + i, 'service',
        CASE WHEN NOT open THEN 'closed' WHEN i % 300 = 0 THEN 'in_progress' ELSE 'new' END, 3, 'small_fault', b.id, '',
        'Resident ' || (i % 30011), '+7916' || printf('%07d', i % 30011), 'Dripping tap ' || i, 'Since the morning.',
        ' ' || (10000 + i) || ' dripping tap ' || i || ' house ' || b.nth || ' | resident ' || (i % 30011)
            || printf(' 7916%1$07d 916%1$07d 16%1$07d 6%1$07d %1$07d', i % 30011)
            || printf(' %06d %05d %04d', i % 30011, i % 30011, i % 10000),
        CASE WHEN i % 100 > 0 OR i % 300 = 0 THEN p.id END, 'manual', 1, at, CASE WHEN NOT open THEN at END, 0, 0,
        CASE WHEN open THEN due ELSE '9999-01-01T00:00:00+00:00' END, 3, at, at
    FROM t JOIN b ON b.nth = i / 100 % 50 JOIN p ON p.nth = i / 100 % 40";

const CLOCKS: &str =
    "INSERT INTO ticket_clocks (ticket_id, code, round, law_ref, pausable, started_at, due_at, stopped_at)
    SELECT t.id, c.code, 0, '', 1, t.registered_at,
        CASE WHEN t.closed_at IS NULL THEN t.next_due_at ELSE t.closed_at END, t.closed_at
    FROM tickets t JOIN (SELECT 'check' AS code UNION ALL SELECT 'done') c WHERE $1 > 0";
