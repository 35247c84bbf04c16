//! Which row of the shadow table belongs to which of production.

use super::*;
use crate::bug::parity::pairs;

#[test]
fn rows_of_one_entity_are_paired_in_their_order() {
    let values = lognormal(2, ROWS, 50.0, 0.6);
    let mut fixture =
        Fixture::new().number("x", lognormal(1, ROWS, 50.0, 0.6), values.clone());
    fixture.shadow = Some(vec![Raw::Numbers(values)]);
    fixture.ids = (0..ROWS as u64).map(|row| 1 + row % 300).collect();
    let paired = |fixture: &Fixture| {
        fixture.see(|view| {
            let shadow = view.frames.shadow.as_ref().expect("a shadow table");
            pairs(&view.frames.production, shadow)
        })
    };
    let same: Vec<(usize, usize)> = (0..ROWS).map(|row| (row, row)).collect();
    assert_eq!(paired(&fixture), same);
    // Without times, by which of the entity's rows it is.
    fixture.moments = (vec![0; ROWS], vec![0; ROWS]);
    fixture.shadow_moments = vec![0; ROWS];
    assert_eq!(paired(&fixture), same);
}
