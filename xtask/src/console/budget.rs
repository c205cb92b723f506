//! How much a browser may have to load: the first page, and each part that is loaded later.
//!
//! Counted are the bytes on the wire: the Brotli files that the build puts beside the originals.

use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::shell::Shell;

/// `index.html` and everything it names.
const FIRST_LOAD_BYTES: u64 = 60 * 1024;

/// Every other script or style sheet, each for itself.
const LATER_PART_BYTES: u64 = 100 * 1024;

const WEIGHED: &[&str] = &["js", "css"];

/// Weighs `console/dist`.
pub(crate) fn check_budget(shell: &Shell) -> Result<()> {
    let report = weigh(&shell.repository().path("console/dist"))?;
    report.lines.iter().for_each(|line| shell.say(line));
    ensure!(report.over.is_empty(), "over budget: {}", report.over.join(", "));
    Ok(())
}

struct Report {
    lines: Vec<String>,
    over: Vec<String>,
}

fn weigh(dist: &Path) -> Result<Report> {
    let index = std::fs::read_to_string(dist.join("index.html"))
        .context("console/dist/index.html is missing: run `cargo xtask ci console-build`")?;
    let (first, later): (Vec<String>, Vec<String>) =
        parts(dist)?.into_iter().partition(|part| index.contains(part.as_str()));
    ensure!(!first.is_empty(), "console/dist/index.html names no script");
    let mut report = Report { lines: Vec::new(), over: Vec::new() };
    let mut total = compressed_bytes(dist, "index.html")?;
    for part in &first {
        total += compressed_bytes(dist, part)?;
    }
    report.add("first load", total, FIRST_LOAD_BYTES);
    for part in &later {
        report.add(part, compressed_bytes(dist, part)?, LATER_PART_BYTES);
    }
    Ok(report)
}

impl Report {
    fn add(&mut self, what: &str, bytes: u64, allowed: u64) {
        self.lines.push(format!("{bytes:>8} of {allowed:>6} bytes: {what}"));
        if bytes > allowed {
            self.over.push(what.to_owned());
        }
    }
}

/// Scripts and style sheets below the folder, as paths from it, in order.
fn parts(dist: &Path) -> Result<Vec<String>> {
    let mut parts = Vec::new();
    let mut folders = vec![dist.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir()? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| WEIGHED.iter().any(|known| e == *known)) {
                let relative = path.strip_prefix(dist).unwrap_or(&path);
                parts.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    parts.sort();
    Ok(parts)
}

fn compressed_bytes(dist: &Path, part: &str) -> Result<u64> {
    let name = format!("{part}.br");
    let metadata = dist.join(&name).metadata();
    Ok(metadata.with_context(|| format!("the build left no console/dist/{name}"))?.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dist(sizes: &[(&str, usize)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let assets = folder.path().join("assets");
        std::fs::create_dir(&assets).unwrap();
        let index = "<script src=/assets/app-1.js></script><link href=/assets/app-2.css>";
        std::fs::write(folder.path().join("index.html"), index).unwrap();
        std::fs::write(folder.path().join("index.html.br"), "x".repeat(1_000)).unwrap();
        for (name, bytes) in sizes {
            std::fs::write(assets.join(name), "").unwrap();
            std::fs::write(assets.join(format!("{name}.br")), "x".repeat(*bytes)).unwrap();
        }
        folder
    }

    #[test]
    fn a_light_console_is_within_budget() {
        let sizes = [("app-1.js", 50_000), ("app-2.css", 4_000), ("terminal-3.js", 94_000)];
        let folder = dist(&sizes);
        let report = weigh(folder.path()).unwrap();
        assert_eq!(report.over, Vec::<String>::new());
        assert_eq!(report.lines.len(), 2);
        assert!(report.lines[0].contains("55000"), "{}", report.lines[0]);
    }

    #[test]
    fn heavy_parts_are_named() {
        let sizes = [("app-1.js", 60_000), ("app-2.css", 4_000), ("terminal-3.js", 104_000)];
        let folder = dist(&sizes);
        let over = weigh(folder.path()).unwrap().over;
        assert_eq!(over, ["first load", "assets/terminal-3.js"]);
    }

    #[test]
    fn what_was_not_compressed_cannot_be_weighed() {
        let folder = dist(&[("app-1.js", 1_000)]);
        std::fs::remove_file(folder.path().join("assets/app-1.js.br")).unwrap();
        assert!(weigh(folder.path()).is_err());
        assert!(weigh(&folder.path().join("gone")).is_err());
    }
}
