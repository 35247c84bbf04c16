//! One tree, level by level. Each parent's histogram minus the smaller child's is the larger child's.

use super::bins::Bins;
use super::histogram::{Cell, Units, fill};
use super::split::{Limits, Split, best};
use crate::encode::code::CODES;
use crate::model::matrix::Matrix;

/// A complete binary tree of `depth` levels of questions; places below an early leaf repeat it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tree {
    pub depth: u32,
    /// Column and, for every code, whether it goes right; the children of place i are 2i+1 and 2i+2.
    pub nodes: Vec<Node>,
    /// Margin added in each of the `2^depth` leaves.
    pub leaves: Vec<f64>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub column: usize,
    pub right: Box<[u8; CODES]>,
}

/// A tree, and the training rows of each of its leaves.
pub(super) struct Grown {
    pub tree: Tree,
    /// Places in [`Work::rows`] and the value of the leaf there.
    pub leaves: Vec<(std::ops::Range<usize>, f64)>,
    /// Gain of each split with its column.
    pub gains: Vec<(usize, f64)>,
}

/// Memory used again for every tree.
pub(super) struct Work {
    /// Training rows, those of a node side by side and ascending.
    pub rows: Vec<u32>,
    moved: Vec<u32>,
    ordered: Vec<Cell>,
    spare: Vec<Vec<Cell>>,
}

impl Work {
    pub fn new(row_count: usize) -> Self {
        let rows: Vec<u32> = (0..u32::try_from(row_count).unwrap_or(u32::MAX)).collect();
        Self { moved: rows.clone(), rows, ordered: Vec::new(), spare: Vec::new() }
    }

    fn reset(&mut self) {
        for (row, place) in (0..).zip(&mut self.rows) {
            *place = row;
        }
    }
}

/// How a tree grows.
#[derive(Clone, Copy)]
pub(super) struct Growth {
    pub depth: u32,
    pub learning_rate: f64,
    pub limits: Limits,
}

/// A node of the level being grown.
struct Open {
    /// Place in the complete tree, 0 is the root.
    place: usize,
    level: u32,
    rows: std::ops::Range<usize>,
    total: Cell,
    /// Empty when it is a leaf for sure.
    cells: Vec<Cell>,
}

/// Grows a tree on the gradients of the training rows; `None` when no split saves loss.
pub(super) fn grow(
    matrix: &Matrix,
    bins: &Bins,
    gradients: &[Cell],
    units: &Units,
    growth: &Growth,
    work: &mut Work,
) -> Option<Grown> {
    work.reset();
    let mut cells = work.spare.pop().unwrap_or_default();
    fill(&mut cells, bins, None, gradients);
    let mut total = Cell::default();
    gradients.iter().for_each(|gradient| total.add(*gradient));
    let root = Open { place: 0, level: 0, rows: 0..bins.row_count, total, cells };
    let no = Node { column: 0, right: Box::new([0; CODES]) };
    let mut tree = Tree {
        depth: growth.depth,
        nodes: vec![no; (1 << growth.depth) - 1],
        leaves: vec![0.0; 1 << growth.depth],
    };
    let mut leaves = Vec::new();
    let mut gains = Vec::new();
    let mut level = vec![root];
    while !level.is_empty() {
        let mut next = Vec::new();
        for open in level {
            let found = if open.cells.is_empty() {
                None
            } else {
                best(bins, &open.cells, open.total, units, growth.limits)
            };
            let Some(split) = found else {
                let value = step(open.total, units, growth);
                let shift = growth.depth - open.level;
                let first = (open.place + 1 - (1 << open.level)) << shift;
                for leaf in tree.leaves.iter_mut().skip(first).take(1 << shift) {
                    *leaf = value;
                }
                leaves.push((open.rows, value));
                work.spare.extend((!open.cells.is_empty()).then_some(open.cells));
                continue;
            };
            gains.push((split.column, split.gain * units.gradient * units.gradient));
            let asked = (matrix, bins, gradients, units, growth);
            let node = tree.nodes.get_mut(open.place);
            next.extend(divide(open, &split, node, asked, work));
        }
        level = next;
    }
    (!gains.is_empty()).then_some(Grown { tree, leaves, gains })
}

