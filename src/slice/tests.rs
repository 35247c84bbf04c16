use super::*;
use crate::drift::ColumnCounts;
use crate::encode::code::Layout;
use crate::stats::random::Random;

/// A made-up table: column 0 has 5 categories, column 1 is a number in 16 ranges, columns 2–5 are noise.
struct Made {
    columns: Vec<Vec<u8>>,
    blocks: Vec<u8>,
    losses: Vec<f64>,
}

const COLUMNS: usize = 6;

/// Every even block.
const EVEN: u32 = 0x5555_5555;

fn layouts() -> Vec<Layout> {
    (0..COLUMNS)
        .map(
            |c| if c % 2 == 0 { Layout::of_categories(5) } else { Layout::of_ranges(16) },
        )
        .collect()
}

fn make(
    rows: usize,
    rows_an_entity: usize,
    random: &mut Random,
    category: impl Fn(&mut Random) -> u8,
    chance: impl Fn(u8, u8) -> f64,
) -> Made {
    let mut made = Made {
        columns: vec![Vec::new(); COLUMNS],
        blocks: Vec::new(),
        losses: Vec::new(),
    };
    let mut row = Vec::new();
    let mut block = 0;
    let mut risk = 0.0;
    for index in 0..rows {
        if index % rows_an_entity == 0 {
            row = (0..COLUMNS)
                .map(|c| {
                    if c % 2 == 0 {
                        random.below(5) as u8
                    } else {
                        random.below(16) as u8
                    }
                })
                .collect();
            row[0] = category(random);
            block = random.below(32) as u8;
            risk = chance(row[0], row[1]);
            if rows_an_entity > 1 {
                // The whole entity is easy or hard.
                risk = if random.chance(risk) { 0.95 } else { 0.02 };
            }
        }
        for (column, code) in made.columns.iter_mut().zip(&row) {
            column.push(*code);
        }
        made.blocks.push(block);
        made.losses.push(f64::from(u8::from(random.chance(risk))));
    }
    made
}

fn counts(made: &Made, grid: Grid) -> Vec<(ColumnCounts, ColumnLoss)> {
    made.columns
        .iter()
        .map(|codes| {
            let (mut rows, mut loss) = (ColumnCounts::default(), ColumnLoss::default());
            for ((code, block), l) in codes.iter().zip(&made.blocks).zip(&made.losses) {
                rows.add(usize::from(*block), *code, 1);
                loss.add_row(usize::from(*block), *code, *l, grid);
            }
            (rows, loss)
        })
        .collect()
}

fn search(p: &Made, q: &Made) -> (Vec<FoundSlice>, Vec<FoundSlice>) {
    let grid = Grid::for_largest(1.0);
    let (layouts, one, two) = (layouts(), counts(p, grid), counts(q, grid));
    let columns: Vec<SliceColumn> = layouts
        .iter()
        .zip(one.iter().zip(&two))
        .enumerate()
        .map(|(column, (layout, (one, two)))| SliceColumn {
            column,
            layout,
            reference: &one.0,
            reference_loss: &one.1,
            production: &two.0,
            production_loss: &two.1,
        })
        .collect();
    fn table(made: &Made) -> RowTable<'_> {
        RowTable {
            columns: made.columns.iter().map(Vec::as_slice).collect(),
            blocks: &made.blocks,
            losses: &made.losses,
            pair_blocks: EVEN,
        }
    }
    find(&columns, &RowPair { reference: table(p), production: table(q), grid })
}

fn even(random: &mut Random) -> u8 {
    random.below(5) as u8
}

#[test]
fn a_category_that_got_worse_is_found_alone() {
    let mut random = Random::new(1);
    let p = make(12_000, 1, &mut random, even, |_, _| 0.2);
    let q = make(12_000, 1, &mut random, even, |c, _| if c == 1 { 0.45 } else { 0.2 });
    let (grew, worse) = search(&p, &q);
    assert!(grew.is_empty(), "{grew:?}");
    assert_eq!(worse.len(), 1, "{worse:?}");
    let slice = worse.first().unwrap();
    let expected = Condition { column: 0, codes: CodeSet::Set(vec![1]) };
    assert_eq!(slice.conditions, [expected]);
    assert!((slice.split.rate - 0.05).abs() < 0.01, "{slice:?}");
    assert!(slice.interval.0 > 0.03 && slice.interval.1 < 0.07, "{slice:?}");
}

