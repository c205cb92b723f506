use model::rng::CountingRng;
use model::{Rng, Timestamp};
use proptest::prelude::*;

use super::*;

const IDLE: Duration = Duration::from_secs(30);

fn viewer(number: u64) -> ViewerId {
    ViewerId::new(Timestamp::from_millis(1), &CountingRng::new(number))
}

fn person(number: u64) -> UserId {
    let rng: &dyn Rng = &CountingRng::new(1000 + number);
    UserId::new(Timestamp::from_millis(1), rng)
}

fn size(columns: u32) -> Size {
    Size::new(columns, 24).unwrap()
}

fn at(seconds: u64) -> Tick {
    Tick::from_millis(seconds * 1000)
}

fn writer(viewer_number: u64, person_number: u64, columns: u32) -> Seat {
    Seat {
        viewer: viewer(viewer_number),
        person: person(person_number),
        part: Part::Writer,
        window: Some(size(columns)),
    }
}

fn watcher(viewer_number: u64, person_number: u64) -> Seat {
    Seat { part: Part::Watcher, ..writer(viewer_number, person_number, 50) }
}

fn keyboard(seats: &[Seat]) -> Keyboard {
    let mut keyboard = Keyboard::new(0, Size::default(), IDLE);
    for seat in seats {
        keyboard.join(at(0), *seat);
    }
    while keyboard.poll_event().is_some() {}
    keyboard
}

fn events(keyboard: &mut Keyboard) -> Vec<Event> {
    std::iter::from_fn(|| keyboard.poll_event()).collect()
}

#[test]
fn the_first_writer_gets_the_free_keyboard_and_gives_the_size() {
    let mut keyboard = Keyboard::new(7, Size::default(), IDLE);
    keyboard.join(at(0), watcher(1, 1));
    assert_eq!((keyboard.holder(), keyboard.poll_event()), (None, None));
    keyboard.join(at(0), writer(2, 2, 120));
    let expected =
        [Event::LeaseChanged { lease: 8, holder: Some(viewer(2)) }, Event::SizeChanged(size(120))];
    assert_eq!(events(&mut keyboard), expected);
    keyboard.join(at(0), writer(3, 2, 90));
    assert_eq!(events(&mut keyboard), []);
    assert_eq!(keyboard.typed(at(1), viewer(2)), Ok(8));
}

/// S107: a watcher's input and wishes go nowhere.
#[test]
fn a_watcher_never_types_takes_or_sizes() {
    let mut keyboard = keyboard(&[watcher(1, 1)]);
    let refusals = [
        keyboard.typed(at(0), viewer(1)).err(),
        keyboard.ask(at(0), viewer(1)).err(),
        keyboard.take(at(0), viewer(1)).err(),
        keyboard.fit_to(viewer(1)).err(),
        keyboard.fit_to_holder(viewer(1)).err(),
    ];
    assert_eq!(refusals, [Some(Refused::Watcher); 5]);
    keyboard.window(viewer(1), size(33));
    assert_eq!((keyboard.size(), keyboard.poll_event()), (Size::default(), None));
}

#[test]
fn viewers_of_one_person_pass_the_keyboard_by_typing() {
    let mut keyboard = keyboard(&[writer(1, 1, 80), writer(2, 1, 100)]);
    assert_eq!(keyboard.typed(at(1), viewer(2)), Ok(2));
    let expected =
        [Event::LeaseChanged { lease: 2, holder: Some(viewer(2)) }, Event::SizeChanged(size(100))];
    assert_eq!(events(&mut keyboard), expected);
}

#[test]
fn another_person_must_ask_and_waits_until_the_holder_is_idle() {
    let mut keyboard = keyboard(&[writer(1, 1, 80), writer(2, 2, 100)]);
    assert_eq!(keyboard.typed(at(5), viewer(1)), Ok(1));
    let held = Refused::Held { by: viewer(1), idle_at: at(35) };
    assert_eq!(keyboard.typed(at(6), viewer(2)), Err(held));
    assert_eq!(keyboard.ask(at(34), viewer(2)), Err(held));
    assert_eq!(keyboard.typed(at(60), viewer(2)), Err(held), "typing never takes from another");
    assert_eq!(events(&mut keyboard), []);
    assert_eq!(keyboard.ask(at(35), viewer(2)), Ok(2));
    assert_eq!(keyboard.holder(), Some(viewer(2)));
}

#[test]
fn taking_it_openly_always_works_and_is_told() {
    let mut keyboard = keyboard(&[writer(1, 1, 80), writer(2, 2, 100)]);
    keyboard.typed(at(5), viewer(1)).unwrap();
    assert_eq!(keyboard.take(at(5), viewer(2)), Ok(2));
    assert_eq!(events(&mut keyboard)[0], Event::LeaseChanged { lease: 2, holder: Some(viewer(2)) });
    assert_eq!(keyboard.take(at(6), viewer(2)), Ok(2), "what one holds is not taken again");
    assert_eq!(events(&mut keyboard), []);
}

