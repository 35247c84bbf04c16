//! The training rows' codes, packed: for each column only the codes that occur, numbered so that scanning bins
//! upwards is scanning ranks upwards, missing last.

use crate::encode::code::{CODES, NULL};
use crate::model::matrix::{CodeColumn, Matrix, Order};

/// One column of the training rows.
pub(super) struct BinColumn {
    /// Bin of each training row.
    pub bins: Vec<u8>,
    /// Code of each bin; without the missing bin of ranked columns.
    pub codes: Vec<u8>,
    /// Whether bins are in rank order, with one more bin for missing after them.
    pub ranked: bool,
    /// Place of the first bin in a node's histogram.
    pub start: usize,
}

impl BinColumn {
    /// Number of histogram cells.
    pub fn len(&self) -> usize {
        self.codes.len() + usize::from(self.ranked)
    }
}

/// All columns of the training rows.
pub(super) struct Bins {
    pub columns: Vec<BinColumn>,
    pub row_count: usize,
    /// Histogram cells of all columns together.
    pub cell_count: usize,
}

impl Bins {
    /// Packs some rows of a matrix.
    pub fn new(matrix: &Matrix, rows: &[u32]) -> Self {
        let mut start = 0;
        let mut columns = Vec::with_capacity(matrix.columns.len());
        for column in &matrix.columns {
            let packed = pack(column, rows, start);
            start += packed.len();
            columns.push(packed);
        }
        Self { columns, row_count: rows.len(), cell_count: start }
    }
}

fn pack(column: &CodeColumn, rows: &[u32], start: usize) -> BinColumn {
    let code = |row: &u32| column.codes.get(*row as usize).copied().unwrap_or(NULL);
    let mut bins: Vec<u8> = rows.iter().map(code).collect();
    let mut seen = [false; CODES];
    for code in &bins {
        if let Some(slot) = seen.get_mut(usize::from(*code)) {
            *slot = true;
        }
    }
    let ranked = matches!(column.order, Order::Ranked(_));
    let used = (0..=NULL).zip(seen).filter(|(_, seen)| *seen).map(|(code, _)| code);
    let mut codes: Vec<u8> =
        used.filter(|code| !ranked || column.order.rank(*code).is_some()).collect();
    codes.sort_by_key(|code| (column.order.rank(*code), *code));
    // Codes without a rank become the bin after the last one.
    let mut bin_of = [u8::try_from(codes.len()).unwrap_or(NULL); CODES];
    for (bin, code) in (0..=NULL).zip(&codes) {
        if let Some(slot) = bin_of.get_mut(usize::from(*code)) {
            *slot = bin;
        }
    }
    for bin in &mut bins {
        *bin = bin_of.get(usize::from(*bin)).copied().unwrap_or(NULL);
    }
    BinColumn { bins, codes, ranked, start }
}
