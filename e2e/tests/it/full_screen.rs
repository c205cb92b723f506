//! Real programs that draw the whole screen outlive the daemon, and whoever comes afterwards sees
//! what they have drawn.
//!
//! What they have drawn is written down by `script`, which stands between the program and the
//! terminal and knows nothing of ours; both that and what a viewer gets are drawn by `avt` as it is.

use std::cell::RefCell;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use avt::Pen;
use client::Part;
use e2e::house::Kind;
use e2e::patience::{PATIENCE, within};
use e2e::{House, Machine, Person, Setup, Viewer};
use model::SessionId;
use model::session::SessionState;
use tokio::time::timeout;

/// Where `script` writes down what the program writes, below the workspace.
const DRAWN: &str = "drawn";

/// How often it is looked what is drawn.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How long somebody who comes waits for the screen before somebody else comes.
const SETTLED_AFTER: Duration = Duration::from_secs(4);

/// The size of the window.
const COLUMNS: usize = 80;
const ROWS: usize = 24;

/// What is edited: with colours, wide characters, and a line that is longer than the window.
const SOURCE: &str = "/* 起重索: hoists \"things\" */\n\
    #include <stdio.h>\n\n\
    int main(void) {\n\
    \tconst char *name = \"gantline\";\n\
    \tprintf(\"%s: %d of a rather long line that does not fit into eighty columns\\n\", name, 42);\n\
    \treturn 0; // done\n\
    }\n";

/// A program in a terminal, on a machine in a process of its own.
struct Stage {
    house: House,
    machine: Machine,
    person: Person,
    session: SessionId,
    viewer: Viewer,
}

/// One cell, as far as anybody sees it.
#[derive(Debug, PartialEq, Eq)]
struct Look {
    character: char,
    width: u8,
    pen: String,
}

/// What a screen shows.
#[derive(Debug, PartialEq, Eq)]
struct Sight {
    rows: Vec<Vec<Look>>,
    cursor: (usize, usize, bool),
}

impl Stage {
    /// Starts a program, and waits until it has drawn something.
    async fn of(program: &str, files: &[(&str, &str)], shows: &str) -> Result<Self> {
        let script = format!(
            "printf 'ready> '\nread -r line\n\
             SHELL=/bin/sh exec script --quiet --flush --command '{program}' {DRAWN}"
        );
        let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
        for (name, text) in files {
            std::fs::write(house.workspace().join(name), text)?;
        }
        let machine = Machine::enrol_with(&house, house.address(), Some(script)).await?;
        let person = house.person()?;
        person.machine().await?;
        let session = person.terminal().await?;
        let mut viewer = person.attach(session, Part::Write).await?;
        viewer.shows("ready>").await?;
        viewer.keyboard().await?;
        viewer.type_in("\n")?;
        let mut stage = Self { house, machine, person, session, viewer };
        stage.draws(shows).await?;
        Ok(stage)
    }

    /// Types.
    fn type_in(&mut self, keys: &str) -> Result<()> {
        self.viewer.type_in(keys)
    }

    /// Waits until the program has drawn a text.
    async fn draws(&mut self, text: &str) -> Result<()> {
        let what = format!("wait until {text:?} is drawn");
        let drawn = within(PATIENCE, &what, async {
            while !self.drawn().has(text) {
                // What was typed is sent by this, too.
                if let Ok(shown) = timeout(LOOK_EVERY, self.viewer.next()).await {
                    shown?;
                }
            }
            Ok(())
        });
        let drawn = drawn.await;
        drawn.with_context(|| format!("drawn is {:#?}", self.drawn().text()))
    }

    /// What the program has drawn by now.
    fn drawn(&self) -> Sight {
        let path = self.house.workspace().join(DRAWN);
        // Not there before the program runs.
        let written = std::fs::read(path).unwrap_or_default();
        // The first line is of `script` itself.
        let header = memchr::memchr(b'\n', &written).map_or(0, |end| end + 1);
        Sight::of(&String::from_utf8_lossy(&written[header..]))
    }

