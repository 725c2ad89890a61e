/**
 * What finds an item of a container by its name, the last one of that name. Each container is gone through once, however often
 * it is asked for: a file may have thousands of mistakes in one place.
 */
export function lookUpByName<Container extends object, Item>(
  entriesOf: (container: Container) => readonly (readonly [name: string, item: Item])[],
): (container: Container, name: string) => Item | undefined {
  const known = new WeakMap<Container, ReadonlyMap<string, Item>>();
  return (container, name) => {
    const items = known.get(container) ?? new Map(entriesOf(container));
    known.set(container, items);
    return items.get(name);
  };
}
