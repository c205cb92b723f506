# Every check and test, by name. These recipes are the steps of `cargo xtask ci`, no more and no
# less; a test in `xtask` holds the two together. `cargo xtask ci --list` shows them too.

# every check and test
ci:
    cargo xtask ci

# Rust files are formatted
fmt:
    cargo xtask ci fmt

# the rules of the house hold
tidy:
    cargo xtask ci tidy

# programs that the tests use are installed
system:
    cargo xtask ci system

# the console's code follows its lints
console-lint:
    cargo xtask ci console-lint

# the console's types agree
console-types:
    cargo xtask ci console-types

# the console's unit tests pass
console-test:
    cargo xtask ci console-test

# the console is built
console-build:
    cargo xtask ci console-build

# the console is light enough to load
console-budget:
    cargo xtask ci console-budget

# the program is made for Windows
cross:
    cargo xtask ci cross

# the console works in a browser, and everybody can use it
console-browser:
    cargo xtask ci console-browser

# the real agents and the collector that the tests talk to are installed
agents:
    cargo xtask ci agents

# licences, crates and their sources are allowed
deny:
    cargo xtask ci deny

# no lint warns, in any target, with every feature
clippy:
    cargo xtask ci clippy

# every promise broken on purpose turns its test red
mutants:
    cargo xtask ci mutants

# every program and test is built
build:
    cargo xtask ci build

# generated files are as generated
gen:
    cargo xtask ci gen

# the documentation of every room builds without a warning
doc:
    cargo xtask ci doc

# examples in the documentation run
doctest:
    cargo xtask ci doctest

# the main job works in a browser with the real program
walkthrough:
    cargo xtask ci walkthrough

# a machine works on Windows, as far as Wine is Windows
systems:
    cargo xtask ci systems

# every test passes: rooms, walkthroughs, the console in a browser, real agents
test:
    cargo xtask ci test