    /// Waits until somebody who comes anew sees what was drawn, cell by cell. Programs draw while
    /// it is looked at, so that what differs is looked at again.
    async fn is_seen_as_drawn(&self) -> Result<()> {
        let last = RefCell::new(String::new());
        let seen = within(PATIENCE, "see what was drawn", async {
            while let Some(difference) = self.difference().await? {
                last.replace(difference);
            }
            Ok(())
        });
        let seen = seen.await;
        seen.with_context(|| last.into_inner())
    }

    /// In what that which somebody gets who comes now differs from what is drawn, if it still does
    /// after a while.
    async fn difference(&self) -> Result<Option<String>> {
        let mut viewer = self.person.attach(self.session, Part::Watch).await?;
        let alike = timeout(SETTLED_AFTER, async {
            while Self::got(&viewer) != self.drawn() {
                viewer.next().await?;
            }
            Ok(())
        });
        match alike.await {
            Ok(alike) => alike.map(|()| None),
            Err(_) => Ok(Some(Self::got(&viewer).difference(&self.drawn()))),
        }
    }

    /// What a viewer has got by now.
    fn got(viewer: &Viewer) -> Sight {
        let screen = viewer.seen.screens.last().map(|screen| &**screen).unwrap_or_default();
        let bytes = [screen, viewer.seen.output.as_slice()].concat();
        Sight::of(&String::from_utf8_lossy(&bytes))
    }

    /// Kills the daemon, types while none is there, and starts the next.
    async fn daemon_is_killed(&mut self, meanwhile: &str) -> Result<()> {
        self.machine.kill().await?;
        self.type_in(meanwhile)?;
        self.machine.start(&self.house)
    }

    /// Kills the daemon and the server, so that nobody but the holder has any of the screen.
    async fn both_are_killed(&mut self) -> Result<()> {
        self.machine.kill().await?;
        self.house.kill().await?;
        self.viewer.seen.keyboard = None;
        self.house.start().await?;
        self.machine.start(&self.house)?;
        self.viewer.keyboard().await
    }
}

impl Sight {
    /// What bytes lead a fresh terminal to.
    fn of(output: &str) -> Self {
        let mut terminal = avt::Terminal::new(COLUMNS, ROWS).expect("a size of a window");
        terminal.feed(output);
        let row = |line: &avt::Line| line.cells().iter().map(Look::of).collect();
        let rows = terminal.screen().visible_lines().map(row).collect();
        let cursor = terminal.cursor();
        Self { rows, cursor: (cursor.col, cursor.row, cursor.visible) }
    }

    /// Whether a row shows a text.
    fn has(&self, text: &str) -> bool {
        self.lines().any(|line| line.contains(text))
    }

    fn text(&self) -> Vec<String> {
        self.lines().collect()
    }

    fn lines(&self) -> impl Iterator<Item = String> {
        let shown = |row: &Vec<Look>| {
            row.iter().filter(|cell| cell.width > 0).map(|cell| cell.character).collect()
        };
        self.rows.iter().map(shown)
    }

    /// How many different looks the cells have.
    fn pens(&self) -> usize {
        let pens = self.rows.iter().flatten().map(|cell| &cell.pen);
        pens.collect::<std::collections::BTreeSet<_>>().len()
    }

    fn difference(&self, drawn: &Self) -> String {
        let (cells, others) = (self.rows.iter().flatten(), drawn.rows.iter().flatten());
        let differ = cells.zip(others).enumerate().filter(|(_, (one, other))| one != other);
        let some = differ.take(10).map(|(index, (got, drawn))| {
            format!("row {}, column {}: {got:?}, drawn {drawn:?}", index / COLUMNS, index % COLUMNS)
        });
        let some: Vec<String> = some.collect();
        format!(
            "got\n{}\ndrawn\n{}\ncursor {:?}, drawn {:?}\n{}",
            self.text().join("\n"),
            drawn.text().join("\n"),
            self.cursor,
            drawn.cursor,
            some.join("\n")
        )
    }
}

