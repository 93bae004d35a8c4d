//! `/queues`

use crate::on_both;
use serde_json::json;

on_both!(what_screens_know_of_a_queue, async |centre| {
    let (_line, d) = (centre.switch_on().await, centre.dispatcher().await);
    let queues = d.get("/queues").await.items();
    assert_eq!(queues.len(), 1);
    let main = &queues[0];
    assert_eq!(
        (main["name"].as_str(), main["label_ru"].as_str(), main["label_en"].as_str(), main["wrapup_s"].as_u64()),
        (Some("main"), Some("Основная"), Some("Main"), Some(30))
    );
    assert_eq!((&main["target_s"], &main["emergency"]), (&json!(20), &json!(false)));
    assert_eq!((&main["waiting"], &main["level"], &main["oldest"]), (&json!(0), &json!(null), &json!(null)));
    centre.administrator().await.get("/queues").await.ok();
    centre.technician().await.get("/queues").await.problem(403, "forbidden");
    centre.stranger().get("/queues").await.problem(401, "unauthorized");
    d.put("/queues", json!({})).await.problem(405, "method");
});
