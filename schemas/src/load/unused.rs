//! Components that no element uses: compiled all the same, so that their faults are found, and then
//! forgotten.

use super::annotation::Inherited;
use super::compile::Compiler;
use super::particle::Siblings;

impl Compiler<'_> {
    /// Compiles what has no use yet.
    pub(super) fn try_unused(&mut self) {
        let (elements, types) = (self.elements.len(), self.types.len());
        let components = self.components;
        for at in components.types.values() {
            if at.node.xs() == Some("simpleType") {
                let simple = self.simple(*at);
                self.note(simple);
            } else if !self.is_used(*at) {
                let named = at.name();
                self.note(named);
                self.complex_id(*at, Inherited::default());
            }
        }
        for at in components.attributes.values() {
            let attribute = self.attribute(*at, Inherited::default());
            self.note(attribute);
        }
        for group in components.groups.values() {
            for model in group.children() {
                let particle = self.particle(model, &mut Siblings::new(Inherited::default()));
                self.note(particle);
            }
        }
        for group in components.attribute_groups.values() {
            let attributes = self.group_attributes(*group, Inherited::default());
            self.note(attributes);
        }
        self.drain();
        self.forget(elements, types);
    }
}
