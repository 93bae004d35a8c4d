//! `/buildings`, `/units`

mod edit;

use crate::on_both;

on_both!(the_tree, async |centre| {
    let d = centre.dispatcher().await;
    let buildings = d.get("/buildings").await.items();
    assert_eq!(buildings.len(), 3);
    assert_eq!(buildings[0]["code"], "101");
    let units: i64 = buildings.iter().filter_map(|b| b["units"].as_i64()).sum();
    assert!((200..=230).contains(&units), "{units}");
    let id = buildings[0]["id"].as_str().expect("an id");
    let building = d.get(&format!("/buildings/{id}")).await.ok();
    assert_eq!(building["sections"].as_array().map(Vec::len), Some(3), "two staircases and the shops");
    let top = &building["sections"][0]["floors"][0];
    assert_eq!(top["name"], "10", "top floor first, shops below");
    assert_eq!(top["units"].as_array().map(Vec::len), Some(4));
    assert_eq!(building["risers"].as_array().map(Vec::len), Some(2 * (4 * 4 + 1)));
    let unit = top["units"][0]["id"].as_str().expect("an id");
    let unit = d.get(&format!("/units/{unit}")).await.ok();
    assert_eq!((unit["section"].as_str(), unit["floor"].as_str()), (Some("Секция 1"), Some("10")));
    let found = d.get(&format!("/units?building={id}&q=1")).await.items();
    assert!(found.iter().all(|u| u["label"].as_str().is_some_and(|l| l.starts_with('1'))) && found.len() > 10);
    let shops = d.get("/units?q=н").await.items();
    assert_eq!(shops.len(), 4, "Cyrillic labels are found in small letters");
});

on_both!(technicians_see_no_names, async |centre| {
    let (d, t) = (centre.dispatcher().await, centre.technician().await);
    for unit in d.get("/units?limit=30").await.items() {
        let path = format!("/units/{}", unit["id"].as_str().expect("an id"));
        let (clear, masked) = (d.get(&path).await.ok(), t.get(&path).await.ok());
        let Some(name) = clear["residents"][0]["contact"]["name"].as_str() else {
            continue;
        };
        let seen = masked["residents"][0]["contact"]["name"].as_str().expect("a name");
        assert!(seen.ends_with('.') && seen.len() < name.len(), "{seen}");
        return;
    }
    panic!("nobody lives here");
});
