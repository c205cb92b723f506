//! Where webhooks may be sent.

use http::Uri;
use outbound::Guard;

use crate::{ControlPlane, Error};

/// The longest address, in bytes.
const MAX_BYTES: usize = 2_048;

/// Checks an address with the eyes of whoever sends to it later (S87): it leads to the public
/// internet and is encrypted, unless the server's own configuration trusts its host.
pub(crate) async fn checked(plane: &ControlPlane, text: &str) -> Result<String, Error> {
    let refused = |message: String| Error::invalid("invalid_webhook", message);
    let text = text.trim();
    let uri = read(text).map_err(|problem| refused(format!("the address {problem}")))?;
    guard(plane).check(&uri).await.map_err(|forbidden| {
        refused(format!("the address is refused: {forbidden}")).with_hint(format!(
            "a receiver in your own network must be listed in the server's configuration \
             (--trusted-webhook {})",
            destination(&uri)
        ))
    })?;
    Ok(text.to_owned())
}

/// Decides to which receivers connections may be made. The list of trusted hosts is not that of
/// model providers, whose addresses only administrators may write down.
pub(crate) fn guard(plane: &ControlPlane) -> Guard {
    Guard::new(&plane.config.trusted_webhooks)
}

/// Host and port of a receiver, in one spelling.
pub(crate) fn destination(uri: &Uri) -> String {
    let host = uri.host().unwrap_or_default().to_ascii_lowercase();
    let default = if uri.scheme_str() == Some("http") { 80 } else { 443 };
    format!("{host}:{}", uri.port_u16().unwrap_or(default))
}

/// The host of an address, for the audit log.
pub(crate) fn host_of(url: &str) -> String {
    url.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned)).unwrap_or_default()
}

/// An address for whoever may know only where it leads.
pub(crate) fn without_path(url: &str) -> String {
    let Ok(uri) = url.parse::<Uri>() else { return String::new() };
    let (scheme, authority) = (uri.scheme_str(), uri.authority());
    format!("{}://{}/…", scheme.unwrap_or_default(), authority.map_or("", |it| it.as_str()))
}

fn read(text: &str) -> Result<Uri, String> {
    if text.len() > MAX_BYTES {
        return Err(format!("has {} bytes; at most {MAX_BYTES} are allowed", text.len()));
    }
    let uri: Uri = text.parse().map_err(|error| format!("is not an address: {error}"))?;
    let is_whole = matches!(uri.scheme_str(), Some("http" | "https"));
    let Some(authority) = uri.authority().filter(|_| is_whole) else {
        return Err("must be whole, such as https://ci.example.com/hooks/gantline".to_owned());
    };
    if authority.as_str().contains('@') {
        return Err("must not hold a name and a password".to_owned());
    }
    if text.contains('#') {
        return Err("must not have a fragment: nobody is sent one".to_owned());
    }
    Ok(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_whole_and_holds_no_password() {
        for good in ["https://a.example", "http://a.example:8080/x?y=z", "https://[::1]/"] {
            assert!(read(good).is_ok(), "{good}");
        }
        let long = format!("https://a.example/{}", "x".repeat(MAX_BYTES));
        for bad in [
            "",
            "a.example/x",
            "/x",
            "ftp://a.example/",
            "file:///etc/passwd",
            "https://",
            "https://user:word@a.example/",
            "https://a.example@b.example/",
            "https://a.example/#x",
            "https://a.example/a b",
            "https://ä.example/",
            &long,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn one_receiver_has_one_spelling() {
        let of = |text: &str| destination(&text.parse().unwrap());
        assert_eq!(of("https://A.Example/x"), "a.example:443");
        assert_eq!(of("https://a.example:443/y"), "a.example:443");
        assert_eq!(of("http://a.example"), "a.example:80");
        assert_eq!(of("http://[::1]:8080/"), "[::1]:8080");
    }

    /// What is often the secret of an address is for its owner only.
    #[test]
    fn others_see_only_where_an_address_leads() {
        let url = "https://hooks.example.com/services/T0/B0/secret?token=secret";
        assert_eq!(without_path(url), "https://hooks.example.com/…");
        assert_eq!(host_of(url), "hooks.example.com");
    }
}
