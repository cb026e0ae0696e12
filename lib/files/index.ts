/** Files and folders, as every room that reads or writes some needs them. */
export { filesBelow } from './files-below.ts';
export { makeFolder } from './make-folder.ts';
