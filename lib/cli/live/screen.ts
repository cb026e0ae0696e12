import type { SaidEvent } from '../../messages/index.ts';
import { drawView } from './draw.ts';
import { emptyView, type View, viewAfter } from './view.ts';

/** A live view at the bottom of a terminal, with lines scrolling above it. */
export interface LiveScreen {
  tell(said: SaidEvent): void;
  above(text: string): void;
  close(): void;
}

/** Milliseconds between two drawings. */
const frame = 200;

/** Starts drawing on a terminal; nothing is drawn before there is something to show. */
export async function createScreen(stream: NodeJS.WriteStream, color: boolean): Promise<LiveScreen> {
  const { createLogUpdate } = await import('log-update');
  const update = createLogUpdate(stream, { showCursor: true });
  let view: View = emptyView(Date.now());
  let closed = false;
  const draw = (): void => {
    if (!closed) update(drawView(view, { columns: stream.columns ?? 80, color, now: Date.now() }));
  };
  const timer = setInterval(draw, frame);
  timer.unref();
  return {
    tell: (said) => {
      view = viewAfter(view, said);
    },
    above: (text) => {
      update.clear();
      stream.write(text);
      draw();
    },
    close: () => {
      closed = true;
      clearInterval(timer);
      update.clear();
      update.done();
    },
  };
}
