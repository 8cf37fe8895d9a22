// @ts-check
import { existsSync } from 'node:fs';

/** Whether this is a checkout; npm puts no lock file into a package. */
export const isCheckout = existsSync(new URL('../package-lock.json', import.meta.url));

/** How people call the command here. */
export const slipwayCommand = isCheckout ? 'npx slipway' : 'slipway';
