import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);

/** Of the checkout, or of what a package was built to: both have the same folders. */
export const productRoot = dirname(dirname(dirname(self)));

/** The program that a folder of the product holds: TypeScript in a checkout, JavaScript in a package. */
export function ownProgram(folder: 'workers' | 'simulator'): string {
  return join(productRoot, folder, `main${extname(self)}`);
}
