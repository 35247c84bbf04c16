//! Boosted trees on histograms: numbers cut at quantiles, categories one against the rest, missing values
//! sent to the better side. Newton leaves with a ridge.

use super::super::world::{Form, World};
use super::{Loss, softmax};
use crate::stats::random::{Random, combine64, unit_interval};

/// Share of the columns a forest's node may choose from.
const FOREST_COLUMNS: f64 = 0.4;

/// Cuts a number column gets at most.
const CUTS: usize = 40;

/// How carefully the trees are grown.
#[derive(Clone, Copy, Debug)]
pub struct Care {
    rounds: usize,
    depth: usize,
    rate: f64,
    leaf_rows: usize,
    ridge: f64,
}

impl Care {
    /// Grown until every training row is known.
    pub const NONE: Self =
        Self { rounds: 60, depth: 8, rate: 0.3, leaf_rows: 2, ridge: 0.05 };

    /// As [`Self::NONE`], stopped after so many rounds.
    pub const fn overgrown(rounds: usize) -> Self {
        Self { rounds, ..Self::NONE }
    }

    /// One tree of a forest: deep, its leaves are means, the tree counts for its share.
    pub const FOREST: Self =
        Self { rounds: 40, depth: 11, rate: 1.0 / 40.0, leaf_rows: 12, ridge: 1.0 };

    /// A sensible model with so many outputs.
    pub const fn usual(outputs: usize) -> Self {
        let rounds = if outputs > 1 { 30 } else { 70 };
        Self { rounds, depth: 4, rate: 0.12, leaf_rows: 40, ridge: 3.0 }
    }
}

#[derive(Clone, Copy, Debug)]
enum Node {
    Leaf(f64),
    /// Left below the cut; missing where said.
    Below {
        column: u32,
        cut: f64,
        missing_left: bool,
        left: u32,
        right: u32,
    },
    /// Left when equal.
    Equals {
        column: u32,
        code: f64,
        left: u32,
        right: u32,
    },
}

/// One column as codes.
struct Axis {
    column: usize,
    cuts: Option<Vec<f64>>,
    slots: usize,
    codes: Vec<u8>,
}

/// A fitted ensemble: trees of output 0, 1, …, 0, 1, ….
pub struct Trees {
    start: Vec<f64>,
    trees: Vec<Vec<Node>>,
}

impl Trees {
    /// Fits all outputs together.
    pub fn fit(
        world: &World,
        rows: &[f64],
        targets: &[Vec<f64>],
        loss: Loss,
        care: Care,
    ) -> Self {
        let width = world.columns.len();
        let n = rows.len() / width;
        let axes = axes(world, rows);
        let mean = |t: &Vec<f64>| t.iter().sum::<f64>() / t.len().max(1) as f64;
        let several = targets.len() > 1;
        let start: Vec<f64> = targets
            .iter()
            .map(|t| {
                if several { Loss::Poisson.margin(mean(t)) } else { loss.margin(mean(t)) }
            })
            .collect();
        let mut margins: Vec<Vec<f64>> = start.iter().map(|&s| vec![s; n]).collect();
        let mut trees = Vec::new();
        let mut slopes = vec![(0.0, 0.0); n];
        let mut point = vec![0.0; targets.len()];
        for _ in 0..care.rounds {
            let mut grown = Vec::new();
            for (output, target) in targets.iter().enumerate() {
                for (i, slope) in slopes.iter_mut().enumerate() {
                    let (fitted, weight) = if several {
                        point.iter_mut().zip(&margins).for_each(|(p, m)| *p = m[i]);
                        softmax(&mut point);
                        (point[output], (point[output] * (1.0 - point[output])).max(1e-6))
                    } else {
                        loss.mean(margins[output][i])
                    };
                    *slope = (target[i] - fitted, weight);
                }
                let mut tree = Tree {
                    axes: &axes,
                    slopes: &slopes,
                    care,
                    lot: None,
                    nodes: Vec::new(),
                };
                let every: Vec<u32> = (0..n as u32).collect();
                let mut leaves = Vec::new();
                tree.grow(&every, care.depth, &mut leaves);
                grown.push((tree.nodes, leaves));
            }
            for (output, (nodes, leaves)) in grown.into_iter().enumerate() {
                for (rows, value) in leaves {
                    rows.iter().for_each(|&row| margins[output][row as usize] += value);
                }
                trees.push(nodes);
            }
        }
        Self { start, trees }
    }

