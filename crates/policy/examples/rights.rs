//! Prints the tables of rights as they stand in `docs/rights.md`.
//!
//! `cargo run --package policy --example rights`

#![expect(clippy::print_stdout, reason = "an example shows what happens")]

use policy::Action;
use policy::rights::shown::{Extent, Operation, Person, extent, may};

fn main() {
    let documented = [Person::SystemAdmin, Person::MachineAdmin, Person::User];
    let operations = Operation::ALL.iter().map(|operation| {
        let cells = documented.map(|person| if may(person, *operation) { "yes" } else { "no" });
        (operation.to_string(), cells.to_vec())
    });
    table("Operation", &documented, operations);
    let actions = Action::ALL.iter().map(|action| {
        let cells = Person::ALL.iter().map(|person| cell(extent(*person, *action)));
        (format!("`{action}`"), cells.collect())
    });
    table("Action", Person::ALL, actions);
}

fn table(first: &str, people: &[Person], rows: impl Iterator<Item = (String, Vec<&'static str>)>) {
    let names: Vec<&str> = people.iter().map(|person| person.as_str()).collect();
    println!("\n| {first} | {} |", names.join(" | "));
    println!("|---|{}", "---|".repeat(people.len()));
    for (name, cells) in rows {
        println!("| {name} | {} |", cells.join(" | "));
    }
}

const fn cell(extent: Extent) -> &'static str {
    match extent {
        Extent::No => "no",
        Extent::Own => "own",
        Extent::All => "yes",
    }
}
