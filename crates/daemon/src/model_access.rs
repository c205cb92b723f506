//! How an agent reaches its models: through the server's LLM gateway, with a token of its own.

use std::time::Duration;

use agents::Gateway;
use model::SessionId;
use wire::call::{Answer, MintProxyToken, ProxyToken, Question};

use crate::context::Context;
use crate::reports::Refused;
use crate::spec::Spec;
use crate::uplink::AskFailure;

/// How long the server may take to make a token.
const WITHIN: Duration = Duration::from_secs(15);

/// Asks the server for a token, as soon as there is a link: what was accepted waits for it, as it
/// would wait for anything else that an agent needs. The token is never written down here but in
/// the agent's private directory.
pub(crate) async fn model_access(
    context: &Context,
    session: SessionId,
    spec: &Spec,
) -> Result<Gateway, Refused> {
    let session_id = bytes::Bytes::copy_from_slice(session.as_bytes());
    let halting = context.admission.halting();
    loop {
        tokio::select! {
            () = context.uplink.up() => {}
            () = halting.cancelled() => {
                return Err(Refused::new("machine_halted", context.admission.why_all_ends()));
            }
            () = context.stopping.cancelled() => return Err(no_token(&AskFailure::Offline)),
        }
        let mint = MintProxyToken { session_id: session_id.clone(), renews: true };
        let question = Question::MintProxyToken(mint);
        match context.uplink.ask(question, WITHIN).await {
            Ok(Answer::ProxyToken(token)) => return Ok(gateway(context, spec, token)),
            Ok(_) => return Err(no_token(&AskFailure::Unexpected)),
            // The link was lost meanwhile.
            Err(AskFailure::Offline) => {}
            Err(failure) => return Err(no_token(&failure)),
        }
    }
}

fn gateway(context: &Context, spec: &Spec, token: ProxyToken) -> Gateway {
    Gateway {
        base_url: format!("{}{}", context.server_url, token.path),
        token: token.token.into(),
        providers: token.providers.iter().filter_map(|name| name.parse().ok()).collect(),
        model: spec.model.clone(),
    }
}

fn no_token(failure: &AskFailure) -> Refused {
    let message = format!("there is no token for the LLM gateway: {failure}");
    let refused = Refused::new("no_token", message);
    match failure {
        AskFailure::Offline => refused.with_hint("try again when this machine is online"),
        AskFailure::Busy | AskFailure::TimedOut => refused.with_hint("try again"),
        AskFailure::Refused(_) | AskFailure::Unexpected => refused,
    }
}
