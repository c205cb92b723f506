//! What happens to what is open when a credential stops working.

use std::time::Duration;

use model::LoginId;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::cast::{Cast, Credential, PASSWORD, Who};
use crate::house::{DEADLINE, House};
use crate::http::Request;
use crate::socket::{Ended, Socket};

/// How soon what is open must be closed.
const SOON: Duration = Duration::from_secs(5);

/// The close code for a credential that has stopped working.
const REVOKED: Ended = Ended::Closed(1008);

/// The live WebSocket and an attached terminal, with one credential.
struct Streams {
    live: Socket,
    attached: Socket,
}

impl Streams {
    async fn open(house: &House, cast: &Cast, credential: &Credential) -> Self {
        let mut live = Socket::open(house, "/ws", credential).await;
        assert_eq!(live.json().await["method"], "connected");
        for listed in ["session", "machine", "budget", "permission"] {
            assert_eq!(live.json().await["method"], format!("{listed}.snapshot"));
        }
        let path = format!("/api/sessions/{}/attach", cast.terminal);
        let mut attached = Socket::open(house, &path, credential).await;
        assert_eq!(attached.json().await["type"], "attached");
        Self { live, attached }
    }

    async fn end_soon(&mut self) {
        let ends = async { (self.live.ended().await, self.attached.ended().await) };
        let ends = timeout(SOON, ends).await.expect("open streams are closed in time");
        assert_eq!(ends, (REVOKED, REVOKED));
    }

    /// Both still answer.
    async fn go_on(&mut self) {
        self.live.send_text(r#"{"jsonrpc":"2.0","id":"still there","method":"none"}"#).await;
        while self.live.json().await["id"] != "still there" {}
        self.attached.send_text(r#"{"type":"fit_to_me"}"#).await;
        self.attached.send_text(r#"{"type":"resize","columns":99,"rows":33}"#).await;
        loop {
            let message = self.attached.json().await;
            if message["type"] == "size" && message["columns"] == 99 {
                return;
            }
        }
    }
}

/// Signs the member in in one more browser; answers the cookie.
pub(crate) async fn sign_in(house: &House, cast: &Cast) -> Credential {
    let body = json!({ "username": cast.username, "password": PASSWORD });
    let answer = Request::post("/api/auth/login", &body).send(house).await;
    let cookie = answer.header("set-cookie").expect("a cookie");
    let value = cookie.strip_prefix("__Host-gantline=").unwrap().split(';').next().unwrap();
    Credential::Cookie(value.to_owned())
}

/// S10, R29: signing out ends what was opened with the login, and nothing else.
#[tokio::test]
async fn signing_out_ends_open_streams() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let browser = cast.credential(Who::MemberInBrowser);
    let other = sign_in(&house, &cast).await;
    let mut streams = Streams::open(&house, &cast, &browser).await;
    let mut others = Streams::open(&house, &cast, &other).await;
    let answer = Request::new("POST", "/api/auth/logout").with(&browser).send(&house).await;
    assert_eq!(answer.status, 200);
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-gantline=; Path=/; Max-Age=0;"), "{cookie}");
    streams.end_soon().await;
    Request::get("/api/auth/me").with(&browser).send(&house).await.problem(401);
    others.go_on().await;
}

/// S10: ending one browser's login from another.
#[tokio::test]
async fn ending_a_login_from_elsewhere_ends_its_streams() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let browser = cast.credential(Who::MemberInBrowser);
    let other = sign_in(&house, &cast).await;
    let mut streams = Streams::open(&house, &cast, &browser).await;
    let login: LoginId = cast.login;
    let path = format!("/api/auth/logins/{login}");
    let answer = Request::new("DELETE", path).with(&other).send(&house).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    streams.end_soon().await;
}

/// S10, R29: a new password ends every other login, every token, and what was opened with them.
#[tokio::test]
async fn a_new_password_ends_everything_but_the_browser_it_was_changed_in() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let browser = cast.credential(Who::MemberInBrowser);
    let other = sign_in(&house, &cast).await;
    let token = cast.credential(Who::Member);
    let mut own = Streams::open(&house, &cast, &browser).await;
    let mut in_browser = Streams::open(&house, &cast, &other).await;
    let mut with_token = Streams::open(&house, &cast, &token).await;
    let mut colleagues = Socket::open(&house, "/ws", &cast.credential(Who::Colleague)).await;
    let body = json!({ "current": PASSWORD, "new": "quite another password" });
    let answer = Request::post("/api/auth/password", &body).with(&browser).send(&house).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    in_browser.end_soon().await;
    with_token.end_soon().await;
    for dead in [&other, &token] {
        Request::get("/api/auth/me").with(dead).send(&house).await.problem(401);
    }
    own.go_on().await;
    colleagues.send_text(r#"{"jsonrpc":"2.0","id":1,"method":"none"}"#).await;
    while colleagues.json().await["id"] != 1 {}
    let old = json!({ "username": cast.username, "password": PASSWORD });
    Request::post("/api/auth/login", &old).send(&house).await.problem(401);
}

/// S10: a token.
#[tokio::test]
async fn revoking_a_token_ends_open_streams() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let browser = cast.credential(Who::MemberInBrowser);
    let created = Request::post("/api/auth/tokens", &json!({ "name": "t" })).with(&browser);
    let created: Value = created.send(&house).await.json();
    let token = Credential::Bearer(created["token"].as_str().unwrap().to_owned());
    let mut streams = Streams::open(&house, &cast, &token).await;
    let path = format!("/api/auth/tokens/{}", created["token_id"].as_str().unwrap());
    let answer = Request::new("DELETE", path).with(&browser).send(&house).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    streams.end_soon().await;
    Request::get("/api/auth/me").with(&token).send(&house).await.problem(401);
}