    /// Fits a forest; its margins are means of the target, not log-odds.
    pub fn forest(world: &World, rows: &[f64], targets: &[Vec<f64>]) -> Self {
        let n = rows.len() / world.columns.len();
        let axes = axes(world, rows);
        let mean = |t: &Vec<f64>| t.iter().sum::<f64>() / t.len().max(1) as f64;
        let start: Vec<f64> = targets.iter().map(mean).collect();
        let care = Care::FOREST;
        let mut trees = Vec::new();
        for round in 0..care.rounds {
            let mut dice = Random::new(combine64(round as u64, 0x0f0_4e57));
            let drawn: Vec<u32> = (0..n).map(|_| dice.below(n as u64) as u32).collect();
            let lot = Some(dice.next_u64());
            for (target, start) in targets.iter().zip(&start) {
                let slopes: Vec<(f64, f64)> =
                    target.iter().map(|y| (y - start, 1.0)).collect();
                let mut tree =
                    Tree { axes: &axes, slopes: &slopes, care, lot, nodes: Vec::new() };
                tree.grow(&drawn, care.depth, &mut Vec::new());
                trees.push(tree.nodes);
            }
        }
        Self { start, trees }
    }

    /// Writes the margin of every output.
    pub fn margins(&self, row: &[f64], out: &mut [f64]) {
        let outputs = self.start.len().max(1);
        for (o, start) in out.iter_mut().zip(&self.start) {
            *o = *start;
        }
        for (index, tree) in self.trees.iter().enumerate() {
            if let Some(o) = out.get_mut(index % outputs) {
                *o += leaf(tree, row);
            }
        }
    }
}

/// The value of the leaf a row falls into.
fn leaf(tree: &[Node], row: &[f64]) -> f64 {
    let at = |column: u32| row.get(column as usize).copied().unwrap_or(f64::NAN);
    let mut here = 0_u32;
    loop {
        here =
            match tree.get(here as usize) {
                Some(&Node::Leaf(value)) => return value,
                Some(&Node::Below { column, cut, missing_left, left, right }) => {
                    let x = at(column);
                    let goes_left = if x.is_nan() { missing_left } else { x < cut };
                    if goes_left { left } else { right }
                }
                Some(&Node::Equals { column, code, left, right }) => {
                    if at(column) == code { left } else { right }
                }
                None => return 0.0,
            };
    }
}

/// The columns a model may use, as codes: numbers by quantile, names by index; the last slot is missing
/// or unknown.
fn axes(world: &World, rows: &[f64]) -> Vec<Axis> {
    let width = world.columns.len();
    let mut axes = Vec::new();
    for (column, spec) in world.columns.iter().enumerate() {
        let values = || rows.iter().skip(column).step_by(width).copied();
        match spec.form {
            Form::Id(_) | Form::Moment | Form::Date => {}
            Form::Category(_, count) => {
                let codes = values()
                    .map(|v| if v < count as f64 { v as u8 } else { count as u8 });
                let codes = codes.collect();
                axes.push(Axis { column, cuts: None, slots: count + 1, codes });
            }
            _ => {
                let mut sorted: Vec<f64> = values().filter(|v| !v.is_nan()).collect();
                sorted.sort_unstable_by(f64::total_cmp);
                let mut cuts: Vec<f64> = (1..=CUTS)
                    .filter_map(|i| sorted.get(i * sorted.len() / (CUTS + 1)).copied())
                    .collect();
                cuts.dedup();
                if cuts.first() == sorted.first() {
                    cuts = cuts.split_off(usize::from(!cuts.is_empty()));
                }
                let missing = cuts.len() + 1;
                let code = |v: f64| {
                    let slot = cuts.partition_point(|&c| c <= v);
                    if v.is_nan() { missing as u8 } else { slot as u8 }
                };
                let codes = values().map(code).collect();
                axes.push(Axis { column, slots: missing + 1, codes, cuts: Some(cuts) });
            }
        }
    }
    axes
}

