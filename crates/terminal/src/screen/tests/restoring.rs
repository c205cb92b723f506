//! A snapshot leads a fresh terminal to the same screen.

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// R31: whatever came before, whoever begins with the snapshot ends with the same screen.
    #[test]
    fn any_output_is_restored(
        columns in 1_u32..25,
        rows in 1_u32..9,
        before in output(),
        after in output(),
    ) {
        let mut screen = Screen::new(size(columns, rows), 50);
        screen.feed(&before);
        check_restored(&mut screen, &after)?;
    }

    /// The same when the size has changed meanwhile, and when it changes afterwards.
    #[test]
    fn any_output_is_restored_after_resizing(
        sizes in prop::collection::vec((1_u32..30, 1_u32..10), 3),
        pieces in prop::collection::vec(output(), 3),
    ) {
        let mut screen = Screen::new(size(sizes[0].0, sizes[0].1), 50);
        screen.feed(&pieces[0]);
        screen.resize(size(sizes[1].0, sizes[1].1));
        screen.feed(&pieces[1]);
        screen.resize(size(sizes[2].0, sizes[2].1));
        check_restored(&mut screen, &pieces[2])?;
    }

    /// Rows above the screen come back too, as many as were asked for.
    #[test]
    fn history_is_restored(columns in 2_u32..20, rows in 1_u32..6, before in output(), wanted in 0_usize..40) {
        let mut screen = Screen::new(size(columns, rows), 50);
        screen.feed(&before);
        let fresh = restored(&screen, wanted);
        prop_assert_eq!(fingerprint(&fresh), fingerprint(&screen));
        let expected = wanted.min(screen.history_rows());
        prop_assert_eq!(fresh.history_rows(), expected);
        let last = |screen: &Screen| {
            let mut text = String::new();
            describe(screen, screen.canvas.grid.primary_rows(expected), &mut text);
            text
        };
        prop_assert_eq!(last(&fresh), last(&screen));
    }
}
