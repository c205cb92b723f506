//! A server orders one thing of a machine, over a link in memory: the whole life of a link in one
//! screen, with the places where a real shell would touch its database, its journal and its socket.
//!
//! `cargo run --package link --example one_command`

#![expect(clippy::print_stdout, reason = "an example shows what happens")]

use link::{
    Event, IdentityKey, MachineLink, MachineSettings, SecretSeed, ServerLink, ServerPins,
    ServerStep,
};
use model::rng::CountingRng;
use model::{MachineId, Tick, Timestamp};
use wire::Command;
use wire::handshake::Welcome;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A real shell passes `host::SystemRng` and the time.
    let (rng, now) = (CountingRng::new(1), Tick::default());
    let machine_key = IdentityKey::from_seed(&SecretSeed::new(&rng))?;
    let server_key = IdentityKey::from_seed(&SecretSeed::new(&rng))?;
    let settings = MachineSettings {
        machine_id: MachineId::new(Timestamp::default(), &rng),
        identity: machine_key.clone(),
        server_pins: ServerPins::one(server_key.public_key()),
        daemon_version: "0.1.0".to_owned(),
        heartbeat: None,
        received_commands: 0,
        first_report: 1,
    };
    let mut machine = MachineLink::new(now, settings, &rng)?;
    let mut server = ServerLink::new(now, server_key, &rng)?;

    let mut acknowledged = 0;
    while acknowledged < 1 {
        while let Some(event) = machine.poll_event() {
            println!("machine: {event:?}");
            if let Event::Received(command) = event {
                // Here the command goes into the journal, durably.
                machine.persisted(command.seq);
            }
        }
        while let Some(event) = server.poll_event() {
            println!("server: {event:?}");
            match event {
                // Here the database is asked.
                Event::Step(ServerStep::Identify(_)) => {
                    server.identify(vec![machine_key.public_key()]);
                }
                // Here the machine's epoch is raised in the database.
                Event::Step(ServerStep::Proven(_)) => {
                    server.welcome(now, Welcome { epoch: 1, ..Welcome::default() })?;
                }
                Event::Acknowledged { up_to } => acknowledged = up_to,
                _ => {}
            }
        }
        // Here commands are read from the database.
        if let Some(wanted) = server.wanted().filter(|wanted| wanted.from == 1) {
            server.offer(Command { seq: wanted.from, ..Command::default() })?;
        }
        // Here messages go through a WebSocket.
        while let Some(message) = machine.poll_message() {
            println!("machine → server: {} bytes", message.len());
            server.handle_message(now, message);
        }
        while let Some(message) = server.poll_message() {
            println!("server → machine: {} bytes", message.len());
            machine.handle_message(now, message);
        }
    }
    machine.close("the example is over");
    Ok(())
}
