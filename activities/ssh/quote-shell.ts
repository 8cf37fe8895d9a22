import { quote } from '../../domain/kubeadm/quote.ts';

/**
 * One POSIX shell word that stands for exactly this text, whatever it holds.
 * Throws RangeError for a NUL, which no shell word, path or argument can hold.
 */
export function quoteShell(text: string): string {
  if (text.includes('\0')) {
    throw new RangeError('a shell word cannot hold a NUL character');
  }
  return quote(text);
}
