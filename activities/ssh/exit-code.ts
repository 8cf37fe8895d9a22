import { constants } from 'node:os';

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = constants.signals;

/** 128 + n for a signal by its name ("TERM" or "SIGTERM"), as shells report it; 255 for one unknown here. */
export function exitCodeOfSignal(signal: string): number {
  const number = SIGNAL_NUMBERS[signal.startsWith('SIG') ? signal : `SIG${signal}`];
  return number === undefined ? 255 : 128 + number;
}
