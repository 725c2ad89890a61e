import { existsSync } from 'node:fs';

/** Folder of the package, with a slash at its end. The code runs from `dist/bundle`, and in tests from `src` and `dist`. */
const ROOT = folderOfPackage(new URL('.', import.meta.url));

/** A file of the package. @param path from the folder of the package */
export function packageFile(path: string): URL {
  return new URL(path, ROOT);
}

/** Built entry of a thread or a process of the agent. @param name path in `src`, without its ending */
export function builtEntry(name: string): URL {
  return packageFile(`dist/bundle/start/${name}.cjs`);
}

function folderOfPackage(folder: URL): URL {
  const above = new URL('..', folder);
  const isHere = existsSync(new URL('package.json', folder)) || above.href === folder.href;
  return isHere ? folder : folderOfPackage(above);
}
