//! The same endpoint under the paths of both documents: a path is written in its one form before
//! it is looked up, so that there is one handler and one guard for each verb (S43).

use axum::http::Uri;
use axum::http::uri::PathAndQuery;

use crate::remote_words::Words;

/// Beginnings of paths, and the form under which they are routed.
const ALIASES: &[(&str, &str)] = &[
    ("/api/remote/sessions", "/api/sessions"),
    ("/api/sessions/archive/", "/api/sessions/archive"),
    ("/api/machines", "/api/remote/machines"),
    ("/api/api-keys", "/api/remote/api-keys"),
    ("/install-device-agent.sh", "/api/remote/agent/install.sh"),
    ("/install-device-agent.ps1", "/api/remote/agent/install.ps1"),
];

/// Ends of paths below one session, and the form under which they are routed.
const SESSION_VERBS: &[(&str, &str)] = &[("/chat", "/prompt"), ("/abort", "/cancel")];

/// Beginnings of paths whose answers are in the words of the remote workspace document.
const IN_REMOTE_WORDS: &str = "/api/remote/sessions";

/// Writes the path of a request in its one form, and notes in whose words it is answered.
pub fn rewrite<B>(mut request: http::Request<B>) -> http::Request<B> {
    let words =
        if is_below(request.uri().path(), IN_REMOTE_WORDS) { Words::Remote } else { Words::Ours };
    request.extensions_mut().insert(words);
    let path = request.uri().path();
    let Some(canonical) = canonical(path) else { return request };
    let path_and_query = match request.uri().query() {
        Some(query) => format!("{canonical}?{query}"),
        None => canonical,
    };
    let mut parts = request.uri().clone().into_parts();
    if let Ok(path_and_query) = path_and_query.parse::<PathAndQuery>() {
        parts.path_and_query = Some(path_and_query);
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// The one form of a path, if it has another.
fn canonical(path: &str) -> Option<String> {
    let alias = ALIASES.iter().find_map(|(alias, form)| {
        let rest = path.strip_prefix(alias)?;
        is_below(path, alias).then(|| format!("{form}{rest}"))
    });
    let current = alias.as_deref().unwrap_or(path);
    let verb = SESSION_VERBS.iter().find_map(|(end, form)| {
        let session = current.strip_prefix("/api/sessions/")?.strip_suffix(end)?;
        (!session.contains('/')).then(|| format!("/api/sessions/{session}{form}"))
    });
    verb.or(alias)
}

fn is_below(path: &str, beginning: &str) -> bool {
    path.strip_prefix(beginning).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(path: &str) -> String {
        rewrite(http::Request::builder().uri(path).body(()).unwrap()).uri().to_string()
    }

    #[test]
    fn both_documents_paths_lead_to_one_endpoint() {
        for (path, expect) in [
            ("/api/remote/sessions", "/api/sessions"),
            ("/api/remote/sessions/1/chat?a=b", "/api/sessions/1/prompt?a=b"),
            ("/api/sessions/1/abort", "/api/sessions/1/cancel"),
            ("/api/machines/1", "/api/remote/machines/1"),
            ("/api/sessions/archive/", "/api/sessions/archive"),
            ("/api/sessions/1", "/api/sessions/1"),
            ("/api/remote/sessionsX", "/api/remote/sessionsX"),
            ("/api/sessions/1/2/chat", "/api/sessions/1/2/chat"),
        ] {
            assert_eq!(rewritten(path), expect);
        }
    }
}