#[test]
fn a_crossing_of_two_columns_is_found() {
    let mut random = Random::new(2);
    let p = make(30_000, 1, &mut random, even, |_, _| 0.2);
    let hard = |c: u8, x: u8| if c == 2 && x < 6 { 0.7 } else { 0.2 };
    let q = make(30_000, 1, &mut random, even, hard);
    let (_, worse) = search(&p, &q);
    let slice = worse.first().unwrap();
    assert_eq!(slice.conditions.len(), 2, "{worse:?}");
    let range = slice.conditions.iter().find(|c| c.column == 1).unwrap();
    let CodeSet::Range { codes, from_lowest, to_highest } = &range.codes else {
        panic!("{slice:?}")
    };
    assert!(*from_lowest && !*to_highest);
    assert_eq!(codes.iter().filter(|code| **code < 6).count(), 6, "{codes:?}");
    assert!(worse.len() <= 2, "{worse:?}");
}

#[test]
fn a_harder_mix_is_found_as_growth() {
    let mut random = Random::new(3);
    let hard = |c: u8, _: u8| if c == 3 { 0.5 } else { 0.1 };
    let p = make(12_000, 1, &mut random, even, hard);
    let more = |r: &mut Random| if r.chance(0.2) { 3 } else { r.below(5) as u8 };
    let q = make(12_000, 1, &mut random, more, hard);
    let (grew, worse) = search(&p, &q);
    assert!(worse.is_empty(), "{worse:?}");
    let slice = grew.first().unwrap();
    assert_eq!(slice.conditions.first().unwrap().codes, CodeSet::Set(vec![3]));
    assert!((slice.split.mix - 0.16 * 0.32).abs() < 0.015, "{slice:?}");
}

#[test]
fn worse_everywhere_is_no_segment() {
    let mut flagged = 0;
    for seed in 0..20 {
        let mut random = Random::new(100 + seed);
        let p = make(8_000, 1, &mut random, even, |_, _| 0.2);
        let q = make(8_000, 1, &mut random, even, |_, _| 0.3);
        flagged += u32::from(!search(&p, &q).1.is_empty());
    }
    assert!(flagged <= 1, "{flagged} of 20");
}

#[test]
fn random_halves_have_no_slices() {
    let mut flagged = [0; 2];
    for seed in 0..200 {
        for (kind, entity) in [1, 8].into_iter().enumerate() {
            let mut random = Random::new(1_000 + seed);
            let hard = |c: u8, x: u8| 0.1 + 0.05 * f64::from(c) + 0.02 * f64::from(x);
            let p = make(4_000, entity, &mut random, even, hard);
            let q = make(4_000, entity, &mut random, even, hard);
            let (grew, worse) = search(&p, &q);
            flagged[kind] += u32::from(!(grew.is_empty() && worse.is_empty()));
        }
    }
    println!(
        "null pairs with a slice, single rows and entities of 8: {flagged:?} of 200"
    );
    assert!(flagged.iter().all(|count| *count <= 4), "{flagged:?} of 200");
}

#[test]
fn parts_of_a_table_merge_to_the_same_bits() {
    let mut random = Random::new(9);
    let p = make(3_000, 1, &mut random, even, |_, _| 0.3);
    let mut losses = p.losses.clone();
    losses.iter_mut().for_each(|loss| *loss += random.uniform());
    let items: Vec<ColumnItems> = layouts()
        .iter()
        .enumerate()
        .map(|(c, layout)| ColumnItems::cut(c, layout, &[1; 256]))
        .collect();
    let slices = vec![vec![ItemRange { column: 0, first: 1, last: 1 }]];
    let part = |from: usize, to: usize| {
        let table = RowTable {
            columns: p.columns.iter().map(|c| &c[from..to]).collect(),
            blocks: &p.blocks[from..to],
            losses: &losses[from..to],
            pair_blocks: EVEN,
        };
        let none = RowTable {
            columns: vec![&[]; COLUMNS],
            blocks: &[],
            losses: &[],
            pair_blocks: 0,
        };
        RowPair { reference: table, production: none, grid: Grid::for_largest(2.0) }
    };
    let whole = part(0, 3_000);
    let (left, right) = (part(0, 1_234), part(1_234, 3_000));
    let mut merged = left.overlaps(&items, &slices);
    merged.merge(&right.overlaps(&items, &slices));
    assert_eq!(merged, whole.overlaps(&items, &slices));
    let mut pairs = right.pairs(&items, &[(0, 1)]);
    for (pair, more) in pairs.iter_mut().zip(left.pairs(&items, &[(0, 1)])) {
        pair.merge(&more);
    }
    assert_eq!(pairs, whole.pairs(&items, &[(0, 1)]));
}

#[test]
fn nothing_to_search() {
    let empty =
        Made { columns: vec![Vec::new(); COLUMNS], blocks: vec![], losses: vec![] };
    assert_eq!(search(&empty, &empty), (vec![], vec![]));
    let mut random = Random::new(4);
    let p = make(5_000, 1, &mut random, even, |_, _| 0.3);
    let mut unlabelled = make(5_000, 1, &mut random, |_| 0, |_, _| 0.3);
    unlabelled.losses.fill(f64::NAN);
    let (_, worse) = search(&p, &unlabelled);
    assert!(worse.is_empty());
}
