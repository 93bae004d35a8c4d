//! `/sip`: SIP over WebSocket. A dispatcher's cookie makes the socket that dispatcher's phone; without one it is a
//! visitor of the /call page, who may only call the numbers that are open to the web.

use crate::http::{Logins, Problem};
use crate::net::limit;
use crate::net::websocket::{PROTOCOL, SipSockets};
use crate::server::origin;
use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{ConnectInfo, State};
use axum::http::HeaderMap;
use axum::middleware::from_fn;
use axum::response::Response;
use axum::routing::get;
use std::net::SocketAddr;

#[derive(Clone)]
struct Route {
    logins: Logins,
    sockets: SipSockets,
}

pub(super) fn router(logins: Logins, sockets: SipSockets) -> Router {
    Router::new().route("/sip", get(open)).layer(from_fn(origin::guard)).with_state(Route { logins, sockets })
}

async fn open(
    State(route): State<Route>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Problem> {
    let who = route.logins.who(&headers).await?;
    // only people with an extension are rung
    let agent = who.filter(|who| who.extension.is_some()).map(|who| who.id);
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(limit::DATAGRAM);
    Ok(upgrade.on_upgrade(async move |socket| route.sockets.sip_socket(socket, peer, agent).await))
}
