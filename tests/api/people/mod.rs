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

// A technician bound to a building takes work from there only; what was given to him he sees wherever it is.
on_both!(a_technicians_buildings, async |centre| {
    let (admin, d, t) = (centre.administrator().await, centre.dispatcher().await, centre.technician().await);
    let ids: Vec<_> = d.get("/buildings").await.items().iter().map(|b| b["id"].clone()).collect();
    let unit = |building: &serde_json::Value| format!("/units?building={}&limit=1", building.as_str().expect("an id"));
    let mut made = Vec::new();
    for building in &ids[..2] {
        let unit = d.get(&unit(building)).await.items().remove(0);
        let form = json!({ "title": "Кран", "kind": "service", "building_id": building, "unit_id": unit["id"] });
        made.push(d.post("/tickets", form).await.ok()["id"].clone());
    }
    let sees = async |id: &serde_json::Value| t.get("/tickets?limit=200").await.items().iter().any(|x| x["id"] == *id);
    assert!(sees(&made[0]).await && sees(&made[1]).await, "bound to none: all");
    let at = format!("/people/{}", centre.person("technician1").await);
    let changed = admin.patch(&at, json!({ "version": 1, "buildings": [ids[0]] })).await.ok();
    assert_eq!(changed["buildings"], json!([ids[0]]));
    assert!(sees(&made[0]).await && !sees(&made[1]).await, "at once");
    t.get(&format!("/tickets/{}", made[1].as_str().expect("an id"))).await.problem(404, "not-found");
    let kept = admin.patch(&at, json!({ "version": 2, "name": "Фёдор Гаечкин" })).await.ok();
    assert_eq!(kept["buildings"], json!([ids[0]]), "what was not named stays");
    for buildings in [json!([ids[0], ids[0]]), json!([uuid::Uuid::max()]), json!(vec![uuid::Uuid::max(); 101])] {
        let problem = admin.patch(&at, json!({ "version": 3, "buildings": buildings })).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "buildings");
    }
    for buildings in [json!("all"), json!([7]), json!([null])] {
        admin.patch(&at, json!({ "version": 3, "buildings": buildings })).await.problem(422, "invalid");
    }
    let d1 = format!("/people/{}", centre.person("dispatcher1").await);
    let problem = admin.patch(&d1, json!({ "version": 1, "buildings": [ids[0]] })).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "buildings", "dispatchers are not bound to buildings");
    let people = admin.get("/people?role=technician").await.items();
    assert_eq!((people[0]["version"].as_i64(), &people[0]["buildings"]), (Some(3), &json!([ids[0]])));
    admin.patch(&at, json!({ "version": 3, "buildings": [] })).await.ok();
    assert!(sees(&made[1]).await, "everywhere again");
});

on_both!(administrators_who_demote_each_other_at_once_leave_one, async |centre| {
    let admin = centre.administrator().await;
    let mut paths = Vec::new();
    let mut all = Vec::new();
    for n in 0..6 {
        let login = format!("chief{n}");
        let person = json!({ "login": login, "name": "Chief", "role": "administrator", "password": "a long password" });
        let made = admin.post("/people", person).await.ok();
        paths.push(format!("/people/{}", made["id"].as_str().expect("an id")));
        let chief = centre.stranger();
        chief.post("/login", json!({ "login": login, "password": "a long password" })).await.ok();
        all.push(chief);
    }
    let own = format!("/people/{}", centre.person("admin").await);
    all[0].patch(&own, json!({ "version": 1, "role": "supervisor" })).await.ok();
    // each demotes the next
    let demoted = all.iter().enumerate().map(|(n, chief)| {
        let next = &paths[(n + 1) % paths.len()];
        chief.patch(next, json!({ "version": 1, "role": "dispatcher" }))
    });
    let statuses: Vec<u16> =
        futures_util::future::join_all(demoted).await.iter().map(|reply| reply.status.as_u16()).collect();
    let mut tx = centre.app.db.read().await.expect("a database");
    let sql = "SELECT count(*) FROM people WHERE role = 'administrator' AND active";
    let left: i64 = linedesk::on!(&mut tx, c => sqlx::query_scalar(sql).fetch_one(c).await).expect("a count");
    assert!(left >= 1, "{statuses:?}");
    assert!(statuses.iter().all(|status| *status < 500), "{statuses:?}");
});
