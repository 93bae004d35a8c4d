//! `linedesk people`: the first administrator (there is no default password), and the way back in for who lost a second factor.

use crate::clock::Clock;
use crate::config::Config;
use crate::{db, logins, people};
use anyhow::{Context, Result};
use std::io::{BufRead, IsTerminal};

pub async fn add_admin(config: Config, login: String, name: Option<String>) -> Result<()> {
    super::private_files();
    std::fs::create_dir_all(&config.node.data)?;
    let password = match std::env::var("LINEDESK_PASSWORD") {
        Ok(password) => password,
        Err(_) => ask()?,
    };
    let options = db::Options { url: config.database_url(), unsafe_settings: config.database.unsafe_settings };
    let db = db::open(&options, Clock::real()).await?;
    let name = name.unwrap_or_else(|| login.clone());
    people::add_admin(&db, &login, &name, &password).await?;
    println!("{login} is an administrator now. Log in at the web address of this server.");
    Ok(())
}

/// For whom no administrator can do it.
pub async fn reset_second_factor(config: Config, login: String) -> Result<()> {
    super::private_files();
    let options = db::Options { url: config.database_url(), unsafe_settings: config.database.unsafe_settings };
    let db = db::open(&options, Clock::real()).await?;
    logins::second_factor::reset_by_command(&db, &login).await?;
    println!("{login} logs in by the password alone now.");
    Ok(())
}

fn ask() -> Result<String> {
    if std::io::stdin().is_terminal() {
        eprint!("Password for the new administrator (it will be shown as you type): ");
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Some(line.trim_end_matches(['\n', '\r']).to_owned()).filter(|p| !p.is_empty()).context("a password is required")
}
