//! Names that look alike are one name, wherever they are looked up or written.

use serde_json::json;

use crate::cast::{Cast, PASSWORD, Who};
use crate::house::House;
use crate::http::{Answer, Request};

async fn post(house: &House, cast: &Cast, path: &str, body: &serde_json::Value) -> Answer {
    Request::post(path, body).with(&cast.credential(Who::TenantAdmin)).send(house).await
}

/// S44: an account is found, taken and throttled under every spelling of its name that looks the same.
#[tokio::test]
async fn a_username_is_one_however_it_is_spelled() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let name = format!("Zo\u{eb} {}", cast.user(Who::Member));
    let made = post(&house, &cast, "/api/users", &json!({ "username": name })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let link = made.json()["invitation"]["link"].as_str().unwrap().to_owned();
    let secret = link.split_once("/#/welcome/").unwrap().1;
    let body = json!({ "secret": secret, "password": PASSWORD });
    let chosen = Request::post("/api/auth/link/password", &body).send(&house).await;
    assert_eq!(chosen.status, 200, "{}", chosen.text());

    let wide: String = name.replace("Zo\u{eb}", "\u{ff3a}\u{ff4f}\u{eb}");
    let spellings =
        [name.replace('\u{eb}', "e\u{308}"), name.to_uppercase(), format!("  {name} "), wide];
    for spelling in &spellings {
        let before = house.mark();
        let taken = post(&house, &cast, "/api/users", &json!({ "username": spelling })).await;
        assert_eq!(taken.problem(409), "username_taken", "{spelling:?}");
        assert_eq!(house.mark(), before, "{spelling:?}");
        let body = json!({ "username": spelling, "password": PASSWORD });
        let signed_in = Request::post("/api/auth/login", &body).send(&house).await;
        assert_eq!(signed_in.status, 200, "{spelling:?}: {}", signed_in.text());
        let shares = format!("/api/sessions/{}/shares", cast.chat);
        let share = Request::post(shares, &json!({ "username": spelling }));
        let share = share.with(&cast.credential(Who::Member)).send(&house).await;
        assert_eq!(share.status, 200, "{spelling:?}: {}", share.text());
        assert_eq!(share.json()["share"]["user_id"], made.json()["user"]["user_id"]);
    }
    for invisible in ["zo\u{200b}\u{eb}", "\u{202e}zo\u{eb}", "zo\u{eb}\u{feff}", "z\u{ad}o"] {
        let refused = post(&house, &cast, "/api/users", &json!({ "username": invisible })).await;
        assert_eq!(refused.problem(400), "invalid_name", "{invisible:?}");
    }
}

/// S44: a preset is reached by its name only, not by what a careless server would make of another.
#[tokio::test]
async fn a_preset_is_reached_by_its_name_only() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let admin = cast.credential(Who::TenantAdmin);
    let body = json!({ "preset": "full-auto", "denied_tools": "Bash" });
    let path = "/api/policy/presets/careful";
    let put = Request::new("PUT", path).json(&body).with(&admin).send(&house).await;
    assert_eq!(put.status, 200, "{}", put.text());
    let before = house.mark();
    for spelling in [
        "careful%20",
        "%20careful",
        "CAREFUL",
        "careful%00",
        "careful%2f",
        "c%E2%80%8Bareful",
        "%EF%BD%83areful",
        "careful%0a",
        "careful/",
        "./careful",
    ] {
        let path = format!("/api/policy/presets/{spelling}");
        for request in
            [Request::new("PUT", path.clone()).json(&body), Request::new("DELETE", path.clone())]
        {
            let answer = request.with(&admin).send(&house).await;
            assert!((400..500).contains(&answer.status), "{spelling}: {}", answer.text());
        }
    }
    assert_eq!(house.mark(), before);
    let kept = Request::get("/api/policy/presets").with(&admin).send(&house).await;
    assert!(kept.text().contains("careful"), "{}", kept.text());
}
