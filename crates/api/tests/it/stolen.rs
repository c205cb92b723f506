//! Somebody has a copy of the database, and no key.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use model::passkey::{Passkey, PasskeyKey};
use model::rng::CountingRng;
use model::{
    ApiTokenId, EnrolmentId, ExposeSecret, LoginId, PasskeyId, ProxyTokenId, Rng, SignInId,
    Timestamp, UserId,
};
use serde_json::json;
use sqlx::{AssertSqlSafe, Row, SqlitePool};
use store::StoreError;
use vault::token::{Api, Login, Proxy, SECRET_BYTES, SignIn};
use vault::{EnrolmentToken, Token};

use crate::cast::{Cast, Credential, PASSWORD, Who};
use crate::house::House;
use crate::http::Request;
use crate::push::{AUTH, P256DH};

/// The shortest value that is tried: what is shorter is a word or a number.
const SHORTEST_BYTES: usize = 8;

const CHANNEL_PATH: &str = "0123456789abcdef-the-path-of-a-channel";
const BROWSER_PATH: &str = "0123456789abcdef-where-a-browser-is";
const CHANNEL_SECRET: &str = "SEC0123456789abcdef-what-signs-for-it";
const PROVIDER_KEY: &str = "sk-drill-0123456789abcdef0123456789abcdef";

/// A source of randomness that gives what was stolen.
struct Stolen<'a>(&'a [u8]);

impl Rng for Stolen<'_> {
    fn fill(&self, bytes: &mut [u8]) {
        for (byte, stolen) in bytes.iter_mut().zip(self.0.iter().cycle()) {
            *byte = *stolen;
        }
    }
}

/// Every row of every table: the table, and the values as bytes.
pub(crate) async fn rows(house: &House) -> Vec<(String, Vec<Vec<u8>>)> {
    let url = format!("sqlite://{}?mode=ro", house.database().display());
    let pool = SqlitePool::connect(&url).await.unwrap();
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&pool).await.unwrap();
    let mut found = Vec::new();
    for table in tables {
        let columns = format!("SELECT name FROM pragma_table_info('{table}')");
        let columns: Vec<String> =
            sqlx::query_scalar(AssertSqlSafe(columns)).fetch_all(&pool).await.unwrap();
        let columns: Vec<String> =
            columns.iter().map(|name| format!("CAST(\"{name}\" AS BLOB)")).collect();
        let all = format!("SELECT {} FROM \"{table}\"", columns.join(", "));
        for row in sqlx::query(AssertSqlSafe(all)).fetch_all(&pool).await.unwrap() {
            let value = |at| row.get::<Option<Vec<u8>>, _>(at).unwrap_or_default();
            found.push((table.clone(), (0..columns.len()).map(value).collect()));
        }
    }
    found
}

/// Where somebody hands something in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Door {
    Bearer,
    Cookie,
    Gateway,
    /// Where browsers come with the link that the server prints.
    Link,
    /// Where machines come.
    Registration,
}

impl Door {
    /// Whether it opens.
    async fn opens(self, house: &House, secret: &str) -> bool {
        let me = Request::get("/api/auth/me");
        let request = match self {
            Self::Bearer => me.with(&Credential::Bearer(secret.to_owned())),
            Self::Cookie => me.with(&Credential::Cookie(secret.to_owned())),
            Self::Gateway => {
                Request::get("/api/remote/llm-proxy/v1/models").header("x-api-key", secret)
            }
            Self::Link => Request::post("/api/auth/link", &json!({ "secret": secret })),
            Self::Registration => {
                let key = hex::encode([7; 32]);
                let body = json!({
                    "registration_token": secret, "public_key": key, "machine_name": "m",
                });
                Request::post("/api/remote/agent/register", &body)
            }
        };
        let answer = request.send(house).await;
        assert_ne!(
            answer.status,
            429,
            "the drill is looked at, not turned away: {}",
            answer.text()
        );
        // What a session's agent may not do, it is told as whoever it is.
        if self == Self::Gateway { answer.status != 401 } else { answer.status < 300 }
    }
}

/// A value as somebody would hand it in for a token: as it stands, and in hexadecimal digits.
fn spellings(value: &[u8]) -> Vec<(Door, String)> {
    let mut spellings = vec![hex::encode(value)];
    if let Ok(text) = std::str::from_utf8(value)
        && text.bytes().all(|byte| byte.is_ascii_graphic())
    {
        spellings.push(text.to_owned());
    }
    let doors = [Door::Bearer, Door::Cookie, Door::Gateway];
    spellings.into_iter().flat_map(|text| doors.map(|door| (door, text.clone()))).collect()
}

/// Tokens of every kind with a stolen id, and what lies beside it in its row as their secret.
fn forged(house: &House, row: &[Vec<u8>]) -> Vec<(Door, String)> {
    let ids = row.iter().filter_map(|value| <[u8; 16]>::try_from(&value[..]).ok());
    let secrets = || row.iter().filter(|value| value.len() >= SECRET_BYTES);
    ids.flat_map(|id| secrets().flat_map(move |secret| of_every_kind(house, id, secret))).collect()
}

fn of_every_kind(house: &House, id: [u8; 16], secret: &[u8]) -> [(Door, String); 5] {
    let rng = &Stolen(secret);
    let server = house.app.plane.identity.fingerprint();
    let texts = [
        (Door::Bearer, Token::<Api>::mint(rng, ApiTokenId::from_slice(&id).unwrap()).text()),
        (Door::Cookie, Token::<Login>::mint(rng, LoginId::from_slice(&id).unwrap()).text()),
        (Door::Gateway, Token::<Proxy>::mint(rng, ProxyTokenId::from_slice(&id).unwrap()).text()),
        (Door::Link, Token::<SignIn>::mint(rng, SignInId::from_slice(&id).unwrap()).text()),
        (
            Door::Registration,
            EnrolmentToken::mint(rng, EnrolmentId::from_slice(&id).unwrap(), server).text(),
        ),
    ];
    texts.map(|(door, text)| (door, text.expose_secret().to_owned()))
}

