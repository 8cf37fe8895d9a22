/** What the Machine's side of a durable command says, in its own small protocol. */
export type DurableFrame = {
  /**
   * d: the decision; o, e: bytes of standard output, error; h: still there; r: the exit status;
   * x: refused. See durable-script.ts, which writes them.
   */
  readonly type: 'd' | 'o' | 'e' | 'h' | 'r' | 'x';
  readonly body: Buffer;
};

/** Stands before the first frame; what comes earlier is a login script's chatter. */
export const FRAMES_BEGIN = 'slipway-frames-1\n';

const TYPES: ReadonlySet<string> = new Set(['d', 'o', 'e', 'h', 'r', 'x']);
const HEADER = /^([a-z]) ([0-9]{1,9})$/;
const LONGEST_HEADER = 16;
const LONGEST_PREAMBLE = 64 * 1024;

function isFrameType(type: string | undefined): type is DurableFrame['type'] {
  return type !== undefined && TYPES.has(type);
}

/** The bytes were no frames: some other program answered. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/**
 * Takes bytes in chunks of any size and gives the frames that are complete: a header line
 * "TYPE LENGTH", then so many bytes. Throws FrameError for anything else.
 */
export function createFrameReader(): (chunk: Buffer) => readonly DurableFrame[] {
  let pending = Buffer.alloc(0);
  let begun = false;

  const takeFrame = (): DurableFrame | undefined => {
    const lineEnd = pending.indexOf('\n');
    if (lineEnd === -1 && pending.length <= LONGEST_HEADER) {
      return undefined;
    }
    const header = HEADER.exec(pending.toString('latin1', 0, lineEnd === -1 ? LONGEST_HEADER : lineEnd));
    const [, type, length] = header ?? [];
    if (!isFrameType(type)) {
      throw new FrameError('its answer is not in the form that Slipway expects');
    }
    const bodyEnd = lineEnd + 1 + Number(length);
    if (pending.length < bodyEnd) {
      return undefined;
    }
    const body = Buffer.from(pending.subarray(lineEnd + 1, bodyEnd));
    pending = pending.subarray(bodyEnd);
    return { type, body };
  };

  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    if (!begun) {
      const start = pending.indexOf(FRAMES_BEGIN);
      if (start === -1) {
        if (pending.length > LONGEST_PREAMBLE) {
          throw new FrameError('its answer never began');
        }
        return [];
      }
      begun = true;
      pending = pending.subarray(start + FRAMES_BEGIN.length);
    }
    const frames: DurableFrame[] = [];
    for (let frame = takeFrame(); frame !== undefined; frame = takeFrame()) {
      frames.push(frame);
    }
    return frames;
  };
}
