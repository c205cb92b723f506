//! A machine is brought up to newer releases, by real processes of really different programs; and
//! whatever a server hands out that was not signed as it should be is never started.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use client::Part;
use e2e::house::Kind;
use e2e::patience::{PATIENCE, within};
use e2e::program::{Ended, Program};
use e2e::releases::{self, INSTALLED, Maker};
use e2e::{House, Machine, Person, Setup, Viewer, scan};
use model::{MachineId, SessionId};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Writes down who it is, and answers with a line that has a number.
const NUMBERING: &str = "stty -echo -onlcr\n\
    echo $$ > shell-$$\n\
    printf 'ready> '\n\
    number=0\n\
    while read -r line; do\n\
      number=$((number + 1))\n\
      echo \"<$number $line>\"\n\
    done";

/// Where the machine keeps what it is.
fn directory(house: &House) -> PathBuf {
    Machine::directory(house)
}

/// A server, and a machine that runs a release with a root key of ours.
struct Scene {
    house: House,
    machine: Machine,
    maker: Maker,
    installed: PathBuf,
}

impl Scene {
    async fn new(options: &[&str]) -> Result<Self> {
        let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
        let maker = Maker::new()?;
        let installed = maker.install(house.place())?;
        let mut machine =
            Machine::enrol_with(&house, house.address(), Some(NUMBERING.to_owned())).await?;
        house.person()?.machine().await?;
        machine.terminate().await?;
        machine.run_as(&house, installed.clone(), options)?;
        let scene = Self { house, machine, maker, installed };
        scene.runs(INSTALLED).await?;
        Ok(scene)
    }

    /// What the machine's owner does, with the installed program.
    async fn owner(&self, words: &[&str]) -> Result<Ended> {
        let directory = directory(&self.house).display().to_string();
        let line = ["--data-dir", &directory];
        let line: Vec<_> = ["machine"].iter().chain(words).chain(&line).collect();
        let command = self.house.place().command(&self.installed, &line, &[])?;
        Program::start("owner", command)?.ended().await
    }

    async fn update(&self) -> Result<Ended> {
        self.owner(&["update"]).await
    }

    /// What the daemon says of itself; nothing where none runs.
    fn status(&self) -> serde_json::Value {
        let text = fs::read(directory(&self.house).join("enrolled/status.json"));
        serde_json::from_slice(&text.unwrap_or_default()).unwrap_or_default()
    }

