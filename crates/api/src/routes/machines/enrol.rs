use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use contract::machines::{CreateEnrolment, CreatedEnrolment};
use control::enrolments;
use model::ExposeSecret;

use crate::body::OptionalBody;
use crate::caller::Caller;
use crate::guard::host::is_loopback;
use crate::problem::Answer;
use crate::{App, public_url};

/// Makes a registration token. Its text is shown this one time.
#[utoipa::path(post, path = "/api/remote/machines/register", tag = "machines",
    request_body = CreateEnrolment, responses((status = 201, body = CreatedEnrolment)))]
pub(super) async fn enrol(
    State(app): State<App>,
    headers: HeaderMap,
    Caller(actor): Caller,
    OptionalBody(body): OptionalBody<CreateEnrolment>,
) -> Answer<(StatusCode, Json<CreatedEnrolment>)> {
    let (enrolment, token) =
        enrolments::enrolment_create(&app.plane, &actor, body.tenant_id, body.expires_in_minutes)
            .await?;
    let lines = Lines::of(&public_url::server(&app, &headers));
    let created = CreatedEnrolment {
        success: true,
        registration_token: token.expose_secret().to_owned(),
        enrolment_id: enrolment.id,
        expires_at: enrolment.expires_at.into(),
        command: lines.unix,
        windows_command: lines.windows,
        enroll_command: lines.enrol,
    };
    Ok((StatusCode::CREATED, Json(created)))
}

/// What is run on a computer that is to become a machine of a server.
pub(super) struct Lines {
    pub(super) unix: String,
    pub(super) windows: String,
    enrol: String,
}

impl Lines {
    /// `server` is the address of this one: a configured one, or a host name that the guard has
    /// found to be ours, so that nothing in it means something to a shell.
    pub(super) fn of(server: &str) -> Self {
        let is_readable = server
            .strip_prefix("http://")
            .is_some_and(|rest| !is_loopback(rest.split('/').next().unwrap_or(rest)));
        let (plain, plain_windows) =
            if is_readable { (" --insecure-http", " -InsecureHttp") } else { ("", "") };
        Self {
            unix: format!(
                "curl -fsSL {server}/install-device-agent.sh | sudo bash -s -- --server {server}{plain}"
            ),
            windows: format!(
                "Set-ExecutionPolicy -Scope Process -ExecutionPolicy Bypass -Force; \
                 $p = Join-Path $env:TEMP 'install-device-agent.ps1'; \
                 Invoke-WebRequest -Uri '{server}/install-device-agent.ps1' -OutFile $p \
                 -UseBasicParsing; & $p -Server '{server}'{plain_windows}"
            ),
            enrol: format!("gantline machine enroll --server {server}{plain}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_say_what_is_risked_on_the_network() {
        let lines = Lines::of("https://gantline.example.com");
        let expected = "curl -fsSL https://gantline.example.com/install-device-agent.sh \
            | sudo bash -s -- --server https://gantline.example.com";
        assert_eq!(lines.unix, expected);
        for server in ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"] {
            assert!(!Lines::of(server).unix.contains("insecure"), "{server}");
        }
        let lines = Lines::of("http://192.168.1.7:8080");
        assert!(lines.unix.ends_with("--server http://192.168.1.7:8080 --insecure-http"));
        assert!(lines.windows.ends_with("-InsecureHttp") && lines.enrol.ends_with("-http"));
    }
}
