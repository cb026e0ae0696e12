import { colours } from '../../fleet/index.ts';
import { nearest, ZeroshiftError } from '../../messages/index.ts';
import {
  type ExportedFile,
  type ExportedSource,
  exportedSource,
  readExport,
  readExportFile,
  repairLines,
} from '../../migration/from-file/index.ts';
import { mostBytes, tooLarge } from '../../migration/from-file/refusals.ts';

/** A file in the place of the colour that a migration comes from. */
export interface FromFile {
  readonly file: ExportedFile;
  /** Read only; the same for every region. */
  readonly source: ExportedSource;
}

export interface FromFileOptions {
  /** `--from`: a colour, `-` for the standard input, or the name of a file; `./blue` is a file. */
  readonly from?: string;
  /** A single one is also where objects go of which the file does not say it. @default - those go to 'default' */
  readonly namespaces?: readonly string[];
}

/**
 * The file that `--from` names; undefined where it names a colour, or nothing.
 * @throws ZeroshiftError `usage.namespace`, what `readExportFile` throws
 */
export async function readFromFile(
  { from, namespaces = [] }: FromFileOptions,
  stdin: AsyncIterable<Buffer | string> = process.stdin,
): Promise<FromFile | undefined> {
  if (from === undefined || colours.some((colour) => colour === from)) return undefined;
  const [only, ...others] = new Set(namespaces);
  const isOne = only !== undefined && others.length === 0;
  const options = isOne ? { namespace: only } : {};
  const file =
    from === '-' ? readExport(await textOf(stdin), 'standard input', options) : read(from, options);
  if (others.length > 0) refuseUnplaced(file, namespaces);
  return { file, source: exportedSource(file) };
}

/** Of several namespaces none is the one for what has none. */
function refuseUnplaced({ repairs }: ExportedFile, namespaces: readonly string[]): void {
  const unplaced = repairs.filter(({ code }) => code === 'namespace-chosen');
  if (unplaced.length === 0) return;
  throw new ZeroshiftError(
    'the file does not say into which namespace some of its objects go, and more than one is given',
    {
      code: 'usage.namespace',
      source: 'user',
      problems: [
        { where: '--namespace', value: namespaces.join(' '), allowed: 'one namespace with this file' },
        ...unplaced.map(({ where }) => ({ where, found: 'no namespace', allowed: 'metadata.namespace' })),
      ],
      action: 'give one --namespace, or write metadata.namespace into the file',
    },
  );
}

function read(name: string, options: { readonly namespace?: string }): ExportedFile {
  try {
    return readExportFile(name, options);
  } catch (error) {
    const near = nearest(name, colours);
    if (!ZeroshiftError.is(error) || error.code !== 'export.unreadable' || near === undefined) throw error;
    throw new ZeroshiftError(error.message, {
      code: error.code,
      source: 'user',
      problems: error.problems.map((one) => ({
        ...one,
        where: '--from',
        allowed: `${colours.join(', ')}, or a file`,
      })),
      action: `did you mean ${near}?`,
      cause: error,
    });
  }
}

async function textOf(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > mostBytes)
      throw tooLarge('standard input', 'more than that', `at most ${mostBytes / 1024 / 1024} MiB`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What was mended in a file, for people: shown with the plan, and empty where nothing was. */
export const fileLines = ({ file }: FromFile): ReturnType<typeof repairLines> => repairLines(file.repairs);

/** The same, one value a line. Field names are a contract. */
export const fileJson = ({ file }: FromFile): readonly object[] =>
  file.repairs.map((repair) => ({ line: 'repair', file: file.source, ...repair }));
