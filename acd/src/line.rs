//! A line of calls in order of their rank, which can also tell how many stand before a call: a sorted list in
//! pieces. At ten thousand waiting, 40 to 80 pieces are summed, where a tree without counts would walk thousands.

use crate::limit::LINE_PIECE;
use crate::queue::Rank;

#[derive(Debug, Default)]
pub(crate) struct Line {
    /// None is empty.
    pieces: Vec<Vec<Rank>>,
    len: usize,
}

impl Line {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn insert(&mut self, rank: Rank) {
        let at = self.piece(&rank).min(self.pieces.len().saturating_sub(1));
        let Some(piece) = self.pieces.get_mut(at) else {
            self.pieces.push(vec![rank]);
            self.len = 1;
            return;
        };
        let Err(spot) = piece.binary_search(&rank) else {
            return;
        };
        piece.insert(spot, rank);
        self.len += 1;
        if piece.len() > LINE_PIECE {
            let back = piece.split_off(piece.len() / 2);
            self.pieces.insert(at + 1, back);
        }
    }

    pub fn remove(&mut self, rank: &Rank) {
        let at = self.piece(rank);
        let Some(piece) = self.pieces.get_mut(at) else {
            return;
        };
        let Ok(spot) = piece.binary_search(rank) else {
            return;
        };
        piece.remove(spot);
        self.len -= 1;
        if piece.is_empty() {
            self.pieces.remove(at);
        }
    }

    /// Position from 1.
    pub fn position(&self, rank: &Rank) -> Option<usize> {
        let at = self.piece(rank);
        let spot = self.pieces.get(at)?.binary_search(rank).ok()?;
        let before: usize = self.pieces.iter().take(at).map(Vec::len).sum();
        Some(before + spot + 1)
    }

    /// The calls from this position (from 0) on.
    pub fn from(&self, mut skip: usize) -> impl Iterator<Item = &Rank> {
        let first = self.pieces.iter().take_while(|piece| {
            let whole = skip >= piece.len();
            skip -= if whole { piece.len() } else { 0 };
            whole
        });
        let first = first.count();
        self.pieces.iter().skip(first).flatten().skip(skip)
    }

    /// The first piece whose last rank is not before this one.
    fn piece(&self, rank: &Rank) -> usize {
        self.pieces.partition_point(|piece| piece.last().is_some_and(|last| last < rank))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn rank(seq: u64) -> Rank {
        Rank { ordinary: false, order: i128::from(seq % 7), seq, call: crate::CallId::from_u128(0) }
    }

    proptest! {
        #[test]
        fn line_is_a_sorted_set_with_positions(steps in proptest::collection::vec((any::<bool>(), 0u64..900), 1..2000), skip in 0usize..1000) {
            let (mut line, mut model) = (Line::default(), BTreeSet::new());
            for (add, seq) in steps {
                if add { line.insert(rank(seq)); model.insert(rank(seq)); } else { line.remove(&rank(seq)); model.remove(&rank(seq)); }
                prop_assert_eq!(line.len(), model.len());
            }
            prop_assert!(line.from(skip).eq(model.iter().skip(skip)));
            for (i, rank) in model.iter().enumerate() {
                prop_assert_eq!(line.position(rank), Some(i + 1));
            }
        }
    }
}
