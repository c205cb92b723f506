//! The environment as the system takes it.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::windows::ffi::OsStrExt;

use crate::{Marker, Program};

/// The variables of a program and the mark, in Unicode and sorted. Of two with the same name, in
/// whatever case, the later one counts. A name or a value that would be taken for more than one is
/// refused.
pub fn environment_block(program: &Program, marker: &Marker) -> io::Result<Vec<u16>> {
    let mark = marker.variable();
    let mut variables: Vec<(Vec<u16>, &(OsString, OsString))> = Vec::new();
    for variable in program.environment.iter().chain([&mark]) {
        let key = key(variable)?;
        variables.retain(|(known, _)| *known != key);
        variables.push((key, variable));
    }
    variables.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut block = Vec::new();
    for (_, (name, value)) in variables {
        block.extend(name.encode_wide().chain([u16::from(b'=')]).chain(value.encode_wide()));
        block.push(0);
    }
    block.push(0);
    Ok(block)
}

/// What a name is sorted and known by.
fn key((name, value): &(OsString, OsString)) -> io::Result<Vec<u16>> {
    let has = |text: &OsStr, what: char| {
        text.encode_wide().any(|unit| u32::from(unit) == u32::from(what))
    };
    if name.is_empty() || has(name, '=') || has(name, '\0') || has(value, '\0') {
        let why = format!("the environment cannot hold the variable {}", name.display());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    Ok(name.to_ascii_uppercase().encode_wide().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(variables: &[(&str, &str)]) -> io::Result<String> {
        let environment = variables.iter().map(|(name, value)| (name.into(), value.into()));
        let program = Program {
            path: "x".into(),
            arguments: Vec::new(),
            environment: environment.collect(),
            directory: r"C:\".into(),
        };
        let block = environment_block(&program, &Marker::new("m"))?;
        Ok(String::from_utf16(&block).unwrap())
    }

    #[test]
    fn a_block_is_sorted_and_has_every_name_once() {
        let told = block(&[("path", "a"), ("b", "größe"), ("PATH", "漢"), ("A_", "")]).unwrap();
        assert_eq!(told, "A_=\0b=größe\0GANTLINE_SESSION=m\0PATH=漢\0\0");
        assert_eq!(block(&[]).unwrap(), "GANTLINE_SESSION=m\0\0");
    }

    /// S73: no value becomes a variable of its own.
    #[test]
    fn what_would_be_more_than_one_variable_is_refused() {
        for (name, value) in [("a", "b\0C=d"), ("a\0b", ""), ("a=b", "c"), ("", "x")] {
            let error = block(&[(name, value)]).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        }
    }
}
