// Imports a module for the files of dist/bundle: V8 keeps no compiled code of `import()` that can be used.
'use strict';
module.exports = (name) => import(name);
