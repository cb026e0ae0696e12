/** Files and folders, as every room that writes some needs them. */
export { makeFolder } from './make-folder.ts';