/// Only tables of secrets that are handed in at a door where many mistakes are one too many.
fn is_worth_a_try(door: Door, table: &str) -> bool {
    match door {
        Door::Link => table.contains("sign_in"),
        Door::Registration => table.contains("enrolment"),
        _ => true,
    }
}

/// The public half of a passkey: what is in its row opens nothing either.
async fn add_passkey(house: &House, user: UserId) {
    let now = Timestamp::from_millis(1_000_000);
    let rng = CountingRng::default();
    let mut credential = vec![0; 32];
    rng.fill(&mut credential);
    let key = PasskeyKey {
        public_key: [&[0xa5, 0x01, 0x02][..], &credential].concat(),
        credential,
        algorithm: -7,
        counter: 0,
        transports: vec!["internal".to_owned()],
    };
    let passkey = Passkey {
        id: PasskeyId::new(now, &rng),
        user,
        name: "Key on my ring".to_owned(),
        domain: "gantline.example.com".to_owned(),
        key,
        created_at: now,
        last_used_at: None,
        last_source: IpAddr::V4(Ipv4Addr::LOCALHOST),
    };
    let added = house.store().write::<_, StoreError, _>(move |tx| {
        Box::pin(async move { tx.passkey_insert(&passkey).await })
    });
    assert!(added.await.unwrap());
}

/// S09, S12, S97: whoever reads every column of every row has nothing that opens a door: neither a value
/// as it stands, nor a token that is made of an id and what lies beside it. And no secret that was
/// stored is there in the clear.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_in_a_stolen_database_opens_a_door() {
    let house = House::open().await;
    let link = house.link().await;
    let cast = Cast::assemble(&house).await;
    let key = json!({ "provider": "openai", "key_name": "drill", "api_key": PROVIDER_KEY });
    let stored = Request::post("/api/remote/api-keys", &key)
        .with(&cast.credential(Who::TenantAdmin))
        .send(&house)
        .await;
    assert_eq!(stored.status, 201, "{}", stored.text());
    let signing = Request::post("/api/webhook-secret", &json!({}))
        .with(&cast.credential(Who::Member))
        .send(&house)
        .await
        .json();
    let signing = signing["secret"].as_str().unwrap();
    let address = format!("https://8.8.8.8/robot?access_token={CHANNEL_PATH}");
    let channel = json!({ "name": "drill", "kind": "dingtalk", "url": address,
        "secret": CHANNEL_SECRET, "events": ["question"] });
    let made = Request::post("/api/notification-channels", &channel)
        .with(&cast.credential(Who::Member))
        .send(&house)
        .await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert!(!made.text().contains(CHANNEL_PATH) && !made.text().contains(CHANNEL_SECRET));

    let endpoint = format!("https://8.8.8.8/push/{BROWSER_PATH}");
    let browser = json!({ "endpoint": endpoint, "p256dh": P256DH, "auth": AUTH, "name": "drill" });
    let made = Request::new("PUT", "/api/notification-channels/browser")
        .json(&browser)
        .with(&cast.credential(Who::MemberInBrowser))
        .send(&house)
        .await;
    assert_eq!(made.status, 200, "{}", made.text());
    assert!(!made.text().contains(BROWSER_PATH) && !made.text().contains(AUTH));
    add_passkey(&house, cast.user(Who::Member)).await;

    let mut tries = BTreeSet::new();
    let rows = rows(&house).await;
    for (table, row) in &rows {
        let long = row.iter().filter(|value| value.len() >= SHORTEST_BYTES);
        tries.extend(long.flat_map(|value| spellings(value)));
        let forged = forged(&house, row).into_iter();
        tries.extend(forged.filter(|(door, _)| is_worth_a_try(*door, table)));
    }
    for door in [Door::Bearer, Door::Cookie, Door::Gateway, Door::Link, Door::Registration] {
        let of_door = tries.iter().filter(|(known, _)| *known == door).count();
        assert!(of_door > 0, "nothing is tried at {door:?}");
    }
    for (door, secret) in &tries {
        assert!(!door.opens(&house, secret).await, "{door:?} opens to {secret}");
    }

    let text = |who| match cast.credential(who) {
        Credential::Bearer(text) | Credential::Cookie(text) => text,
        Credential::None => panic!("{who:?} has a secret"),
    };
    let real = [
        (Door::Bearer, text(Who::Member)),
        (Door::Cookie, text(Who::MemberInBrowser)),
        (Door::Gateway, text(Who::Agent)),
        (Door::Link, link),
        (Door::Registration, text(Who::Registration)),
    ];
    for (door, secret) in &real {
        assert!(door.opens(&house, secret).await, "{door:?} opens to whom it is for");
    }

    let files = house.database_bytes();
    let holds = |text: &str| files.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds(&cast.username), "what is no secret is found");
    for secret in real.iter().map(|(_, secret)| &secret[..]).chain([
        PROVIDER_KEY,
        signing,
        PASSWORD,
        CHANNEL_PATH,
        CHANNEL_SECRET,
        BROWSER_PATH,
        P256DH,
        AUTH,
    ]) {
        assert!(!holds(secret), "{secret} is in the database");
    }
}