/// A tree being grown.
struct Tree<'a> {
    axes: &'a [Axis],
    slopes: &'a [(f64, f64)],
    care: Care,
    /// What chooses the columns a node may use; `None` for all.
    lot: Option<u64>,
    nodes: Vec<Node>,
}

/// The best split so far: gain, axis, slot, whether missing goes left.
type Best = Option<(f64, usize, usize, bool)>;

impl Tree<'_> {
    /// Grows below one node; returns its index and adds its leaves.
    fn grow(
        &mut self,
        rows: &[u32],
        depth: usize,
        leaves: &mut Vec<(Vec<u32>, f64)>,
    ) -> u32 {
        let here = self.nodes.len() as u32;
        let (mut g, mut h) = (0.0, 0.0);
        for &row in rows {
            let (slope, weight) = self.slopes[row as usize];
            g += slope;
            h += weight;
        }
        let best = if depth == 0 || rows.len() < 2 * self.care.leaf_rows {
            None
        } else {
            self.best_split(rows, g, h)
        };
        let Some((_, axis, slot, missing_left)) = best else {
            let value = self.care.rate * g / (h + self.care.ridge);
            self.nodes.push(Node::Leaf(value));
            leaves.push((rows.to_vec(), value));
            return here;
        };
        self.nodes.push(Node::Leaf(0.0));
        let Axis { column, ref cuts, slots, ref codes } = self.axes[axis];
        let goes_left = |row: u32| {
            let code = usize::from(codes[row as usize]);
            if cuts.is_none() {
                code == slot
            } else if code == slots - 1 {
                missing_left
            } else {
                code <= slot
            }
        };
        let (left, right): (Vec<u32>, Vec<u32>) =
            rows.iter().partition(|&&r| goes_left(r));
        let left = self.grow(&left, depth - 1, leaves);
        let right = self.grow(&right, depth - 1, leaves);
        let column = column as u32;
        self.nodes[here as usize] = match cuts {
            Some(cuts) => {
                Node::Below { column, cut: cuts[slot], missing_left, left, right }
            }
            None => Node::Equals { column, code: slot as f64, left, right },
        };
        here
    }

    /// The split with the largest gain; ties go to the first axis and slot.
    fn best_split(&self, rows: &[u32], g: f64, h: f64) -> Best {
        let ridge = self.care.ridge;
        let worth = |g: f64, h: f64| g * g / (h + ridge);
        let whole = worth(g, h);
        let mut best: Best = None;
        let mut slots = Vec::new();
        let node = self.nodes.len() as u64;
        for (index, axis) in self.axes.iter().enumerate() {
            if let Some(lot) = self.lot {
                let draw = combine64(combine64(lot, node), index as u64);
                if unit_interval(draw) > FOREST_COLUMNS {
                    continue;
                }
            }
            slots.clear();
            slots.resize(axis.slots, (0.0, 0.0, 0_usize));
            for &row in rows {
                let (slope, weight) = self.slopes[row as usize];
                let slot = &mut slots[usize::from(axis.codes[row as usize])];
                slot.0 += slope;
                slot.1 += weight;
                slot.2 += 1;
            }
            let mut consider = |(lg, lh, ln): (f64, f64, usize), slot, missing_left| {
                if ln < self.care.leaf_rows || rows.len() - ln < self.care.leaf_rows {
                    return;
                }
                let gain = worth(lg, lh) + worth(g - lg, h - lh) - whole;
                if gain > 1e-6 && best.is_none_or(|b| gain > b.0) {
                    best = Some((gain, index, slot, missing_left));
                }
            };
            let missing = slots[axis.slots - 1];
            if axis.cuts.is_none() {
                for (slot, &left) in slots.iter().enumerate().take(axis.slots - 1) {
                    consider(left, slot, false);
                }
                continue;
            }
            let mut left = (0.0, 0.0, 0);
            let splits = axis.slots.saturating_sub(2);
            for (slot, here) in slots.iter().enumerate().take(splits) {
                left = (left.0 + here.0, left.1 + here.1, left.2 + here.2);
                consider(left, slot, false);
                if missing.2 > 0 {
                    let with =
                        (left.0 + missing.0, left.1 + missing.1, left.2 + missing.2);
                    consider(with, slot, true);
                }
            }
        }
        best
    }
}
