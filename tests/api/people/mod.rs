//! `/people`, `/executors`

use crate::on_both;
use serde_json::json;

on_both!(hired_changed_blocked, async |centre| {
    let admin = centre.administrator().await;
    let form = json!({ "login": "Newcomer", "name": "Новый Человек", "role": "dispatcher", "password": "a long password",
        "extension": "120", "queues": ["main"] });
    let made = admin.post("/people", form.clone()).await.ok();
    assert_eq!(
        (made["login"].as_str(), made["version"].as_i64(), &made["queues"]),
        (Some("newcomer"), Some(1), &json!(["main"]))
    );
    admin.post("/people", form).await.problem(409, "taken");
    let newcomer = centre.stranger();
    newcomer.post("/login", json!({ "login": "newcomer", "password": "a long password" })).await.ok();
    newcomer.get("/me").await.ok();
    let path = format!("/people/{}", made["id"].as_str().expect("an id"));
    let changed = admin.patch(&path, json!({ "version": 1, "role": "technician", "queues": [] })).await.ok();
    assert_eq!(
        (changed["role"].as_str(), changed["version"].as_i64(), changed["extension"].as_str()),
        (Some("technician"), Some(2), None)
    );
    assert_eq!(newcomer.get("/me").await.ok()["role"], "technician", "at once");
    let stale = admin.patch(&path, json!({ "version": 1, "name": "X" })).await.problem(409, "stale");
    assert_eq!(stale["current"]["version"], 2);
    admin.patch(&path, json!({ "version": 2, "active": false })).await.ok();
    newcomer.get("/me").await.problem(401, "unauthorized");
    newcomer
        .post("/login", json!({ "login": "newcomer", "password": "a long password" }))
        .await
        .problem(401, "wrong-password");
});

on_both!(the_last_administrator_stays, async |centre| {
    let admin = centre.administrator().await;
    let path = format!("/people/{}", centre.person("admin").await);
    admin.patch(&path, json!({ "version": 1, "active": false })).await.problem(409, "last-administrator");
    admin.patch(&path, json!({ "version": 1, "role": "supervisor" })).await.problem(409, "last-administrator");
    admin.get("/people").await.ok();
});

on_both!(forms_are_checked, async |centre| {
    let admin = centre.administrator().await;
    for (field, body) in [
        ("password", json!({ "login": "abc", "name": "A", "role": "technician", "password": "short" })),
        ("login", json!({ "login": "a b", "name": "A", "role": "technician", "password": "a long password" })),
        (
            "queues",
            json!({ "login": "abc", "name": "A", "role": "technician", "password": "a long password", "queues": ["main"] }),
        ),
        (
            "extension",
            json!({ "login": "abc", "name": "A", "role": "dispatcher", "password": "a long password", "extension": "x" }),
        ),
    ] {
        let problem = admin.post("/people", body).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field);
    }
    let pages = admin.get("/people?limit=3").await.ok();
    let next = pages["next"].as_str().expect("more").to_owned();
    let rest = admin.get(&format!("/people?after={next}")).await.items();
    assert_eq!(rest.len(), 5, "eight people");
});

on_both!(whom_a_ticket_can_be_given_to, async |centre| {
    let d = centre.dispatcher().await;
    let executors = d.get("/executors").await.items();
    assert_eq!((executors.len(), executors[0]["name"].as_str()), (1, Some("Фёдор Гаечкин")));
    let people = d.get("/people?role=technician").await.items();
    assert_eq!((people[0]["id"].clone(), people[0]["login"].as_str()), (executors[0]["id"].clone(), Some("")));
});
