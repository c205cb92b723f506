//! A journal on a disk whose power can be cut, and on the real one.

mod damage;
mod faults;
mod kill;
mod model;
mod power_cut;
mod private;
mod scenario;
mod sim_disk;
mod transcripts;
mod working;
