/** Path of a node in the workload file: keys and list indexes from the root. */
export type Path = readonly (string | number)[];
