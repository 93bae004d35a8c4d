//! How soon people see what happens: at the live WebSocket, where their pages listen.

use crate::browsers::Browsers;
use crate::generator::UAS;
use crate::house::{QUEUED, TO_BROWSERS};
use crate::server::{text, web_socket};
use crate::support::{line, tail};
use crate::{Bench, number};
use futures_util::StreamExt;
use linedesk::clock;
use serde_json::Value;
use std::collections::HashMap;
use tokio::sync::oneshot;

/// Agents with their pages open.
pub const WATCHED: usize = 30;

impl Bench {
    /// From the moment a row of the board changed to its arrival at a supervisor, while calls come and go.
    pub async fn screen(&self) -> Result<(), String> {
        let mut socket = web_socket("/api/v1/live", None, self.server.cookie()).await?;
        let (stop, mut stopped) = oneshot::channel::<()>();
        let began = clock::wall_ms();
        let watch = tokio::spawn(async move {
            // when each line last changed, by its own word
            let (mut since, mut took): (HashMap<String, i64>, Vec<f64>) = (HashMap::new(), Vec::new());
            loop {
                let message = tokio::select! {
                    message = socket.next() => message,
                    _ = &mut stopped => return Ok(took),
                };
                let now = clock::wall_ms();
                let message = message.ok_or("the live WebSocket is closed")?.map_err(text)?;
                let said: Value = serde_json::from_str(message.to_text().unwrap_or("{}")).unwrap_or(Value::Null);
                for row in said["rows"].as_array().into_iter().flatten().filter(|_| said["type"] == "rows") {
                    let kind = row["row"].as_str().unwrap_or_default();
                    let (Some(at), true) = (row["since"].as_i64(), kind == "call" || kind == "agent") else { continue };
                    let known = since.insert(format!("{kind}{}", row[kind]), at);
                    if at >= began && known != Some(at) {
                        took.push((now - at) as f64);
                    }
                }
            }
        });
        let args = format!("--user {QUEUED} --rate 20 --life 1000 --hold 20 --send-rtp 0 --uas-port {UAS}");
        self.run(&args).await?;
        let _ = stop.send(());
        let took: Result<Vec<f64>, String> = watch.await.map_err(text)?;
        let took = took?;
        let what = format!("change to the supervisor's WebSocket, {} rows: p50 / p99 / max, ms", took.len());
        line(&what, &tail(took), "p99 good 150, goal 80 (at the screen)");
        self.server.rest().await;
        Ok(())
    }

    /// From the INVITE at the agent's phone to the caller's card in the agent's page.
    pub async fn pop(&self) -> Result<(), String> {
        let browsers = Browsers::open(WATCHED, true).await?;
        self.run(&format!("--user {TO_BROWSERS} --rate 10 --life 1500 --hold 20")).await?;
        let seen = browsers.close().await?;
        let spans = |path: &str| -> Vec<f64> {
            seen[path].as_array().into_iter().flatten().filter_map(Value::as_f64).collect()
        };
        let (offer, card) = (spans("offer_ms"), spans("card_ms"));
        let of = number(&seen, "/calls");
        let what = format!("phone rings to the page knows, {} of {of} calls: p50 / p99 / max, ms", offer.len());
        line(&what, &tail(offer), "");
        let what = format!("phone rings to the caller's card, {} of {of} calls: p50 / p99 / max, ms", card.len());
        line(&what, &tail(card), "p99 good 300, goal 100 (on the screen)");
        self.server.rest().await;
        Ok(())
    }
}
