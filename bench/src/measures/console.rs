//! What a browser loads first: the page, and the scripts and styles that it names, compressed as
//! they travel.

use std::ffi::OsStr;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use http::{Request, Response};
use http_body_util::{BodyExt, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::house::House;
use crate::row::{Row, Unit};
use crate::subjects::Subjects;

/// The budget of `console/tools/size.mjs`.
const AT_MOST_KIB: f64 = 60.0;

/// Loads.
#[expect(clippy::cast_precision_loss, reason = "the budget is small")]
pub(super) async fn measure(subjects: &Subjects) -> Result<Vec<Row>> {
    let house = House::up(&subjects.gantline, &[]).await?;
    let page = load(&house, "/", "identity").await?.into_body();
    let page = String::from_utf8(page.to_vec()).context("the page is text")?;
    let named = named(&page);
    ensure!(!named.is_empty(), "the page names no script; was the console built?");
    let mut bytes = 0;
    for path in ["/"].into_iter().chain(named) {
        let answer = load(&house, path, "br").await?;
        let encoding = answer.headers().get(CONTENT_ENCODING);
        ensure!(encoding.is_some_and(|encoding| encoding == "br"), "{path} is not compressed");
        bytes += answer.body().len();
    }
    house.stop().await?;
    let kibibytes = Unit::Kibibytes.of(bytes as f64 / 1024.0);
    Ok(vec![Row::at_most("console, first load", kibibytes, AT_MOST_KIB)])
}

/// Scripts and styles in a page's attributes, in the order in which they are named.
fn named(page: &str) -> Vec<&str> {
    let attributes = page.split('"').skip(1).step_by(2);
    let is_loaded = |value: &&str| {
        let ending = Path::new(value).extension().and_then(OsStr::to_str);
        matches!(ending, Some("js" | "css"))
    };
    attributes.filter(is_loaded).collect()
}

async fn load(house: &House, path: &str, encoding: &str) -> Result<Response<Bytes>> {
    let request = Request::builder()
        .uri(format!("http://{}{path}", house.address))
        .header(ACCEPT_ENCODING, encoding)
        .body(Empty::<Bytes>::new())?;
    let response = Client::builder(TokioExecutor::new()).build_http().request(request).await?;
    ensure!(response.status().is_success(), "{path}: {}", response.status());
    let (head, body) = response.into_parts();
    Ok(Response::from_parts(head, body.collect().await?.to_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_what_is_loaded_with_it() {
        let page = r#"<link rel="icon" href="/favicon.svg"><script src="/a/index-1.js"></script>
            <link rel="stylesheet" crossorigin href="/a/style-2.css"><p>style.css</p>"#;
        assert_eq!(named(page), ["/a/index-1.js", "/a/style-2.css"]);
    }
}