fn step(total: Cell, units: &Units, growth: &Growth) -> f64 {
    let h = units.curvature_of(total) + growth.limits.lambda;
    if h <= 0.0 {
        return 0.0;
    }
    -growth.learning_rate * Units::gradient_units(total) * units.gradient / h
}

/// Moves the node's rows to its two children and makes the histograms the children need.
fn divide(
    open: Open,
    split: &Split,
    node: Option<&mut Node>,
    (matrix, bins, gradients, units, growth): (&Matrix, &Bins, &[Cell], &Units, &Growth),
    work: &mut Work,
) -> Vec<Open> {
    let (left, right) = (split.left, open.total.minus(split.left));
    let heavy_right = units.count(right) > units.count(left);
    let (Some(column), Some(source)) =
        (bins.columns.get(split.column), matrix.columns.get(split.column))
    else {
        return Vec::new();
    };
    let side = split.bins_right(column, &open.cells, heavy_right);
    if let Some(node) = node {
        node.column = split.column;
        *node.right = split.codes_right(source, column, &side, heavy_right);
    }
    let middle = open.rows.start + partition(work, &open.rows, &column.bins, &side);
    let level = open.level + 1;
    let child =
        |place, rows, total| Open { place, level, rows, total, cells: Vec::new() };
    let mut a = child(2 * open.place + 1, open.rows.start..middle, left);
    let mut b = child(2 * open.place + 2, middle..open.rows.end, right);
    let least = growth.limits.min_child_rows.max(1) * 2;
    let grows = |open: &Open| level < growth.depth && units.count(open.total) >= least;
    let mut parent = open.cells;
    let (small, large) = if heavy_right { (&mut a, &mut b) } else { (&mut b, &mut a) };
    if grows(large) {
        let rows = work.rows.get(small.rows.clone()).unwrap_or(&[]);
        let gradient =
            |row: &u32| gradients.get(*row as usize).copied().unwrap_or_default();
        work.ordered.clear();
        work.ordered.extend(rows.iter().map(gradient));
        let mut cells = work.spare.pop().unwrap_or_default();
        fill(&mut cells, bins, Some(rows), &work.ordered);
        for (cell, own) in parent.iter_mut().zip(&cells) {
            *cell = cell.minus(*own);
        }
        large.cells = parent;
        if grows(small) {
            small.cells = cells;
        } else {
            work.spare.push(cells);
        }
    } else {
        work.spare.push(parent);
    }
    vec![a, b]
}

/// Puts the rows that go left first, both sides in their old order; returns how many go left.
fn partition(
    work: &mut Work,
    rows: &std::ops::Range<usize>,
    bins: &[u8],
    side: &[u8; CODES],
) -> usize {
    let (Some(own), Some(moved)) =
        (work.rows.get_mut(rows.clone()), work.moved.get_mut(rows.clone()))
    else {
        return 0;
    };
    let (mut left, mut right) = (0, 0);
    for at in 0..own.len() {
        let row = own.get(at).copied().unwrap_or(0);
        let bin = bins.get(row as usize).copied().unwrap_or(0);
        let goes = usize::from(side.get(usize::from(bin)).copied().unwrap_or(0));
        // Written to both; only the one counted on stays.
        if let Some(slot) = own.get_mut(left) {
            *slot = row;
        }
        if let Some(slot) = moved.get_mut(right) {
            *slot = row;
        }
        left += 1 - goes;
        right += goes;
    }
    for (slot, row) in own.iter_mut().skip(left).zip(moved.iter()) {
        *slot = *row;
    }
    left
}
