use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Files whose content is their own name.
struct Dist(BTreeMap<&'static str, [u8; 32]>);

impl Files for Dist {
    fn file(&self, path: &str) -> Option<File> {
        let (name, digest) = self.0.get_key_value(path)?;
        Some(File { bytes: Cow::Borrowed(name.as_bytes()), digest: *digest })
    }
}

fn dist() -> Dist {
    let names = [
        ".made-from",
        "assets/.hidden.js",
        "assets/main-1a2b3c.js",
        "assets/main-1a2b3c.js.br",
        "assets/main-1a2b3c.js.gz",
        "favicon.svg",
        "index.html",
        "index.html.gz",
    ];
    Dist((0_u8..).zip(names).map(|(at, name)| (name, [at; 32])).collect())
}

fn sent(path: &str, accept_encoding: &str) -> Option<String> {
    let asset = find_in(&dist(), path, accept_encoding)?;
    Some(String::from_utf8(asset.bytes.into_owned()).unwrap())
}

#[test]
fn a_file_is_found_by_its_path_and_nothing_else_is() {
    assert_eq!(sent("/favicon.svg", "").as_deref(), Some("favicon.svg"));
    assert_eq!(sent("/assets/main-1a2b3c.js", "").as_deref(), Some("assets/main-1a2b3c.js"));
    for missing in [
        "/assets/main-ffffff.js",
        "/assets/main-1a2b3c.js.br",
        "/index.html.gz",
        "/assets/../.made-from",
        "/.made-from",
        "/assets/.hidden.js",
        "/.well-known/openid-configuration",
        "/.git/config",
        "/%2e%2e/Cargo.toml",
        "/wp-login.php",
    ] {
        assert_eq!(sent(missing, "br, gzip"), None, "{missing}");
    }
}

#[test]
fn the_consoles_own_paths_lead_to_its_first_page() {
    for path in ["/", "", "/inbox", "/sessions/019d2c8e", "/settings/keys/", "//machines", "/apis"]
    {
        assert_eq!(sent(path, "").as_deref(), Some("index.html"), "{path}");
    }
}

#[test]
fn the_paths_of_endpoints_never_show_the_console() {
    for path in ["/api", "/api/", "/api/sessions/1", "//api/sessions", "/ws", "/ws/x", "/health"] {
        assert_eq!(sent(path, ""), None, "{path}");
    }
}

#[test]
fn the_smallest_form_that_is_taken_is_sent_and_each_form_has_its_own_tag() {
    let forms = ["br, gzip", "gzip", "identity"].map(|accepted| {
        let asset = find_in(&dist(), "/assets/main-1a2b3c.js", accepted).unwrap();
        assert_eq!(asset.content_type, "text/javascript; charset=utf-8");
        assert_eq!(asset.cache, Cache::Immutable);
        (asset.content_encoding, asset.etag)
    });
    let encodings = forms.clone().map(|(encoding, _)| encoding);
    assert_eq!(encodings, [Some("br"), Some("gzip"), None]);
    assert!(forms[0].1 != forms[1].1 && forms[1].1 != forms[2].1 && forms[0].1 != forms[2].1);
    assert!(forms.iter().all(|(_, tag)| tag.len() == 34 && tag.starts_with('"')));
}

#[test]
fn a_form_that_was_not_made_is_not_sent() {
    let asset = find_in(&dist(), "/", "br, gzip").unwrap();
    assert_eq!((asset.content_encoding, asset.cache), (Some("gzip"), Cache::Revalidate));
    assert_eq!(find_in(&dist(), "/favicon.svg", "br, gzip").unwrap().content_encoding, None);
}

#[test]
fn without_a_built_console_a_page_says_how_to_build_it() {
    let nothing = Dist(BTreeMap::new());
    let asset = find_in(&nothing, "/sessions/1", "br").unwrap();
    let page = String::from_utf8(asset.bytes.into_owned()).unwrap();
    assert!(page.contains("--prefix console run build") && page.contains("cargo xtask up"));
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"));
    assert_eq!(asset.cache, Cache::Revalidate);
    assert!(find_in(&nothing, "/assets/main.js", "br").is_none());
    assert!(find_in(&nothing, "/api/build", "br").is_none());
}

#[test]
fn this_build_answers_with_a_page_whether_or_not_the_console_was_built() {
    let asset = find("/", "identity").unwrap();
    assert_eq!(asset.content_type, "text/html; charset=utf-8");
    assert!(asset.bytes.starts_with(b"<!doctype html>"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is asked for, only what stands in the list by its very name is answered.
    #[test]
    fn no_path_leads_out_of_the_folder(path in "(/|\\.|%2e|api|ws|assets|main|\\\\|\\.js|\u{0}|é){0,12}") {
        let found = sent(&path, "br, gzip");
        prop_assert!(found.is_none_or(|name| name.starts_with("index.html")));
    }
}
