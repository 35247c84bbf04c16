//! Margins of rows. Rows are taken in blocks, their codes laid side by side, so that a tree asks its questions
//! without leaving the first-level cache.

use super::grow::Tree;
use crate::encode::code::NULL;
use crate::model::matrix::Matrix;

/// Rows scored by all trees before the next.
const BLOCK_ROWS: usize = 512;

/// Codes of some rows and columns, row by row.
pub(super) struct RowCodes {
    codes: Vec<u8>,
    width: usize,
}

impl RowCodes {
    /// Lays out `columns` (places in the matrix) of `rows`.
    pub fn new(matrix: &Matrix, rows: &[u32], columns: &[usize]) -> Self {
        let mut all = Self { codes: Vec::new(), width: columns.len().max(1) };
        all.read(matrix, rows, columns);
        all
    }

    fn read(&mut self, matrix: &Matrix, rows: &[u32], columns: &[usize]) {
        self.codes.clear();
        self.codes.resize(rows.len() * self.width, NULL);
        for (place, column) in columns.iter().enumerate() {
            let Some(column) = matrix.columns.get(*column) else { continue };
            let slots = self.codes.iter_mut().skip(place).step_by(self.width);
            for (slot, row) in slots.zip(rows) {
                *slot = column.codes.get(*row as usize).copied().unwrap_or(NULL);
            }
        }
    }

    /// Adds a tree's leaves to the margins of the rows; `places` turns its columns into places in a row.
    pub fn add(&self, tree: &Tree, places: &[usize], margins: &mut [f64]) {
        let nodes: Vec<(usize, &[u8; 256])> = tree
            .nodes
            .iter()
            .map(|node| (places.get(node.column).copied().unwrap_or(0), &*node.right))
            .collect();
        let rows = self.codes.chunks_exact(self.width);
        let first_leaf = tree.nodes.len();
        for (codes, margin) in rows.zip(margins) {
            let mut at = 0;
            for _ in 0..tree.depth {
                let Some((place, right)) = nodes.get(at) else { break };
                let code = codes.get(*place).copied().unwrap_or(NULL);
                let side = right.get(usize::from(code)).copied().unwrap_or(0);
                at = 2 * at + 1 + usize::from(side);
            }
            *margin +=
                tree.leaves.get(at.wrapping_sub(first_leaf)).copied().unwrap_or(0.0);
        }
    }
}

/// Adds all trees to the margins of the rows.
pub(super) fn add_all(
    trees: &[Tree],
    matrix: &Matrix,
    rows: &[u32],
    margins: &mut [f64],
) {
    let mut used: Vec<usize> =
        trees.iter().flat_map(|tree| tree.nodes.iter().map(|node| node.column)).collect();
    used.sort_unstable();
    used.dedup();
    let place = |column| used.binary_search(&column).unwrap_or(0);
    let places: Vec<usize> = (0..matrix.columns.len()).map(place).collect();
    let mut codes = RowCodes { codes: Vec::new(), width: used.len().max(1) };
    for (rows, margins) in rows.chunks(BLOCK_ROWS).zip(margins.chunks_mut(BLOCK_ROWS)) {
        codes.read(matrix, rows, &used);
        for tree in trees {
            codes.add(tree, &places, margins);
        }
    }
}
