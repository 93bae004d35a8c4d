//! The contract is the committed document. To change it on purpose: `UPDATE_EXPECT=1 cargo test --test api openapi`.

pub mod contract;

use crate::centre::{Centre, Database};
use std::path::Path;

#[test]
fn the_committed_document_is_what_the_code_says() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let text = linedesk::server::openapi::text();
    assert!(text.len() > 10_000, "the document could not be made");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, &text).expect("openapi.json is written");
    }
    let committed = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(committed == text, "openapi.json is not what the code says; UPDATE_EXPECT=1 writes it anew");
}

#[tokio::test]
async fn the_server_serves_it() {
    let centre = Centre::start(Database::Sqlite).await;
    let document = centre.stranger().get("/openapi.json").await.ok();
    assert_eq!(document["openapi"].as_str().map(|v| &v[..2]), Some("3."));
    assert!(document["paths"]["/api/v1/tickets/{id}/transitions"]["post"].is_object());
}
