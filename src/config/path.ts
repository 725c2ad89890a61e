/** The way to a node of the workload file: keys and list indexes, from the root. */
export type Path = readonly (string | number)[];
