//! Sets of nodes.

#[derive(Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Bits(Vec<u64>);

impl Clone for Bits {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }

    /// Without new memory where there is enough.
    fn clone_from(&mut self, other: &Self) {
        self.0.clone_from(&other.0);
    }
}

impl Bits {
    pub(super) fn none(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
    }

    pub(super) fn of(len: usize, is_in: impl Fn(usize) -> bool) -> Self {
        let mut bits = Self::none(len);
        (0..len).filter(|&it| is_in(it)).for_each(|it| bits.insert(it));
        bits
    }

    #[inline]
    pub(super) fn insert(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }

    #[inline]
    pub(super) fn remove(&mut self, at: usize) {
        self.0[at / 64] &= !(1 << (at % 64));
    }

    pub(super) fn clear(&mut self) {
        self.0.fill(0);
    }

    #[inline]
    pub(super) fn contains(&self, at: usize) -> bool {
        self.0[at / 64] >> (at % 64) & 1 == 1
    }

    #[inline]
    pub(super) fn keep(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(it, other)| *it &= other);
    }

    #[inline]
    pub(super) fn take_away(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(it, other)| *it &= !other);
    }

    /// Inserts or removes it.
    #[inline]
    pub(super) fn set(&mut self, at: usize, is_in: bool) {
        let (word, bit) = (&mut self.0[at / 64], at % 64);
        *word = *word & !(1 << bit) | u64::from(is_in) << bit;
    }

    /// Removes those of the other set, one by one.
    #[inline]
    pub(super) fn drain(&mut self, other: &Self, mut take: impl FnMut(usize)) {
        for (at, (word, other)) in self.0.iter_mut().zip(&other.0).enumerate() {
            let both = Ones { word: *word & other, base: at * 64 };
            *word &= !other;
            both.for_each(&mut take);
        }
    }

    /// Removes those of the other set that will not do.
    pub(super) fn sift(&mut self, other: &Self, will_do: impl Fn(usize) -> bool) {
        for (at, (word, other)) in self.0.iter_mut().zip(&other.0).enumerate() {
            let both = Ones { word: *word & other, base: at * 64 };
            for it in both.filter(|&it| !will_do(it)) {
                *word &= !(1 << (it % 64));
            }
        }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|&it| it == 0)
    }

    #[inline]
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(it, other)| it & other != 0)
    }

    /// Whether all of this is in the other set.
    #[inline]
    pub(super) fn is_within(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(it, other)| it & !other == 0)
    }

    #[inline]
    pub(super) fn count(&self) -> usize {
        self.0.iter().map(|it| it.count_ones() as usize).sum()
    }

    #[inline]
    pub(super) fn count_with(&self, other: &Self) -> usize {
        let both = self.0.iter().zip(&other.0).map(|(it, other)| it & other);
        both.map(|it| it.count_ones() as usize).sum()
    }

    #[inline]
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> + Clone + '_ {
        self.0.iter().enumerate().flat_map(|(at, &word)| Ones { word, base: at * 64 })
    }

    #[inline]
    pub(super) fn iter_with(&self, other: &Self) -> impl Iterator<Item = usize> {
        let both = self.0.iter().zip(&other.0).map(|(it, other)| it & other).enumerate();
        both.flat_map(|(at, word)| Ones { word, base: at * 64 })
    }

    #[inline]
    pub(super) fn iter_without(&self, other: &Self) -> impl Iterator<Item = usize> {
        let rest = self.0.iter().zip(&other.0).map(|(it, other)| it & !other).enumerate();
        rest.flat_map(|(at, word)| Ones { word, base: at * 64 })
    }
}

#[derive(Clone)]
struct Ones {
    word: u64,
    base: usize,
}

impl Iterator for Ones {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.word == 0 {
            return None;
        }
        let at = self.word.trailing_zeros() as usize;
        self.word &= self.word - 1;
        Some(self.base + at)
    }
}
