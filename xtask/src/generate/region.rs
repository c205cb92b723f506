//! The generated part of a page whose rest people write.

use anyhow::{Context, Result};

const BEGIN: &str = "<!-- written by `cargo xtask gen` -->\n";
const END: &str = "<!-- end of what is written by `cargo xtask gen` -->";

/// The page with the part between its marks replaced.
pub(super) fn replace(page: &str, part: &str) -> Result<String> {
    let (before, rest) = page.split_once(BEGIN).context("the begin mark is missing")?;
    let (_, after) = rest.split_once(END).context("the end mark is missing")?;
    Ok(format!("{before}{BEGIN}{part}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_is_written() {
        let page = format!("# A\n{BEGIN}old\n{END}\nrest\n");
        assert_eq!(replace(&page, "new\n").unwrap(), format!("# A\n{BEGIN}new\n{END}\nrest\n"));
        assert!(replace("# A\n", "new\n").is_err());
    }
}
