//! `/sip`: SIP over WebSocket. A dispatcher's cookie makes the socket that dispatcher's phone; without one it is a
//! visitor of the /call page, who may only call the numbers that are open to the web.

use crate::config::Settings;
use crate::http::{Logins, Problem, Shares, Who};
use crate::net::limit;
use crate::net::websocket::{PROTOCOL, SipSockets};
use crate::server::{host, origin};
use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::get;
use std::net::SocketAddr;
use std::sync::Arc;

#[derive(Clone)]
struct Route {
    logins: Logins,
    sockets: SipSockets,
    phones: Shares,
}

pub fn router(logins: Logins, settings: Arc<Settings>, sockets: SipSockets) -> Router {
    let route = Route { logins, sockets, phones: Shares::default() };
    Router::new()
        .route("/sip", get(open))
        .layer(from_fn(origin::guard))
        .layer(from_fn_with_state(settings, host::guard))
        .with_state(route)
}

async fn open(
    State(route): State<Route>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    let who = route.logins.who(&headers).await?;
    // only people with an extension are rung
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .max_message_size(if who.as_ref().is_some_and(|who| who.extension.is_some()) {
            limit::DATAGRAM
        } else {
            limit::VISITOR_MESSAGE
        })
        .read_buffer_size(limit::WEB_READ)
        .write_buffer_size(limit::WEB_WRITE)
        .max_write_buffer_size(limit::WEB_WRITE_MAX);
    // RFC 7118 4.1
    if upgrade.selected_protocol().is_none_or(|protocol| protocol != PROTOCOL) {
        return Err(Problem::malformed("/sip requires the WebSocket subprotocol sip (RFC 7118)."));
    }
    let Some(agent) = who.filter(|who| who.extension.is_some()) else {
        return Ok(upgrade.on_upgrade(async move |socket| {
            route.sockets.sip_socket(socket, peer, None, std::future::pending()).await;
        }));
    };
    let Some(share) = route.phones.take(agent.id, limit::CONNECTIONS_PER_PERSON) else {
        return Err(Problem::too_many(10));
    };
    Ok(upgrade.on_upgrade(async move |socket| {
        let _share = share;
        let same = |who: &Who| (who.id, who.role, &who.extension) == (agent.id, agent.role, &agent.extension);
        let ended = route.logins.ended(headers, same);
        route.sockets.sip_socket(socket, peer, Some(agent.id), ended).await;
    }))
}
