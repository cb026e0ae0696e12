/**
 * The lane's application, in Go: the container of the Services in the lane's tests. It answers as the rehearsal's own app
 * does and has the same knobs, so that one suite judges both clusters. Variables: TARGET, ANSWER_MS, ANSWER_STATUS,
 * ANSWER_BYTES, STARTUP_MS, SHUTDOWN_MS as there, and MEMORY_MB and SHUTDOWN_MODE (finish, refuse, cut, ignore). A request
 * may have its own answer, as `?ANSWER_MS=200` or in a header `Answer-Ms`. `/echo` gives the request as JSON,
 * `/stream?chunks=&every=` an answer in pieces, `/counts` what was answered; a WebSocket gets its messages back.
 */
import type { ImageContent } from '../images/index.ts';
import type { GoProgram } from '../programs/index.ts';

export const app: GoProgram = { name: 'app', module: 'app', package: '.' };

/** @param binary path of the built program */
export const appImage = (binary: string): ImageContent => ({
  entrypoint: ['/ko-app/app'],
  files: [{ to: '/ko-app/app', from: binary }],
});
