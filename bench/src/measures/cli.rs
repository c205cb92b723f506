//! How long a command takes from its start to its end: one that says its version beside `true`,
//! which does nothing, and one that asks the server beside `curl`, which asks the same.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::house::{House, TOKEN};
use crate::row::{Row, Unit};
use crate::spread::Spread;
use crate::stopwatch::Stopwatch;
use crate::subjects::{self, Subjects};

/// How often each is started, in turn.
const STARTS: usize = 60;

/// Starts.
pub(super) async fn measure(subjects: &Subjects) -> Result<Vec<Row>> {
    let house = House::up(&subjects.gantline, &[]).await?;
    let ours = subjects.gantline.as_path();
    let server = format!("http://{}", house.address);
    let list = ["session", "list", "--server", &server, "--token", TOKEN];
    let (authorization, url) =
        (format!("authorization: Bearer {TOKEN}"), format!("{server}/api/sessions"));
    let curl = subjects::on_search_path("curl");

    let [mut nothing, mut version, mut asked, mut peers] = [const { Vec::new() }; 4];
    for _ in 0..STARTS {
        nothing.push(run(&house, Path::new("true"), &[]).await?);
        version.push(run(&house, ours, &["--version"]).await?);
        asked.push(run(&house, ours, &list).await?);
        if let Some(curl) = &curl {
            peers.push(run(&house, curl, &["-fsS", "-H", &authorization, &url]).await?);
        }
    }
    house.stop().await?;
    let p50 = |times: Vec<Duration>| Spread::of(times).percentile_ms(50);
    let (version, asked) = (Unit::Milliseconds.of(p50(version)), Unit::Milliseconds.of(p50(asked)));
    Ok(vec![
        Row::beside("command, --version, p50", version, "true", p50(nothing)),
        match curl {
            Some(_) => Row::beside("command, session list, p50", asked, "curl", p50(peers)),
            None => Row::alone("command, session list, p50", asked),
        },
    ])
}

/// From before it is started until it has ended and all that it says was read.
async fn run(house: &House, program: &Path, arguments: &[&str]) -> Result<Duration> {
    let mut command = house.command(program);
    command.args(arguments).kill_on_drop(true);
    let stopwatch = Stopwatch::start();
    let ended = command.output().await.with_context(|| format!("run {}", program.display()))?;
    let time = stopwatch.elapsed();
    ensure!(ended.status.success(), "{} {arguments:?}: {}", program.display(), ended.status);
    Ok(time)
}