impl Look {
    fn of(cell: &avt::Cell) -> Self {
        let (character, pen) = (cell.char(), cell.pen());
        Self { character, width: cell.width(), pen: look_of(character, pen) }
    }
}

/// Colours and attributes of a cell as far as they show: of a blank, whatever is behind it and
/// drawn through it.
fn look_of(character: char, pen: &Pen) -> String {
    let through = [pen.is_underline(), pen.is_strikethrough(), pen.is_inverse()];
    if character == ' ' && through == [false; 3] {
        return format!("{:?}", pen.background());
    }
    let on_text = [pen.is_bold(), pen.is_faint(), pen.is_italic(), pen.is_blink()];
    format!("{:?} {:?} {through:?} {on_text:?}", pen.foreground(), pen.background())
}

/// R05: `vim` is the same after kills of the daemon, cell by cell, and editing goes on, also with
/// what was typed while none was there.
#[tokio::test]
async fn an_editor_is_the_same_after_kills_and_editing_goes_on() -> Result<()> {
    let vim = "vim --clean -n -i NONE -c \"syntax on\" \
               -c \"set number cursorline hlsearch laststatus=2 showcmd\" main.c";
    let mut stage = Stage::of(vim, &[("main.c", SOURCE)], "1,1").await?;
    // Two windows, something found, and text half typed.
    stage.type_in(":split\r/name\rGoint wide = 1; // 宽")?;
    stage.draws("宽").await?;
    stage.draws("-- INSERT --").await?;
    ensure!(stage.drawn().pens() > 6, "it is drawn in colours");
    stage.is_seen_as_drawn().await?;

    stage.daemon_is_killed(" meanwhile").await?;
    stage.draws("meanwhile").await?;
    stage.is_seen_as_drawn().await?;

    stage.both_are_killed().await?;
    stage.is_seen_as_drawn().await?;
    stage.type_in(" afterwards\u{1b}ggOint first;\u{1b}")?;
    stage.draws("int first;").await?;
    stage.is_seen_as_drawn().await?;

    stage.daemon_is_killed(":wqa\r").await?;
    let detail = stage.viewer.ended().await?;
    assert!(detail.contains('0'), "{detail}");
    let expected = format!("int first;\n{SOURCE}int wide = 1; // 宽 meanwhile afterwards\n");
    assert_eq!(stage.house.file("main.c").as_deref(), Some(expected.as_str()));
    assert_eq!((stage.viewer.seen.gap_bytes, stage.viewer.seen.given_up_bytes), (0, 0));
    Ok(())
}

/// R05: `htop` is the same after kills of the daemon, cell by cell, heeds what was typed while none
/// was there, and ends when it is told to.
#[tokio::test]
async fn a_table_of_processes_is_the_same_after_kills_and_goes_on() -> Result<()> {
    let mut stage = Stage::of("htop --delay=100", &[], "F10").await?;
    ensure!(stage.drawn().pens() > 6, "it is drawn in colours");
    // From here on it draws anew only when it is asked something.
    stage.type_in("Z")?;
    stage.is_seen_as_drawn().await?;

    // Its help, in place of the table.
    stage.daemon_is_killed("h").await?;
    stage.draws("Released under").await?;
    stage.is_seen_as_drawn().await?;

    stage.type_in("x")?;
    stage.draws("F10").await?;
    stage.both_are_killed().await?;
    stage.is_seen_as_drawn().await?;
    // What is looked for, in a line of its own.
    stage.daemon_is_killed("/nobody-is-called").await?;
    stage.draws("nobody-is-called").await?;
    stage.is_seen_as_drawn().await?;

    stage.type_in("\u{1b}")?;
    stage.draws("F10").await?;
    stage.type_in("q")?;
    stage.viewer.ended().await?;
    stage.person.session_is(stage.session, SessionState::Stopped).await?;
    assert_eq!(stage.viewer.seen.gap_bytes, 0);
    Ok(())
}