    /// Waits until a release is linked.
    async fn runs(&self, version: &str) -> Result<u32> {
        within(PATIENCE, &format!("wait until {version} is linked"), async {
            loop {
                let status = self.status();
                if status["version"] == version && status["linked"] == true {
                    return Ok(u32::try_from(status["process_id"].as_u64().unwrap_or_default())?);
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        })
        .await
    }

    /// The folders of programs that are kept.
    fn folders(&self) -> Vec<String> {
        let entries = fs::read_dir(directory(&self.house).join("enrolled/program"));
        let names = entries.into_iter().flatten().flatten();
        let names = names.filter(|entry| entry.path().is_dir());
        names.filter_map(|entry| entry.file_name().into_string().ok()).collect()
    }
}

fn shells(house: &House) -> Result<usize> {
    let names = fs::read_dir(house.workspace())?.flatten();
    let names = names.filter_map(|entry| entry.file_name().into_string().ok());
    Ok(names.filter(|name| name.starts_with("shell-")).count())
}

async fn terminal(person: &Person) -> Result<(SessionId, Viewer)> {
    let session = person.terminal().await?;
    let mut viewer = person.attach(session, Part::Write).await?;
    viewer.shows("ready>").await?;
    viewer.keyboard().await?;
    Ok((session, viewer))
}

async fn says(viewer: &mut Viewer, number: usize) -> Result<()> {
    viewer.type_in("line\n")?;
    viewer.shows(&format!("<{number} line>")).await
}

#[track_caller]
fn check(ended: &Ended, code: i32, says: &str) {
    assert_eq!(ended.status.code(), Some(code), "{}", ended.text());
    assert!(ended.text().contains(says), "{says:?} in {}", ended.text());
}

/// S131, R05: a machine goes from one release to the next, comes back from one that fails, and from
/// one that is killed; the terminal that is open meanwhile notices nothing.
#[tokio::test]
async fn a_machine_takes_a_release_and_comes_back_from_one_that_fails() -> Result<()> {
    let mut scene = Scene::new(&[]).await?;
    let person = scene.house.person()?;
    let (_, mut viewer) = terminal(&person).await?;
    says(&mut viewer, 1).await?;

    check(&scene.owner(&["update", "--check"]).await?, 6, "has none for this computer");
    scene.maker.publish(&scene.house, "0.2.0")?;
    check(&scene.owner(&["update", "--check"]).await?, 0, "0.2.0 is offered and verified");
    scene.runs(INSTALLED).await?;
    check(&scene.update().await?, 0, "runs release 0.2.0 now, after 0.1.0");
    scene.runs("0.2.0").await?;
    says(&mut viewer, 2).await?;
    check(&scene.update().await?, 0, "nothing newer");

    // One that does not do what a daemon should.
    scene.maker.publish_script(&scene.house, "0.3.0", "echo broken >&2\nexit 7")?;
    check(&scene.update().await?, 1, "it ended with exit status: 7");
    scene.runs("0.2.0").await?;
    says(&mut viewer, 3).await?;
    // One that does not start at all never gets that far.
    scene.maker.publish_script(&scene.house, "0.3.1", "exit 0")?;
    let broken = b"#!/nowhere/to/be/found\n".to_vec();
    let signed = scene.maker.sign(&broken, "0.3.2", |_| ())?;
    Maker::offer(&scene.house, &broken, Some(&signed))?;
    check(&scene.update().await?, 5, "does not run on this computer");

    // The next one, by hand, from a file.
    let file = scene.house.place().at("release-0.4.0");
    let program = scene.maker.program("0.4.0")?;
    fs::write(&file, &program)?;
    let beside = scene.house.place().at("release-0.4.0.release");
    fs::write(&beside, scene.maker.sign(&program, "0.4.0", |_| ())?)?;
    let file = file.display().to_string();
    check(&scene.owner(&["update", "--to", &file]).await?, 0, "0.4.0 now, after 0.2.0");
    says(&mut viewer, 4).await?;
    assert_eq!(scene.folders().len(), 2, "the one before is kept: {:?}", scene.folders());

    // Killed, as by a power cut: what is started is the installed one, what runs is the newest.
    let daemon = scene.runs("0.4.0").await?;
    scene.machine.kill().await?;
    scan::gone(daemon).await?;
    scene.machine.run_as(&scene.house, scene.installed.clone(), &[])?;
    assert_eq!(scene.runs("0.4.0").await?, scene.machine.pid()?, "the same process");
    says(&mut viewer, 5).await?;
    // Stopped, as by who restarts the service.
    scene.machine.terminate().await?;
    scene.machine.run_as(&scene.house, scene.installed.clone(), &[])?;
    scene.runs("0.4.0").await?;
    says(&mut viewer, 6).await?;
    assert_eq!((shells(&scene.house)?, viewer.seen.gap_bytes), (1, 0));
    // A program that was changed since is not started.
    let state = releases::state(&directory(&scene.house));
    let chosen = state["chosen"].as_str().context("one is chosen")?.to_owned();
    scene.machine.terminate().await?;
    let path = directory(&scene.house).join("enrolled/program").join(chosen).join("gantline");
    let mut bytes = fs::read(&path)?;
    bytes.push(0);
    fs::write(&path, bytes)?;
    scene.machine.run_as(&scene.house, scene.installed.clone(), &[])?;
    scene.runs("0.2.0").await?;
    says(&mut viewer, 7).await
}

/// S131: a release that starts and never reaches its server is ended, and what ran before runs again.
#[tokio::test]
async fn a_release_that_hangs_is_given_up() -> Result<()> {
    let scene = Scene::new(&["--update-patience", "5"]).await?;
    let hanging = "trap '' TERM\necho $$ > hanging\nwhile :; do sleep 0.2; done";
    scene.maker.publish_script(&scene.house, "0.2.0", hanging)?;
    check(&scene.update().await?, 1, "no lasting link to the server within 5 s");
    scene.runs(INSTALLED).await?;
    assert!(scene.folders().is_empty(), "{:?}", scene.folders());
    let pid = fs::read_to_string(scene.house.workspace().join("hanging"))?;
    scan::gone(pid.trim().parse()?).await
}

/// S132: whatever a server hands out, what was not signed by us, for this computer, newer than what
/// runs, is not started and not kept, and the daemon goes on as it was.
#[tokio::test]
async fn a_server_cannot_have_a_machine_run_what_is_not_ours() -> Result<()> {
    let scene = Scene::new(&[]).await?;
    let (house, maker) = (&scene.house, &scene.maker);
    let daemon = scene.runs(INSTALLED).await?;
    let ran = house.workspace().join("ran");
    let program =
        format!("#!/bin/sh\ntouch '{}'\necho gantline 0.2.0\n", ran.display()).into_bytes();
    let refused = async |what: &str, program: &[u8], signed: Option<&[u8]>, says: &str| {
        Maker::offer(house, program, signed)?;
        let ended = scene.update().await?;
        ensure!(!ended.status.success() || says == "nothing newer", "{what}: {}", ended.text());
        ensure!(ended.text().contains(says), "{what}: {says:?} in {}", ended.text());
        ensure!(!ran.exists(), "{what} was started");
        ensure!(scene.folders().is_empty(), "{what} was kept: {:?}", scene.folders());
        ensure!(releases::state(&directory(house)).is_null(), "{what} is to be tried");
        Ok::<_, anyhow::Error>(())
    };
    let good = maker.sign(&program, "0.2.0", |_| ())?;
    let sign = |change: fn(&mut releases::Said)| maker.sign(&program, "0.2.0", change);
    refused("not signed", &program, None, "has none").await?;
    refused("nothing", &program, Some(b""), "it is not signed").await?;
    refused(
        "a stranger's",
        &program,
        Some(&maker.stranger()?.sign(&program, "0.2.0", |_| ())?),
        "no root key of ours",
    )
    .await?;
    let ended = sign(|said| said.key.not_after = said.key.not_before)?;
    refused("a key that has ended", &program, Some(&ended), "good for another time").await?;
    let late = sign(|said| {
        said.manifest.signed_at = said.key.not_after + std::time::Duration::from_secs(1);
    })?;
    refused(
        "signed when the key did not sign",
        &program,
        Some(&late),
        "at which its key did not sign",
    )
    .await?;
    let other = sign(|said| said.manifest.product = "other".to_owned())?;
    refused("another product", &program, Some(&other), "not gantline").await?;
    let other = sign(|said| said.manifest.target = "macos-aarch64".to_owned())?;
    refused("another computer's", &program, Some(&other), "this computer is").await?;
    for version in ["0.1.0", "0.0.9"] {
        let old = maker.sign(&program, version, |_| ())?;
        refused("an older one", &program, Some(&old), "nothing newer").await?;
    }
    let changed = [&program[..program.len() - 1], b"\0"].concat();
    refused("another program", &changed, Some(&good), "not the one that was signed").await?;
    refused("a part", &program[..9], Some(&good), "ends after 9").await?;
    refused("more", &[&program[..], b"\n"].concat(), Some(&good), "longer").await?;
    let forged = String::from_utf8(good.clone())?.replace("0.2.0", "0.9.0").into_bytes();
    refused("a changed word", &program, Some(&forged), "not signed by the key").await?;
    assert_eq!(scene.runs(INSTALLED).await?, daemon, "the daemon is the same");
    Ok(())
}

/// S132: a server that sends elsewhere, or sends for ever, is not followed and not waited for.
#[tokio::test]
async fn a_server_that_misbehaves_is_left() -> Result<()> {
    let scene = Scene::new(&[]).await?;
    let program = b"#!/bin/sh\nexit 0\n";
    let signed = scene.maker.sign(program, "0.2.0", |_| ())?;
    let elsewhere = format!("http://{}/", scene.house.address());
    let redirect =
        format!("HTTP/1.1 302 Found\r\nlocation: {elsewhere}\r\ncontent-length: 0\r\n\r\n");
    let for_ever = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let broken = "HTTP/1.1 200 OK\r\ncontent-length: 17\r\n\r\n#!/bin";
    for (release, answer, endless, says) in [
        (Some(redirect.as_str()), "", false, "302"),
        (Some(for_ever), "", true, "more than"),
        (None, redirect.as_str(), false, "302"),
        (None, for_ever, true, "longer"),
        (None, broken, false, "broke off"),
        (None, "HTTP/1.1 500 Oh\r\ncontent-length: 0\r\n\r\n", false, "500"),
        (None, "\x16\x03\x01", false, "broke off"),
    ] {
        let server = Misbehaving {
            release: release.map_or_else(|| ok(&signed), |text| text.as_bytes().to_vec()),
            program: answer.as_bytes().to_vec(),
            endless,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let path = directory(&scene.house).join("enrolled/config.json");
        let mut config: serde_json::Value = serde_json::from_slice(&fs::read(&path)?)?;
        config["server_url"] = format!("http://{}", listener.local_addr()?).into();
        fs::write(&path, config.to_string())?;
        let mut serving = JoinSet::new();
        serving.spawn(server.serve(listener));
        let ended = scene.update().await?;
        ensure!(!ended.status.success() && ended.text().contains(says), "{says}: {}", ended.text());
        assert!(scene.folders().is_empty(), "{says}: {:?}", scene.folders());
    }
    scene.runs(INSTALLED).await?;
    Ok(())
}

struct Misbehaving {
    release: Vec<u8>,
    program: Vec<u8>,
    /// Whether more and more follows what it says first.
    endless: bool,
}

fn ok(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

impl Misbehaving {
    async fn serve(self, listener: TcpListener) {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4_096];
            let read = stream.read(&mut request).await.unwrap_or_default();
            let asked = String::from_utf8_lossy(&request[..read]).into_owned();
            let is_release = asked.lines().next().is_some_and(|line| line.contains(".release "));
            let mut answer = if is_release { &self.release } else { &self.program }.clone();
            let ends_here = !self.endless || answer.starts_with(b"HTTP/1.1 200 OK\r\ncontent");
            let piece = [b"10000\r\n".as_slice(), &vec![b'x'; 0x1_0000], b"\r\n"].concat();
            while stream.write_all(&answer).await.is_ok() && !ends_here {
                answer.clone_from(&piece);
            }
        }
    }
}

/// S131, R05: killed in the middle of an update, wherever that is, the machine comes up again with
/// one release or the other, and can be updated.
#[tokio::test]
async fn killed_at_any_step_the_machine_comes_up_again() -> Result<()> {
    let mut scene = Scene::new(&[]).await?;
    let person = scene.house.person()?;
    let (_, mut viewer) = terminal(&person).await?;
    let place = directory(&scene.house);
    let mut release = 1;
    let has_trial = |begun: bool| {
        let place = place.clone();
        move || {
            let trial = releases::state(&place)["trial"].clone();
            trial.is_object() && (trial["begun"] == true) == begun
        }
    };
    let (coming, tried, begun) =
        (place.join("enrolled/program/coming"), has_trial(false), has_trial(true));
    let was_kept = || releases::state(&place)["last"]["result"]["is"] == "kept";
    let steps: [(&str, &dyn Fn() -> bool); 4] = [
        ("it comes", &|| coming.exists()),
        ("it is to be tried", &|| tried()),
        ("it is tried", &|| begun()),
        ("it is kept", &was_kept),
    ];
    for (step, is_there) in steps {
        release += 1;
        let version = format!("0.{release}.0");
        scene.maker.publish(&scene.house, &version)?;
        let line = ["machine", "update", "--data-dir"].map(str::to_owned);
        let line: Vec<_> = line.into_iter().chain([place.display().to_string()]).collect();
        let command = scene.house.place().command(&scene.installed, &line, &[])?;
        let updating = Program::start("owner", command)?;
        within(PATIENCE, &format!("wait until {step}"), async {
            while !is_there() {
                tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            }
            Ok(())
        })
        .await?;
        updating.kill().await?;
        let child = scene.status()["process_id"].as_u64();
        scene.machine.kill().await?;
        if let Some(child) = child {
            scan::gone(u32::try_from(child)?).await?;
        }
        // A child that had not said who it is yet has heard of it by now as well.
        within(PATIENCE, "wait until nobody is at it", async {
            loop {
                let ours = scan::processes_of(scene.house.place().path());
                if !ours.iter().any(|one| one.command.contains("machine run")) {
                    return Ok(());
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
        .await?;
        scene.machine.run_as(&scene.house, scene.installed.clone(), &[])?;
        says(&mut viewer, release * 2 - 3).await?;
        let ended = scene.update().await?;
        let is_newest = ended.text().contains("nothing newer") || ended.text().contains(&version);
        ensure!(ended.status.success() && is_newest, "{step}: {}", ended.text());
        scene.runs(&version).await?;
        says(&mut viewer, release * 2 - 2).await?;
    }
    assert_eq!((shells(&scene.house)?, viewer.seen.gap_bytes), (1, 0));
    Ok(())
}

/// S131: a program that was built without a root key says so, and takes nothing.
#[tokio::test]
async fn without_a_root_key_nothing_is_taken() -> Result<()> {
    let house = House::up(Setup { kind: Kind::Server, ..Setup::default() }).await?;
    let _machine = Machine::enrol(&house, house.address()).await?;
    let maker = Maker::new()?;
    maker.publish_script(&house, "0.2.0", "exit 0")?;
    let ended = Machine::command(&house, &["update"]).await?;
    check(&ended, 5, "built without a release key");
    Ok(())
}

/// S131, S132, S47: an administrator has a machine told of a release, the machine takes it, and its terminal
/// goes on; what is not ours is refused to the administrator's face; the owner's word counts for more;
/// and all of it is in the audit log.
#[tokio::test]
async fn a_release_is_announced_and_the_owner_has_the_last_word() -> Result<()> {
    let scene = Scene::new(&[]).await?;
    let person = scene.house.person()?;
    let machine = person.machine().await?.machine_id;
    let refused = |code, says| refused(&person, machine, code, says);
    refused("no_newer_release", "no newer release").await?;
    assert_eq!(person.client.machine_update(machine).await?.newer, None);

    let stranger = scene.maker.stranger()?;
    stranger.publish(&scene.house, "0.2.0")?;
    let offered = person.client.machine_update(machine).await?;
    assert_eq!((offered.running.as_str(), offered.newer.as_deref()), (INSTALLED, Some("0.2.0")));
    refused("update_refused", "no root key of ours").await?;

    scene.maker.publish(&scene.house, "0.2.0")?;
    check(&scene.owner(&["policy", "set", "--updates", "off"]).await?, 0, "");
    refused("updates_off", "by hand only").await?;
    check(&scene.owner(&["halt"]).await?, 0, "");
    refused("machine_halted", "halted").await?;
    check(&scene.owner(&["resume"]).await?, 0, "");
    check(&scene.owner(&["policy", "set", "--updates", "on"]).await?, 0, "");
    assert!(scene.folders().is_empty(), "{:?}", scene.folders());

    let (_, mut viewer) = terminal(&person).await?;
    says(&mut viewer, 1).await?;
    assert_eq!(person.client.machine_offer_update(machine).await?.version, "0.2.0");
    scene.runs("0.2.0").await?;
    says(&mut viewer, 2).await?;
    is_audited(&person, "machine.update", "ok", "0.2.0").await?;

    // One that ends at once: the machine comes back, says so, and is not asked into it again.
    scene.maker.publish_script(&scene.house, "0.3.0", "exit 7")?;
    assert_eq!(person.client.machine_offer_update(machine).await?.version, "0.3.0");
    is_audited(&person, "machine.update", "refused", "exit status: 7").await?;
    scene.runs("0.2.0").await?;
    refused("update_failed_before", "gantline machine update").await?;
    says(&mut viewer, 3).await?;

    // Another program than the one that was signed is seen when it has come.
    let program = scene.maker.program("0.4.0")?;
    let signed = scene.maker.sign(&program, "0.4.0", |_| ())?;
    let changed = [&program[1..], b"x"].concat();
    Maker::offer(&scene.house, &changed, Some(&signed))?;
    assert_eq!(person.client.machine_offer_update(machine).await?.version, "0.4.0");
    is_audited(&person, "machine.update", "refused", "not the one that was signed").await?;
    scene.runs("0.2.0").await?;
    is_audited(&person, "machine.update_offer", "refused", "no root key of ours").await?;
    is_audited(&person, "machine.update_offer", "ok", "0.3.0").await?;
    says(&mut viewer, 4).await
}

/// S131, S132: where the operator has said so, nobody has to announce; and the owner of a machine has the
/// last word still.
#[tokio::test]
async fn a_server_announces_by_itself_where_it_is_told_to() -> Result<()> {
    let mut scene = Scene::new(&[]).await?;
    check(&scene.owner(&["policy", "set", "--updates", "off"]).await?, 0, "");
    scene.maker.publish(&scene.house, "0.2.0")?;
    scene.house.interrupt().await?;
    let file = scene.house.place().at("data/server.toml");
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(file)?;
    file.write_all(b"[updates]\nannounce = true\n")?;
    scene.house.start().await?;
    let person = scene.house.person()?;
    is_audited(&person, "machine.update_offer", "refused", "by hand only").await?;
    scene.runs(INSTALLED).await?;

    check(&scene.owner(&["policy", "set", "--updates", "on"]).await?, 0, "");
    // Who said no is asked again a day later; another release is another matter.
    scene.maker.publish(&scene.house, "0.3.0")?;
    scene.runs("0.3.0").await?;
    is_audited(&person, "machine.update_offer", "ok", "0.3.0").await?;
    is_audited(&person, "machine.update", "ok", "0.3.0").await
}

async fn refused(person: &Person, machine: MachineId, code: &str, says: &str) -> Result<()> {
    let refused = person.client.machine_offer_update(machine).await.err();
    let refused = refused.context("it was taken")?;
    ensure!(refused.code() == Some(code), "{code}: {refused:?}");
    ensure!(refused.to_string().contains(says), "{says:?} in {refused}");
    Ok(())
}

/// Waits until the audit log says so.
async fn is_audited(person: &Person, action: &str, result: &str, says: &str) -> Result<()> {
    within(PATIENCE, &format!("wait until {action} {result} is written down"), async {
        loop {
            let path = format!("/api/audit?action={action}&result={result}");
            let log = person.request(http::Method::GET, &path, None).await?;
            if log.body.to_string().contains(says) {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    })
    .await
}
