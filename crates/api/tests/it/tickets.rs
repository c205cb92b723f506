//! Tickets: one WebSocket for whoever can send no header with it.

use crate::cast::{Cast, Credential, Who};
use crate::house::House;
use crate::http::Request;
use crate::socket::Socket;

async fn ticket(house: &House, credential: &Credential) -> String {
    let answer = Request::new("POST", "/api/auth/ticket").with(credential).send(house).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["expires_in_s"], 30);
    answer.json()["ticket"].as_str().unwrap().to_owned()
}

/// S13: a ticket opens one WebSocket as whoever asked for it, and is worth nothing afterwards.
#[tokio::test]
async fn a_ticket_opens_one_websocket() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let member = cast.credential(Who::Member);
    let path = format!("/ws?ticket={}", ticket(&house, &member).await);
    let mut socket = Socket::open(&house, &path, &Credential::None).await;
    assert_eq!(socket.json().await["method"], "connected");
    let sessions = socket.json().await;
    assert!(sessions.to_string().contains(&cast.chat.to_string()), "as the member: {sessions}");
    let again = Request::upgrade(path).send(&house).await;
    assert_eq!(again.problem(401), "ticket_refused");
}

/// A ticket opens nothing else, and one that is wrong is no reason to try the cookie.
#[tokio::test]
async fn a_ticket_is_no_other_credential() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let member = cast.credential(Who::Member);
    let text = ticket(&house, &member).await;
    for request in [
        Request::get(format!("/api/auth/me?ticket={text}")),
        Request::get("/api/auth/me").header("authorization", format!("Bearer {text}")),
        Request::upgrade(format!("/api/sessions/{}/attach?ticket={text}", cast.terminal)),
    ] {
        let status = request.send(&house).await.status;
        assert!(matches!(status, 400 | 401), "{status}");
    }
    let wrong = Request::upgrade("/ws?ticket=no-ticket").with(&member).send(&house).await;
    assert_eq!(wrong.problem(401), "ticket_refused");
    let foreign = Request::upgrade(format!("/ws?ticket={text}"));
    let foreign = foreign.header("origin", "https://evil.example").send(&house).await;
    assert_eq!(foreign.problem(403), "foreign_origin");
}

/// S10: a ticket dies with the credential that asked for it.
#[tokio::test]
async fn a_ticket_dies_with_its_token() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let browser = cast.credential(Who::MemberInBrowser);
    let text = ticket(&house, &browser).await;
    let out = Request::new("POST", "/api/auth/logout").with(&browser);
    assert_eq!(out.send(&house).await.status, 200);
    Request::upgrade(format!("/ws?ticket={text}")).send(&house).await.problem(401);
}
