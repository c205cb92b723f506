//! Carrying out the lines of a prompt.

use serde_json::json;

use super::directive::Directive;
use super::session::Mode;
use super::tools::Outcome;
use super::turn::{Step, Stop, Turn};

/// Carries out one directive.
pub(super) async fn follow(turn: &Turn, directive: &Directive) -> Step {
    match directive {
        Directive::Write { path, content } => report(turn, turn.write(path, content).await?).await,
        Directive::Append { path, line } => report(turn, turn.append(path, line).await?).await,
        Directive::Read { path } => {
            let outcome = turn.read(path).await?;
            report(turn, outcome).await
        }
        Directive::Run { command } => report(turn, turn.run(command).await?).await,
        Directive::Sneak { command } => report(turn, turn.sneak(command).await?).await,
        Directive::AskTwice => turn.ask_twice().await,
        Directive::Say { text } => turn.say(text).await,
        Directive::Think { text } => turn.think(text).await,
        Directive::Plan { steps } => {
            let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
            turn.plan(&steps, 0).await
        }
        Directive::Slow { pieces, every } => {
            for number in 1..=*pieces {
                turn.say_piece(&format!("{number} ")).await?;
                turn.wait(*every).await?;
            }
            Ok(())
        }
        Directive::Big { bytes } => turn.say_piece(&"x".repeat(*bytes)).await,
        Directive::Flood { pieces } => {
            for number in 1..=*pieces {
                turn.say_piece(&format!("{number} ")).await?;
            }
            Ok(())
        }
        Directive::Model { text } => super::converse::converse(turn, text).await.map(|_| ()),
        Directive::Silent => Ok(()),
        Directive::Title { text } => {
            turn.entitle(text).await;
            Ok(())
        }
        Directive::Usage { used, size } => {
            turn.usage(*used, Some(*size)).await;
            Ok(())
        }
        Directive::Mode { mode } => leave_mode(turn, mode).await,
        Directive::Unknown => speak_in_tongues(turn).await,
        Directive::Junk => {
            turn.client.line("Debugger listening on ws://127.0.0.1:9229").await;
            turn.client.line("{\"half\":").await;
            Ok(())
        }
        Directive::Env => turn.say_piece(&turn.session.environment.names.join("\n")).await,
        Directive::Stop { reason } => Err(Stop::Reason(reason.clone())),
        Directive::Error { code, message } => {
            Err(Stop::Error { code: *code, message: message.clone() })
        }
        Directive::Crash { status } => Err(Stop::Crash(*status)),
        Directive::Hang => std::future::pending().await,
    }
}

/// Says how it went, as an agent would.
async fn report(turn: &Turn, outcome: Outcome) -> Step {
    match outcome {
        Outcome::Done(text) if text.trim().is_empty() => turn.say("Done.\n\n").await,
        Outcome::Done(text) => turn.say(&format!("Done:\n\n```text\n{text}\n```\n\n")).await,
        Outcome::Denied => turn.say("I was not allowed to, so I left it.\n\n").await,
        Outcome::Failed(problem) => turn.say(&format!("That failed: {problem}\n\n")).await,
    }
}

async fn leave_mode(turn: &Turn, mode: &str) -> Step {
    if let Some(mode) = Mode::named(mode) {
        turn.session.set(|settings| settings.mode = mode);
    }
    let update = json!({ "sessionUpdate": "current_mode_update", "currentModeId": mode });
    tell(turn, &update).await;
    Ok(())
}

/// Things that no version of the protocol knows.
async fn speak_in_tongues(turn: &Turn) -> Step {
    tell(turn, &json!({ "sessionUpdate": "hologram", "z": 1, "a": [true] })).await;
    let content = json!({ "type": "smell", "of": "toast" });
    tell(turn, &json!({ "sessionUpdate": "agent_message_chunk", "content": content })).await;
    turn.client.tell("_demo/weather", &json!({ "sun": true })).await;
    turn.client
        .line(json!({ "jsonrpc": "2.0", "id": "tongue", "method": "demo/ask" }).to_string())
        .await;
    Ok(())
}

async fn tell(turn: &Turn, update: &serde_json::Value) {
    let params = json!({ "sessionId": turn.session.id, "update": update });
    turn.client.tell("session/update", &params).await;
}
