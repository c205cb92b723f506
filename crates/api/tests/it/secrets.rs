//! No secret leaves by a side door.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::cast::{Cast, Credential, PASSWORD, Who};
use crate::house::{House, SHARED_TOKEN};
use crate::http::Request;
use crate::socket::Socket;
use crate::table::TABLE;

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// S15, S34, S114: whatever is asked, with whatever credential: no log line, no answer and no line of
/// the audit log holds a secret, and no answer says where in the server something went wrong.
#[tokio::test]
async fn no_log_and_no_answer_holds_a_secret() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .with_ansi(false)
        .finish();
    let _logging = tracing::subscriber::set_default(subscriber);
    tracing::info!("the log is listened to");

    let house = House::open().await;
    let link = house.link().await;
    let body = json!({ "secret": link, "username": "root", "password": PASSWORD });
    assert_eq!(Request::post("/api/setup", &body).send(&house).await.status, 201);
    let cast = Cast::assemble(&house).await;
    let mut secrets = vec![PASSWORD.to_owned(), SHARED_TOKEN.to_owned(), link.clone()];
    let credentials = Who::ALL.map(|who| cast.credential(who)).into_iter();
    let shared = Credential::Bearer(SHARED_TOKEN.to_owned());
    for credential in credentials.chain([shared]) {
        if let Credential::Bearer(secret) | Credential::Cookie(secret) = &credential {
            secrets.push(secret.clone());
        }
        for entry in TABLE {
            let request = entry.request(&cast).with(&credential);
            let answer = request.header("origin", house.origin()).send(&house).await;
            let text = answer.text();
            let shown = secrets.iter().find(|secret| text.contains(&secret[..]));
            assert_eq!(shown, None, "{} {}: {text}", entry.method, entry.path);
            for detail in ["sqlx", "panicked", ".rs:", "SELECT "] {
                assert!(!text.contains(detail), "{} {}: {text}", entry.method, entry.path);
            }
        }
    }
    let fresh = Cast::assemble(&house).await;
    drop(Socket::open(&house, "/ws", &fresh.credential(Who::Member)).await);

    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(logged.contains("the log is listened to"));
    let lines = logged.lines();
    secrets.extend(["sk-0123456789", "quite another", "another horse"].map(str::to_owned));
    secrets.retain(|secret| secret != "not-a-token");
    let chains = house.store().audit_chains().await.unwrap();
    let mut audit = Vec::new();
    for chain in chains {
        audit.extend(house.store().audit_after(chain, 0, 10_000).await.unwrap());
    }
    assert!(audit.len() > 100, "{} lines", audit.len());
    for record in audit {
        let text = format!("{record:?}");
        let leaked = secrets.iter().find(|secret| text.contains(&secret[..]));
        assert_eq!(leaked, None, "{text}");
        assert!(!text.contains("hello"), "what is said to agents: {text}");
    }
    for line in lines {
        let leaked = secrets.iter().find(|secret| line.contains(&secret[..]));
        assert_eq!(leaked, None, "{line}");
    }
}
