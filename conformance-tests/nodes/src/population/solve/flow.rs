//! Greatest flow through a small network (Edmonds and Karp, 1972).

use std::collections::VecDeque;

/// A network whose arcs come in pairs: arc `n ^ 1` is the way back of arc `n`.
#[derive(Debug, Default)]
pub(crate) struct Network {
    arcs: Vec<Arc>,
    leaving: Vec<Vec<usize>>,
}

#[derive(Debug)]
struct Arc {
    to: usize,
    room: u32,
}

impl Network {
    /// A network of so many nodes and no arcs.
    pub(crate) fn new(nodes: usize) -> Network {
        Network {
            arcs: Vec::new(),
            leaving: vec![Vec::new(); nodes],
        }
    }

    /// Adds an arc and gives its number.
    pub(crate) fn arc(&mut self, from: usize, to: usize, room: u32) -> usize {
        let number = self.arcs.len();
        self.arcs.push(Arc { to, room });
        self.arcs.push(Arc { to: from, room: 0 });
        for (node, arc) in [(from, number), (to, number + 1)] {
            if let Some(list) = self.leaving.get_mut(node) {
                list.push(arc);
            }
        }
        number
    }

    /// Gives an arc more room.
    pub(crate) fn widen(&mut self, arc: usize, more: u32) {
        if let Some(arc) = self.arcs.get_mut(arc) {
            arc.room = arc.room.saturating_add(more);
        }
    }

    /// What flows through an arc.
    pub(crate) fn through(&self, arc: usize) -> u32 {
        self.room(arc ^ 1)
    }

    /// Pushes as much more as fits from source to sink and says how much it was.
    pub(crate) fn push(&mut self, source: usize, sink: usize) -> u32 {
        let mut total = 0;
        while let Some(path) = self.shortest_path(source, sink) {
            let amount = path.iter().map(|arc| self.room(*arc)).min().unwrap_or(0);
            for arc in path {
                self.shift(arc, amount);
            }
            total += amount;
        }
        total
    }

    fn room(&self, arc: usize) -> u32 {
        self.arcs.get(arc).map_or(0, |arc| arc.room)
    }

    fn shift(&mut self, arc: usize, amount: u32) {
        if let Some(there) = self.arcs.get_mut(arc) {
            there.room -= amount;
        }
        if let Some(back) = self.arcs.get_mut(arc ^ 1) {
            back.room += amount;
        }
    }

    /// The arcs of a shortest path with room, from its end to its beginning.
    fn shortest_path(&self, source: usize, sink: usize) -> Option<Vec<usize>> {
        let mut came_by: Vec<Option<usize>> = vec![None; self.leaving.len()];
        let mut queue = VecDeque::from([source]);
        while let Some(node) = queue.pop_front() {
            for &number in self.leaving.get(node)? {
                let arc = self.arcs.get(number)?;
                let seen = came_by.get_mut(arc.to)?;
                if arc.room == 0 || seen.is_some() || arc.to == source {
                    continue;
                }
                *seen = Some(number);
                queue.push_back(arc.to);
            }
        }
        let mut path = Vec::new();
        let mut node = sink;
        while node != source {
            let number = (*came_by.get(node)?)?;
            path.push(number);
            node = self.arcs.get(number ^ 1)?.to;
        }
        Some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::Network;

    #[test]
    fn a_flow_takes_a_way_back_when_it_must() {
        // The greedy path 0-1-2-3 has to be undone in part to reach 2.
        let mut network = Network::new(4);
        for (from, to) in [(0, 1), (1, 2), (2, 3), (0, 2), (1, 3)] {
            network.arc(from, to, 1);
        }
        assert_eq!(network.push(0, 3), 2);
        assert_eq!(network.through(2), 0);
        assert_eq!(network.push(0, 3), 0);
    }

    #[test]
    fn widening_lets_more_through() {
        let mut network = Network::new(2);
        let arc = network.arc(0, 1, 3);
        assert_eq!(network.push(0, 1), 3);
        network.widen(arc, 2);
        assert_eq!((network.push(0, 1), network.through(arc)), (2, 5));
    }
}
