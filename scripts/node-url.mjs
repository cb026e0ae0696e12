// Stands in for whatwg-url in the bundle: Node has the same, and the old package makes newer Nodes print a warning.
import { URL } from 'node:url';

export default { URL };