#[test]
fn a_holder_that_leaves_passes_the_keyboard_on_within_the_person_or_frees_it() {
    let mut keyboard = keyboard(&[writer(1, 1, 80), writer(2, 2, 90), writer(3, 1, 100)]);
    keyboard.leave(at(1), viewer(1));
    assert_eq!((keyboard.holder(), keyboard.lease()), (Some(viewer(3)), 2));
    assert_eq!(keyboard.size(), size(100));
    events(&mut keyboard);
    keyboard.leave(at(2), viewer(3));
    assert_eq!(events(&mut keyboard), [Event::LeaseChanged { lease: 2, holder: None }]);
    assert_eq!(keyboard.size(), size(100), "nobody's window, so it stays");
    assert_eq!(keyboard.typed(at(3), viewer(2)), Ok(3));
    assert_eq!(keyboard.size(), size(90));
    assert_eq!(keyboard.typed(at(3), viewer(1)), Err(Refused::Unknown));
}

#[test]
fn fit_to_me_holds_until_that_viewer_leaves_or_it_is_undone() {
    let mut keyboard = keyboard(&[writer(1, 1, 80), writer(2, 2, 100)]);
    keyboard.fit_to(viewer(2)).unwrap();
    assert_eq!((keyboard.size(), keyboard.size_owner()), (size(100), Some(viewer(2))));
    keyboard.window(viewer(1), size(85));
    assert_eq!(keyboard.size(), size(100));
    keyboard.window(viewer(2), size(110));
    assert_eq!(keyboard.size(), size(110));
    keyboard.fit_to_holder(viewer(1)).unwrap();
    assert_eq!(keyboard.size(), size(85));
    keyboard.fit_to(viewer(2)).unwrap();
    keyboard.leave(at(1), viewer(2));
    assert_eq!((keyboard.size(), keyboard.size_owner()), (size(85), Some(viewer(1))));
}

#[derive(Debug, Clone)]
enum Step {
    Join { viewer: u64, watches: bool },
    Leave(u64),
    Typed(u64),
    Ask(u64),
    Take(u64),
    Window(u64, u32),
    Fit(u64),
    FitHolder(u64),
    Pass(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let one = 0_u64..6;
    prop_oneof![
        3 => (one.clone(), prop::bool::weighted(0.3))
            .prop_map(|(viewer, watches)| Step::Join { viewer, watches }),
        2 => one.clone().prop_map(Step::Leave),
        4 => one.clone().prop_map(Step::Typed),
        1 => one.clone().prop_map(Step::Ask),
        1 => one.clone().prop_map(Step::Take),
        2 => (one.clone(), 1_u32..200).prop_map(|(viewer, columns)| Step::Window(viewer, columns)),
        1 => one.clone().prop_map(Step::Fit),
        1 => one.prop_map(Step::FitHolder),
        2 => (0_u64..40).prop_map(Step::Pass),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Whatever happens: one holder, who sits there and may write; leases only grow, and grow with
    /// every new holder; the announced state is the state; a lease that is handed out is in force.
    #[test]
    fn there_is_one_holder_and_everybody_knows(steps in prop::collection::vec(step(), 0..60)) {
        let mut keyboard = Keyboard::new(0, Size::default(), IDLE);
        let (mut now, mut told_holder, mut told_size) = (at(0), None, Size::default());
        for step in steps {
            let (lease, holder) = (keyboard.lease(), keyboard.holder());
            let typed = match step {
                Step::Join { viewer, watches: false } => {
                    keyboard.join(now, writer(viewer, viewer % 3, 80));
                    None
                }
                Step::Join { viewer, watches: true } => {
                    keyboard.join(now, watcher(viewer, viewer % 3));
                    None
                }
                Step::Leave(number) => { keyboard.leave(now, viewer(number)); None }
                Step::Typed(number) => Some((number, keyboard.typed(now, viewer(number)))),
                Step::Ask(number) => Some((number, keyboard.ask(now, viewer(number)))),
                Step::Take(number) => Some((number, keyboard.take(now, viewer(number)))),
                Step::Window(number, columns) => {
                    keyboard.window(viewer(number), size(columns));
                    None
                }
                Step::Fit(number) => { let _ = keyboard.fit_to(viewer(number)); None }
                Step::FitHolder(number) => { let _ = keyboard.fit_to_holder(viewer(number)); None }
                Step::Pass(seconds) => { now = now + Duration::from_secs(seconds); None }
            };
            for event in events(&mut keyboard) {
                match event {
                    Event::LeaseChanged { holder, .. } => told_holder = holder,
                    Event::SizeChanged(size) => told_size = size,
                }
            }
            prop_assert_eq!((told_holder, told_size), (keyboard.holder(), keyboard.size()));
            let changed = keyboard.holder().is_some() && keyboard.holder() != holder;
            prop_assert!(keyboard.lease() >= lease);
            prop_assert!(!changed || keyboard.lease() > lease);
            for seated in [keyboard.holder(), keyboard.size_owner()].into_iter().flatten() {
                let seat = keyboard.seats().iter().find(|seat| seat.viewer == seated);
                prop_assert_eq!(seat.map(|seat| seat.part), Some(Part::Writer));
            }
            if let Some((number, Ok(granted))) = typed {
                prop_assert_eq!((granted, keyboard.holder()), (keyboard.lease(), Some(viewer(number))));
            }
        }
    }
}
