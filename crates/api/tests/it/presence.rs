//! Who looks at a session: who is told, and until when.

use model::UserId;
use serde_json::{Value, json};

use crate::cast::{Cast, Who};
use crate::house::{DEADLINE, House};
use crate::http::Request;
use crate::socket::{Ended, Socket};

struct Place {
    house: House,
    cast: Cast,
}

impl Place {
    async fn open() -> Self {
        let house = House::open().await;
        let cast = Cast::assemble(&house).await;
        Self { house, cast }
    }

    async fn window(&self, who: Who) -> Socket {
        let mut socket = Socket::open(&self.house, "/ws", &self.cast.credential(who)).await;
        assert_eq!(socket.json().await["method"], "connected");
        socket
    }

    /// A window in which the chat is open.
    async fn looks(&self, who: Who) -> Socket {
        let mut socket = self.window(who).await;
        let params = json!({ "session_id": self.cast.chat, "format": "updates" });
        let method = "session.subscribe";
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        socket.send_text(&request.to_string()).await;
        socket
    }

    /// Reads until these people are said to be there.
    async fn told(&self, socket: &mut Socket, people: &[Who]) {
        let expected: Vec<_> = people.iter().map(|who| self.cast.user(*who)).collect();
        let mut last = vec![];
        let reading = async {
            while last != expected {
                let said = socket.json().await;
                if said["method"] == "session.presence" {
                    last = self.people(&said["params"]);
                }
            }
        };
        let came = tokio::time::timeout(DEADLINE, reading).await;
        assert!(came.is_ok(), "{last:?} instead of {expected:?}");
    }

    fn people(&self, presence: &Value) -> Vec<UserId> {
        assert_eq!(presence["session_id"], json!(self.cast.chat));
        let people = presence["people"].as_array().unwrap();
        people.iter().map(|one| one["user_id"].as_str().unwrap().parse().unwrap()).collect()
    }

    async fn lend(&self, method: &str, below: &str, body: Option<Value>) {
        let path = format!("/api/sessions/{}/shares{below}", self.cast.chat);
        let request = match body {
            Some(body) => Request::post(path, &body),
            None => Request::new(method, path),
        };
        let answer = request.with(&self.cast.credential(Who::Member)).send(&self.house).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
    }
}

/// S36, S39: nobody looks unseen, an administrator neither; whoever may not see the session is not
/// told who does; and the end of a share is seen at once.
#[tokio::test]
async fn nobody_looks_unseen_and_strangers_are_told_nothing() {
    let place = Place::open().await;
    let watch = tokio::spawn(control::shares::watch(place.house.app.plane.clone()));
    let borrower = Who::Newcomer;
    let mut stranger = place.window(Who::Colleague).await;
    let mut owner = place.looks(Who::Member).await;
    place.told(&mut owner, &[Who::Member]).await;

    let username = format!("user-{}", place.cast.user(borrower));
    place.lend("POST", "", Some(json!({ "username": username }))).await;
    let first = place.looks(borrower).await;
    place.told(&mut owner, &[Who::Member, borrower]).await;
    let admin = place.looks(Who::TenantAdmin).await;
    place.told(&mut owner, &[Who::Member, borrower, Who::TenantAdmin]).await;
    let mut second = place.looks(borrower).await;
    // Whoever comes is told of everybody, for a second window as well.
    place.told(&mut second, &[Who::Member, borrower, Who::TenantAdmin]).await;
    drop((first, admin));
    place.told(&mut owner, &[Who::Member, borrower]).await;

    let path = format!("/api/sessions/{}/presence", place.cast.chat);
    let get = async |who| {
        let request = Request::get(&*path).with(&place.cast.credential(who));
        request.send(&place.house).await
    };
    let answer = get(borrower).await;
    let both = [Who::Member, borrower].map(|who| place.cast.user(who));
    assert_eq!(place.people(&answer.json()), both);
    for who in [Who::Colleague, Who::Stranger] {
        get(who).await.problem(404);
    }

    place.lend("DELETE", &format!("/{}", place.cast.user(borrower)), None).await;
    assert_eq!(second.ended().await, Ended::Closed(1012));
    place.told(&mut owner, &[Who::Member]).await;

    let question = r#"{"jsonrpc":"2.0","id":9,"method":"none"}"#;
    stranger.send_text(question).await;
    loop {
        let said = stranger.json().await;
        assert_ne!(said["method"], "session.presence", "{said}");
        if said["id"] == 9 {
            break;
        }
    }
    watch.abort();
}
