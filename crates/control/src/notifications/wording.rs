//! What is told, in words: one line, and the page on which one can see to it. Names are somebody
//! else's, and are made inert before they get here into a sentence.

use model::notification::{NoticeEvent, NoticeLanguage};

use super::matter::Matter;

/// How many characters of a name are told.
const LONGEST_NAME: usize = 60;

/// The text of a message.
pub(super) fn text(matter: &Matter, language: NoticeLanguage) -> String {
    let line = match language {
        NoticeLanguage::En => english(matter),
        NoticeLanguage::Zh => chinese(matter),
    };
    format!("{line}\n{}", matter.url)
}

/// The same without the name of this program and the page, for who is told both in another way.
pub(super) fn sentence(matter: &Matter, language: NoticeLanguage) -> String {
    let line = match (matter.event, language) {
        (None, NoticeLanguage::En) => {
            return "This is a test. What waits for you will be told here.".to_owned();
        }
        (_, NoticeLanguage::En) => english(matter),
        (_, NoticeLanguage::Zh) => chinese(matter),
    };
    let line = line.strip_prefix("Gantline").unwrap_or(&line);
    line.trim_start_matches([':', '：', ' ']).to_owned()
}

fn english(matter: &Matter) -> String {
    let (place, count) = (place(matter, "on", "of"), matter.count);
    match matter.event {
        None => "Gantline: this is a test. What waits for you will be told here.".to_owned(),
        Some(NoticeEvent::Question) if count == 1 => {
            format!("Gantline: {place} asks you something.")
        }
        Some(NoticeEvent::Question) => format!("Gantline: {place} asks you {count} things."),
        Some(NoticeEvent::Budget) => format!("Gantline: {place} has no budget left, and waits."),
        Some(NoticeEvent::TurnEnded) if count == 1 => {
            format!("Gantline: {place} has finished a turn.")
        }
        Some(NoticeEvent::TurnEnded) => format!("Gantline: {place} has finished {count} turns."),
        Some(NoticeEvent::SessionFailed) => format!("Gantline: a session of {place} has failed."),
        Some(NoticeEvent::MachineOffline) => {
            format!("Gantline: the machine {place} has gone offline.")
        }
    }
}

fn chinese(matter: &Matter) -> String {
    let (place, count) = (chinese_place(matter), matter.count);
    match matter.event {
        None => "Gantline：这是一条测试消息。需要您处理的事项将在此通知。".to_owned(),
        Some(NoticeEvent::Question) if count == 1 => {
            format!("Gantline：{place} 有一个请求等待您的答复。")
        }
        Some(NoticeEvent::Question) => format!("Gantline：{place} 有 {count} 个请求等待您的答复。"),
        Some(NoticeEvent::Budget) => format!("Gantline：{place} 的预算已用尽，正在等待。"),
        Some(NoticeEvent::TurnEnded) if count == 1 => format!("Gantline：{place} 完成了一个轮次。"),
        Some(NoticeEvent::TurnEnded) => format!("Gantline：{place} 完成了 {count} 个轮次。"),
        Some(NoticeEvent::SessionFailed) => format!("Gantline：{place} 的一个会话失败了。"),
        Some(NoticeEvent::MachineOffline) => format!("Gantline：机器 {place} 已离线。"),
    }
}

/// `codex on build-01`, `codex of Ada on build-01`, `build-01`.
fn place(matter: &Matter, on: &str, of: &str) -> String {
    let machine = machine(matter);
    if matter.session.is_none() {
        return machine;
    }
    let agent = inert(matter.agent.as_deref().unwrap_or("a terminal"));
    match &matter.owner {
        Some(owner) => format!("{agent} {of} {} {on} {machine}", inert(owner)),
        None => format!("{agent} {on} {machine}"),
    }
}

fn chinese_place(matter: &Matter) -> String {
    let machine = machine(matter);
    if matter.session.is_none() {
        return machine;
    }
    let agent = inert(matter.agent.as_deref().unwrap_or("终端"));
    match &matter.owner {
        Some(owner) => format!("{machine} 上 {} 的 {agent}", inert(owner)),
        None => format!("{machine} 上的 {agent}"),
    }
}

fn machine(matter: &Matter) -> String {
    inert(matter.machine.as_ref().map_or("", |(_, name)| name))
}

/// A name that is a name and nothing else: on one line, in the order in which it is written, and no
/// link of its own.
fn inert(name: &str) -> String {
    let visible = |c: char| if c.is_control() || is_format(c) { ' ' } else { c };
    let name: String = name.chars().take(LONGEST_NAME).map(visible).collect();
    name.replace("://", ": //").trim().to_owned()
}

/// Characters that are not seen, or turn the order of what follows.
const fn is_format(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use model::rng::CountingRng;
    use model::{MachineId, SessionId, Timestamp};

    use super::*;

    fn matter(event: NoticeEvent, count: u64) -> Matter {
        let (now, rng) = (Timestamp::from_millis(0), CountingRng::default());
        let session = (event != NoticeEvent::MachineOffline).then(|| SessionId::new(now, &rng));
        Matter {
            event: Some(event),
            count,
            url: "https://gantline.example/sessions/x".to_owned(),
            machine: Some((MachineId::new(now, &rng), "build-01".to_owned())),
            session,
            agent: session.map(|_| "codex".to_owned()),
            owner: None,
        }
    }

    #[test]
    fn every_event_has_words_in_both_languages() {
        for event in NoticeEvent::ALL {
            for count in [1, 3] {
                let matter = matter(*event, count);
                for language in NoticeLanguage::ALL {
                    let text = text(&matter, *language);
                    assert!(text.starts_with("Gantline"), "{text}");
                    assert!(text.contains("build-01"), "{text}");
                    assert!(text.ends_with("\nhttps://gantline.example/sessions/x"), "{text}");
                }
            }
        }
        let asked = text(&matter(NoticeEvent::Question, 2), NoticeLanguage::En);
        assert!(asked.starts_with("Gantline: codex on build-01 asks you 2 things.\n"), "{asked}");
        let foreign = Matter { owner: Some("Ada".to_owned()), ..matter(NoticeEvent::Budget, 1) };
        let text = text(&foreign, NoticeLanguage::En);
        assert!(
            text.starts_with("Gantline: codex of Ada on build-01 has no budget left"),
            "{text}"
        );
    }

    /// S28: what a machine calls itself is on one line, in its own order, and no link.
    #[test]
    fn a_name_is_nothing_but_a_name() {
        assert_eq!(inert("a\nb\r\u{1b}[31m\u{202e}c"), "a b  [31m c");
        assert_eq!(inert("https://evil.example/x"), "https: //evil.example/x");
        assert_eq!(inert(&"x".repeat(100)).len(), LONGEST_NAME);
    }
}
