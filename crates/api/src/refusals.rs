//! Who was refused what goes into the audit log: once, at the end of every request, whatever the
//! endpoint.

use std::sync::{Arc, OnceLock};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use control::audit::refusals::refusal_note;
use control::error::Refusal;
use model::Actor;

use crate::App;

/// Where an endpoint that knows who asks says so.
#[derive(Debug, Clone, Default)]
pub struct Asking(Arc<OnceLock<Actor>>);

impl Asking {
    /// Says who asks; the first word stands.
    pub fn is(&self, actor: Actor) {
        let _ = self.0.set(actor);
    }

    /// Whether that was said.
    pub fn is_known(&self) -> bool {
        self.0.get().is_some()
    }
}

/// Passes a request on, and notes it if whoever asks was refused.
pub async fn note(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let asking = Asking::default();
    request.extensions_mut().insert(asking.clone());
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().cloned();
    let response = next.run(request).await;
    let refusal = response.extensions().get::<Refusal>().copied();
    if let (Some(refusal), Some(actor), Some(path)) = (refusal, asking.0.get(), path) {
        let tried = format!("{method} {}", path.as_str());
        refusal_note(&app.plane, actor, &tried, refusal).await;
    }
    response
}
