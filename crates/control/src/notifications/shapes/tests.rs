//! Each shape byte for byte. The signatures were computed with the HMAC of Python's standard library,
//! in the way of the samples in the makers' documents.

use std::time::Duration;

use model::notification::{ChannelState, NoticeEvent, NoticeLanguage};
use model::rng::CountingRng;
use model::{ChannelId, MachineId, NoticeId, SessionId, TenantId, UserId};

use super::*;

const AT: Timestamp = Timestamp::from_millis(1_599_360_473_000);
const SESSION: &str = "019d527d-3551-7e0f-8a55-0d3f2f7e9a11";
const MACHINE: &str = "019d5270-11aa-7b3c-9c1d-2f6a51a0c0de";

fn channel(kind: ChannelKind, language: NoticeLanguage) -> Channel {
    let id = MACHINE.parse().map(|id: MachineId| id.as_uuid()).unwrap();
    Channel {
        id: ChannelId::from_uuid(id),
        tenant: TenantId::from_uuid(id),
        user: UserId::from_uuid(id),
        name: "ours".to_owned(),
        kind,
        host: "hooks.example".to_owned(),
        destination: "hooks.example:443".to_owned(),
        sealed: Vec::new(),
        events: vec![NoticeEvent::Question],
        shortest_turn: Duration::ZERO,
        language,
        console: "https://gantline.example".to_owned(),
        state: ChannelState::On,
        put_off_because: None,
        given_up: 0,
        created_at: AT,
        tested_at: None,
        browser: None,
    }
}

fn message(machine_name: &str) -> Message {
    let machine: MachineId = MACHINE.parse().unwrap();
    let session: SessionId = SESSION.parse().unwrap();
    Message {
        id: NoticeId::from_uuid(session.as_uuid()),
        at: AT,
        matter: Matter {
            event: Some(NoticeEvent::Question),
            count: 1,
            url: format!("https://gantline.example/sessions/{SESSION}"),
            machine: Some((machine, machine_name.to_owned())),
            session: Some(session),
            agent: Some("codex".to_owned()),
            owner: None,
        },
    }
}

/// Address and body of what is posted.
fn posted(
    kind: ChannelKind,
    language: NoticeLanguage,
    secret: Option<&str>,
    machine: &str,
) -> (String, String) {
    let url = "https://hooks.example/robot?access_token=t".to_owned();
    let address = Address { url, secret: secret.map(str::to_owned), push: None };
    let rng = CountingRng::default();
    let signing = Signing { secrets: &[], key: &PushKey::generate(&rng), rng: &rng };
    let post = post(&channel(kind, language), &address, &message(machine), AT, &signing).unwrap();
    (post.uri.to_string(), String::from_utf8(post.body.to_vec()).unwrap())
}

const PLAIN: &str = "https://hooks.example/robot?access_token=t";

#[test]
fn slack_is_told_in_its_shape() {
    let (url, body) = posted(ChannelKind::Slack, NoticeLanguage::En, None, "build-01");
    assert_eq!(url, PLAIN);
    let expected = concat!(
        r#"{"text":"Gantline: codex on build-01 asks you something.\n"#,
        r#"https://gantline.example/sessions/019d527d-3551-7e0f-8a55-0d3f2f7e9a11"}"#,
    );
    assert_eq!(body, expected);
}

#[test]
fn feishu_is_told_in_its_shape_and_signed_in_the_body() {
    let (url, body) = posted(ChannelKind::Feishu, NoticeLanguage::Zh, None, "build-01");
    assert_eq!(url, PLAIN);
    let content = concat!(
        r#""msg_type":"text","content":{"text":"Gantline：build-01 上的 codex 有一个请求等待您的答复。\n"#,
        r#"https://gantline.example/sessions/019d527d-3551-7e0f-8a55-0d3f2f7e9a11"}}"#,
    );
    assert_eq!(body, format!("{{{content}"));
    let (url, body) = posted(ChannelKind::Feishu, NoticeLanguage::Zh, Some("demo"), "build-01");
    assert_eq!(url, PLAIN);
    let signed =
        r#"{"timestamp":"1599360473","sign":"l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=","#;
    assert_eq!(body, format!("{signed}{content}"));
}

#[test]
fn dingtalk_is_told_in_its_shape_and_signed_in_the_address() {
    let secret = Some("SECdemo");
    let (url, body) = posted(ChannelKind::Dingtalk, NoticeLanguage::En, secret, "build-01");
    let signed = "&timestamp=1599360473000\
                  &sign=tGWkA5eQOQNCNPDgphtxIoNLO%2B%2FgD8Lcb705KQoRzeY%3D";
    assert_eq!(url, format!("{PLAIN}{signed}"));
    let expected = concat!(
        r#"{"msgtype":"text","text":{"content":"Gantline: codex on build-01 asks you something.\n"#,
        r#"https://gantline.example/sessions/019d527d-3551-7e0f-8a55-0d3f2f7e9a11"}}"#,
    );
    assert_eq!(body, expected);
    let (url, _) = posted(ChannelKind::Dingtalk, NoticeLanguage::En, None, "build-01");
    assert_eq!(url, PLAIN);
}

#[test]
fn others_are_told_in_json() {
    let (_, body) = posted(ChannelKind::Generic, NoticeLanguage::En, None, "build-01");
    let expected = concat!(
        r#"{"type":"notice.question","timestamp":"2020-09-06T02:47:53.000Z","data":{"count":1,"#,
        r#""url":"https://gantline.example/sessions/019d527d-3551-7e0f-8a55-0d3f2f7e9a11","#,
        r#""machine_id":"019d5270-11aa-7b3c-9c1d-2f6a51a0c0de","machine_name":"build-01","#,
        r#""session_id":"019d527d-3551-7e0f-8a55-0d3f2f7e9a11","agent_name":"codex"}}"#,
    );
    assert_eq!(body, expected);
}

/// S28: what a machine calls itself calls nobody, and is no markup, wherever it is told.
#[test]
fn a_hostile_name_is_inert_in_every_shape() {
    let name = "<!channel> <at user_id=\"all\">x</at> @all & \u{202e}\n<https://evil.example|here>";
    let text = |kind| posted(kind, NoticeLanguage::En, None, name).1;
    let slack = text(ChannelKind::Slack);
    assert!(slack.contains("&lt;!channel&gt;") && slack.contains("&amp;"), "{slack}");
    for kind in [ChannelKind::Slack, ChannelKind::Feishu, ChannelKind::Dingtalk] {
        let body = text(kind);
        assert!(!body.contains('<') && !body.contains('>'), "{body}");
        assert!(!body.contains("https://evil") && !body.contains('\u{202e}'), "{body}");
        assert_eq!(body.matches("\\n").count(), 1, "{body}");
    }
    for kind in [ChannelKind::Feishu, ChannelKind::Dingtalk] {
        assert!(!text(kind).contains('@'), "{}", text(kind));
    }
}
