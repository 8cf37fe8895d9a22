import { Buffer } from 'node:buffer';

export type ArchiveEntry = {
  /** Absolute path in the container. */
  readonly path: string;
  readonly mode: number;
  /** Left out: a folder. */
  readonly content?: string;
};

const blockSize = 512;

/** A tar archive (ustar) of files and folders of root's, as the engine's archive API takes it. */
export function buildTarArchive(entries: readonly ArchiveEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? '');
    return [header(entry, content.length), content, Buffer.alloc(padding(content.length))];
  });
  // Two empty blocks end an archive.
  return Buffer.concat([...parts, Buffer.alloc(2 * blockSize)]);
}

function header(entry: ArchiveEntry, size: number): Buffer {
  const isFolder = entry.content === undefined;
  const name = `${entry.path.replace(/^\/+/, '')}${isFolder ? '/' : ''}`;
  if (Buffer.byteLength(name) > 100) throw new RangeError(`${entry.path}: longer than the 100 bytes of a tar header's name`);
  const block = Buffer.alloc(blockSize);
  block.write(name, 0);
  block.write(octal(entry.mode, 8), 100);
  block.write(octal(0, 8), 108);
  block.write(octal(0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(0, 12), 136);
  // The checksum counts its own field as spaces.
  block.write(' '.repeat(8), 148);
  block.write(isFolder ? '5' : '0', 156);
  block.write('ustar\u000000', 257);
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, '0')}\u0000 `, 148);
  return block;
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, '0')}\u0000`;
}

function padding(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}
