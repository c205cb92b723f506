//! Ending holders of whom nobody wants to know any more.

use std::time::Duration;

use processes::{Grace, Marker, end_tree};

use crate::agent::{AgentEvent, HeldAgent};
use crate::held::{AttachError, Event, Held, Reading};
use crate::local::holders_of;
use crate::place::Place;

/// How long a holder may take to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);

/// How long a holder may take beyond the grace of its program.
const ENDS_WITHIN: Duration = Duration::from_secs(5);

/// Ends the holder of a session with everything that runs in its terminal, whether it wants to or
/// not. What carries the session's mark is gone then.
pub async fn end_holder(place: &Place, session: &str, grace: Grace) {
    if let Err(error) = ask_to_end(place, session, grace).await {
        tracing::warn!(session.id = session, %error, "killing a holder");
    }
    kill_holder(place, session, grace).await;
}

/// Who holds no agent does not listen to one who asks for it, and the other way round.
async fn ask_to_end(place: &Place, session: &str, grace: Grace) -> Result<(), AttachError> {
    match HeldAgent::attach(place, session, ANSWERS_WITHIN).await {
        Ok((held, _)) => {
            end_agent(held, grace).await;
            return Ok(());
        }
        Err(AttachError::Nobody) => {}
        Err(error) => return Err(error),
    }
    match Held::attach(place, session, ANSWERS_WITHIN).await {
        Ok((held, _)) => {
            end_held(held, grace).await;
            Ok(())
        }
        Err(AttachError::Nobody) => Ok(()),
        Err(error) => Err(error),
    }
}

/// The same for one that does not answer: it is not asked.
pub async fn kill_holder(place: &Place, session: &str, grace: Grace) {
    kill(place, session).await;
    end_tree(&Marker::new(session), None, grace).await;
    if let Err(error) = place.remove(session) {
        tracing::warn!(session.id = session, %error, "a socket cannot be removed");
    }
}

/// Ends an agent that answers, and its holder.
async fn end_agent(mut held: HeldAgent, grace: Grace) {
    held.end(grace);
    let ended = async {
        loop {
            match held.next(usize::MAX).await {
                AgentEvent::Exited { .. } => break true,
                AgentEvent::Lost | AgentEvent::Displaced => break false,
                AgentEvent::Line { .. } | AgentEvent::LineTooLong => {}
            }
        }
    };
    let within = grace.polite + grace.hard + ENDS_WITHIN;
    if tokio::time::timeout(within, ended).await == Ok(true) {
        held.forget(ENDS_WITHIN).await;
    }
}

/// Ends a terminal that answers, and its holder.
async fn end_held(mut held: Held, grace: Grace) {
    held.end(grace);
    let ended = async {
        loop {
            match held.next(Reading::On).await {
                Event::Exited(_) => break true,
                Event::Lost | Event::Displaced => break false,
                _ => {}
            }
        }
    };
    let within = grace.polite + grace.hard + ENDS_WITHIN;
    if tokio::time::timeout(within, ended).await == Ok(true) {
        held.forget(ENDS_WITHIN).await;
    }
}

/// Kills a holder that does not end by itself, where the system tells which process it is.
async fn kill(place: &Place, session: &str) {
    let name = place.socket(session);
    for holder in holders_of(&name, session) {
        holder.kill();
    }
    let gone = async {
        while !holders_of(&name, session).is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    if tokio::time::timeout(ENDS_WITHIN, gone).await.is_err() {
        tracing::error!(session.id = session, "a holder survived being killed");
    }
}
