//! A request whose transaction the database ended, because two of them stood in one another's way (SQLSTATE class 40), is
//! served again: nothing of it happened.

use crate::http::problem::Collided;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use futures_util::StreamExt as _;
use std::sync::{Arc, Mutex, PoisonError};

/// How often a request is tried at most.
const TRIES: usize = 5;

/// What was read of a body.
#[derive(Default)]
struct Heard {
    pieces: Vec<Bytes>,
    /// To its end.
    whole: bool,
}

/// Serves what changes something again while it collides with others.
pub async fn again(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let heard = Arc::new(Mutex::new(Heard { whole: is_empty(&body), ..Heard::default() }));
    let mut response = next.clone().run(Request::from_parts(parts.clone(), listened(body, heard.clone()))).await;
    for _ in 1..TRIES {
        if response.extensions().get::<Collided>().is_none() {
            break;
        }
        let Some(body) = same(&heard) else { break };
        response = next.clone().run(Request::from_parts(parts.clone(), body)).await;
    }
    response
}

fn is_empty(body: &Body) -> bool {
    axum::body::HttpBody::is_end_stream(body)
}

/// The body, whose pieces are kept as the operation reads them; how many it reads at most, the operation says.
fn listened(body: Body, heard: Arc<Mutex<Heard>>) -> Body {
    let end = heard.clone();
    let pieces = body.into_data_stream().inspect(move |piece| {
        if let Ok(piece) = piece {
            heard.lock().unwrap_or_else(PoisonError::into_inner).pieces.push(piece.clone());
        }
    });
    let end = futures_util::stream::poll_fn(move |_| {
        end.lock().unwrap_or_else(PoisonError::into_inner).whole = true;
        std::task::Poll::Ready(None)
    });
    Body::from_stream(pieces.chain(end))
}

/// The same body once more; none if the operation did not read all of it.
fn same(heard: &Mutex<Heard>) -> Option<Body> {
    let heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    heard.whole.then(|| Body::from(heard.pieces.concat()))
}
