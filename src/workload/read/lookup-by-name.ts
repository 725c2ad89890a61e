/**
 * Creates a lookup of a container's items by name; the last item of a name wins. Each container is indexed once,
 * because a file may have thousands of errors in one place.
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