/// S10: a stream does not outlive the moment at which its credential ends by itself, however much
/// happens on it.
#[tokio::test]
async fn a_stream_ends_when_its_token_expires_however_busy_it_is() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let token = expiring_token(&house, &cast, Duration::from_secs(2)).await;
    let mut streams = Streams::open(&house, &cast, &token).await;
    let mut busy = Socket::open(&house, "/ws", &token).await;
    let ends = async { tokio::join!(streams.end_soon(), busy.talk_until_ended()) };
    timeout(SOON, ends).await.expect("the one that never falls silent ends too");
}

async fn expiring_token(house: &House, cast: &Cast, lasts: Duration) -> Credential {
    use model::{ApiTokenId, ExposeSecret};
    let plane = &house.app.plane;
    let now = plane.clock().now();
    let id = ApiTokenId::new(now, &**plane.rng());
    let token = vault::Token::<vault::token::Api>::mint(&**plane.rng(), id);
    let row = model::user::ApiToken {
        id,
        user: cast.user(Who::Member),
        name: "short".to_owned(),
        scopes: model::TokenScopes::FULL,
        created_at: now,
        last_used_at: None,
        expires_at: now + lasts,
    };
    let digest = *token.digest().as_bytes();
    let stored = house.store().write::<_, store::StoreError, _>(move |tx| {
        Box::pin(async move { tx.api_token_insert(&row, &digest).await })
    });
    stored.await.unwrap();
    Credential::Bearer(token.text().expose_secret().to_owned())
}

/// S10: a viewer that takes nothing in is closed as soon as any other, and its connection with it.
#[tokio::test]
async fn a_viewer_that_does_not_read_is_closed_as_soon() {
    let house = House::open().await;
    let cast = Cast::assemble(&house).await;
    let token = cast.credential(Who::Member);
    let mut stalled = stalled_viewer(&house, &token).await;
    let path = format!("/api/auth/tokens/{}", own_token_id(&house, &cast).await);
    let browser = cast.credential(Who::MemberInBrowser);
    let before = house.app.tasks.len();
    assert_eq!(before, 1, "the stalled viewer is being served");
    let answer = Request::new("DELETE", path).with(&browser).send(&house).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let closed = async {
        while !house.app.tasks.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    timeout(SOON, closed).await.expect("nobody serves it any more");
    let mut rest = Vec::new();
    // What was on its way is still there; then it is over.
    let _ = timeout(DEADLINE, stalled.read_to_end(&mut rest)).await.expect("the connection ends");
}

/// The identifier of the token that the member uses.
async fn own_token_id(house: &House, cast: &Cast) -> String {
    let answer = Request::get("/api/auth/tokens").with(&cast.credential(Who::Member));
    let tokens = answer.send(house).await.json();
    let actor = format!("{:?}", cast.actor(Who::Member).unwrap());
    let ids = tokens["tokens"].as_array().unwrap().iter();
    let mut ids = ids.map(|token| token["token_id"].as_str().unwrap().to_owned());
    ids.find(|id| actor.contains(id)).expect("the token in use")
}

/// A live WebSocket that asks for more than it reads, until the server waits for it.
async fn stalled_viewer(house: &House, credential: &Credential) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(house.address).await.unwrap();
    let request = Request::upgrade("/ws").with(credential);
    stream.write_all(&request.bytes(house)).await.unwrap();
    // Each is answered with an error that repeats the long identifier.
    let id = "x".repeat(60_000);
    let text = json!({ "jsonrpc": "2.0", "id": id, "method": "none" }).to_string();
    let frame = masked_text_frame(&text);
    // The server reads on for as long as it can answer.
    while let Ok(written) = timeout(Duration::from_secs(2), stream.write_all(&frame)).await {
        written.unwrap();
    }
    stream
}

/// A text frame of a client, masked with zeros (RFC 6455 §5.2).
fn masked_text_frame(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap().to_be_bytes();
    [&[0x81, 0xfe][..], &length, &[0; 4], text.as_bytes()].concat()
}
