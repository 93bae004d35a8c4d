//! People who work here: log-ins, roles, queues.

pub mod http;
pub mod password;
mod record;
pub mod store;

use crate::db::Db;
use crate::http::parse::Check;
use crate::http::{Role, audit, login};
use anyhow::{bail, ensure};

/// `linedesk people add-admin LOGIN`: the first administrator. There is no default password.
pub async fn add_admin(db: &Db, login: &str, name: &str, password: &str) -> anyhow::Result<()> {
    let login = login.trim().to_lowercase();
    ensure!(!login.is_empty(), "a login is required");
    let mut check = Check::new();
    password::check(&mut check, "password", password, &login, name);
    if let Err(faults) = check.faults() {
        bail!("{}", faults.iter().map(|f| format!("the {} {}", f.field, f.message)).collect::<Vec<_>>().join("; "));
    }
    let mut tx = db.write().await?;
    if store::by_login(&mut tx, &login).await?.is_some() {
        bail!("the login {login} already exists");
    }
    let person = store::NewPerson {
        id: tx.id(),
        login,
        name: name.to_owned(),
        role: Role::Administrator,
        password: login::hash_password(password.to_owned()).await?,
        extension: None,
        queues: Vec::new(),
        buildings: Vec::new(),
    };
    let now = tx.now();
    store::insert(&mut tx, &person, now).await?;
    let made = store::one(&mut tx, person.id).await?;
    audit::by_command(&mut tx, "people.create", person.id, &made).await?;
    record::event(&mut tx, person.id, &record::Happened::Created { version: 1 }, None)?;
    tx.commit().await?;
    Ok(())
}
