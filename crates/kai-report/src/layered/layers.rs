//! Which layer every vertex stands in.

/// The arrows, those turned around that would close a circle.
pub(super) fn acyclic(count: usize, arrows: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut outgoing: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut has_incoming = vec![false; count];
    for (index, &(source, target)) in arrows.iter().enumerate() {
        outgoing[source].push(index);
        has_incoming[target] |= source != target;
    }
    let mut state = vec![State::New; count];
    let mut forward = arrows.to_vec();
    let first = (0..count).filter(|&it| !has_incoming[it]);
    for start in first.chain(0..count) {
        if state[start] != State::New {
            continue;
        }
        state[start] = State::Open;
        let mut stack = vec![(start, 0)];
        while let Some((vertex, next)) = stack.pop() {
            let Some(&index) = outgoing[vertex].get(next) else {
                state[vertex] = State::Done;
                continue;
            };
            stack.push((vertex, next + 1));
            let target = arrows[index].1;
            match state[target] {
                State::New => {
                    state[target] = State::Open;
                    stack.push((target, 0));
                }
                State::Open => forward[index] = (target, vertex),
                State::Done => {}
            }
        }
    }
    forward
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

/// For arrows without circles: behind everything that leads to it, and what nothing leads to
/// directly before the first that it leads to.
pub(super) fn layers(count: usize, arrows: &[(usize, usize)]) -> Vec<usize> {
    let mut outgoing: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut waits_for = vec![0_usize; count];
    for &(source, target) in arrows.iter().filter(|(source, target)| source != target) {
        outgoing[source].push(target);
        waits_for[target] += 1;
    }
    let starts: Vec<usize> = (0..count).filter(|&it| waits_for[it] == 0).collect();
    let mut layer = vec![0; count];
    let mut ready = starts.clone();
    while let Some(vertex) = ready.pop() {
        for &target in &outgoing[vertex] {
            layer[target] = layer[target].max(layer[vertex] + 1);
            waits_for[target] -= 1;
            if waits_for[target] == 0 {
                ready.push(target);
            }
        }
    }
    for start in starts {
        let nearest: Option<usize> = outgoing[start].iter().map(|&it| layer[it]).min();
        layer[start] = nearest.map_or(0, |it| it.saturating_sub(1));
    }
    layer
}
